"""Whether anything at all has changed since a folder was made.

A run with nothing to do imports this module and must not pay for the model.
"""

from __future__ import annotations

import re
from pathlib import Path

from cvi_analysis.batch import manifest
from cvi_analysis.batch.fingerprint import file_sha256, fingerprint
from cvi_analysis.batch.report_formats import ANNEX, PAGES, complete

PAGE = "scenarios.html"
_MARK = '<meta name="cvi-scenarios" content="{}">'
_MARKED = re.compile(_MARK.format('([^"]*)'))


def neighbors(out: Path) -> tuple[str, ...]:
    """The names of the scenarios whose reports lie in `out`, the baseline first."""
    found = (path.parent.name for path in out.glob("*/index.html"))
    names = (name for name in found if (out / name / "manifest.json").is_file())
    return tuple(sorted(names, key=lambda name: (name != "baseline", name)))


def mark(names: tuple[str, ...]) -> str:
    """What stands in the page's head, for `told` to read again; folder names are plain."""
    return _MARK.format(" ".join(names))


def marked(page: Path) -> list[str]:
    """The scenarios that a page above them leads to, as its head says; none if it is no such."""
    try:
        found = _MARKED.search(page.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return []
    return found[1].split() if found else []


def told(out: Path) -> bool:
    """Whether the page above the scenarios leads to just those that are there."""
    page = out / PAGE
    return page.is_file() and marked(page) == list(neighbors(out))


def up_to_date(
    folder: Path,
    scenario: str,
    slugs: tuple[str, ...] | None,
    formats: tuple[str, ...],
    notebook: Path | None = None,
    *,
    with_code: bool = True,
) -> list[str] | None:
    """The cities of a folder if nothing at all has changed since it was made, else None.

    Args:
        folder: the scenario's folder.
        scenario: its name.
        slugs: the cities asked for; None for all listed ones.
        formats: endings of the files asked for of each.
        notebook: one of somebody's own, in place of the project's.
        with_code: whether pages are to have their code.
    """
    known = manifest.load(folder, scenario)
    asked = slugs if slugs is not None else known.listed
    if not asked or not known.files or not set(asked) <= set(known.cities):
        return None
    if not all(complete(slug, known.cities[slug].files, formats) for slug in asked):
        return None
    if (folder / manifest.JOURNAL).exists() or known.inputs != fingerprint(notebook=notebook):
        return None
    if any(file_sha256(folder / name) != digest for name, digest in known.files.items()):
        return None
    pages = set(PAGES) if slugs is None else {ANNEX}
    if not pages <= set(known.pages) or not told(folder.parent):
        return None
    # The index leads to all reports in the folder and sums them.
    every = (name for entry in known.cities.values() for name in entry.files)
    if not all((folder / name).is_file() for name in every):
        return None
    entries = [*(known.cities[slug] for slug in asked), *known.pages.values()]
    wanted = [*(known.cities[slug] for slug in asked), *(known.pages[name] for name in pages)]
    if any(("page" in entry.ingredients) == with_code for entry in wanted):
        return None  # orders.WITHOUT_CODE
    return list(asked) if all(entry.intact(folder) for entry in entries) else None
