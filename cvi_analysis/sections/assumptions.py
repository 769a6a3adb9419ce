"""The register: every assumption with value, range, source and quality."""

from __future__ import annotations

from cvi_analysis.blocks import Column, Line, Prose, Row, Stack, Table, code, line, link
from cvi_analysis.blocks.format import assumption_value, counted, number
from cvi_analysis.dossier import Dossier
from cvi_analysis.params.assumption import Assumption

THEMES = (
    ("Population", ("population.",)),
    ("People at the highest risk", ("people_at_risk",)),
    ("Economies of scale", ("economies_of_scale.",)),
    ("Staffing: caseloads and smallest team", ("staffing.", ".caseload")),
    ("City office (OVP) posts by city size", ("ovp.", ".posts")),
    ("Numbers of staff entered by hand", (".count",)),
    ("Wages and benefits", (".wage", "pay.", "benefits.")),
    ("Budget", ("budget.",)),
)


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
        unset = [item for item in members if item.name.endswith(".count") and item.value is None]
        shown = [item for item in members if item not in unset]
        if members:
            rows.append(Row.of(title, kind="group"))
        rows += [_row(item, changed=item.name in changed) for item in shown]
        if unset:
            rows.append(_unset_row(unset))
    return Table(
        caption="Register of assumptions",
        columns=(
            Column("Assumption", "left", 4),
            Column("Value", "right", 2),
            Column("Range", "right", 2),
            Column("Grade", "left"),
            Column("Source and note", "left", 6),
        ),
        rows=tuple(rows),
        small=True,
    )


def _row(item: Assumption, *, changed: bool) -> Row:
    label = line(item.title, " ", code(item.name), " (changed in this report)" if changed else "")
    return Row.of(
        label,
        _value(item),
        _range(item),
        item.quality,
        _source(item),
    )


def _value(item: Assumption) -> str:
    shown = assumption_value(item.value, item.unit)
    if item.unit.startswith(("dollars", "share")) or item.kind in ("switch", "choice"):
        return shown
    if item.value is None or item.unit == "year" or item.kind == "list":
        return shown
    return f"{shown} {item.unit}"


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


def _unset_row(items: list[Assumption]) -> Row:
    return Row.of(
        line("Number of staff of a role ", code("roles.<role>.count")),
        "not set",
        "",
        items[0].quality,
        f"{counted(len(items), 'entry', 'entries')}, one a role. A number entered there takes the "
        f"place of the computed one; {number(len(items))} of them are empty in this report.",
    )
