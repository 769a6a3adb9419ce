"""The register: every assumption with value, range, source and quality."""

from __future__ import annotations

from cvi_analysis.blocks import Column, Line, Prose, Row, Stack, Table, code, line, link
from cvi_analysis.blocks.format import assumption_value, counted
from cvi_analysis.dossier import Dossier
from cvi_analysis.params.assumptions import Assumption

THEMES = (
    ("Population", ("population.",)),
    ("People at the highest risk", ("people_at_risk",)),
    ("Economies of scale", ("economies_of_scale.",)),
    ("Staffing: caseloads and smallest team", ("staffing.", ".caseload")),
    ("City office (OVP) posts by city size", ("ovp.", ".posts")),
    ("Numbers of staff entered by hand", (".count",)),
    ("Wages and benefits", (".wage", "pay.", "benefits.")),
    ("Budget", ("budget.",)),
    ("Hiring over the years", ("phasing.", ".existing")),
    ("Other ways to reckon", ("comparison.",)),
)

PER_ROLE = {
    ".count": "A number entered there takes the place of the computed one.",
    ".existing": "A number entered there is counted as filled in the hiring plan.",
}
"""Entries that exist once a role and are empty unless a city fills them in."""


def assumptions(dossier: Dossier) -> Stack:
    """How to read the register, and the register."""
    items = dossier.assumptions.values()
    grades = {grade: sum(item.quality == grade for item in items) for grade in "ABC"}
    return Stack.of(
        Prose.of(
            line(
                f"{len(dossier.assumptions)} assumptions set every number in this report. Grade A "
                f"is a published figure carried unchanged ({grades['A']}), B is derived by us from "
                f"published figures ({grades['B']}), C is our judgment where nothing was published "
                f"({grades['C']}). The range is what we hold plausible; a choice has none."
            )
        ),
        register_table(dossier),
    )


def register_table(dossier: Dossier) -> Table:
    """All assumptions by theme; counts that nobody entered are one line."""
    changed = {item.name for item in dossier.scenario.changes}
    rows: list[Row] = []
    left = dict(dossier.assumptions)
    for title, marks in (*THEMES, ("Other", ("",))):
        members = [
            item
            for name, item in left.items()
            if any(name.startswith(m) or (m.startswith(".") and name.endswith(m)) for m in marks)
        ]
        for item in members:
            left.pop(item.name)
        if members:
            rows.append(Row.of(title, kind="group"))
        rows += [_row(item, changed=item.name in changed) for item in members if not _empty(item)]
        for ending, words in PER_ROLE.items():
            empty = [item for item in members if item.name.endswith(ending) and _empty(item)]
            if empty:
                rows.append(_empty_row(empty, ending, words))
    return Table(
        caption="Register of assumptions",
        columns=(
            Column("Assumption", "left", 5),
            Column("Value", "right", 2),
            Column("Range", "right", 2.2),
            Column("Grade", "left"),
            Column("Source and note", "left", 8),
        ),
        rows=tuple(rows),
        small=True,
    )


def _row(item: Assumption, *, changed: bool) -> Row:
    unit = f" ({item.unit})" if item.kind in ("number", "integer") and item.unit != "year" else ""
    return Row.of(
        line(f"{item.title}{unit} ", code(item.name), " (changed here)" if changed else ""),
        assumption_value(item.value, item.unit),
        _range(item),
        item.quality,
        _source(item),
    )


def _range(item: Assumption) -> str:
    if item.low is None or item.high is None:
        return ""
    if isinstance(item.low, tuple | list):
        low, high = assumption_value(item.low), assumption_value(item.high)
        return "" if low == high == assumption_value(item.value) else f"{low} to {high}"
    return f"{assumption_value(item.low, item.unit)} to {assumption_value(item.high, item.unit)}"


def _source(item: Assumption) -> Line:
    source = item.source.strip().rstrip(".")
    year = f" ({item.year})" if item.year is not None and str(item.year) not in source else ""
    head = link(source, item.source_url) if item.source_url else source
    note = f" {item.note.strip()}" if item.note else ""
    return line(head, f"{year}.{note}")


def _empty(item: Assumption) -> bool:
    """Whether it is an entry of one role that nobody filled in."""
    return item.name.endswith(tuple(PER_ROLE)) and not item.value


def _empty_row(items: list[Assumption], ending: str, words: str) -> Row:
    title = "Number of staff of a role " if ending == ".count" else "Staff at work today, by role "
    return Row.of(
        line(title, code(f"roles.<role>{ending}")),
        "not set",
        "",
        items[0].quality,
        f"{counted(len(items), 'entry', 'entries')}, one a role, empty in this report. {words}",
    )
