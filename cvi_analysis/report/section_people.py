"""Sections: people at the highest risk, and residents over time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import numpy as np

from cvi_analysis.census.population_table import PopulationRow
from cvi_analysis.display.blocks import Stack
from cvi_analysis.display.formats import (
    change,
    counted,
    number,
    percent,
    plain,
    sentence,
    share,
    short_dollars,
    span,
)
from cvi_analysis.display.part_charts import one_in
from cvi_analysis.display.prose import Inline, Line, Prose, line, link, shown, strong
from cvi_analysis.display.svg_chart import Chart
from cvi_analysis.display.tables import Column, Row, Table
from cvi_analysis.display.time_charts import Series, trend
from cvi_analysis.model.profile import profile
from cvi_analysis.model.sizing_case import RULES
from cvi_analysis.params.published_figures import publisher
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.section_violence import counted_elsewhere, violence
from cvi_analysis.report.wording import (
    citation,
    kind,
    method_source,
    note_in_words,
    own_part,
    period,
    short_name,
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


FIRST_YEAR_OF_TABLE = 2019
SPLIT_2020 = "2148006"


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


def residents(dossier: Dossier) -> Stack:
    """Why the series are not joined, the trend chart, and the model on each figure held."""
    if len(dossier.series) < 2:
        return Stack.of(_only_one(dossier))
    found = _on_each_figure(dossier)
    return Stack.of(
        _why(dossier),
        _chart(dossier),
        _the_same(dossier, found) if found.same else _effect(dossier, found),
    )


@dataclass(frozen=True, slots=True)
class _OnEachFigure:
    """The population figures held since `FIRST_YEAR_OF_TABLE`, and the model's result on each."""

    rows: list[PopulationRow]
    people: list[float]
    staff: list[float]
    total: list[float]

    @property
    def same(self) -> bool:
        """Whether it makes no difference which is taken."""
        results = (self.people, self.staff, self.total)
        return len(self.rows) > 1 and all(len(set(numbers)) == 1 for numbers in results)


def _only_one(dossier: Dossier) -> Prose:
    """What can be said of the choice where no other figure is held."""
    city = dossier.city
    if dossier.series:
        row, more = dossier.series[0], "more years"
        held = f"One figure is held for {city.city}: {number(row.population)}, {citation(row)}."
    else:
        row, more = dossier.population, "them"
        held = (
            f"No figure of the Census Bureau is held for {city.city}. This report stands on "
            f"{number(row.population)} residents, {citation(row)}."
        )
    place = city.geoid or f'"{city.name}"'
    return Prose.of(
        line(
            f"{held} So neither a trend nor the effect of choosing another figure can be "
            f"shown. “cvi ingest --since 2015 --city {place}” fetches {more}."
        )
    )


def _chart(dossier: Dossier) -> Chart | None:
    order = ("dec", "pep2019", "pep2024", "acs5", "acs1")
    by_dataset = {
        key: sorted((row.year, row.population) for row in rows)
        for key, rows in groupby(
            sorted(dossier.series, key=lambda row: (row.dataset, row.year)),
            key=lambda row: row.dataset,
        )
    }
    series = [
        Series(
            key,
            short_name(key),
            by_dataset[key],
            "line" if key.startswith("pep") and len(by_dataset[key]) > 1 else "marks",
        )
        for key in sorted(by_dataset, key=lambda k: order.index(k) if k in order else len(order))
    ]
    told = "; ".join(
        f"{item.name}: " + ", ".join(f"{number(value)} in {year}" for year, value in item.points)
        for item in series
    )
    alt = f"Residents of {dossier.city.city} by dataset. {told}."
    return trend(series, _finding(dossier, by_dataset), alt)


def _finding(dossier: Dossier, by_dataset: dict[str, list[tuple[int, int]]]) -> str:
    """A sentence on the newest yearly series, within one vintage."""
    city = dossier.city.city
    yearly = [key for key in by_dataset if key.startswith("pep") and len(by_dataset[key]) > 1]
    if not yearly:
        return f"Residents of {city} by dataset"
    points = by_dataset[max(yearly)]
    (first, start), (last, end) = points[0], points[-1]
    growth = (end - start) / start
    if abs(growth) < 0.005:
        words = f"about as many as in {first}"
    else:
        words = f"{percent(abs(growth), 1)} {'more' if growth > 0 else 'fewer'} than in {first}"
    return f"{city} had {number(end)} residents in {last}, {words}"


def _why(dossier: Dossier) -> Prose:
    notes = [
        line(
            "The lines and marks below are not joined, because they measure different things. "
            f"{_what_they_are(dossier)} A step from one series to another is no change in the "
            f"{kind(dossier)}."
        ),
        line(
            strong("The figure used here: "),
            f"{number(dossier.population.population)}, {citation(dossier.population)}. It is a "
            "choice; below the chart stands what each other figure would change.",
        ),
    ]
    if dossier.city.geoid == SPLIT_2020:
        notes.append(
            line(
                strong("Louisville in 2020. "),
                "The Bureau’s 2020 count for the place that this report means "
                "(Louisville/Jefferson County, balance) is split in two: 386,884 people in place "
                "2148006 and 246,161 in place 2148000. The survey and the yearly estimates cover "
                "both. This report adds them, 633,045, so that the count means the same area.",
            )
        )
    notes += [
        line(strong(f"{short_name(row.dataset)}, {row.year}. "), note_in_words(row.note))
        for row in dossier.series
        if _worth_saying(row) and dossier.city.geoid != SPLIT_2020
    ]
    return Prose.of(*notes)


def _what_they_are(dossier: Dossier) -> str:
    held = {row.dataset for row in dossier.series}
    survey = ["averages five years"] * ("acs5" in held) + ["gives single years"] * ("acs1" in held)
    said = ["The census counts people on one day."] * ("dec" in held)
    if survey:
        said.append(
            f"The survey (ACS) {' and '.join(survey)}"
            f"{', so that neighboring figures share four years' * ('acs5' in held)}."
        )
    if any(key.startswith("pep") for key in held):
        said.append(
            "The yearly estimates start from a census and are all recomputed each year (a "
            "“vintage”), with the boundaries and methods of that year. Two vintages are not one "
            "series: each starts from its own census."
        )
    return " ".join(said)


def _worth_saying(row: PopulationRow) -> bool:
    return row.dataset == "dec" and bool(row.note)


def _on_each_figure(dossier: Dossier) -> _OnEachFigure:
    """The whole model on each population figure held, all other assumptions as they are."""
    rows = [row for row in dossier.series if row.year >= FIRST_YEAR_OF_TABLE]
    if dossier.population not in rows:
        rows.append(dossier.population)
    rows.sort(key=lambda row: (row.dataset, row.year))
    result = profile(
        dossier.values,
        np.array([row.population for row in rows], dtype=float),
        known=dossier.case.known,
    )
    size = len(rows)
    people, staff, total = (
        [float(number) for number in np.broadcast_to(numbers, size)]
        for numbers in (result.people.rounded, result.staff, result.budget.total)
    )
    return _OnEachFigure(rows, people, staff, total)


def _the_same(dossier: Dossier, found: _OnEachFigure) -> Prose:
    """One sentence where a table would say the same in every row."""
    residents = [row.population for row in found.rows]
    reach = span(number(min(residents)), number(max(residents)))
    why = (
        ""
        if dossier.profile.people.method == "residents"
        else f" A count sets the people here, and the {kind(dossier)} office is of one size on all "
        "of them."
    )
    return Prose.of(
        line(
            f"On each of {counted(len(residents), 'figure')} since "
            f"{min(row.year for row in found.rows)}, {reach} residents, the model gives the same: "
            f"{number(found.people[0])} people, {number(found.staff[0])} staff and "
            f"{short_dollars(found.total[0])} a year.{why}"
        )
    )


def _effect(dossier: Dossier, found: _OnEachFigure) -> Table:
    """A row for each figure, under the name of its series."""
    rows, people, staff, total = found.rows, found.people, found.staff, found.total
    base = dossier.profile.budget.total
    used = dossier.population
    lines = []
    shown = ""
    for index, row in enumerate(rows):
        if row.dataset != shown:
            shown = row.dataset
            lines.append(Row.of(short_name(row.dataset), kind="group"))
        here = (row.dataset, row.year) == (used.dataset, used.year)
        name = period(row.period)
        difference = total[index] - base
        lines.append(
            Row.of(
                line(strong(name), " (used here)") if here else name,
                number(row.population),
                number(people[index]),
                number(staff[index]),
                short_dollars(total[index]),
                "" if here else _signed(difference, base),
            )
        )
    return Table(
        caption=f"The same model on each population figure for {dossier.city.city}",
        columns=(
            Column("Figure", "left", 3),
            Column("Residents"),
            Column("People"),
            Column("Staff"),
            Column("Budget a year"),
            Column("Change"),
        ),
        rows=tuple(lines),
        notes=(_spread(dossier, total),),
    )


def _signed(difference: float, base: float) -> str:
    if difference == 0 or base == 0:
        return "none"
    size = percent(abs(difference) / base, 1)
    return "under 0.1%" if size == "0.0%" else change(difference, size)


def _spread(dossier: Dossier, totals: list[float]) -> Line:
    if dossier.profile.people.method != "residents":
        return line(
            "People at the highest risk are set by a count, so the population figure changes only "
            f"the size of the {kind(dossier)} office."
        )
    return line(
        f"Across {counted(len(totals), 'figure')} the budget runs from "
        f"{short_dollars(min(totals))} to {short_dollars(max(totals))}."
    )
