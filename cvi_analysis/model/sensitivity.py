"""Which assumption moves a city's total most: each one alone to its low and its high end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from cvi_analysis.model.intervals import city_posts
from cvi_analysis.model.sizing_case import (
    LOCAL_TITLE,
    METHOD,
    RULES,
    Case,
    Floats,
    HeadlineFigures,
    Spread,
    method_is_drawn,
    spreads,
)

BARS = 10


@dataclass(frozen=True, slots=True)
class Effect:
    """What happens when one assumption alone goes to the ends of its plausible range.

    Attributes:
        name: dotted name (`people_at_risk.local_estimate` for a city's published count).
        title: what it is, in words.
        unit: what it is counted in.
        value: the value in force.
        low: the low end; a tuple for a list.
        high: the high end.
        at_value: the city's figures as they are.
        at_low: its figures with the low end.
        at_high: its figures with the high end.
    """

    name: str
    title: str
    unit: str
    value: Any
    low: Any
    high: Any
    at_value: HeadlineFigures
    at_low: HeadlineFigures
    at_high: HeadlineFigures

    @property
    def least(self) -> int:
        """The lowest of the three totals, dollars a year."""
        return min(self.at_low.total, self.at_value.total, self.at_high.total)

    @property
    def most(self) -> int:
        """The highest of the three totals, dollars a year."""
        return max(self.at_low.total, self.at_value.total, self.at_high.total)

    @property
    def swing(self) -> int:
        """How far the total moves between them, dollars a year."""
        return self.most - self.least


def effects(case: Case) -> tuple[Effect, ...]:
    """The effect of every assumption that is uncertain here, the largest swing first.

    Two with the same swing stand in the order of their names.
    """
    central = HeadlineFigures.of(case.profile())
    varied = spreads(case)
    ends = _at_ends(case, varied)
    found = [_effect(case, name, varied[name], central, *ends[name]) for name in varied]
    if method_is_drawn(case):
        found.append(_of_method(case, central))
    return tuple(sorted(found, key=lambda effect: (-effect.swing, effect.name)))


def tornado(case: Case, bars: int = BARS) -> tuple[Effect, ...]:
    """The `bars` assumptions that move this city's total most; those with no effect are left out.

    One-at-a-time effects do not add up to the 90% interval: the interval moves all assumptions
    together, and both ends of a bar are rarer than the ends of the interval.
    """
    return tuple(effect for effect in effects(case) if effect.swing > 0)[:bars]


def _of_method(case: Case, central: HeadlineFigures) -> Effect:
    """The method of counting: at each end one of the two rules, the one with fewer people first."""
    results = {rule: HeadlineFigures.of(case.by(rule)) for rule in RULES}
    low, high = sorted(results, key=lambda rule: results[rule].people)
    item = case.assumptions[METHOD]
    return Effect(
        name=METHOD,
        title=item.title,
        unit=item.unit,
        value=case.method,
        low=low,
        high=high,
        at_value=central,
        at_low=results[low],
        at_high=results[high],
    )


def _effect(
    case: Case,
    name: str,
    spread: Spread,
    at_value: HeadlineFigures,
    at_low: HeadlineFigures,
    at_high: HeadlineFigures,
) -> Effect:
    value, low, high = (_plain(end, spread) for end in (spread.value, spread.low, spread.high))
    item = case.assumptions.get(name)
    return Effect(
        name=name,
        title=LOCAL_TITLE if item is None else item.title,
        unit="people" if item is None else item.unit,
        value=value,
        low=low,
        high=high,
        at_value=at_value,
        at_low=at_low,
        at_high=at_high,
    )


def _at_ends(
    case: Case, varied: Mapping[str, Spread]
) -> dict[str, tuple[HeadlineFigures, HeadlineFigures]]:
    """The figures with each spread alone at its low and at its high end, all in one run."""
    count = 2 * len(varied)
    changes = {
        name: _columns(spread, 2 * place, count)
        for place, (name, spread) in enumerate(varied.items())
    }
    values = city_posts({**case.values, **changes}, case.population, count)
    result = case.profile(values)
    shown = (result.people.rounded, result.staff, result.budget.total)
    people, staff, total = (np.broadcast_to(figure, count).tolist() for figure in shown)
    found = [
        HeadlineFigures(*map(int, figures)) for figures in zip(people, staff, total, strict=True)
    ]
    return dict(zip(varied, zip(found[::2], found[1::2], strict=True), strict=True))


def _columns(spread: Spread, low: int, count: int) -> Floats:
    """The value in `count` runs but for the low end in one and the high end in the next."""
    rows = np.repeat(np.array(spread.value)[:, np.newaxis], count, axis=1)
    rows[:, low], rows[:, low + 1] = spread.low, spread.high
    return rows if spread.listed else rows[0]


def _plain(end: tuple[float, ...], spread: Spread) -> Any:
    numbers = tuple(map(int, end)) if spread.whole else end
    return numbers if spread.listed else numbers[0]
