"""The 90% interval of people at risk, staff and budget: a Monte Carlo over all assumptions."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import groupby, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from cvi_analysis.model.people import LIMITS, KnownCounts
from cvi_analysis.model.profile import Profile, profile
from cvi_analysis.model.sizing_case import (
    LOCAL_ESTIMATE,
    METHOD,
    METHOD_WEIGHT,
    RULES,
    Case,
    Floats,
    Spread,
    method_is_drawn,
    spreads,
    with_local,
)
from cvi_analysis.model.staffing import OVP, population_tier

DRAWS = 10_000
SEED = 2024

_PEOPLE = RULES["residents"]
# The share of residents, people per homicide and a local count answer the same question, and no
# draw uses two of them, so they have the same column.
_SAME = {LOCAL_ESTIMATE: _PEOPLE, RULES["homicides"]: _PEOPLE}

# A rank-1 lattice with 10,000 points: component by component search for the vector that
# minimizes the worst-case error criterion P2 with product weights 0.5^j, the assumption that
# moves totals most first. The page draws at the same points.
LATTICE = {
    _PEOPLE: 1,
    METHOD: 3799,
    "people_at_risk.take_up": 4551,
    "people_at_risk.months": 1339,
    "budget.wraparound_per_person": 4263,
    "roles.case_manager.caseload": 119,
    "roles.mediator.caseload": 3597,
    "roles.outreach_worker.caseload": 557,
}


@lru_cache(maxsize=256)
def quantiles(name: str, seed: int = SEED, draws: int = DRAWS) -> Floats:
    """Quantiles (0 to 1) at which the assumption `name` is drawn; read-only.

    Every assumption is stratified: exactly one draw falls in each of `draws` equal slices. The
    eight that move totals most are also spread evenly against each other by a randomly shifted
    lattice (Sloan and Joe, Lattice Methods for Multiple Integration, 1994); the others are a
    Latin hypercube (McKay, Beckman and Conover, Technometrics 21, 1979). A Latin hypercube alone
    leaves 0.8% of noise (standard deviation over seeds) in the ends of a budget where the method
    of counting is drawn; with the lattice it is 0.3%.

    The column of a name depends on the name, the seed and the number of draws only, so cities,
    scenarios and new assumptions leave it alone.
    """
    name = _SAME.get(name, name)
    generator = np.random.Generator(np.random.PCG64([seed, zlib.crc32(name.encode())]))
    if name in LATTICE and draws == DRAWS:
        steps = np.arange(draws) * LATTICE[name] % draws
        column: Floats = (steps / draws + generator.random()) % 1.0
    else:
        column = (generator.permutation(draws) + generator.random(draws)) / draws
    column.setflags(write=False)
    return column


LEVEL = 0.90
"""Share of the draws inside an interval; the rest lies half below and half above."""

_CELLS = 40_000  # cities x draws at a time: the arrays of one pass stay in the processor's cache
_LIMITS = tuple(f"economies_of_scale.{name}" for name in LIMITS)


@dataclass(frozen=True, slots=True)
class Range:
    """A figure and its 90% interval.

    Attributes:
        low: 5th percentile of the draws.
        central: the figure itself. It may lie outside: the baseline counts by one method and
            plans for everyone all year, which is an end of what the draws vary.
        high: 95th percentile of the draws.
        middle: the middle draw: half of them gave this or less.
        below: share of the draws below `central`, 0 to 1.
    """

    low: int | float
    central: int | float
    high: int | float
    middle: int | float
    below: float


@dataclass(frozen=True, slots=True)
class Intervals:
    """90% intervals of a profile's headline figures.

    Attributes:
        people_at_risk: people at the highest risk, unrounded persons.
        staff: full-time posts.
        total: dollars a year.
    """

    people_at_risk: Range
    staff: Range
    total: Range


def interval(case: Case, *, seed: int = SEED, draws: int = DRAWS) -> Intervals:
    """The intervals of one place."""
    return intervals([case], seed=seed, draws=draws)[0]


def intervals(
    cases: Sequence[Case], *, seed: int = SEED, draws: int = DRAWS
) -> tuple[Intervals, ...]:
    """The intervals of many places, in their order.

    Every assumption with a range is drawn from a triangular distribution (`Spread`), each on its
    own, at the quantiles of `draws.quantiles`; the model runs on arrays of cities by draws. All
    cities share the draws, so a difference between two cities is no accident of the draws. The
    ends are order statistics: figures that the model did give. Where both rules of thumb can be
    had and no count is, the method of counting is drawn too: residents in
    `people_at_risk.method_weight` of the draws, homicides in the others.

    Args:
        cases: places under their assumptions.
        seed: changes every draw; equal seeds give equal results.
        draws: how many; the even coverage is tuned for the default.
    """
    found: dict[int, Intervals] = {}
    for members in _alike(cases):
        step = max(1, _CELLS // draws)
        for start in range(0, len(members), step):
            part = members[start : start + step]
            some = [cases[i] for i in part]
            result = drawn(some, partial(quantiles, seed=seed, draws=draws), draws)
            found.update(zip(part, _read(some, result, draws), strict=True))
    return tuple(found[i] for i in range(len(cases)))


def _alike(cases: Sequence[Case]) -> Iterator[list[int]]:
    """Positions of cases that can go through the model as one array."""

    def nature(position: int) -> str:
        case = cases[position]
        words = sorted(
            (name, repr(value)) for name, value in case.values.items() if not _number(value)
        )
        known = case.known
        held = [n is None for n in (known.local, known.at_one_time, known.homicides)]
        return repr((held, known.counts, words))

    natures = {position: nature(position) for position in range(len(cases))}
    for _, members in groupby(sorted(natures, key=lambda i: natures[i]), key=lambda i: natures[i]):
        yield list(members)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def drawn(cases: Sequence[Case], column: Callable[[str], Floats], draws: int) -> Profile:
    """The model's results for cases that differ in numbers only: arrays of cases by draws.

    Args:
        cases: places under their assumptions.
        column: the quantiles (0 to 1) at which an assumption is drawn, by its name.
        draws: how many each column holds.
    """
    varied = [spreads(case) for case in cases]
    values: dict[str, Any] = {
        name: _stacked([case.assumptions[name].value for case in cases])
        for name in cases[0].assumptions
    }
    for name in sorted({name for spread in varied for name in spread}):
        values[name] = _drawn(
            [spread.get(name) for spread in varied],
            column(name),
            values.get(name),
        )
    population = _column([case.population for case in cases])
    known = _known(cases)
    if LOCAL_ESTIMATE in values:
        known = with_local(known, values.pop(LOCAL_ESTIMATE))
    if method_is_drawn(cases[0]):
        residents = column(METHOD) < values[METHOD_WEIGHT]
        values["people_at_risk"] = np.where(
            residents,
            population * values[RULES["residents"]],
            known.homicides * values[RULES["homicides"]],
        )
    return profile(
        _in_order(city_posts(values, population, draws)),
        population,
        known=known,
    )


def _read(cases: Sequence[Case], result: Profile, draws: int) -> list[Intervals]:
    shape = (len(cases), draws)
    people, staff, total = (
        np.broadcast_to(np.asarray(figure, float), shape)
        for figure in (result.people.estimate, result.staff, result.budget.total)
    )
    found = []
    for i, case in enumerate(cases):
        central = case.profile()
        found.append(
            Intervals(
                people_at_risk=_range(people[i], central.people.estimate, float),
                staff=_range(staff[i], central.staff, int),
                total=_range(total[i], central.budget.total, int),
            )
        )
    return found


def _range(drawn: Floats, central: Any, kind: type[int] | type[float]) -> Range:
    low, middle, high = (kind(number) for number in _percentiles(drawn))
    return Range(low, central, high, middle, float(np.mean(drawn < central)))


def _percentiles(drawn: Floats) -> Floats:
    """The order statistics at the two ends of the interval, and the middle one between them."""
    tail = (1.0 - LEVEL) / 2.0
    places = [math.ceil(round(share * drawn.size, 6)) - 1 for share in (tail, 0.5, 1.0 - tail)]
    found: Floats = np.partition(drawn, places)[places]
    return found


def _stacked(values: Sequence[Any]) -> Any:
    """One value where all agree, else a column with a row a city."""
    first = values[0]
    return first if all(value == first for value in values) else _column(values)


def _column(values: Sequence[float]) -> Floats:
    return np.array(values, dtype=float)[:, np.newaxis]


def _optional(values: Sequence[float | None]) -> Floats | None:
    known = [value for value in values if value is not None]
    return _column(known) if known else None


def _known(cases: Sequence[Case]) -> KnownCounts:
    return KnownCounts(
        local=_optional([case.known.local for case in cases]),
        counts=cases[0].known.counts,
        at_one_time=_optional([case.known.at_one_time for case in cases]),
        homicides=_optional([case.known.homicides for case in cases]),
    )


def _drawn(found: Sequence[Spread | None], quantile: Floats, fixed: Any) -> Any:
    """Draws of one assumption: one row for all where the cities agree, else a row a city."""
    first = found[0]
    if first is not None and all(spread == first for spread in found):
        return first.at(quantile)
    held = np.broadcast_to(np.asarray(fixed, dtype=float), (len(found), 1))
    return np.stack(
        [
            np.broadcast_to(held[i], quantile.shape) if spread is None else spread.at(quantile)
            for i, spread in enumerate(found)
        ]
    )


def city_posts(values: Mapping[str, Any], population: float | Floats, draws: int) -> dict[str, Any]:
    """The values with drawn posts by city size looked up, as counts of each city in each draw."""
    looked_up = dict(values)
    for role in OVP:
        posts = values[f"roles.{role}.posts"]
        if isinstance(posts, np.ndarray) and values.get(f"roles.{role}.count") is None:
            tier: npt.NDArray[np.int64] = population_tier(values, population)
            looked_up[f"roles.{role}.count"] = posts[tier, np.arange(draws)]
    return looked_up


def _in_order(values: dict[str, Any]) -> dict[str, Any]:
    """The values with the limits of the bands ascending in every draw."""
    for lower, upper in pairwise(_LIMITS):
        values[upper] = np.maximum(values[upper], values[lower])
    return values
