"""Sections: people at the highest risk, and residents over time."""

from __future__ import annotations

from cvi_analysis.display.blocks import Stack
from cvi_analysis.display.formats import (
    number,
    plain,
    sentence,
    share,
)
from cvi_analysis.display.part_charts import one_in
from cvi_analysis.display.prose import Inline, Line, Prose, line, link, shown
from cvi_analysis.display.tables import Column, Row, Table
from cvi_analysis.model.sizing_case import RULES
from cvi_analysis.params.published_figures import publisher
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.section_violence import counted_elsewhere, violence
from cvi_analysis.report.wording import (
    citation,
    method_source,
    own_part,
    titled,
)

SHARE, PER_HOMICIDE = RULES["residents"], RULES["homicides"]


def people_at_risk(dossier: Dossier) -> Stack:
    """The estimate in words, one in so many, and the other ways to set the number."""
    people = dossier.profile.people
    lines = [_estimate(dossier)]
    if people.served != people.estimate:
        lines.append(_served(dossier))
    return Stack.of(
        Prose.of(*lines),
        one_in(people.estimate, dossier.profile.population, dossier.city.city),
        _ways(dossier),
        violence(dossier),
        counted_elsewhere(dossier),
    )


def _estimate(dossier: Dossier) -> Line:
    people, city = dossier.profile.people, dossier.city
    count = shown(
        f"{number(people.rounded)} people", "people_at_risk.rounded", people.rounded, strong=True
    )
    rule = dossier.profile.population * dossier.values[SHARE]
    other = f"{share(dossier.values[SHARE])} of residents"
    if people.method == "local":
        return line(
            "About ",
            count,
            f" in {city.city} are at the highest risk of violence in the near term. The number is "
            "a local count, not a rule of thumb: ",
            _local_source(dossier),
            f" The rule used for other cities, {other}, would give {number(rule)}.",
        )
    if people.method == "entered":
        return line(
            "This report was made for ",
            count,
            f" at the highest risk of violence in {city.city}, a number entered by hand. The rule "
            f"used for other cities, {other}, would give {number(rule)}.",
        )
    if people.method == "homicides":
        return line(
            "About ",
            count,
            f" in {city.city} are at the highest risk of violence in the near term: "
            f"{plain(dossier.values[PER_HOMICIDE])} for each of its "
            f"{plain(dossier.case.known.homicides or 0.0)} homicides a year "
            f"({dossier.homicides_source}). By residents, {other}, it would be {number(rule)}.",
        )
    one_of = number(1 / people.share)
    return line(
        "About ",
        count,
        f" in {city.city} are at the highest risk of violence in the near term: ",
        shown(share(people.share), "people_at_risk.share", people.share),
        f" of {number(dossier.profile.population)} residents ({citation(dossier.population)}), "
        f"or 1 in {one_of}.",
    )


def _local_source(dossier: Dossier) -> Line:
    city = dossier.city
    named = city.local_estimate_source
    source: Inline = link(named, city.local_estimate_url) if city.local_estimate_url else named
    year = f" ({city.local_estimate_year})" if city.local_estimate_year else ""
    note = f" {sentence(city.local_estimate_note)}" if city.local_estimate_note else ""
    return line(source, f"{year}.{note}")


def _ways(dossier: Dossier) -> Table:
    people, population, city = dossier.profile.people, dossier.profile.population, dossier.city
    assumption = dossier.assumptions[SHARE]
    rows: list[Row] = []
    if people.method == "entered":
        rows.append(_way("Entered for this report", people.estimate, population, used=True))
    if city.local_estimate is not None:
        used = people.method == "local"
        by = publisher(city.local_estimate_source)
        rows.append(_way(f"Local count ({by})", city.local_estimate, population, used=used))
        if city.local_estimate_low is not None and city.local_estimate_low != city.local_estimate:
            rows.append(_way("Local count, low end", city.local_estimate_low, population))
        if city.local_estimate_high is not None and city.local_estimate_high != city.local_estimate:
            rows.append(_way("Local count, high end", city.local_estimate_high, population))
    value = assumption.value
    rows.append(
        _way(
            f"Rule of thumb, {share(value)} of residents",
            population * value,
            population,
            used=people.method == "residents",
        )
    )
    for end, words in ((assumption.low, "Low end"), (assumption.high, "High end")):
        if end is not None and end != value:
            rows.append(
                _way(f"{words} we take it to have, {share(end)}", population * end, population)
            )
    homicides = dossier.case.known.homicides
    if homicides is not None:
        each = dossier.assumptions[PER_HOMICIDE]
        for end, words in ((each.value, ""), (each.low, ", low end"), (each.high, ", high end")):
            if end is not None and (words == "" or end != each.value):
                rows.append(
                    _way(
                        f"{plain(end)} for each of {plain(homicides)} homicides a year{words}",
                        homicides * end,
                        population,
                        used=people.method == "homicides" and words == "",
                    )
                )
    return Table(
        caption=f"Ways to count people at the highest risk in {city.city}",
        columns=(
            Column("Way of counting", "left", 3),
            Column("People"),
            Column("Share of residents"),
            Column("In this report", "left"),
        ),
        rows=tuple(rows),
        notes=(
            line(
                "Studies differ more in whom they count than cities differ from each other: people "
                "at the center of violence at one moment (0.01% to 0.04% of residents), over a "
                "year (0.05% to 0.1%), or everyone in a group involved in violence (0.2% to 0.5%)."
            ),
            *(
                line(f"{titled(method)}: {method_source(dossier, method)}.")
                for method in dossier.case.methods()
            ),
            *((line(own),) if (own := own_part(dossier)) and homicides is not None else ()),
        ),
    )


def _way(name: str, people: float, population: float, *, used: bool = False) -> Row:
    return Row.of(name, number(people), share(people / population), "used" if used else "")


def _served(dossier: Dossier) -> Line:
    """How many people are in the program at one time, where it is not all who are counted."""
    people = dossier.profile.people
    return line(
        "Over a year the plan counts ",
        shown(number(people.target), "people_at_risk.target", people.target),
        " people to serve; at one time ",
        shown(number(people.served), "people_at_risk.served", people.served, strong=True),
        " of them are in the program, and those set the staff and the services.",
    )
