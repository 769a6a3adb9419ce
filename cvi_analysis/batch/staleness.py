"""Whether anything has changed since a folder was made, and what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from cvi_analysis.batch import manifest
from cvi_analysis.batch.fingerprint import file_sha256, fingerprint

# A run with nothing to do imports this module and must not pay for the model.
if TYPE_CHECKING:
    from cvi_analysis.batch.plan import RunPlan
    from cvi_analysis.params.cities import City

PAGE = "scenarios.html"
_MARK = '<meta name="cvi-scenarios" content="{}">'


def neighbors(out: Path) -> tuple[str, ...]:
    """The names of the scenarios whose reports lie in `out`, the baseline first."""
    found = (path.parent.name for path in out.glob("*/index.html"))
    names = (name for name in found if (out / name / "manifest.json").is_file())
    return tuple(sorted(names, key=lambda name: (name != "baseline", name)))


def mark(names: tuple[str, ...]) -> str:
    """What stands in the page's head, for `told` to read again; folder names are plain."""
    return _MARK.format(" ".join(names))


def told(out: Path) -> bool:
    """Whether the page above the scenarios leads to just those that are there."""
    try:
        return mark(neighbors(out)) in (out / PAGE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False


def up_to_date(folder: Path, scenario: str, slugs: tuple[str, ...] | None) -> list[str] | None:
    """The cities of a folder if nothing at all has changed since it was made, else None.

    Args:
        folder: the scenario's folder.
        scenario: its name.
        slugs: the cities asked for; None for all listed ones.
    """
    known = manifest.load(folder, scenario)
    asked = slugs if slugs is not None else known.listed
    if not asked or not known.files or not set(asked) <= set(known.cities):
        return None
    if (folder / manifest.JOURNAL).exists() or known.inputs != fingerprint():
        return None
    if any(file_sha256(folder / name) != digest for name, digest in known.files.items()):
        return None
    if (slugs is None and not known.pages) or not told(folder.parent):
        return None
    entries = [*(known.cities[slug] for slug in asked), *known.pages.values()]
    return list(asked) if all(entry.intact(folder) for entry in entries) else None


WORDS = {
    "code": "the package's code changed",
    "lock": "the lock file changed",
    "notebook": "the notebook changed",
    "city": "the city's row in params/cities.csv changed",
    "population": "the city's population figure changed",
    "series": "the city's population series changed",
    "peers": "the figures of the cities it is compared with changed",
    "scenario": "the scenario's text or changes changed",
    "roles": "params/roles.yaml changed",
    "strategies": "params/strategies.yaml changed",
    "check": "the published profile or the figures it is checked against changed",
    "evidence": "a published program, count, cost or need that the report shows changed",
    "version": "the package's version changed",
}


def reasons(plan: RunPlan, city: City) -> Iterator[str]:
    """Sentences that say why a city would be built again, or that it would not."""
    from cvi_analysis.batch.orders import CitySpec  # as above

    folder = plan.request.folder
    known = manifest.load(folder, plan.request.name).cities.get(city.slug)
    if known is None:
        yield f"{city.slug}: has not been built yet under {plan.request.name}."
        return
    now = plan.spec(city).ingredients()
    changed = False
    for name in sorted({*known.ingredients, *now}):
        before, after = known.ingredients.get(name), now.get(name)
        if before != after:
            changed = True
            yield f"{city.slug}: {_sentence(name, before, after)}."
    for name, digest in known.files.items():
        found = file_sha256(folder / name)
        if found != digest:
            changed = True
            yield f"{city.slug}: {name} {'is missing' if found is None else 'was changed'}."
    if not changed and known.key == CitySpec.key_of(now):
        yield f"{city.slug}: up to date, nothing changed."


def _sentence(name: str, before: str | None, after: str | None) -> str:
    if not name.startswith("assumption "):
        return WORDS.get(name, f"{name} changed")
    short = name.removeprefix("assumption ")
    if before is None:
        return f"the assumption {short} is new ({_value(after)})"
    if after is None:
        return f"the assumption {short} is gone (it was {_value(before)})"
    if _value(before) != _value(after):
        return f"{short}: {_value(before)} -> {_value(after)}"
    return f"{short}: its range, source or note changed"


def _value(ingredient: str | None) -> str:
    return (ingredient or "").rsplit(" (", 1)[0]
