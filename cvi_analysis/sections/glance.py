"""At a glance: how many people, how many staff, how much money."""

from __future__ import annotations

from collections.abc import Callable

from cvi_analysis.blocks import (
    Chart,
    Figure,
    Headline,
    Line,
    Paragraph,
    Prose,
    Stack,
    line,
    shown,
    strong,
)
from cvi_analysis.blocks.format import dollars, number, percent, short_dollars, span
from cvi_analysis.charts import Interval, ranges
from cvi_analysis.datasets import cited
from cvi_analysis.dossier import Dossier
from cvi_analysis.place import place_name
from cvi_analysis.sections.money import budget_parts
from cvi_analysis.sections.scenario import scenario_box, scenario_tables
from cvi_analysis.uncertainty import Range


def at_a_glance(dossier: Dossier) -> Stack:
    """The scenario's box if there is one, the three figures with ranges, where they come from."""
    return Stack.of(
        scenario_box(dossier),
        headline(dossier),
        summary(dossier),
        budget_parts(dossier),
        scenario_tables(dossier),
    )


def headline(dossier: Dossier) -> Headline:
    """Three questions, three figures, each with its 90% range."""
    result, found = dossier.profile, dossier.ranges
    people, staff, total = result.people.rounded, result.staff, result.budget.total
    return Headline(
        (
            Figure(
                "How many people?",
                shown(number(people), "people_at_risk.rounded", people),
                "people at the highest risk of violence",
                _range("people_at_risk", found.people_at_risk, number),
            ),
            Figure(
                "How many staff?",
                shown(number(staff), "ranges.staff.central", staff),
                "full-time staff",
                _range("staff", found.staff, number),
            ),
            Figure(
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
            "A small number of people are involved in most shootings, as the ones who are hurt and "
            "the ones who shoot. ",
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
            shown(dollars(result.per_person), "per_person", result.per_person, strong=True),
            " for each person served, per year. It holds no money for policing.",
        ),
    ]
    if result.people.target != result.people.estimate:
        pieces.append(target_line(dossier))
    return Prose.of(
        *pieces,
        Paragraph(
            line(
                "The ranges show how far each figure moves when every assumption varies within "
                "its plausible range: 9 of 10 trials gave a figure inside the range. They do not "
                "cover what no assumption describes."
            ),
            note=True,
        ),
    )


def target_line(dossier: Dossier) -> Line:
    """How many of the people at risk the plan serves, where it is not all of them."""
    people = dossier.profile.people
    return line(
        "The plan would serve ",
        shown(number(people.target), "people_at_risk.target", people.target, strong=True),
        f" of them in a year ({percent(people.target / people.estimate)}): the target population.",
    )


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
