"""What a build says at its end: the file to open, and all of it as one JSON document.

It is imported by a run with nothing to do, so it imports nothing that takes a while.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from cvi_analysis.batch.answers import shown


def to_open(folder: Path, slugs: Collection[str]) -> Path | None:
    """The file to open first: the one report's page, or the index of several; None where none is.

    Args:
        folder: the scenario's folder.
        slugs: the reports that were made or are up to date.
    """
    page = folder / (f"{next(iter(slugs))}.html" if len(slugs) == 1 else "index.html")
    return page if slugs and page.is_file() else None


def outcome(
    folder: Path,
    statuses: Mapping[str, Collection[str]],
    formats: Collection[str],
    *,
    failed: Collection[Mapping[str, Any]] = (),
    stale: Collection[str] = (),
    edited: Collection[str] = (),
) -> dict[str, Any]:
    """A build's end as `--json` prints it; docs/commands.md has the keys.

    Args:
        folder: the scenario's folder, which has its name.
        statuses: slugs by what became of them: `built`, `up to date`.
        formats: endings of the files asked for of each.
        failed: `city`, `error` and, as far as they were kept, `traceback` and `notebook`.
        stale: slugs of reports that the index leaves out.
        edited: inputs that changed during the build.
    """
    page = to_open(folder, [slug for slugs in statuses.values() for slug in slugs])
    return {
        "scenario": folder.name,
        "folder": str(shown(folder)),
        "open": None if page is None else str(shown(page)),
        "cities": [
            {
                "city": slug,
                "status": status,
                "files": [str(shown(folder / f"{slug}.{ending}")) for ending in formats],
            }
            for status, slugs in statuses.items()
            for slug in slugs
        ],
        "failed": list(failed),
        "left_out": list(stale),
        "changed_meanwhile": list(edited),
    }
