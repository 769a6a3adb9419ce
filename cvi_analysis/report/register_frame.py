"""The assumptions as DataFrames: all by theme, those that move a city's total, and our choices."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cvi_analysis.display.formats import assumption_value, counted, joined
from cvi_analysis.model.sensitivity import Effect, tornado
from cvi_analysis.params.assumptions import Assumption
from cvi_analysis.report.dossier import Dossier

# start-up time: pandas takes half a second, and only a cell shows the table.
if TYPE_CHECKING:
    import pandas as pd

THEMES = (
    ("Population", ("population",)),
    ("People at the highest risk", ("people_at_risk",)),
    ("Economies of scale", ("economies_of_scale.",)),
    ("Staffing: caseloads and smallest team", ("staffing.", ".caseload", ".count")),
    ("City office (OVP) posts by city size", ("ovp.", ".posts")),
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
_TITLES = {
    ".count": "Number of staff of a role, entered by hand",
    ".existing": "Staff at work today, by role",
}

CHOSEN = {
    "economies_of_scale": "the size of economies of scale",
    "ovp": "the posts of the city office by city size",
    "population": "which population figure to use",
    "people_at_risk": "whom the plan serves, that all of them join and stay all year",
    "budget": "how wraparound is divided by kind, no indirect costs",
    "benefits": "benefits of city staff",
    "staffing": "the smallest team",
    "phasing": "the pace of building up",
    "medicaid": "what Medicaid could pay back",
}
"""What is of grade C, by the first part of the dotted names."""


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
        A DataFrame by dotted name. Columns: theme, title, unit (of a number), value,
        range, grade, fit, source, url, note, changed.
    """
    import pandas as pd  # start-up time: as above

    rows: dict[str, dict[str, object]] = {}
    for theme, members in by_theme(assumptions):
        for item in members:
            if not _is_empty(item):
                rows[item.name] = _row(theme, item) | {"changed": item.name in changed}
        for ending, words in PER_ROLE.items():
            empty = [item for item in members if item.name.endswith(ending) and _is_empty(item)]
            if empty:
                rows[f"roles.<role>{ending}"] = _row(theme, empty[0]) | {
                    "title": _TITLES[ending],
                    "unit": "",
                    "value": "not set",
                    "range": "",
                    "source": f"{counted(len(empty), 'entry', 'entries')}, one a role, empty here.",
                    "note": words,
                    "changed": False,
                }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("name")


def _row(theme: str, item: Assumption) -> dict[str, object]:
    return {
        "theme": theme,
        "title": item.title,
        "unit": item.unit if item.kind in ("number", "integer") and item.unit != "year" else "",
        "value": _value(item),
        "range": _range(item),
        "grade": item.quality,
        "fit": item.fit or "",
        "source": _source(item),
        "url": item.source_url,
        "note": item.note.strip(),
    }


def _value(item: Assumption) -> str:
    """The value as it is written; of a way of counting, what comes where it cannot be had."""
    if item.name == "people_at_risk.method" and item.value == "local":
        return "local, or else residents"
    return assumption_value(item.value, item.unit)


def _range(item: Assumption) -> str:
    """Low to high; empty for a choice."""
    if item.low is None or item.high is None:
        return ""
    low, high = (assumption_value(end, item.unit) for end in (item.low, item.high))
    if isinstance(item.low, Sequence) and low == high == assumption_value(item.value, item.unit):
        return ""
    return f"{low} to {high}"


def _source(item: Assumption) -> str:
    """Who says it, and of which year."""
    source = item.source.strip().rstrip(".")
    year = f" ({item.year})" if item.year is not None and str(item.year) not in source else ""
    return f"{source}{year}."


def _is_empty(item: Assumption) -> bool:
    """Whether it is an entry of one role that nobody filled in."""
    return item.name.endswith(tuple(PER_ROLE)) and not item.value


def effects(dossier: Dossier) -> pd.DataFrame:
    """What each assumption alone does to the total at both ends of its range, the widest first.

    The index is its dotted name. `here`, `low`, `high` and `range` are written as people read them,
    `at_value`, `at_low` and `at_high` are the totals, `least` and `most` the ends of those.
    """
    import pandas as pd  # start-up time: as above

    rows = [_effect(effect) for effect in tornado(dossier.case)]
    names = ["assumption", "title", "here", "low", "high", "range"]
    totals = ["at_value", "at_low", "at_high", "least", "most"]
    return pd.DataFrame(rows, columns=[*names, *totals]).set_index("assumption")


def _effect(effect: Effect) -> dict[str, Any]:
    low, high = (assumption_value(end, effect.unit) for end in (effect.low, effect.high))
    listed = isinstance(effect.low, tuple | list)
    return {
        "assumption": effect.name,
        "title": effect.title,
        "here": assumption_value(effect.value, effect.unit),
        "low": "low" if listed else low,
        "high": "high" if listed else high,
        "range": f"{low} to {high}",
        "at_value": effect.at_value.total,
        "at_low": effect.at_low.total,
        "at_high": effect.at_high.total,
        "least": effect.least,
        "most": effect.most,
    }


def our_choices(dossier: Dossier) -> str:
    """What is set by our judgment, in words."""
    roots = dict.fromkeys(
        item.name.split(".")[0]
        for item in dossier.assumptions.values()
        if item.quality == "C" and not item.name.endswith(".count")
    )
    return joined([CHOSEN[root] for root in roots if root in CHOSEN])
