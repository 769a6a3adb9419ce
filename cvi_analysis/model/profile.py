"""A city's profile: the whole model in one call."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cvi_analysis.model.budget import Budget, budget
from cvi_analysis.model.number import Number, Values, plain
from cvi_analysis.model.people import KnownCounts, People, effective_people, people_at_risk
from cvi_analysis.model.staffing import Post, staffing


@dataclass(frozen=True, slots=True)
class Profile:
    """People, staff and money for one place (or for arrays of places or draws).

    Attributes:
        population: residents.
        people: people at the highest risk and those served at one time.
        effective: people that set the staffing, after economies of scale.
        posts: staff by role, in the order of `model.ROLES`.
        budget: dollars a year.
    """

    population: Number
    people: People
    effective: Number
    posts: tuple[Post, ...]
    budget: Budget

    @property
    def staff(self) -> Number:
        """All posts together."""
        return self.count("frontline", "supervision", "ovp")

    @property
    def per_resident(self) -> Number:
        """Total budget per resident, dollars a year."""
        return plain(np.divide(self.budget.total, self.population))

    @property
    def per_person(self) -> Number:
        """Total budget per person served at one time, dollars a year."""
        return plain(np.divide(self.budget.total, self.people.served))

    def count(self, *groups: str) -> Number:
        """Posts in these groups (`frontline`, `supervision`, `ovp`)."""
        total: Number = 0
        for post in self.posts:
            if post.group in groups:
                total = total + post.count
        return total

    def post(self, role: str) -> Post:
        """The posts of one role key; KeyError if there is no such role."""
        for post in self.posts:
            if post.role == role:
                return post
        raise KeyError(role)


NOTHING_KNOWN = KnownCounts()


def profile(
    values: Values,
    population: Number,
    *,
    known: KnownCounts = NOTHING_KNOWN,
) -> Profile:
    """The profile of a place under resolved assumptions.

    Args:
        values: assumptions by dotted name (`Register.values()`); any may be an array of draws.
        population: residents; may be an array of places.
        known: what else is known of the place: a local count, homicides.

    Returns:
        People, posts and budget; unrounded people set wraparound and staffing, as in the one
        published profile that can be checked.

    Raises:
        LookupError: the method asks for homicides of which none are known.
    """
    people = people_at_risk(values, population, known)
    effective = effective_people(values, people.served)
    posts = staffing(values, effective, population)
    return Profile(
        population=population,
        people=people,
        effective=effective,
        posts=posts,
        budget=budget(values, posts, people.served),
    )
