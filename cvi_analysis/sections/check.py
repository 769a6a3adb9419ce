"""The external check: the one published profile with readable figures, beside this model."""

from __future__ import annotations

from cvi_analysis.blocks import Column, Inline, Line, Prose, Row, Stack, Table, line, link, strong
from cvi_analysis.blocks.format import MINUS, dollars, number, percent
from cvi_analysis.datasets import citation
from cvi_analysis.dossier import Dossier

ADDRESS = "https://cviecosystem.org/cities/norfolk-virginia"
LINES = {
    "population.value": "Residents",
    "people_at_risk.rounded": "People at the highest risk",
    "staffing.ovp.count": "OVP staff, all posts",
    "budget.frontline": "Frontline staff",
    "budget.supervision_ovp": "Supervision and OVP",
    "budget.training": "Training and technical assistance",
    "budget.evaluation": "Data and evaluation",
    "budget.wraparound": "Wraparound services",
    "budget.total": "Total a year",
}
TOLERANCE = 0.05


def external_check(dossier: Dossier) -> Stack:
    """What was compared, the table, and what it shows."""
    check = dossier.check
    return Stack.of(
        Prose.of(
            line(
                "The Coalition to Advance Public Safety (CAPS) published a profile of ",
                link("Norfolk, Virginia", ADDRESS),
                ", the only one whose figures we could read. Here is this model for Norfolk on the "
                f"population that CAPS used ({number(check.population.population)}, "
                f"{citation(check.population)}), with the project’s own baseline for all else.",
            )
        ),
        _table(dossier),
        Prose.of(_verdict(dossier)),
    )


def _table(dossier: Dossier) -> Table:
    check = dossier.check
    implied = {
        figure.item: figure.value
        for figure in check.published
        if figure.how_known == "inferred" and figure.value is not None
    }
    rows = []
    for figure in check.published:
        if figure.how_known != "published" or figure.item not in check.ours:
            continue
        ours = check.ours[figure.item]
        money = figure.item.startswith("budget.")
        show = dollars if money else number
        published: Inline | Line = "not readable"
        if figure.value is not None:
            published = show(figure.value)
        elif figure.item in implied:
            published = f"not readable; {show(implied[figure.item])} implied"
        rows.append(
            Row.of(
                _label(dossier, figure.item),
                published,
                show(ours),
                _difference(figure.value, ours, money=money),
            )
        )
    return Table(
        caption="Norfolk, Virginia: the published profile and this model",
        columns=(
            Column("Line", "left", 3),
            Column("Published by CAPS"),
            Column("This model"),
            Column("Difference"),
        ),
        rows=tuple(rows),
        notes=(
            line(
                "“Not readable”: the published page has the line, but we could not read it; it is "
                "not zero. “Implied”: what the readable lines leave for it, by our arithmetic."
            ),
        ),
    )


def _label(dossier: Dossier, item: str) -> str:
    if item in LINES:
        return LINES[item]
    role = item.split(".")[1]
    return dossier.roles[role].plural if role in dossier.roles else item


def _difference(published: float | None, ours: float, *, money: bool) -> str:
    if published is None:
        return ""
    difference = ours - published
    if difference == 0:
        return "none"
    sign = "+" if difference > 0 else MINUS
    size = dollars(abs(difference)) if money else number(abs(difference))
    part = f" ({sign}{percent(abs(difference) / published, 1)})" if published else ""
    return f"{sign}{size}{part}"


def _verdict(dossier: Dossier) -> Line:
    ours = dossier.check.ours
    published = {
        figure.item: figure.value
        for figure in dossier.check.published
        if figure.how_known == "published" and figure.value is not None and figure.item in ours
    }
    staff = [item for item in published if item.startswith("staffing.")]
    same = [item for item in staff if published[item] == ours[item]]
    counts = (
        "Every number of staff is the same"
        if len(same) == len(staff)
        else f"{len(same)} of {len(staff)} numbers of staff are the same"
    )
    wrap = published.get("budget.wraparound") == ours["budget.wraparound"]
    lines: list[str] = [f"{counts}{', and so is the wraparound line' if wrap else ''}. "]
    total = published.get("budget.total")
    if total:
        off = (ours["budget.total"] - total) / total
        within = "within" if abs(off) <= TOLERANCE else "more than"
        lines.append(
            f"Our total is {percent(abs(off), 1)} {'above' if off > 0 else 'below'} the published "
            f"one, {within} {percent(TOLERANCE)}; the difference comes from pay, which CAPS did "
            "not publish by role. "
        )
    lines.append(
        "The caseloads were inferred from this profile, so equal numbers of staff show that the "
        "formulas are right, not that the caseloads hold elsewhere."
    )
    return line(strong("What it shows. "), *lines)
