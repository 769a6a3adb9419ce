"""All cities side by side: the sections that show every figure."""

from __future__ import annotations

from functools import cached_property
from statistics import median

from cvi_analysis.display.blocks import Callout, Headline, HeadlineFigure, Stack
from cvi_analysis.display.formats import (
    assumption_values,
    counted,
    dollars,
    joined,
    number,
    percent,
    share,
    short_dollars,
    span,
)
from cvi_analysis.display.prose import Prose, code, line, shown
from cvi_analysis.display.tables import Column, Row, Sortable, Table
from cvi_analysis.model.intervals import intervals
from cvi_analysis.model.sensitivity import Effect, effects
from cvi_analysis.report import cities_questions
from cvi_analysis.report.dossier import murder_rate
from cvi_analysis.report.panel import Panel
from cvi_analysis.report.scenario_change import CityLine
from cvi_analysis.report.wording import city_by_city, dataset_name, outside_the_index


def at_a_glance(cities: Cities) -> Stack:
    """The scenario, and all cities together."""
    people = sum(item.result.people.rounded for item in cities.lines)
    staff = sum(item.result.staff for item in cities.lines)
    total = sum(item.result.budget.total for item in cities.lines)
    figures = (
        ("People at the highest risk", number(people), "people", people),
        ("Staff in all cities", number(staff), "full-time posts", staff),
        ("Money in all cities", short_dollars(total), "a year", total),
    )
    population = cities.lines[0].place.population
    return Stack.of(
        _box(cities),
        Headline(
            tuple(
                HeadlineFigure(question, line(shown(text, "", value)), unit, line())
                for question, text, unit, value in figures
            )
        ),
        Prose.of(
            line(
                f"{counted(len(cities.lines), 'city', 'cities')}, residents from the "
                f"{dataset_name(population.dataset)}. Each city is shown as in its own "
                f"report: {_by_count(cities)}."
            )
        ),
    )


def _by_count(cities: Cities) -> str:
    rule = f"{share(cities.panel.values['people_at_risk.share'])} of residents"
    others = [item.place.city.city for item in cities.lines if item.counted]
    if not others:
        return f"everywhere {rule} are taken to be at the highest risk"
    if len(others) == len(cities.lines):
        return "everywhere by a count of its own"
    return f"{rule} are taken to be at the highest risk, in {joined(others)} another count"


def _box(cities: Cities) -> Callout | None:
    note = cities.panel.scenario
    if note.name == "baseline" and not note.changes and not note.by_city:
        return None
    changes = [
        "{0}: {2} instead of {1}".format(
            item.title, *assumption_values(item.baseline, item.value, item.unit)
        )
        for item in note.changes
    ]
    told = f"{'; '.join(changes)}." if changes else "No assumption differs from the baseline."
    if note.by_city:
        own = city_by_city(note)
        told = f"{told} {own}" if changes else own
    return Callout(f"Scenario: {note.title}", (Prose.of(note.reason, told),), "scenario")


def table(cities: Cities) -> Stack:
    """Every city's figures in a table that can be sorted."""
    rows = [
        Row.of(
            item.name,
            number(item.result.population),
            f"{number(item.result.people.rounded)}{'*' if item.counted else ''}",
            number(item.result.staff),
            dollars(item.result.budget.total),
            dollars(item.result.per_resident, 2),
            dollars(item.result.per_person),
            _rate(item),
        )
        for item in cities.lines
    ]
    note = (
        "People: at the highest risk. Per person: of those served. Murder rate: a year, per "
        "100,000 people, mean of 2024 and 2025, Real-Time Crime Index, by police jurisdiction, "
        "which need not be the city’s boundary."
    ) + outside_the_index(item.place.city.city for item in cities.lines if _murder_rate(item)[1])
    if any(item.counted for item in cities.lines):
        note = f"* A count, not the share of residents. {note}"
    table = Table(
        caption="All cities",
        columns=(
            Column("City", "left"),
            Column("Residents"),
            Column("People"),
            Column("Staff"),
            Column("Budget a year"),
            Column("Per resident"),
            Column("Per person"),
            Column("Murder rate"),
        ),
        rows=tuple(rows),
        notes=(line(note),),
        small=True,
    )
    return Stack.of(Sortable(table))


def ranges(cities: Cities) -> Stack:
    """How sure the totals are."""
    wide = [
        (item.range.total.low / item.range.total.central,
         item.range.total.high / item.range.total.central)
        for item in cities.lines
        if item.range.total.central
    ]  # fmt: skip
    if not wide:
        return Stack(())
    low, high = median(low for low, _ in wide), median(high for _, high in wide)
    return Stack.of(
        Prose.of(
            "No figure here is exact. When all assumptions move within their ranges, nine in "
            f"ten results for a city lie {span(percent(low), percent(high))} of the budget "
            "shown (the middle city; each city’s own report has its range). All cities share "
            "most assumptions, so their order is surer than their height."
        )
    )


def register(cities: Cities) -> Stack:
    """The assumptions that differ from the baseline, if any, and where all of them are."""
    note = cities.panel.scenario
    blocks: list[Table | Prose] = []
    if note.changes:
        blocks.append(
            Table(
                caption="What differs from the baseline",
                columns=(Column("Assumption", "left", 3), Column("Baseline"), Column("Here")),
                rows=tuple(
                    Row.of(
                        line(item.title, " ", code(item.name)),
                        *assumption_values(item.baseline, item.value, item.unit),
                    )
                    for item in note.changes
                ),
                small=True,
            )
        )
    blocks.append(
        Prose.of(
            f"All {len(cities.panel.assumptions)} assumptions, with their ranges and sources, "
            "stand in every city’s report.",
            "Independent work: the public method of the CVI Ecosystem profiles by the "
            "Coalition to Advance Public Safety (CAPS), not affiliated with it. Population "
            "figures are those of the U.S. Census Bureau, which has not endorsed or certified "
            "this product.",
        )
    )
    return Stack.of(*blocks)


def _murder_rate(item: CityLine) -> tuple[float | None, bool]:
    place = item.place
    return murder_rate(place.city, place.homicides, place.population.population)


def _rate(item: CityLine) -> str:
    rate, _ = _murder_rate(item)
    return "not known" if rate is None else number(rate, 1)


class Cities:
    """All cities side by side.

    Attributes:
        panel: every city's resolved inputs.
    """

    def __init__(self, panel: Panel) -> None:
        self.panel = panel

    def __repr__(self) -> str:
        return f"<Cities: {len(self.lines)}; scenario {self.panel.scenario.name}>"

    @cached_property
    def lines(self) -> tuple[CityLine, ...]:
        """Every city's figures, in the order of `params/cities.csv`."""
        cases = list(self.panel.cases.values())
        return tuple(
            CityLine(place, case, case.profile(), found)
            for place, case, found in zip(self.panel.places, cases, intervals(cases), strict=True)
        )

    @cached_property
    def effects(self) -> tuple[tuple[Effect, ...], ...]:
        """What each assumption alone does to each city's total."""
        return tuple(effects(line.case) for line in self.lines)

    def at_a_glance(self) -> Stack:
        """The scenario, and all cities together."""
        return at_a_glance(self)

    def table(self) -> Stack:
        """Every city's figures in a table that can be sorted."""
        return table(self)

    def ranges(self) -> Stack:
        """How sure the totals are."""
        return ranges(self)

    def per_resident(self) -> Stack:
        """What a resident would pay."""
        return cities_questions.per_resident(self)

    def scale(self) -> Stack:
        """How economies of scale act."""
        return cities_questions.scale(self)

    def assumptions(self) -> Stack:
        """Which assumption matters where."""
        return cities_questions.assumptions(self)

    def homicides(self) -> Stack:
        """How the count of people compares with homicides."""
        return cities_questions.homicides(self)

    def register(self) -> Stack:
        """What differs from the baseline, and who made this."""
        return register(self)
