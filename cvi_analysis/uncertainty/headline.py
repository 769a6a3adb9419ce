"""The three figures that every comparison is about."""

from __future__ import annotations

from dataclasses import dataclass

from cvi_analysis.model import Profile


@dataclass(frozen=True, slots=True)
class Headline:
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
    def of(cls, result: Profile) -> Headline:
        """The headline figures of a profile of one place."""
        return cls(int(result.people.rounded), int(result.staff), int(result.budget.total))

    def __sub__(self, other: Headline) -> Headline:
        return Headline(
            self.people - other.people, self.staff - other.staff, self.total - other.total
        )
