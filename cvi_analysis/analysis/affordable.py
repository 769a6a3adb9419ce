"""The inverse question: what program a given annual budget buys."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

from cvi_analysis.model import Profile
from cvi_analysis.uncertainty.case import Case


@dataclass(frozen=True, slots=True)
class Affordable:
    """The largest program within a budget.

    Attributes:
        budget: dollars a year that were offered.
        people: people served a year; 0 if not even the smallest program is within the budget.
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
        return Affordable(budget, whole.people.target, whole, True, smallest, None)
    if smallest > budget:
        return Affordable(budget, 0, None, False, smallest, smallest)
    # Affordable at `enough`, too much at `beyond`: more than everyone, or found to be so.
    enough, beyond = 1, floor(whole.people.target) + 1
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


def serving(case: Case, people: float) -> Profile:
    """The model's program for this many people served in the same city."""
    return case.profile({"people_at_risk": people, "people_at_risk.target_share": 1.0})
