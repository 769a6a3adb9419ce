"""Why two results differ: the change of a city's figures, split exactly by assumption."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations
from math import factorial, floor
from typing import Any, Literal

from cvi_analysis.model.profile import profile
from cvi_analysis.model.sizing_case import Case, HeadlineFigures


@dataclass(frozen=True, slots=True)
class Player:
    """One assumption, or several that only make sense together.

    Attributes:
        key: dotted name, or key of the group.
        title: in words.
        names: the assumptions in it that differ.
        facts: the data of the place in it that differ (`population`, `known`).
    """

    key: str
    title: str
    names: tuple[str, ...]
    facts: tuple[str, ...]


GROUPS = {
    "population": "Population figure",
    "people_at_risk": "People at the highest risk",
    "target_share": "Whom of them the program serves, and for how long",
    "economies_of_scale": "Economies of scale",
    "caseloads": "Caseloads",
    "counts": "Staff entered by hand",
    "ovp": "Posts of the office of violence prevention",
    "wages": "Wages",
    "benefits": "Benefits",
    "training_evaluation": "Training, evaluation and indirect shares",
    "wraparound": "Wraparound services",
    "other": "Other assumptions",
}
"""Groups of related assumptions, in the order in which they are shown."""

# Assumptions of these groups are one player even when a change is split by assumption: a dataset
# without its year, or one limit of the bands without the others, is no meaningful model.
_TOGETHER = {
    "population": ("population.dataset", "population.year"),
    "economies_of_scale.limits": tuple(
        f"economies_of_scale.{place}_limit" for place in ("first", "second", "third")
    ),
}
_TOGETHER_TITLES = {
    "population": GROUPS["population"],
    "economies_of_scale.limits": "Limits of the bands of economies of scale",
}
_FACT_GROUPS = {
    "population": "population",
    "known": "people_at_risk",
}


def group_of(name: str) -> str:
    """The group of an assumption, a key of `GROUPS`."""
    if name.startswith("roles."):
        return {"caseload": "caseloads", "count": "counts", "posts": "ovp", "wage": "wages"}.get(
            name.rpartition(".")[2], "other"
        )
    if name in ("people_at_risk.target_share", "people_at_risk.take_up", "people_at_risk.months"):
        return "target_share"
    if name.startswith("budget.") and not name.startswith("budget.wraparound"):
        return "training_evaluation"
    if name.startswith("budget.wraparound"):
        return "wraparound"
    first = name.partition(".")[0]
    return {"staffing": "caseloads"}.get(first, first if first in GROUPS else "other")


def players(before: Case, after: Case, *, grouped: bool) -> tuple[Player, ...]:
    """What differs between two cases, by group or by assumption, in the order of `GROUPS`.

    Assumptions that the model does not read under either case, such as the years of a hiring
    plan, are left out: they cannot contribute.
    """
    read = before.reads() | after.reads() | set(_TOGETHER["population"])
    found: dict[str, tuple[list[str], list[str]]] = {}
    for name in before.assumptions:
        differs = before.assumptions[name].value != after.assumptions[name].value
        if name in read and differs:
            found.setdefault(_key(name, grouped), ([], []))[0].append(name)
    for fact, group in _FACT_GROUPS.items():
        if getattr(before, fact) != getattr(after, fact):
            found.setdefault(group, ([], []))[1].append(fact)
    order = list(GROUPS)
    made = [
        Player(key, _title(before, key), tuple(names), tuple(facts))
        for key, (names, facts) in found.items()
    ]
    return tuple(sorted(made, key=lambda player: order.index(_group(player))))


def _key(name: str, grouped: bool) -> str:
    if grouped:
        return group_of(name)
    return next((key for key, names in _TOGETHER.items() if name in names), name)


def _group(player: Player) -> str:
    return group_of(player.names[0]) if player.names else player.key


def _title(case: Case, key: str) -> str:
    if key in _TOGETHER_TITLES:
        return _TOGETHER_TITLES[key]
    if key in case.assumptions and key not in GROUPS:
        return case.assumptions[key].title
    return GROUPS[key]


EXACT = 8
"""Up to this many players every order is weighed; above, a fixed sample of orders."""

ORDERS = 32
"""Sampled orders above `EXACT` players; each is used forwards and backwards."""

By = Literal["auto", "assumption", "group"]


@dataclass(frozen=True, slots=True)
class ChangePart:
    """What one assumption, or one group of them, contributes to a change.

    Attributes:
        key: dotted name or group key; stable, for machines.
        title: what it is, in words.
        names: the assumptions in it that differ.
        before: their values in the first case, in the order of `names`.
        after: their values in the second case.
        change: its share of the change of people, staff and total.
    """

    key: str
    title: str
    names: tuple[str, ...]
    before: tuple[Any, ...]
    after: tuple[Any, ...]
    change: HeadlineFigures


@dataclass(frozen=True, slots=True)
class Decomposition:
    """The change of one place's figures between two cases.

    Attributes:
        before: figures of the first case.
        after: figures of the second.
        parts: the contributions, in the order of the register; they add up to `change` exactly.
        exact: every order was weighed (else a fixed sample; the sum is exact either way).
    """

    before: HeadlineFigures
    after: HeadlineFigures
    parts: tuple[ChangePart, ...]
    exact: bool

    @property
    def change(self) -> HeadlineFigures:
        """Second case less first."""
        return self.after - self.before

    @property
    def largest(self) -> tuple[ChangePart, ...]:
        """The parts, those that move the total most first."""
        return tuple(sorted(self.parts, key=lambda part: -abs(part.change.total)))


def decompose(before: Case, after: Case, by: By = "auto") -> Decomposition:
    """Split the change from `before` to `after` by what differs between them.

    Each part is the Shapley value of its assumption (Shapley, A value for n-person games, 1953):
    its effect averaged over all orders in which the assumptions could change one after the
    other. So it does not depend on an order that someone chose, an assumption without effect
    gets nothing, and the parts add up. Whole people, posts and dollars: the averages are exact
    fractions, rounded to the nearest whole number, and what rounding loses goes to the parts it
    took most from.

    Args:
        before: a place under one set of assumptions.
        after: the same place under another; it may stand on another population figure.
        by: `assumption`: one part each; `group`: related ones together (wages, caseloads, ...);
            `auto`: by assumption while at most `EXACT` differ, else by group.
    """
    found = players(before, after, grouped=by == "group")
    if by == "auto" and len(found) > EXACT:
        found = players(before, after, grouped=True)
    worth = _worth(before, after, found)
    shares = split(len(found), worth)
    return Decomposition(
        before=HeadlineFigures(*worth(frozenset())),
        after=HeadlineFigures(*worth(frozenset(range(len(found))))),
        parts=tuple(
            ChangePart(
                key=player.key,
                title=player.title,
                names=player.names,
                before=tuple(_value(before, name) for name in player.names),
                after=tuple(_value(after, name) for name in player.names),
                change=share,
            )
            for player, share in zip(found, shares, strict=True)
        ),
        exact=len(found) <= EXACT,
    )


Triple = tuple[int, int, int]
Worth = Callable[[frozenset[int]], Triple]
"""People, staff and dollars when these players, by number, have changed and the others not."""


def split(count: int, worth: Worth) -> list[HeadlineFigures]:
    """Each player's Shapley value in whole people, posts and dollars; they add up exactly.

    Above `EXACT` players a fixed sample of orders stands for all of them; the sum stays exact.
    """
    shares = _weighed(count, worth) if count <= EXACT else _sampled(count, worth)
    start, end = worth(frozenset()), worth(frozenset(range(count)))
    whole = [
        _rounded([share[figure] for share in shares], end[figure] - start[figure])
        for figure in range(3)
    ]
    return [HeadlineFigures(whole[0][i], whole[1][i], whole[2][i]) for i in range(count)]


def _value(case: Case, name: str) -> Any:
    return case.assumptions[name].value if name in case.assumptions else None


def _worth(before: Case, after: Case, found: Sequence[Player]) -> Worth:
    """The figures when these players have changed and the others have not."""
    first, second = before.values, after.values

    @cache
    def worth(changed: frozenset[int]) -> Triple:
        values: dict[str, Any] = dict(first)
        facts: dict[str, Any] = {name: getattr(before, name) for name in _FACT_GROUPS}
        for i in changed:
            values.update({name: second[name] for name in found[i].names})
            facts.update({name: getattr(after, name) for name in found[i].facts})
        return _figures(values, facts)

    return worth


def _figures(values: Mapping[str, Any], facts: Mapping[str, Any]) -> Triple:
    result = HeadlineFigures.of(
        profile(
            values,
            facts["population"],
            known=facts["known"],
        )
    )
    return result.people, result.staff, result.total


def _weighed(count: int, worth: Worth) -> list[list[Fraction]]:
    """Shapley values: a coalition of s weighs s! (n - s - 1)! / n! in each player's average."""
    shares = [[Fraction(0)] * 3 for _ in range(count)]
    for i in range(count):
        others = [j for j in range(count) if j != i]
        sums = [0, 0, 0]
        for size in range(count):
            weight = factorial(size) * factorial(count - size - 1)
            for coalition in combinations(others, size):
                held = frozenset(coalition)
                with_it, without = worth(held | {i}), worth(held)
                for figure in range(3):
                    sums[figure] += weight * (with_it[figure] - without[figure])
        shares[i] = [Fraction(total, factorial(count)) for total in sums]
    return shares


def _sampled(count: int, worth: Worth) -> list[list[Fraction]]:
    """The same averages over a fixed sample of orders, each taken in both directions."""
    generator = random.Random(count)  # noqa: S311 (a fixed sample, no secret)
    sums = [[0, 0, 0] for _ in range(count)]
    for _ in range(ORDERS):
        order = list(range(count))
        generator.shuffle(order)
        for direction in (order, order[::-1]):
            held: frozenset[int] = frozenset()
            for i in direction:
                with_it, without = worth(held | {i}), worth(held)
                for figure in range(3):
                    sums[i][figure] += with_it[figure] - without[figure]
                held |= {i}
    return [[Fraction(total, 2 * ORDERS) for total in row] for row in sums]


def _rounded(shares: Sequence[Fraction], total: int) -> list[int]:
    """Nearest whole numbers (halves away from zero) that add up to `total`.

    The missing or surplus units go one each to the shares that rounding moved furthest the other
    way; a share that is whole already, such as nothing, is never touched.
    """
    whole = [_nearest(share) for share in shares]
    missing = total - sum(whole)
    sign = 1 if missing > 0 else -1
    order = sorted(range(len(shares)), key=lambda i: (-sign * (shares[i] - whole[i]), i))
    for i in order[: abs(missing)]:
        whole[i] += sign
    return whole


def _nearest(share: Fraction) -> int:
    size = floor(abs(share) + Fraction(1, 2))
    return size if share >= 0 else -size
