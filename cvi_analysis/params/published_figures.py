"""Published figures to set beside the model's: programs, estimates, costs, one whole profile.

Nothing here enters the arithmetic; the reports show these figures beside it. None means unknown.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal, TypeAlias

from pydantic import Field

from cvi_analysis.params.csv_files import read_table
from cvi_analysis.params.frozen import (
    Count,
    Frozen,
    Model,
    Name,
    Number,
    Share,
    Text,
    UrlOrEmpty,
    Words,
)
from cvi_analysis.params.text_files import Where

Confidence: TypeAlias = Literal["high", "medium", "low"]

_CONFIDENCE = Field(description="high, medium or low")
_DOLLARS = Field(description="dollars a year from 0, or nothing where it is unknown")
_HOW_KNOWN = Field(description="reported or computed")
_NUMBER = Field(description="a number from 0, or nothing where it is unknown")
_URL = Field(description="a web address, or nothing")
_YEAR = Field(ge=1900, le=2100, description="a year, or nothing where it is unknown")


def publisher(source: str) -> str:
    """Who published a figure, by the short name in brackets if there is one.

    >>> publisher("National Institute for Criminal Justice Reform (NICJR), as told to WTHR")
    'NICJR'
    """
    who = source.split(",")[0].strip()
    short = re.search(r"\(([A-Z]+)\)$", who)
    return short[1] if short else who


class Benchmark(Frozen):
    """A figure from a program elsewhere; `low` and `high` are equal where there is one figure."""

    topic: Text
    measure: Text
    place: Words
    year: int | None = _YEAR
    low: Number = Field(description="a number from 0")
    high: Number = Field(description="a number from 0, not below low")
    unit: Text
    how_known: Literal["reported", "computed"] = _HOW_KNOWN
    confidence: Confidence = _CONFIDENCE
    source_url: UrlOrEmpty = _URL
    note: Words


class HighRiskEstimate(Frozen):
    """A published estimate of people at very high risk. Definitions differ more than places do."""

    place: Text
    state: Words
    year: int | None = _YEAR
    people: Number | None = _NUMBER
    people_low: Number | None = _NUMBER
    people_high: Number | None = _NUMBER
    share_of_residents: Share | None = Field(description="a share from 0 to 1, or nothing")
    share_basis: Words
    estimated_by: Text
    definition: Text
    confidence: Confidence = _CONFIDENCE
    used_in_profiles: bool = Field(description="yes or no")
    source: Text
    source_url: UrlOrEmpty = _URL


class ShootingCost(Frozen):
    """Direct cost of one shooting to government, in dollars of the year, by a city study."""

    city: Text
    state: Text
    year: int | None = _YEAR
    fatal_usd: Number | None = _NUMBER
    fatal_qualifier: Words
    nonfatal_usd: Number | None = _NUMBER
    nonfatal_qualifier: Words
    source: Text
    source_url: UrlOrEmpty = _URL
    note: Words


class Program(Frozen):
    """A published program, or a whole city's plan; None means unknown.

    Attributes:
        slug: the city's slug where it is one of ours, else empty.
        residents: of the place, as its source or the rate index gives them.
        people: served, or meant to be: over a year or at one time, as `people_count` says.
        dollars_low, dollars_high: a year, in dollars of `year`; equal where one sum is given.
        per_person_low, per_person_high: for one person, where no whole budget was published: for a
            year, or for as long as `per_person_span` says.
        differs: why its figures are not this model's, in sentences.
    """

    program: Name
    place: Text
    slug: Words
    year: int | None = _YEAR
    residents: Count | None = Field(description="a whole number from 0, or nothing")
    people: Number | None = Field(description="people, or nothing")
    people_count: Literal["over_a_year", "at_one_time"] | None = Field(
        description="over_a_year or at_one_time where there are people, else nothing"
    )
    people_note: Words
    staff: Number | None = Field(description="posts, or nothing")
    staff_note: Words
    dollars_low: Number | None = _DOLLARS
    dollars_high: Number | None = _DOLLARS
    dollars_note: Words
    per_person_low: Number | None = _DOLLARS
    per_person_high: Number | None = _DOLLARS
    per_person_span: Words
    how_known: Literal["reported", "computed"] = _HOW_KNOWN
    confidence: Confidence = _CONFIDENCE
    source_url: UrlOrEmpty = _URL
    differs: Text

    @property
    def per_person(self) -> tuple[float, float] | None:
        """Dollars for one person, low and high: published, else the budget over the people."""
        if self.per_person_low is not None and self.per_person_high is not None:
            return self.per_person_low, self.per_person_high
        if self.people and self.dollars_low is not None and self.dollars_high is not None:
            return self.dollars_low / self.people, self.dollars_high / self.people
        return None


class PublishedFigure(Frozen):
    """One figure of the one published profile that has figures.

    Attributes:
        item: dotted name in the JSON document where there is one, such as `budget.total`.
        value: the figure; None where the page could not be read.
        unit: what one unit is.
        how_known: `published`, or `inferred` by us from the published ones.
    """

    slug: Text
    geoid: Text
    item: Text
    value: float | None
    unit: Words
    how_known: Literal["published", "inferred"]
    source_url: UrlOrEmpty
    note: Words


def load_benchmarks(path: Path) -> tuple[Benchmark, ...]:
    """Return the rows of `params/benchmarks.csv`; raises `InputError` with file and line."""
    found = read_table(path, Benchmark)
    for row, where in found:
        check_ascending(where, row.low, row.high)
    return _rows(found)


def load_high_risk_estimates(path: Path) -> tuple[HighRiskEstimate, ...]:
    """Return the rows of `params/high_risk_estimates.csv`; raises `InputError`."""
    found = read_table(path, HighRiskEstimate)
    for row, where in found:
        check_ascending(where, row.people_low, row.people, row.people_high)
    return _rows(found)


def load_shooting_costs(path: Path) -> tuple[ShootingCost, ...]:
    """Return the rows of `params/cost_of_gun_violence.csv`; raises `InputError`."""
    return _rows(read_table(path, ShootingCost))


def load_programs(path: Path) -> tuple[Program, ...]:
    """Return the rows of `params/programs.csv`.

    Raises:
        InputError: with file and line: a wrong column, a refused cell, people without what they
            count, or one end of a range without the other or above it.
    """
    found = read_table(path, Program)
    for row, where in found:
        if (row.people is None) != (row.people_count is None):
            raise where.error(
                "people and what they count do not fit together",
                parameter="people_count",
                found=[row.people, row.people_count],
                allowed="both or neither",
                hint="Say whether they are people over_a_year or at_one_time.",
            )
        for kind, low, high in (
            ("dollars", row.dollars_low, row.dollars_high),
            ("per_person", row.per_person_low, row.per_person_high),
        ):
            if (low is None) != (high is None) or (low or 0) > (high or 0):
                raise where.error(
                    "the ends of the range do not fit together",
                    parameter=f"{kind}_low",
                    found=[low, high],
                    allowed="low <= high, or neither",
                )
    return _rows(found)


def load_published(path: Path) -> tuple[PublishedFigure, ...]:
    """Return the rows of `params/caps_published.csv`; raises `InputError` with file and line."""
    return _rows(read_table(path, PublishedFigure, signed=("value",)))


def _rows(found: list[tuple[Model, Where]]) -> tuple[Model, ...]:
    return tuple(row for row, _ in found)


def check_ascending(where: Where, *numbers: float | None, hint: str | None = None) -> None:
    """Refuse numbers that do not ascend; None stands for one that is unknown."""
    known = [number for number in numbers if number is not None]
    if known != sorted(known):
        raise where.error(
            "low is above high", found=known, allowed="low <= figure <= high", hint=hint
        )
