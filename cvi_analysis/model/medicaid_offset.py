"""What Medicaid could pay back of the work of frontline staff, where a state pays by the hour.

It stands beside the budget and is never taken off it: whether a claim is paid depends on licenses,
training and paperwork that no assumption describes.
"""

from __future__ import annotations

from dataclasses import dataclass

from cvi_analysis.model.number import Number, Values, half_up, whole
from cvi_analysis.model.sizing_case import Case, spread_of

ENABLED = "medicaid.offset_enabled"
HOURS = "medicaid.billable_hours"
ENROLLED = "medicaid.enrolled_share"
RATE = "medicaid.rate"


@dataclass(frozen=True, slots=True)
class Offset:
    """Dollars that Medicaid could pay in a year, and what they are made of.

    Attributes:
        workers: frontline posts, all of them filled.
        rate: dollars an hour.
        dollars: a year, rounded half up.
        low: with the low ends of hours and of the share enrolled.
        high: with their high ends.
    """

    workers: int
    rate: float
    dollars: int
    low: int
    high: int


def rate_of(values: Values, state_rate: float | None) -> float | None:
    """Dollars an hour: the rate entered by hand, else the state's; None if neither is known."""
    entered: float | None = values[RATE]
    return state_rate if entered is None else entered


def medicaid_offset(case: Case, state_rate: float | None) -> Offset | None:
    """The offset; None where it is turned off or no rate is known.

    `workers * hours * share enrolled * rate`. Only frontline posts bill: supervisors and the city
    office serve nobody themselves.

    Args:
        case: the city under its assumptions.
        state_rate: what its state's Medicaid pays for an hour, None where that is not known.
    """
    values = case.values
    rate = rate_of(values, state_rate)
    if not values[ENABLED] or rate is None:
        return None
    workers = int(case.profile().count("frontline"))
    hours, enrolled = (spread_of(case.assumptions[name]) for name in (HOURS, ENROLLED))
    dollars = _dollars(workers, values[HOURS], values[ENROLLED], rate)
    low = high = dollars
    if hours is not None and enrolled is not None:
        low = _dollars(workers, hours.low[0], enrolled.low[0], rate)
        high = _dollars(workers, hours.high[0], enrolled.high[0], rate)
    return Offset(workers, rate, dollars, low, high)


def _dollars(workers: Number, hours: Number, enrolled: Number, rate: Number) -> int:
    return int(whole(half_up(workers * hours * enrolled * rate)))
