"""One place under resolved assumptions, and how far each assumption may vary there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from cvi_analysis.model.number import half_up, smaller
from cvi_analysis.model.people import KnownCounts, Method, method_of
from cvi_analysis.model.profile import NOTHING_KNOWN, Profile, profile
from cvi_analysis.params.assumptions import Constant

LOCAL_ESTIMATE = "people_at_risk.local_estimate"
"""Name under which a city's published count is varied; it is data of the city, no assumption."""

METHOD = "people_at_risk.method"
METHOD_WEIGHT = "people_at_risk.method_weight"
RULES: dict[Method, str] = {
    "residents": "people_at_risk.share",
    "homicides": "people_at_risk.people_per_homicide",
}
"""The two rules of thumb, between which the ranges draw where no count is known."""


@dataclass(frozen=True, slots=True)
class Case:
    """A place and the assumptions in force there.

    Attributes:
        assumptions: every assumption by dotted name, with its value and plausible range.
        population: residents.
        known: a local count, homicides: what else is known of the place.
        local_low: published low end of the local count, or None.
        local_high: published high end of the local count, or None.
    """

    assumptions: Mapping[str, Constant]
    population: float
    known: KnownCounts = NOTHING_KNOWN
    local_low: float | None = None
    local_high: float | None = None

    @property
    def values(self) -> dict[str, Any]:
        """Values in force, by dotted name."""
        return {name: item.value for name, item in self.assumptions.items()}

    def profile(self, changes: Mapping[str, Any] | None = None) -> Profile:
        """The model's result here, with `changes` in place of the values in force.

        `LOCAL_ESTIMATE` among the changes replaces the published local count.
        """
        return self._run({**self.values, **(changes or {})})

    @property
    def method(self) -> Method:
        """How the people at the highest risk are counted here."""
        return method_of(self.values, self.known)

    def methods(self) -> tuple[Method, ...]:
        """Every method that can be had here, the one in force first.

        A count by hand comes from nowhere else, so it is there only where it is in force.
        """
        return (self.method, *(method for method in self.rules() if method != self.method))

    def rules(self) -> tuple[Method, ...]:
        """The methods other than a count by hand that can be had here."""
        known = self.known
        had: list[Method] = ["local"] if known.local is not None else []
        had.append("residents")
        had += ["homicides"] if known.homicides is not None else []
        return tuple(had)

    def by(self, method: Method) -> Profile:
        """The model's result with the people counted by another method.

        `entered` is the count by hand that is in force.
        """
        if method == "entered":
            return self.profile()
        return self.profile({"people_at_risk": None, METHOD: method})

    def _run(self, values: Mapping[str, Any]) -> Profile:
        local = values.get(LOCAL_ESTIMATE)
        return profile(
            values,
            self.population,
            known=self.known if local is None else with_local(self.known, local),
        )

    def reads(self) -> frozenset[str]:
        """Names of the assumptions that this place's figures depend on.

        Found by watching one run of the model: a city with a local count never reads the share of
        residents. The division of the wraparound line by kind moves no figure and is left out.
        """
        watched = _Watched(self.values)
        self._run(watched)
        return frozenset(name for name in watched.read if not name.startswith("budget.wraparound."))


def with_local(known: KnownCounts, local: Any) -> KnownCounts:
    """Another local count; the one at one time stays, but is never more than all of a year.

    A count at one time is published as a ceiling ("no more than 200 of them at any one time" of
    "at least 500" over a year), so more people over a year do not raise it.
    """
    at_one_time = known.at_one_time
    if at_one_time is not None:
        at_one_time = smaller(at_one_time, local)
    return replace(known, local=local, at_one_time=at_one_time)


class _Watched(Mapping[str, Any]):
    """A mapping that remembers which of its keys were asked for."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        value = self._values[name]
        self.read.add(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


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


def spread_of(item: Constant) -> Spread | None:
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
    names = case.reads() | (set(RULES.values()) if method_is_drawn(case) else set())
    found = {
        name: spread
        for name in sorted(names)
        if (spread := spread_of(case.assumptions[name])) is not None and not spread.fixed
    }
    if case.known.local is not None and case.method == "local":
        found[LOCAL_ESTIMATE] = _local(case, case.known.local)
    return found


def method_is_drawn(case: Case) -> bool:
    """Whether the method of counting is uncertain here: both rules can be had, and no count is.

    A city's own count and one entered by hand are better evidence than any rule of thumb, so there
    the count itself is varied, or nothing.
    """
    return case.method in RULES and case.known.homicides is not None


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


@dataclass(frozen=True, slots=True)
class HeadlineFigures:
    """People, staff and money, as they are shown; or a difference of two such triples.

    Attributes:
        people: people at the highest risk, rounded half up.
        staff: full-time posts.
        total: dollars a year.
    """

    people: int
    staff: int
    total: int

    @classmethod
    def of(cls, result: Profile) -> HeadlineFigures:
        """The headline figures of a profile of one place."""
        return cls(int(result.people.rounded), int(result.staff), int(result.budget.total))

    @classmethod
    def together(cls, figures: Iterable[HeadlineFigures]) -> HeadlineFigures:
        """Several added up; zeros where there are none."""
        every = list(figures)
        return cls(
            sum(one.people for one in every),
            sum(one.staff for one in every),
            sum(one.total for one in every),
        )

    def __sub__(self, other: HeadlineFigures) -> HeadlineFigures:
        return HeadlineFigures(
            self.people - other.people, self.staff - other.staff, self.total - other.total
        )
