"""The first page: the answer by each way of counting, how sure it is, and what stands beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cvi_analysis.display.blocks import Callout
from cvi_analysis.display.formats import at_the_head, joined, number, plain, short_dollars, span
from cvi_analysis.display.markdown import literal
from cvi_analysis.display.prose import Prose, line
from cvi_analysis.model.people import MONTHS, Method
from cvi_analysis.model.sizing_case import method_is_drawn, spreads
from cvi_analysis.report.dossier import SPENDING, Dossier
from cvi_analysis.report.reality_frames import programs
from cvi_analysis.report.wording import behind_the_rule, kind, own_part, titled

# start-up time: pandas takes half a second, and the commands can do without it.
if TYPE_CHECKING:
    import pandas as pd

_SERVICES = "budget.wraparound_per_person"
MOST_TRIALS = 0.75
"""From this share of trials below the budget on, the report says why it is high among them."""


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


def methods(dossier: Dossier) -> pd.DataFrame:
    """One row for each way of counting that can be had for the city, the one in force first.

    The index is the method's key; `estimate` and `served` are people, `total` dollars a year, and
    `counted` says whether everyone over a year is meant or those in it at one time.
    """
    import pandas as pd  # start-up time: as above

    rows = []
    for method in dossier.case.methods():
        result = dossier.case.by(method)
        rows.append(
            {
                "method": method,
                "title": titled(method),
                "counted": _counted(dossier, method),
                "estimate": result.people.estimate,
                "served": result.people.served,
                "staff": result.staff,
                "total": result.budget.total,
            }
        )
    return pd.DataFrame(rows).set_index("method")


def _counted(dossier: Dossier, method: Method) -> str:
    """Whom a method counts: everyone in it over a year, or those in it at one time."""
    once = method == "local" and dossier.case.known.counts == "at_one_time"
    return "at one time" if once else "over a year"


def about_methods(dossier: Dossier) -> str:
    """What is to be known of the ways of counting, in Markdown with figures by name."""
    people, known = dossier.profile.people, dossier.case.known
    said = []
    if known.homicides is None:
        said.append("Homicides are not known here for {city.name}.")
    if people.served != people.estimate:
        said.append(
            "Staff and services follow the **{people_at_risk.served:number}** people in the "
            "program at one time."
        )
    if _at_one_time(dossier):
        said.append(
            "The rules of thumb keep everyone in it all year, so most of the distance between the "
            "budgets is time in the program, not people."
        )
    unsaid = "CAPS does not say whether its share is over a year"
    counts = behind_the_rule(dossier) if known.homicides is not None else ()
    vague = sum(row.count_kind == "not_stated" for row in counts)
    if vague:
        said.append(
            f"{unsaid}, nor {'does' if vague == 1 else 'do'} {vague} of {len(counts)} counts "
            "behind the rule by homicides; we read both so."
        )
    else:
        said.append(f"{unsaid}; we read it so.")
    if known.homicides is not None and own_part(dossier):
        said.append(
            "The rule by homicides rests in part on {city.name}’s own count, so it is no second "
            "opinion."
        )
    return " ".join(said)


def about_ranges(dossier: Dossier) -> str:
    """What the ranges mean, and which figure is not within its own. Markdown."""
    drawn = ", the way of counting people too" if method_is_drawn(dossier.case) else ""
    return (
        "The ranges show how far our assumptions move each figure: the "
        f"{len(spreads(dossier.case))} that are uncertain here vary within their plausible "
        f"ranges{drawn}, and 9 of 10 trials gave a figure inside.{_held(dossier)}"
        f"{_outside(dossier)} What is not an assumption, such as a recession, is not in them."
    )


def _held(dossier: Dossier) -> str:
    """Says so where a published ceiling on people at one time stays as it is in the trials."""
    ceiling = dossier.case.known.at_one_time
    if dossier.case.method != "local" or ceiling is None:
        return ""
    return (
        f" More people over a year do not mean more at one time: by the source at most "
        f"{number(ceiling)} are, so every trial starts from those."
    )


def _outside(dossier: Dossier) -> str:
    """Says so where a figure of the report is not within its own range, and why."""
    found, case = dossier.ranges, dossier.case
    named = (
        ("people lie", found.people_at_risk),
        ("staff lie", found.staff),
        ("budget lies", found.total),
    )
    least = case.method == "local" and case.local_low == case.known.local
    said: dict[str, list[str]] = {}  # the figures that are outside, by the reason
    for name, item in named:
        if item.low <= item.central <= item.high:
            continue
        above = item.central > item.high
        why = (
            "the source’s count is the least there are and trials only go up from it"
            if least and not above
            else "this report stands at one end of what is varied"
        )
        side = "above" if above else "below"
        said.setdefault(why, []).append(f"the {name} {side} the range")
    if not said:
        return ""
    told = "; ".join(f"{joined(figures)}, because {why}" for why, figures in said.items())
    inside = "; the other figures lie inside" if sum(map(len, said.values())) < len(named) else ""
    return f" {at_the_head(told)}{inside}."


def among_the_trials(dossier: Dossier) -> str:
    """How many trials asked for less money, the middle one, and why, where it is most of them."""
    case, values = dossier.case, dossier.values
    said = (
        "**{ranges.total.below:percent}** of the trials came out below this budget; the middle one "
        "was **{ranges.total.middle:short_dollars}** a year."
    )
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
                "services for each person are set as high as we hold plausible",
                values[_SERVICES] == dossier.assumptions[_SERVICES].high,
            ),
            (
                "everyone stays in it all year",
                values["people_at_risk.months"] == MONTHS and not _at_one_time(dossier),
            ),
        )
        if holds
    ]
    if dossier.ranges.total.below >= MOST_TRIALS and reasons:
        said += f" It is high among them because here {joined(reasons)}."
    return said


def _at_one_time(dossier: Dossier) -> bool:
    """Whether a count of people at one time sets the people served."""
    known = dossier.case.known
    return dossier.case.method == "local" and (
        known.at_one_time is not None or known.counts == "at_one_time"
    )


def beside_programs(dossier: Dossier) -> str:
    """How this plan's money compares with what programs report, and why; empty if none is known."""
    times = programs(dossier)["times"].dropna().sort_values(kind="stable")
    if times.empty:
        return ""
    ends = [f"{plain(x, 1)} ({literal(str(name))})" for name, x in times.iloc[[0, -1]].items()]
    services = short_dollars(dossier.values["budget.wraparound_per_person"])
    return (
        "**What programs report or plan.** For as many people this model asks for "
        f"{span(*ends) if len(times) > 1 else ends[0]} times the money that published programs "
        "report or plan, each in dollars of its year. Most of their sums pay for some of this "
        f"plan’s roles only; the plan adds the others, services ({services} for each person), "
        f"supervisors, the {kind(dossier)}’s office and an evaluation. “Reality checks” has them "
        "one by one."
    )


def existing_work(dossier: Dossier) -> str:
    """What is known to be spent in the city today, as a sentence of Markdown."""
    if dossier.spending_today is not None:
        return f"**What already exists.** {at_the_head(spent(dossier))}."
    if dossier.facts.spending:
        return (
            "**What already exists.** Figures on money and staff in {city.name} today are "
            "published, but none is all that is spent in a year; “What exists today” has them."
        )
    return (
        "**What already exists.** We know of no published figure on what {city.name} spends on "
        "this work today."
    )


def spent(dossier: Dossier) -> str:
    """What is spent today in a phrase; only where it is known (`Dossier.spending_today`)."""
    published = dossier.facts.yearly
    if dossier.values[SPENDING] is not None or published is None:
        return (
            "{existing.spending:short_dollars} a year (entered by hand) is known to be spent on "
            "this work today"
        )
    about = "about " if "about" in published.unit else ""
    return (
        f"{about}{{existing.spending:short_dollars}} a year (published, {published.year}) is the "
        "latest sum known for this work"
    )
