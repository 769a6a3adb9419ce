"""People at the highest risk: how many, how that is known, what one in so many looks like."""

from __future__ import annotations

from cvi_analysis.blocks import Column, Inline, Line, Prose, Row, Stack, Table, line, link, shown
from cvi_analysis.blocks.format import number, sentence, share
from cvi_analysis.charts import one_in
from cvi_analysis.datasets import citation
from cvi_analysis.dossier import Dossier
from cvi_analysis.params.evidence import publisher
from cvi_analysis.sections.glance import target_line

SHARE = "people_at_risk.share"


def people_at_risk(dossier: Dossier) -> Stack:
    """The estimate in words, one in so many, and the other ways to set the number."""
    people = dossier.profile.people
    lines = [_estimate(dossier)]
    if people.target != people.estimate:
        lines.append(target_line(dossier))
    return Stack.of(
        Prose.of(*lines),
        one_in(people.estimate, dossier.profile.population, dossier.city.city),
        _ways(dossier),
    )


def _estimate(dossier: Dossier) -> Line:
    people, city = dossier.profile.people, dossier.city
    count = shown(
        f"{number(people.rounded)} people", "people_at_risk.rounded", people.rounded, strong=True
    )
    rule = dossier.profile.population * dossier.values[SHARE]
    other = f"{share(dossier.values[SHARE])} of residents"
    if people.method == "local_estimate":
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
        used = people.method == "local_estimate"
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
            used=people.method == "population_share",
        )
    )
    for end, words in ((assumption.low, "Low end"), (assumption.high, "High end")):
        if end is not None and end != value:
            rows.append(_way(f"{words} of the rule, {share(end)}", population * end, population))
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
        ),
    )


def _way(name: str, people: float, population: float, *, used: bool = False) -> Row:
    return Row.of(name, number(people), share(people / population), "used" if used else "")
