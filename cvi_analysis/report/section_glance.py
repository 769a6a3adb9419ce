"""The first section: the three figures, where they stand among the trials, and by which method."""

from __future__ import annotations

from collections.abc import Callable

from cvi_analysis import __edition__
from cvi_analysis.display.blocks import Callout, Headline, HeadlineFigure, Stack
from cvi_analysis.display.formats import (
    at_the_head,
    dollars,
    joined,
    number,
    percent,
    short_dollars,
    span,
)
from cvi_analysis.display.prose import (
    Inline,
    Line,
    Paragraph,
    Prose,
    line,
    shown,
    strong,
)
from cvi_analysis.display.range_charts import Interval, ranges
from cvi_analysis.display.svg_chart import Chart
from cvi_analysis.display.tables import Column, Row, Table
from cvi_analysis.model.intervals import Range
from cvi_analysis.model.people import MONTHS, Method
from cvi_analysis.model.sizing_case import method_is_drawn, spreads
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.section_existing import spent
from cvi_analysis.report.section_scenario import scenario_box, scenario_tables
from cvi_analysis.report.wording import cited, day, own_part, place_name, titled

MOST_TRIALS = 0.75
"""From this share of trials below the budget on, the report says why it is high among them."""


def at_a_glance(dossier: Dossier) -> Stack:
    """The scenario's box if there is one, the three figures with ranges, where they come from."""
    return Stack.of(
        scenario_box(dossier),
        small_place(dossier),
        headline(dossier),
        summary(dossier),
        by_method(dossier),
        scenario_tables(dossier),
    )


def small_place(dossier: Dossier) -> Callout | None:
    """The box that says what the model cannot tell of a small place; None for all others."""
    residents, limit = dossier.population.population, dossier.values["population.small_place"]
    if residents >= limit:
        return None
    said = line(
        f"{dossier.city.city} has {number(residents)} residents. This model is meant for places of "
        f"{number(limit)} or more. Below, every role has its one post whether or not there is work "
        "for it, and the city's office weighs more than the people it serves: read the people, and "
        "plan the staff together with the county or with neighbors."
    )
    return Callout("A small place", (Prose.of(said),), "note")


def headline(dossier: Dossier) -> Headline:
    """Three questions, three figures, each with its 90% range."""
    result, found = dossier.profile, dossier.ranges
    people, staff, total = result.people.rounded, result.staff, result.budget.total
    return Headline(
        (
            HeadlineFigure(
                "How many people?",
                shown(number(people), "people_at_risk.rounded", people),
                "people at the highest risk of violence",
                _range("people_at_risk", found.people_at_risk, number),
            ),
            HeadlineFigure(
                "How many staff?",
                shown(number(staff), "ranges.staff.central", staff),
                "full-time staff",
                _range("staff", found.staff, number),
            ),
            HeadlineFigure(
                "How much money?",
                shown(short_dollars(total), "budget.total", total),
                "a year",
                _range("total", found.total, short_dollars),
            ),
        )
    )


def _range(name: str, found: Range, show: Callable[[float], str]) -> Line:
    if found.low == found.high:
        return line("Range: none in this report")
    return line(
        "Range: ",
        shown(show(found.low), f"ranges.{name}.low", found.low),
        " to ",
        shown(show(found.high), f"ranges.{name}.high", found.high),
    )


def summary(dossier: Dossier) -> Prose:
    """Residents with their source, the budget per resident and person, what the ranges mean."""
    result, row = dossier.profile, dossier.population
    pieces = [
        line(
            "A small number of people are involved in most shootings, and many of them have been "
            "hurt themselves. ",
            strong("Community violence intervention (CVI)"),
            " reaches them with people they trust, keeps conflicts from turning into shootings, "
            "and offers them and their families a way out.",
        ),
        line(
            f"{place_name(dossier)} has ",
            shown(number(row.population), "population.value", row.population, strong=True),
            f" residents ({cited(row)}). The budget comes to ",
            shown(dollars(result.per_resident), "per_resident", result.per_resident, strong=True),
            " a resident and ",
            shown(short_dollars(result.per_person), "per_person", result.per_person, strong=True),
            " for each person in the program at one time, per year. It holds no money for "
            "policing.",
        ),
    ]
    if dossier.spending_today is not None:
        pieces[-1] = line(pieces[-1], " For comparison, ", spent(dossier), ".")
    return Prose.of(
        *pieces,
        Paragraph(
            line(
                "The ranges show how far our assumptions move each figure: the "
                f"{len(spreads(dossier.case))} that are uncertain here vary within their plausible "
                f"ranges{_drawn(dossier)}, and 9 of 10 trials gave a figure inside."
                f"{_outside(dossier)} What is not an assumption, such as a recession, is not in "
                "them."
            ),
            note=True,
        ),
        Paragraph(_where_it_stands(dossier)),
        Paragraph(_whose(dossier), note=True),
    )


def _whose(dossier: Dossier) -> Line:
    """Who stands behind the figures, of when they are, and in which dollars."""
    year = dossier.values["budget.price_year"]
    return line(
        "An independent implementation of the public method of the Coalition to Advance Public "
        "Safety (CAPS), neither made nor checked by it. "
        f"Edition of {day(__edition__)}, dollars of ",
        shown(str(year), "price_year", year),
        "; of the services (wraparound) the source states no year.",
    )


def _drawn(dossier: Dossier) -> str:
    return ", the way of counting people too" if method_is_drawn(dossier.case) else ""


def _outside(dossier: Dossier) -> str:
    """Says so where a figure of the report is not within its own range."""
    found = dossier.ranges
    named = (
        ("people lie", found.people_at_risk),
        ("staff lie", found.staff),
        ("budget lies", found.total),
    )
    beyond = [
        f"the {name} {'above' if item.central > item.high else 'below'} the range"
        for name, item in named
        if not item.low <= item.central <= item.high
    ]
    if not beyond:
        return ""
    case = dossier.case
    why = (
        "because the source’s count is the least there are and trials only go up from it"
        if case.method == "local" and case.local_low == case.known.local
        else "because this report stands at one end of what is varied"
    )
    inside = "; the other figures lie inside" if len(beyond) < len(named) else ""
    return f" {at_the_head(joined(beyond))}, {why}{inside}."


def _where_it_stands(dossier: Dossier) -> Line:
    """How many trials asked for less money, the middle one, and why, where it is most of them."""
    found, case = dossier.ranges.total, dossier.case
    lower = found.below
    told: list[Inline | Line] = [
        shown(percent(lower), "ranges.total.below", lower, strong=True),
        " of the trials came out below this budget; the middle one was ",
        shown(short_dollars(found.middle), "ranges.total.middle", found.middle, strong=True),
        " a year.",
    ]
    values = dossier.values
    reasons = [
        words
        for words, holds in (
            (
                "people are counted by residents, which gives more than homicides do",
                case.method == "residents"
                and method_is_drawn(case)
                and case.by("homicides").budget.total < dossier.profile.budget.total,
            ),
            ("everyone who is offered the program joins", values["people_at_risk.take_up"] == 1.0),
            (
                "everyone stays in it all year",
                values["people_at_risk.months"] == MONTHS and not _at_one_time(dossier),
            ),
        )
        if holds
    ]
    if lower >= MOST_TRIALS and reasons:
        told.append(f" It is high among them because here {joined(reasons)}.")
    return line(*told)


def _at_one_time(dossier: Dossier) -> bool:
    """Whether a count of people at one time sets the people served."""
    known = dossier.case.known
    return dossier.case.method == "local" and (
        known.at_one_time is not None or known.counts == "at_one_time"
    )


def by_method(dossier: Dossier) -> Table:
    """The same city by every way of counting that can be had, the one in force first."""
    case = dossier.case
    rows: list[Row] = []
    for method in case.methods():
        result, name = case.by(method), titled(method)
        rows.append(
            Row.of(
                name if rows else line(strong(name), " (used here)"),
                _counted(dossier, method),
                shown(number(result.people.estimate), f"methods.{method}.estimate",
                      result.people.estimate),
                shown(number(result.people.served), f"methods.{method}.served",
                      result.people.served),
                shown(number(result.staff), f"methods.{method}.staff", result.staff),
                shown(short_dollars(result.budget.total), f"methods.{method}.total",
                      result.budget.total),
            )
        )  # fmt: skip
    missing = (
        ()
        if case.known.homicides is not None
        else (line(f"Homicides are not known here for {dossier.city.city}."),)
    )
    return Table(
        caption="The answer by each way of counting people",
        columns=(
            Column("People counted by", "left", 2.4),
            Column("Counted", "left", 1.1),
            Column("At the highest risk"),
            Column("Served at one time"),
            Column("Staff"),
            Column("Budget a year"),
        ),
        rows=tuple(rows),
        notes=(
            *missing,
            line(*_stock(dossier), *_unlike(dossier), *_whose_rules(dossier)),
        ),
        small=True,
    )


def _counted(dossier: Dossier, method: Method) -> str:
    """Whom a method counts: everyone in it over a year, or those in it at one time."""
    once = method == "local" and dossier.case.known.counts == "at_one_time"
    return "at one time" if once else "over a year"


def _whose_rules(dossier: Dossier) -> list[Inline]:
    """What is ours in the two rules, and whether the city's own count is part of one."""
    said: list[Inline] = ["By residents, over a year is our reading: CAPS does not say. "]
    if dossier.case.known.homicides is not None and own_part(dossier):
        said.append(
            f"The rule by homicides rests in part on {dossier.city.city}’s own count, so it is no "
            "second opinion."
        )
    return said


def _stock(dossier: Dossier) -> list[Inline]:
    """Whom staff are sized on, where that is not everyone who is counted."""
    people = dossier.profile.people
    if people.served == people.estimate:
        return []
    served = shown(number(people.served), "people_at_risk.served", people.served, strong=True)
    return ["Staff and services follow the ", served, " people in the program at one time. "]


def _unlike(dossier: Dossier) -> list[Inline]:
    """What a count at one time and a rule of thumb do not have in common."""
    if not _at_one_time(dossier):
        return []
    return [
        "The rules of thumb keep everyone in it all year, so most of the distance between the "
        "budgets is time in the program, not people. "
    ]


def range_chart(dossier: Dossier) -> Chart:
    """The three figures as points on their ranges."""
    found = dossier.ranges
    result = dossier.profile
    reach = span(short_dollars(found.total.low), short_dollars(found.total.high))
    title = f"In 9 of 10 trials the budget is {reach} a year"
    return ranges(
        (
            Interval(
                "People at the highest risk",
                found.people_at_risk.low,
                result.people.estimate,
                found.people_at_risk.high,
                number,
            ),
            Interval("Full-time staff", found.staff.low, result.staff, found.staff.high, number),
            Interval(
                "Budget a year",
                found.total.low,
                result.budget.total,
                found.total.high,
                short_dollars,
            ),
        ),
        title,
    )
