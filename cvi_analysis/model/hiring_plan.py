"""From the staff a city has to the staff it needs: posts, gap and budget year by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cvi_analysis.model.budget import Budget, budget
from cvi_analysis.model.number import half_up
from cvi_analysis.model.profile import Profile
from cvi_analysis.model.sizing_case import Case
from cvi_analysis.model.staffing import ROLES, Post

GROUPS = ("frontline", "supervision", "ovp")
"""Whose posts they are, in the order of a plan."""

_SERVICES = "budget.wraparound_per_person"


@dataclass(frozen=True, slots=True)
class Hiring:
    """Where a city starts and how fast it hires.

    Attributes:
        years: years until every post of the full program is paid for.
        fill_rate: share of planned posts with someone in them, 0 to 1.
        price_growth: growth of pay and of services alike a year, a fraction; 0 keeps every year
            in the dollars of the full program.
        one_off_share: share of existing posts that one-off money pays.
        existing: posts filled now, by role; a role that is not named has none.
    """

    years: int
    fill_rate: float = 1.0
    price_growth: float = 0.0
    one_off_share: float = 0.0
    existing: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Hiring:
        """The plan in the assumptions `phasing.*` and `roles.<role>.existing`."""
        return cls(
            years=values["phasing.years"],
            fill_rate=values["phasing.fill_rate"],
            price_growth=values["phasing.price_growth"],
            one_off_share=values["phasing.one_off_share"],
            existing={role: values[f"roles.{role}.existing"] for role in ROLES},
        )


@dataclass(frozen=True, slots=True)
class YearPosts:
    """One role in one year of the plan.

    Attributes:
        role: role key.
        group: `frontline`, `supervision` or `ovp`.
        needed: posts of the full program.
        existing: posts filled before the plan starts, at most `needed`.
        planned: posts the city pays for in this year.
        filled: posts expected to have someone in them.
    """

    role: str
    group: str
    needed: int
    existing: int
    planned: int
    filled: int

    @property
    def gap(self) -> int:
        """Posts still without someone in them, against the full program."""
        return self.needed - self.filled


@dataclass(frozen=True, slots=True)
class Year:
    """One year of the plan.

    Attributes:
        number: 1 for the first.
        prices: pay and services of this year over those of the first.
        posts: role by role.
        people: people the planned frontline staff can serve, unrounded persons.
        reached: people the filled frontline posts can serve, unrounded persons.
        budget: dollars to set aside: every planned post filled all year.
        expected: dollars likely to be spent, with posts empty as the fill rate says.
        lasting: pay and benefits of existing posts on recurring money.
        expiring: pay and benefits of existing posts on one-off money, which ends.
    """

    number: int
    prices: float
    posts: tuple[YearPosts, ...]
    people: float
    reached: float
    budget: Budget
    expected: Budget
    lasting: int
    expiring: int

    @property
    def new_money(self) -> int:
        """Dollars of this year's budget that no existing post is paid with now."""
        return int(self.budget.total) - self.lasting - self.expiring

    @property
    def recurring_needed(self) -> int:
        """Dollars of this year's budget that no lasting source pays yet.

        What a council has to find for good: new money, and what one-off money pays now.
        """
        return int(self.budget.total) - self.lasting

    def posts_in(self, *groups: str) -> YearPosts:
        """Posts of these groups (all if none is named) added up."""
        chosen = [post for post in self.posts if post.group in (groups or GROUPS)]
        return YearPosts(
            role="all",
            group=groups[0] if len(groups) == 1 else "all",
            needed=sum(post.needed for post in chosen),
            existing=sum(post.existing for post in chosen),
            planned=sum(post.planned for post in chosen),
            filled=sum(post.filled for post in chosen),
        )


@dataclass(frozen=True, slots=True)
class HiringPlan:
    """A hiring plan.

    Attributes:
        hiring: what it starts from.
        years: the years in order; the last has every post of the full program.
        full: the full program at today's pay.
        surplus: existing posts beyond what the model asks for, by role (those above 0 only);
            the plan neither cuts nor pays them.
    """

    hiring: Hiring
    years: tuple[Year, ...]
    full: Budget
    surplus: Mapping[str, int]


def plan(case: Case, hiring: Hiring | None = None, horizon: int | None = None) -> HiringPlan:
    """Posts, gap and budget year by year.

    In year `y` of `n` a role has `existing + round((needed - existing) * y / n)` planned posts
    (half up), so hiring is even and the last year has them all. The city office has all its posts
    from the first year: nobody else can let contracts. Pay and services grow by
    `(1 + price growth) ** (y - 1)`, one rate for both. People are served in proportion to planned
    frontline posts, and reached in proportion to filled ones.
    Each year's lines follow the rules of the full budget, so the last year without growth is the
    full budget. Of the planned posts `fill_rate` are filled (half up by role, but not fewer than
    exist now).

    Args:
        case: the city under its assumptions.
        hiring: the pace; None for that of the assumptions.
        horizon: years to show; None for those of the pace. After them the full program goes on.
    """
    chosen = Hiring.of(case.values) if hiring is None else hiring
    result = case.profile()
    surplus = {
        post.role: chosen.existing.get(post.role, 0) - int(post.count) for post in result.posts
    }
    return HiringPlan(
        hiring=chosen,
        years=tuple(
            _year(case.values, result, chosen, number)
            for number in range(1, (horizon or chosen.years) + 1)
        ),
        full=result.budget,
        surplus={role: posts for role, posts in surplus.items() if posts > 0},
    )


def _year(values: Mapping[str, Any], full: Profile, hiring: Hiring, number: int) -> Year:
    growth = (1.0 + hiring.price_growth) ** (number - 1)
    paid = tuple(replace(post, wage=post.wage * growth) for post in full.posts)
    step = min(number, hiring.years)
    posts = tuple(_posts(post, hiring, step) for post in full.posts)
    planned, filled = [post.planned for post in posts], [post.filled for post in posts]
    served, reached = (
        full.people.served * _reach(posts, counts, step / hiring.years)
        for counts in (planned, filled)
    )
    priced = {**values, _SERVICES: values[_SERVICES] * growth}
    existing = _pay(_counted(paid, [post.existing for post in posts]))
    one_off = int(half_up(existing * hiring.one_off_share))
    return Year(
        number=number,
        prices=growth,
        posts=posts,
        people=served,
        reached=reached,
        budget=budget(priced, _counted(paid, planned), served),
        expected=budget(priced, _counted(paid, filled), reached),
        lasting=existing - one_off,
        expiring=one_off,
    )


def _posts(post: Post, hiring: Hiring, step: int) -> YearPosts:
    needed = int(post.count)
    existing = min(hiring.existing.get(post.role, 0), needed)
    planned = (
        needed
        if post.group == "ovp"
        else existing + int(half_up((needed - existing) * step / hiring.years))
    )
    filled = max(existing, int(half_up(planned * hiring.fill_rate)))
    return YearPosts(post.role, post.group, needed, existing, planned, filled)


def _reach(posts: Sequence[YearPosts], counts: Sequence[int], otherwise: float) -> float:
    """Share of the people served that this many frontline staff can serve.

    `otherwise` where the program has no frontline post (all were entered as 0).
    """
    frontline = [
        (count, post.needed)
        for post, count in zip(posts, counts, strict=True)
        if post.group == "frontline"
    ]
    needed = sum(need for _, need in frontline)
    return sum(count for count, _ in frontline) / needed if needed else otherwise


def _counted(posts: Sequence[Post], counts: Sequence[int]) -> tuple[Post, ...]:
    return tuple(
        replace(post, count=count, cost=count * post.wage * (1.0 + post.benefits_load))
        for post, count in zip(posts, counts, strict=True)
    )


def _pay(posts: Sequence[Post]) -> int:
    """Pay and benefits of these posts, rounded to the dollar."""
    total = 0.0
    for post in posts:
        total += post.cost
    return int(half_up(total))
