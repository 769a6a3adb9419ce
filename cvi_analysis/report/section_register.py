"""Sections: the register of assumptions, the external check, and the limits."""

from __future__ import annotations

from cvi_analysis.census.registry import origin
from cvi_analysis.display.blocks import Stack
from cvi_analysis.display.formats import (
    MINUS,
    assumption_value,
    dollars,
    joined,
    number,
    percent,
    sentence,
    short_dollars,
)
from cvi_analysis.display.prose import Bullets, Inline, Line, Prose, line, link, strong
from cvi_analysis.display.tables import Column, Row, Table
from cvi_analysis.model.sensitivity import effects
from cvi_analysis.params.assumptions import Assumption
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.register_frame import (
    PER_ROLE,
    by_theme,
    empty_entries,
    is_empty,
    its_range,
    its_source,
    note_of,
)
from cvi_analysis.report.wording import citation, note_in_words


def assumptions(dossier: Dossier) -> Stack:
    """How to read the register, and the register."""
    items = dossier.assumptions.values()
    grades = {grade: sum(item.quality == grade for item in items) for grade in "ABC"}
    fits = {grade: sum(item.fit == grade for item in items) for grade in "ABC"}
    return Stack.of(
        Prose.of(
            line(
                f"{len(dossier.assumptions)} assumptions set every number in this report. Grade A "
                f"is a published figure carried unchanged ({grades['A']}), B is derived by us from "
                f"published figures ({grades['B']}), C is our judgment where nothing was "
                f"published ({grades['C']}). Fit says how well the figure stands here, however "
                f"good it is in itself: A it is about this very thing ({fits['A']}, "
                "entries left empty included), "
                f"B about something near ({fits['B']}), C about something far, or one place or "
                f"rule that stands for every city ({fits['C']}). What is varied in the ranges says "
                "by how much it moves the budget when it alone goes from one end to the other."
            )
        ),
        register_table(dossier),
    )


def register_table(dossier: Dossier) -> Table:
    """All assumptions by theme, without notes; counts that nobody entered are one line."""
    changed = {item.name for item in dossier.scenario.changes}
    own = {item.name for item in dossier.scenario.changes if item.own}
    moved = {effect.name: effect.swing for effect in effects(dossier.case)}
    rows: list[Row] = []
    for title, members in by_theme(dossier.assumptions):
        rows.append(Row.of(title, kind="group"))
        rows += [
            _row(item, moved.get(item.name), item.name in changed, item.name in own)
            for item in members
            if not is_empty(item)
        ]
        for ending in PER_ROLE:
            empty = [item for item in members if item.name.endswith(ending) and is_empty(item)]
            if empty:
                rows.append(_empty_row(empty, ending))
    return Table(
        caption="Register of assumptions",
        columns=(
            Column("Assumption", "left", 5),
            Column("Value", "right", 2),
            Column("Range", "right", 3.4),
            Column("Moves the budget by", "right", 2),
            Column("Grade", "left"),
            Column("Fit", "left", 0.7),
            Column("Source", "left", 6),
        ),
        rows=tuple(rows),
        small=True,
    )


def _row(item: Assumption, swing: int | None, changed: bool, own: bool) -> Row:
    # What is set for this city alone is in no annex.
    note = note_of(item) if own else ""
    return Row.of(
        line(item.title, " (changed here)" if changed else ""),
        assumption_value(item.value, item.unit),
        its_range(item),
        "" if swing is None else short_dollars(swing),
        item.quality,
        item.fit or "",
        line(its_source(item), note),
    )


def _empty_row(items: list[Assumption], ending: str) -> Row:
    title, told = empty_entries(items, ending)
    return Row.of(title, "not set", "", "", items[0].quality, items[0].fit or "", told)


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
                _difference(figure.value or implied.get(figure.item), ours, money=money),
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
                "not zero. “Implied”: what the readable lines leave for it, by our arithmetic; the "
                "difference there is from that."
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
            f"one, {within} {percent(TOLERANCE)}. It comes from pay alone, which CAPS did not "
            "publish by role, and lines with opposite signs in it offset each other. "
        )
    lines.append(
        "The caseloads were inferred from this profile, so equal numbers of staff show that the "
        "formulas are right, not that the caseloads hold elsewhere."
    )
    return line(strong("What it shows. "), *lines)


LAGS = {
    "acs5": "A five-year average lags behind a city that grows or shrinks fast.",
    "dec": "A count of 2020 or earlier misses all growth and loss since.",
}


def limits(dossier: Dossier) -> Stack:
    """Data vintage and limits, then what is a choice of this project."""
    return Stack.of(
        Prose.of(
            line(strong("The data.")),
            Bullets(tuple(_data(dossier))),
            line(strong("The model.")),
            Bullets(tuple(_model(dossier))),
            line(strong("What is our choice.")),
            Bullets(tuple(_choices(dossier))),
        )
    )


def _data(dossier: Dossier) -> list[Line]:
    row = dossier.population
    margin = (
        f" with a 90% margin of error of {number(row.moe)} people, which says nothing about "
        "boundaries or the choice of dataset"
        if row.moe is not None
        else ""
    )
    came = f" The figure was {origin(row.raw_file)}." if row.raw_file else ""
    found = [
        line(f"Residents: {number(row.population)}, {citation(row)}{margin}.{came}"),
        line(
            f"{LAGS.get(row.dataset, '')} The section on residents shows the result on each other "
            "figure held.".strip()
        ),
        line(
            "Wages are means of the nearest federal occupation, national unless the register says "
            "otherwise. No federal occupation is “outreach worker” or “mediator”, and local pay "
            "differs."
        ),
    ]
    if row.note:
        found.append(line(f"Note on this figure: {sentence(note_in_words(row.note))}"))
    return found


def _model(dossier: Dossier) -> list[Line]:
    return [
        line(
            "The number of people at the highest risk drives almost everything. A rule of thumb "
            "cannot replace a local problem analysis, a review of who has been shot and who may be "
            "next; a city that has one should enter its count."
        ),
        line(
            "The rule follows residents, not shootings. It gives a city with much violence no more "
            "per resident than one with little."
        ),
        line(
            "Hospital specialists follow the people of the program, as all frontline staff do. A "
            "hospital would count the people who come in hurt, so ask it before posts are set."
        ),
        line(
            "The budget is for a full program in a full year. Hiring takes time, and posts stay "
            "empty: programs report about a quarter vacant. It leaves out start-up cost, office "
            "space and inflation."
        ),
        line(
            "It is a plan for capacity. It does not predict how much violence will fall. Studies "
            "of such programs are promising and uneven."
        ),
    ]


def _choices(dossier: Dossier) -> list[Line]:
    judged = [
        item
        for item in dossier.assumptions.values()
        if item.quality == "C" and not item.name.endswith(".count")
    ]
    themes: dict[str, int] = {}
    for item in judged:
        themes[item.name.split(".")[0]] = themes.get(item.name.split(".")[0], 0) + 1
    words = {
        "economies_of_scale": "the size of economies of scale",
        "ovp": "the posts of the city office by city size",
        "roles": "posts of the city office and some ranges",
        "population": "which population figure to use",
        "people_at_risk": "whom the plan serves",
        "budget": "how wraparound is divided by kind",
        "benefits": "benefits of city staff",
        "staffing": "the smallest team",
        "medicaid": "what Medicaid could pay back",
    }
    named = [words[key] for key in themes if key in words and key != "roles"]
    return [
        line(f"By our judgment (grade C in the register): {joined(named)}."),
        line(
            "Inferred by us from the published Norfolk profile (grade B): the caseloads and the "
            "amount of wraparound for a person."
        ),
        line(
            "Where several sources disagree, the register gives the range, and the annex the "
            "reason for the central value."
        ),
    ]
