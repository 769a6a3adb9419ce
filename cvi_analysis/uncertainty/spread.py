"""How an uncertain assumption may vary: a triangular distribution over its plausible range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cvi_analysis.model.number import half_up
from cvi_analysis.uncertainty.case import LOCAL_ESTIMATE, Case, Ranged

LOCAL_TITLE = "Published local count of people at the highest risk"

_SHARE = "people_at_risk.share"
_NOT_UNCERTAIN = (bool, str, type(None))

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spread:
    """Low end, most likely value and high end of a number, or of each item of a list.

    Attributes:
        low: low end, never above `value`.
        value: the value in force, the most likely one.
        high: high end, never below `value`.
        whole: draws are rounded half up to whole numbers.
        listed: the assumption is a list, of one item or more.
    """

    low: tuple[float, ...]
    value: tuple[float, ...]
    high: tuple[float, ...]
    whole: bool = False
    listed: bool = False

    @property
    def fixed(self) -> bool:
        """Nothing can vary."""
        return self.low == self.high

    def at(self, quantile: Floats) -> Floats:
        """The numbers at these quantiles (0 to 1); a list gives one row an item.

        The inverse of the triangular distribution with mode `value` on `[low, high]`: the
        simplest that uses all three published or judged numbers and no other. It gives the ends
        more weight than a PERT curve would, which suits ranges taken from what programs report.
        The items of a list move together. Whole numbers are drawn half a unit beyond both ends
        and rounded, so that the ends are as likely as a full unit.
        """
        rows = [
            self._one(quantile, low, value, high)
            for low, value, high in zip(self.low, self.value, self.high, strict=True)
        ]
        return np.stack(rows) if self.listed else rows[0]

    def _one(self, quantile: Floats, low: float, value: float, high: float) -> Floats:
        if low == high:
            return np.full_like(quantile, value)
        if not self.whole:
            return _triangular(quantile, low, value, high)
        drawn: Floats = half_up(_triangular(quantile, low - 0.5, value, high + 0.5))
        return np.clip(drawn, low, high)


def _triangular(quantile: Floats, low: float, mode: float, high: float) -> Floats:
    """Inverse distribution function: rises as a square root from both ends to the mode."""
    width = high - low
    below = low + np.sqrt(quantile * (width * (mode - low)))
    above = high - np.sqrt((1.0 - quantile) * (width * (high - mode)))
    drawn: Floats = np.where(quantile * width < mode - low, below, above)
    return drawn


def spread_of(item: Ranged) -> Spread | None:
    """The spread of an assumption; None if it is a choice, a switch or has no range.

    A value outside `low` to `high` (a scenario may set one) widens the range to contain it.
    """
    if item.low is None or item.high is None or isinstance(item.value, _NOT_UNCERTAIN):
        return None
    listed = isinstance(item.value, list | tuple)
    value, low, high = _tuple(item.value), _tuple(item.low), _tuple(item.high)
    return Spread(
        low=tuple(map(min, low, value)),
        value=value,
        high=tuple(map(max, high, value)),
        whole=item.kind == "integer" or listed,
        listed=listed,
    )


def spreads(case: Case) -> dict[str, Spread]:
    """Every number that is uncertain for this place and moves its figures, by name.

    A published local count takes its own published ends. An end that was not published is as far
    away, in proportion, as that of the share of residents: studies differ in whom they count as
    much as cities do, so a count without a range is not an exact one.
    """
    found = {
        name: spread
        for name in sorted(case.reads())
        if (spread := spread_of(case.assumptions[name])) is not None and not spread.fixed
    }
    if case.local_estimate is not None and case.profile().people.method == "local_estimate":
        found[LOCAL_ESTIMATE] = _local(case, case.local_estimate)
    return found


def _local(case: Case, estimate: float) -> Spread:
    share = spread_of(case.assumptions[_SHARE])
    down, up = (
        (1.0, 1.0)
        if share is None
        else (share.low[0] / share.value[0], share.high[0] / share.value[0])
    )
    low = estimate * down if case.local_low is None else case.local_low
    high = estimate * up if case.local_high is None else case.local_high
    return Spread((min(low, estimate),), (float(estimate),), (max(high, estimate),))


def _tuple(value: Any) -> tuple[float, ...]:
    return tuple(map(float, value)) if isinstance(value, list | tuple) else (float(value),)
