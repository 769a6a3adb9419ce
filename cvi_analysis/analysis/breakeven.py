"""How many shootings averted would pay for a program, where a city's own cost was published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from cvi_analysis.params.evidence import ShootingCost
from cvi_analysis.uncertainty.case import Case

CAVEATS = (
    "The cost is what government pays directly for one shooting with one victim and one suspect, "
    "at the low end of the study's ranges. It leaves out what victims, families and neighborhoods "
    "lose.",
    "Most of it is the cost of prison. A shooting without an arrest costs government far less, so "
    "cost times shootings overstates what is spent.",
    "City, county, state and federal governments share the cost. What is not spent does not flow "
    "into the city's budget.",
    "Breaking even says what would have to happen, not what will. Evaluations found a quarter to "
    "two fifths fewer shootings or gun homicides in a district of Baltimore, in Oakland and among "
    "groups in Philadelphia, and no significant effect on the main measure of READI Chicago.",
    "Costs are in dollars of the study's year, not adjusted for prices since.",
)
"""What a reader must know beside the figures."""


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Shootings whose public cost equals the program's.

    Attributes:
        cost: the published study.
        total: the program, dollars a year.
        fatal: fatal shootings averted a year that would pay for it; None where not costed.
        nonfatal: nonfatal shootings averted a year that would, alone; None where not costed.
        homicides: the city's homicides a year, to compare with; None where unknown.
        caveats: what must stand beside the figures, the study's own note last.
    """

    cost: ShootingCost
    total: int
    fatal: int | None
    nonfatal: int | None
    homicides: float | None
    caveats: tuple[str, ...]

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
        caveats=(*CAVEATS, cost.note) if cost.note else CAVEATS,
    )


def _needed(total: int, one: float | None) -> int | None:
    return ceil(total / one) if one else None
