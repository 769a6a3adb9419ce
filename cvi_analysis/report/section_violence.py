"""Homicides and people shot in the city as others count them, and what they say of the people."""

from __future__ import annotations

from cvi_analysis.display.blocks import Stack
from cvi_analysis.display.formats import assumption_value, joined, number, span
from cvi_analysis.display.prose import Inline, Line, Prose, line, link, strong
from cvi_analysis.display.tables import Column, Row, Table
from cvi_analysis.model.reality_checks import (
    PER_HOMICIDE,
    PER_PERSON_SHOT,
    BesideHomicides,
    beside_homicides,
    by_people_shot,
)
from cvi_analysis.params.people_per_shooting import CountedPeople
from cvi_analysis.params.shootings import ShootingCount
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.wording import possessive

_TITLES = {
    "homicides": "Homicides",
    "fatal_shootings": "Killed with a gun",
    "nonfatal_shooting_victims": "Shot and survived",
    "nonfatal_shooting_incidents": "Shootings that nobody died of",
    "shooting_victims_total": "People shot",
    "shooting_incidents_total": "Shootings with someone hit",
}
_OF_PEOPLE_SHOT = tuple(name for name in _TITLES if name not in ("homicides", "fatal_shootings"))
"""Measures that count more than the people who were killed."""


def violence(dossier: Dossier) -> Stack:
    """The counts with who made them and how, and the number of people that they lead to."""
    rows = [*homicides(dossier), *shot(dossier)]
    if not rows:
        return Stack.of(Prose.of(_none(dossier)))
    return Stack.of(_table(dossier, rows), Prose.of(_check(dossier)))


def homicides(dossier: Dossier) -> list[ShootingCount]:
    """The homicides of the last two full years that are computed with."""
    return list(dossier.facts.counts.homicides(dossier.city.slug).values())[-2:]


def shot(dossier: Dossier) -> list[ShootingCount]:
    """The counts of people shot of the last full year, and later ones not computed with."""
    found = dossier.facts.people_shot
    used = () if found is None else found.rows
    later = [
        row
        for row in dossier.facts.shootings
        if row.chosen and row.measure in _OF_PEOPLE_SHOT and (not found or row.year > found.year)
    ]
    last = max((row.year for row in later), default=None)
    return [*used, *(row for row in later if row.year == last)]


def _none(dossier: Dossier) -> Line:
    return line(f"We know of no count of homicides or of people shot in {dossier.city.city}.")


def _table(dossier: Dossier, rows: list[ShootingCount]) -> Table:
    return Table(
        caption=f"Homicides and people shot in {dossier.city.city}, as others count them",
        columns=(
            Column("What is counted", "left", 2.2),
            Column("Year"),
            Column("Count"),
            Column("How, and by whom", "left", 5),
        ),
        rows=tuple(
            Row.of(
                _TITLES[row.measure],
                str(row.year),
                number(row.value),
                line(f"{row.definition}; ", link(row.source, row.source_url), _doubt(row)),
            )
            for row in rows
        ),
        small=True,
    )


def _doubt(row: ShootingCount) -> str:
    return " (low confidence: shown, not computed with)" if row.confidence == "low" else ""


def _check(dossier: Dossier) -> Line:
    """People by people shot beside people by homicides, or why there is no such check."""
    found, case = dossier.facts.people_shot, dossier.case
    if found is None:
        return line(
            f"We know of no count of all people shot in {dossier.city.city} in a full year that "
            "can be computed with."
        )
    people = by_people_shot(case, found.value)
    rule = dossier.assumptions[PER_PERSON_SHOT]
    low, each, high = (
        assumption_value(end, rule.unit) for end in (rule.low, rule.value, rule.high)
    )
    added = len(found.rows) > 1
    how = "killed or not (the last two counts added)" if added else "as the table says"
    beside = (
        ""
        if case.known.homicides is None
        else f" By homicides, {assumption_value(dossier.values[PER_HOMICIDE])} for each, it is "
        f"{number(case.by('homicides').people.estimate)}."
    )
    return line(
        strong("A check by people shot. "),
        f"By these counts {number(found.value)} people were shot in {found.year}, {how}. At {each} "
        f"people at the highest risk for each of them ({low} to {high}) that is "
        f"{number(people.central)} people, {number(people.low)} to {number(people.high)}.{beside} "
        "Few counts stand behind either rule, and this one sizes nothing here.",
    )


_CLASSES = {
    "list": "Names on a list of police or a program",
    "group_members": "Members of groups",
    "involved": "Everyone known in a shooting, victim or suspect",
    "network": "A network: groups and those near them",
}
"""Who is counted, other than the core, in words."""


def counted_elsewhere(dossier: Dossier) -> Stack:
    """What stands behind the rule by homicides, and apart from it counts of other people."""
    city = dossier.city
    found = beside_homicides(dossier.evidence.counted, city.city, city.state, tuple(_CLASSES))
    if not found.rest:
        return Stack.of(Prose.of(_behind(dossier, found)))
    return Stack.of(
        Prose.of(_behind(dossier, found)),
        Table(
            caption="Other people counted beside the homicides of their time, in other cities",
            columns=(
                Column("Who is counted", "left", 2),
                Column("For each homicide"),
                Column("Where, and how many people", "left", 5),
            ),
            rows=tuple(_other(_CLASSES[name], rows) for name, rows in found.rest.items()),
            small=True,
        ),
    )


def _behind(dossier: Dossier, found: BesideHomicides) -> Line:
    """The counts of the core with their ratios; the city's own is no check of itself."""
    homicides = dossier.case.known.homicides
    others = [f"{row.place.rpartition(' ')[0]} {number(row.per_homicide, 1)}" for row in found.core]
    title = strong("What stands behind the rule by homicides. ")
    apart = "Counts of other people, below, are set apart: nothing is sized on them."
    if found.own is None:
        if not others:
            return line(title, "We hold no counts of the core beside homicides.")
        others[0] += " people for each homicide"
        return line(
            title, f"Counts of the core, over a year or not stated: {joined(others)}. {apart}"
        )
    people = None if homicides is None else found.by_core(homicides)
    here = "" if people is None else f", which give {span(*map(number, people))} people here"
    return line(
        title,
        f"Counts of the core, over a year or not stated, {possessive(dossier.city.city)} own among "
        f"them ({number(found.own.per_homicide, 1)} people for each homicide). A count is no check "
        f"of itself; the others are {joined(others) or 'none'}{here}. {apart}",
    )


def _other(title: str, rows: tuple[CountedPeople, ...]) -> Row:
    ends = [number(row.per_homicide, 1) for row in (rows[0], rows[-1])]
    where: list[Inline] = []
    for row in rows:
        city, _, state = row.place.rpartition(" ")
        doubt = ", low confidence" if row.confidence == "low" else ""
        where += [
            "; " if where else "",
            link(f"{city}, {state}", row.source_url),
            f" {number(row.per_homicide, 1)} ({number(row.people)}, {row.year}{doubt})",
        ]
    return Row.of(title, ends[0] if ends[0] == ends[1] else span(*ends), line(*where))


def counts_before(dossier: Dossier) -> list[str]:
    """The last counts that can be relied on, in words."""
    rows = [row for row in (*homicides(dossier), *shot(dossier)) if row.confidence != "low"]
    return [f"{number(row.value)} {_WORDS[row.measure]} in {row.year}" for row in rows]


_WORDS = {
    "homicides": "homicides",
    "fatal_shootings": "people killed with a gun",
    "nonfatal_shooting_victims": "people shot who survived",
    "nonfatal_shooting_incidents": "shootings that nobody died of",
    "shooting_victims_total": "people shot",
    "shooting_incidents_total": "shootings with someone hit",
}
"""Counts in words, by measure."""
