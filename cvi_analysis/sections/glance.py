"""At a glance: how many people, how many staff, how much money."""

from __future__ import annotations

from cvi_analysis.blocks import Chart, Figure, Headline, Line, Paragraph, Prose, Stack, line, shown
from cvi_analysis.blocks.format import dollars, number, percent, short_dollars, span
from cvi_analysis.charts import Interval, ranges
from cvi_analysis.dossier import Dossier
from cvi_analysis.sections.datasets import citation
from cvi_analysis.sections.place import place_name
from cvi_analysis.sections.scenario import scenario_box


def at_a_glance(dossier: Dossier) -> Stack:
    """The scenario's box if there is one, the three figures with ranges, where they come from."""
    return Stack.of(scenario_box(dossier), headline(dossier), summary(dossier), _ranges(dossier))


def headline(dossier: Dossier) -> Headline:
    """Three questions, three figures, each with its 90% range."""
    result, found = dossier.profile, dossier.ranges
    people, staff, total = found.people_at_risk, found.staff, found.total
    return Headline(
        (
            Figure(
                "How many people?",
                shown(
                    number(result.people.rounded), "people_at_risk.rounded", result.people.rounded
                ),
                "people at the highest risk of violence",
                line(
                    "Range: ",
                    shown(number(people.low), "ranges.people_at_risk.low", people.low),
                    " to ",
                    shown(number(people.high), "ranges.people_at_risk.high", people.high),
                ),
            ),
            Figure(
                "How many staff?",
                shown(number(result.staff), "ranges.staff.central", result.staff),
                "full-time staff",
                line(
                    "Range: ",
                    shown(number(staff.low), "ranges.staff.low", staff.low),
                    " to ",
                    shown(number(staff.high), "ranges.staff.high", staff.high),
                ),
            ),
            Figure(
                "How much money?",
                shown(short_dollars(result.budget.total), "budget.total", result.budget.total),
                "a year",
                line(
                    "Range: ",
                    shown(short_dollars(total.low), "ranges.total.low", total.low),
                    " to ",
                    shown(short_dollars(total.high), "ranges.total.high", total.high),
                ),
            ),
        )
    )


def summary(dossier: Dossier) -> Prose:
    """Residents with their source, the budget per resident and person, what the ranges mean."""
    result, row = dossier.profile, dossier.population
    pieces = [
        line(
            f"{place_name(dossier)} has ",
            shown(number(row.population), "population.value", row.population, strong=True),
            f" residents (U.S. Census Bureau, {citation(row)}). The budget comes to ",
            shown(dollars(result.per_resident), "per_resident", result.per_resident, strong=True),
            " a resident and ",
            shown(dollars(result.per_person), "per_person", result.per_person, strong=True),
            " for each person served, per year.",
        )
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


def _ranges(dossier: Dossier) -> Chart:
    found = dossier.ranges
    result = dossier.profile
    reach = span(short_dollars(found.total.low), short_dollars(found.total.high))
    title = f"The budget could lie anywhere from {reach} a year"
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
