"""Counts of people at the highest risk beside the homicides and shootings of the same time.

They tell how many people there are for each homicide, and so what a city without a count of its
own may expect. Who is counted differs more than cities do: only some rows are fit for that.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from cvi_analysis.params.csv_files import read_table, require_once
from cvi_analysis.params.frozen import Count, Frozen, Number, Text, Url, Words
from cvi_analysis.params.published_figures import Confidence, check_ascending
from cvi_analysis.params.text_files import Where

_COUNT = Field(description="a whole number from 0, or nothing where it is unknown")
_RANGE = "Correct the range, or the count in it."
_NEEDED = (
    *("source", "place", "year", "people", "count_kind", "people_class", "same_year"),
    *("homicides", "homicide_source", "source_url", "confidence"),
)
_ADVICE = {
    "place": "Write city and state, such as Oakland CA.",
    "year": "Give the year that the count is of.",
    "homicide_source": "Say where the homicides come from.",
    "same_year": "Write mean where the homicides are a mean of several years.",
    "source": "Say who published the count, or leave the row out.",
    "source_url": "Say where the count can be checked, or leave the row out.",
    "people": "Write the count as published; leave the row out where none was.",
    "homicides": "A count stands beside the homicides of its time; without them, leave it out.",
    "people_class": "core: the people at the very highest risk, not all members of groups.",
    "count_kind": "Write not_stated where the source does not say.",
    "confidence": "low keeps the row out of the estimator's central figure.",
}


class CountedPeople(Frozen):
    """One count of people, and the violence of the time it is about.

    Attributes:
        place: city and state, as `Oakland CA`; it need not be one of the listed cities.
        people: the count; `people_low` and `people_high` where a range was published.
        count_kind: what the count is: over a year, at one time, a list, or not stated.
        people_class: who is counted: the core at the highest risk, or a wider group.
        same_year: whether the homicides are those of the count's year, or a mean of several years.
        homicides: of a year; a fraction only where they are a mean.
        shooting_victims: people shot in that year, killed or not.
        quote: the source's own words, where they were read.
    """

    source: Text = Field(description="who published the count")
    place: Text = Field(description="city and state")
    year: int = Field(ge=2000, le=2100, description="a year from 2000 to 2100")
    people: Count = Field(gt=0, description="a whole number above 0")
    people_low: Count | None = _COUNT
    people_high: Count | None = _COUNT
    count_kind: Literal[
        "over_a_year",
        "at_one_time",
        "not_stated",
        "group_members",
        "involved",
        "list",
        "network",
        "share_of_residents",
    ] = Field(
        description="over_a_year, at_one_time, not_stated, group_members, involved, list, network "
        "or share_of_residents"
    )
    people_class: Literal["core", "group_members", "involved", "list", "network", "share_rule"] = (
        Field(description="core, group_members, involved, list, network or share_rule")
    )
    same_year: Literal["yes", "no", "mean"] = Field(description="yes, no or mean")
    homicides: Number = Field(gt=0, description="a number above 0")
    homicide_source: Text = Field(description="where the homicides come from")
    gun_homicides: Number | None = Field(description="a number from 0, or nothing")
    shooting_victims: Count | None = _COUNT
    shooting_source: Words
    source_url: Url = Field(description="a web address")
    quote: Words
    confidence: Confidence = Field(description="high, medium or low")
    note: Words

    @property
    def fit(self) -> bool:
        """Whether it may stand behind an estimate for another city.

        It counts the core, over a year or without saying, beside the homicides of its own time.
        """
        return (
            self.people_class == "core"
            and self.same_year != "no"
            and self.count_kind in ("over_a_year", "not_stated")
        )

    def of(self, city: str, state: str) -> bool:
        """Whether it is the count of this city."""
        return self.place == f"{city} {state}"


@dataclass(frozen=True)
class PeoplePerShooting:
    """All counts of people beside the homicides of their time, in the file's order."""

    rows: tuple[CountedPeople, ...]

    @property
    def fit(self) -> tuple[CountedPeople, ...]:
        """The rows fit for an estimate, those of low confidence among them."""
        return tuple(row for row in self.rows if row.fit)

    @property
    def firm(self) -> tuple[CountedPeople, ...]:
        """The fit rows whose confidence is not low."""
        return tuple(row for row in self.fit if row.confidence != "low")


def load_people_per_shooting(path: Path) -> PeoplePerShooting:
    """Return the counts in `params/people_per_shooting.csv`.

    Raises:
        InputError: with file and line: a refused cell, a range that does not hold its count, a
            fraction of a homicide in one year, or a count given twice.
    """
    found = read_table(path, CountedPeople, needed=_NEEDED, advice=_ADVICE)
    seen: dict[Hashable, Where] = {}
    for row, where in found:
        check_ascending(where, row.people_low, row.people, row.people_high, hint=_RANGE)
        for column in ("homicides", "gun_homicides"):
            number = getattr(row, column)
            if row.same_year != "mean" and number is not None and number % 1:
                raise where.error(
                    "is a fraction although it is of one year",
                    parameter=column,
                    found=number,
                    allowed="a whole number",
                    hint="Write mean under same_year if it is the mean of several years.",
                )
        key = (row.source, row.place, row.year)
        require_once(
            seen, key, where, "the count", "one row a source, place and year", shown=list(key)
        )
    return PeoplePerShooting(tuple(row for row, _ in found))
