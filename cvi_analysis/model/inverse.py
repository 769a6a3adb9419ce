"""Inverse questions: what a budget buys, and how many shootings averted would pay for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from cvi_analysis.model.people import MONTHS
from cvi_analysis.model.profile import Profile
from cvi_analysis.model.sizing_case import Case
from cvi_analysis.params.published_figures import ShootingCost


@dataclass(frozen=True, slots=True)
class Affordable:
    """The largest program within a budget.

    Attributes:
        budget: dollars a year that were offered.
        people: people served at one time; 0 if not even the smallest program is within the budget.
        profile: staff and budget of that program, None if there is none.
        everyone: the budget reaches all whom the city plans to serve.
        smallest: dollars a year of a program for one person: one worker in every role and the
            office of violence prevention.
        next_total: dollars a year with one more person; None where `everyone` is served.
    """

    budget: int
    people: float
    profile: Profile | None
    everyone: bool
    smallest: int
    next_total: int | None

    @property
    def left(self) -> int:
        """Dollars that remain."""
        return self.budget - (int(self.profile.budget.total) if self.profile else 0)


def affordable(case: Case, budget: int) -> Affordable:
    """The largest whole number of people whose program costs no more than `budget` a year.

    The model never asks for less money for more people, so halving the interval finds it. Staff
    are the model's own for that many people. Nobody beyond the city's target population is
    added: where the budget is enough for all of them, the answer is the city's own profile.

    Args:
        case: the city under its assumptions.
        budget: dollars a year, 0 or more.
    """
    whole = case.profile()
    smallest = int(serving(case, 1).budget.total)
    if whole.budget.total <= budget:
        return Affordable(budget, whole.people.served, whole, True, smallest, None)
    if smallest > budget:
        return Affordable(budget, 0, None, False, smallest, smallest)
    # Affordable at `enough`, too much at `beyond`: more than everyone, or found to be so.
    enough, beyond = 1, floor(whole.people.served) + 1
    while beyond - enough > 1:
        middle = (enough + beyond) // 2
        if serving(case, middle).budget.total <= budget:
            enough = middle
        else:
            beyond = middle
    return Affordable(
        budget=budget,
        people=enough,
        profile=serving(case, enough),
        everyone=False,
        smallest=smallest,
        next_total=int(serving(case, beyond).budget.total),
    )


MONTHS_IN_PROGRAM = "people_at_risk.months"
SERVED_AS_GIVEN = {
    "people_at_risk.target_share": 1.0,
    "people_at_risk.take_up": 1.0,
    MONTHS_IN_PROGRAM: MONTHS,
}
"""With these a count entered by hand is the number of people served at one time."""


def serving(case: Case, people: float) -> Profile:
    """The model's program for this many people served at one time in the same city."""
    return case.profile(SERVED_AS_GIVEN | {"people_at_risk": people})


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Shootings whose public cost equals the program's.

    Attributes:
        cost: the published study.
        total: the program, dollars a year.
        fatal: fatal shootings averted a year that would pay for it; None where not costed.
        nonfatal: nonfatal shootings averted a year that would, alone; None where not costed.
        homicides: the city's homicides a year, to compare with; None where unknown.
    """

    cost: ShootingCost
    total: int
    fatal: int | None
    nonfatal: int | None
    homicides: float | None

    @property
    def of_homicides(self) -> float | None:
        """`fatal` as a fraction of the city's homicides a year; above 1 is out of reach."""
        if self.fatal is None or not self.homicides:
            return None
        return self.fatal / self.homicides


def break_even(
    case: Case,
    city: str,
    state: str,
    costs: Sequence[ShootingCost],
    homicides: float | None = None,
) -> BreakEven | None:
    """The break-even of a city with a published cost of a shooting; None for every other city.

    `ceil(total / cost of one)`. A cost is never carried from one city to another.

    Args:
        case: the city under its assumptions.
        city: its name, as in the rows.
        state: two letters.
        costs: the published studies.
        homicides: a year's homicides, None where unknown.
    """
    cost = next((row for row in costs if (row.city, row.state) == (city, state)), None)
    if cost is None:
        return None
    total = int(case.profile().budget.total)
    return BreakEven(
        cost=cost,
        total=total,
        fatal=_needed(total, cost.fatal_usd),
        nonfatal=_needed(total, cost.nonfatal_usd),
        homicides=homicides,
    )


def _needed(total: int, one: float | None) -> int | None:
    return ceil(total / one) if one else None
