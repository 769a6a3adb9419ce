"""The register of assumptions as a DataFrame, by theme."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from cvi_analysis.display.formats import assumption_value, counted
from cvi_analysis.display.prose import Line, code, line, link
from cvi_analysis.params.assumptions import Assumption

# start-up time: pandas takes half a second, and only a cell shows the table.
if TYPE_CHECKING:
    import pandas as pd

THEMES = (
    ("Population", ("population.",)),
    ("People at the highest risk", ("people_at_risk",)),
    ("Economies of scale", ("economies_of_scale.",)),
    ("Staffing: caseloads and smallest team", ("staffing.", ".caseload")),
    ("City office (OVP) posts by city size", ("ovp.", ".posts")),
    ("Numbers of staff entered by hand", (".count",)),
    ("Wages and benefits", (".wage", "benefits.")),
    ("Budget", ("budget.",)),
    ("Hiring over the years", ("phasing.", ".existing")),
    ("Beside the budget", ("existing.", "medicaid.")),
)

PER_ROLE = {
    ".count": "A number entered there takes the place of the computed one.",
    ".existing": "A number entered there is counted as filled in the hiring plan.",
}
"""Entries that exist once a role and are empty unless somebody fills them in."""


def by_theme(
    assumptions: Mapping[str, Assumption],
) -> Iterator[tuple[str, list[Assumption]]]:
    """The themes that there are, each with its assumptions."""
    left = dict(assumptions)
    for title, marks in (*THEMES, ("Other", ("",))):
        members = [
            item
            for name, item in left.items()
            if any(name.startswith(m) or (m.startswith(".") and name.endswith(m)) for m in marks)
        ]
        for item in members:
            left.pop(item.name)
        if members:
            yield title, members


def register_frame(assumptions: Mapping[str, Assumption], changed: Collection[str]) -> pd.DataFrame:
    """All assumptions, by dotted name; entries that nobody filled in are one row.

    Args:
        assumptions: by dotted name.
        changed: names of those that the scenario changes.

    Returns:
        One row an assumption: theme, assumption, value, range, grade, fit, source with note.
    """
    import pandas as pd  # start-up time: as above

    rows: dict[str, dict[str, object]] = {}
    for theme, members in by_theme(assumptions):
        for item in members:
            if not is_empty(item):
                rows[item.name] = {
                    "theme": theme,
                    "assumption": named(item, changed=item.name in changed),
                    "value": assumption_value(item.value, item.unit),
                    "range": its_range(item),
                    "grade": item.quality,
                    "fit": item.fit or "",
                    "source": line(its_source(item), note_of(item)),
                }
        for ending, words in PER_ROLE.items():
            empty = [item for item in members if item.name.endswith(ending) and is_empty(item)]
            if empty:
                title, told = empty_entries(empty, ending)
                rows[f"roles.<role>{ending}"] = {
                    "theme": theme,
                    "assumption": title,
                    "value": "not set",
                    "range": "",
                    "grade": empty[0].quality,
                    "fit": empty[0].fit or "",
                    "source": f"{told} {words}",
                }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("name")


def named(item: Assumption, *, changed: bool) -> Line:
    """Its title with unit and dotted name."""
    unit = f" ({item.unit})" if item.kind in ("number", "integer") and item.unit != "year" else ""
    return line(f"{item.title}{unit} ", code(item.name), " (changed here)" if changed else "")


def its_range(item: Assumption) -> str:
    """Low to high; empty for a choice."""
    if item.low is None or item.high is None:
        return ""
    if isinstance(item.low, tuple | list):
        low, high = assumption_value(item.low), assumption_value(item.high)
        return "" if low == high == assumption_value(item.value) else f"{low} to {high}"
    return f"{assumption_value(item.low, item.unit)} to {assumption_value(item.high, item.unit)}"


def its_source(item: Assumption) -> Line:
    """Who says it, and of which year."""
    source = item.source.strip().rstrip(".")
    year = f" ({item.year})" if item.year is not None and str(item.year) not in source else ""
    return line(link(source, item.source_url) if item.source_url else source, f"{year}.")


def note_of(item: Assumption) -> str:
    """Its note, to stand after the source."""
    return f" {item.note.strip()}" if item.note else ""


def is_empty(item: Assumption) -> bool:
    """Whether it is an entry of one role that nobody filled in."""
    return item.name.endswith(tuple(PER_ROLE)) and not item.value


def empty_entries(items: list[Assumption], ending: str) -> tuple[Line, str]:
    """What such entries are, and how many."""
    title = "Number of staff of a role " if ending == ".count" else "Staff at work today, by role "
    told = f"{counted(len(items), 'entry', 'entries')}, one a role, empty in this report."
    return line(title, code(f"roles.<role>{ending}")), told
