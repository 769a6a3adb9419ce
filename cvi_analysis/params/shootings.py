"""Homicides and people shot, by city and year, as police and public indexes count them.

Several sources count the same: `chosen` says openly which row stands for a city, measure and year.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeAlias

from pydantic import Field

from cvi_analysis.params.cities import Slug, require_listed
from cvi_analysis.params.csv_files import read_table, require_once
from cvi_analysis.params.frozen import Count, Frozen, ReadOn, Text, Url, Words
from cvi_analysis.params.published_figures import Confidence
from cvi_analysis.params.text_files import Where

FullYear: TypeAlias = Literal[
    "homicides",
    "fatal_shootings",
    "nonfatal_shooting_victims",
    "nonfatal_shooting_incidents",
    "shooting_victims_total",
    "shooting_incidents_total",
]
PartOfYear: TypeAlias = Literal[
    "homicides_ytd",
    "fatal_shootings_ytd",
    "nonfatal_shooting_victims_ytd",
    "nonfatal_shooting_incidents_ytd",
    "shooting_victims_total_ytd",
    "shooting_incidents_total_ytd",
]

PART_OF_YEAR = "_ytd"
"""How the measure of a row ends that covers a part of its year."""

_SAYS_PART = re.compile(r"\bpart(ial)? (of (a|the) )?year\b|\byear[ -]to[ -]date\b", re.IGNORECASE)

_NEEDED = (
    *("slug", "year", "measure", "value", "definition", "source", "source_url"),
    *("checked_on", "confidence", "chosen"),
)
_ADVICE = {
    "slug": "Write it as params/cities.csv does, such as norfolk-va.",
    "definition": "Say what the source counts, and its last day where that is not December 31.",
    "checked_on": "Write when the source was read.",
    "year": "Give the year in which the people were shot.",
    "measure": f"A count of a part of a year ends in {PART_OF_YEAR}.",
    "value": "Write the count as published; leave the row out where none was.",
    "source": "Say who published the count, or leave the row out.",
    "source_url": "Say where the count can be checked, or leave the row out.",
    "confidence": "low keeps the row out of every calculation.",
    "chosen": "Write yes in the one row that stands for its city, measure and year.",
}


class ShootingCount(Frozen):
    """One count of one source.

    Attributes:
        measure: what is counted; ends in `_ytd` where the count covers a part of the year.
        definition: how the source counts, and its last day where that is not December 31.
        edition: of a table that changes, the state that was read.
        checked_on: month or day on which the source was read.
        chosen: whether this row stands for its city, measure and year.
    """

    slug: Slug = Field(description="a slug of params/cities.csv")
    year: int = Field(ge=2000, le=2100, description="a year from 2000 to 2100")
    measure: Literal[FullYear, PartOfYear] = Field(
        description="homicides, fatal_shootings, nonfatal_shooting_victims, "
        "nonfatal_shooting_incidents, shooting_victims_total, shooting_incidents_total, "
        "or one of them with _ytd"
    )
    value: Count = Field(description="a whole number from 0")
    definition: Text = Field(description="how the source counts")
    source: Text = Field(description="who published the count")
    source_url: Url = Field(description="a web address")
    edition: Words
    checked_on: ReadOn = Field(description="a month or a day, as 2026-11")
    confidence: Confidence = Field(description="high, medium or low")
    chosen: bool = Field(description="yes or no")
    note: Words

    @property
    def covers_year(self) -> bool:
        """Whether the count is that of a full year, up to some days that `definition` names."""
        return not self.measure.endswith(PART_OF_YEAR)

    @property
    def fit(self) -> bool:
        """Whether to compute with it: chosen, of a full year, and confidence not low."""
        return self.chosen and self.covers_year and self.confidence != "low"


@dataclass(frozen=True, slots=True)
class MeanOfYears:
    """The mean of two years' counts.

    Attributes:
        value: the mean.
        years: the two years, the earlier first; a year without a count may lie between them.
        rows: the counts behind it, in the order of the years.
    """

    value: float
    years: tuple[int, int]
    rows: tuple[ShootingCount, ShootingCount]


@dataclass(frozen=True, slots=True)
class PeopleShot:
    """People shot in a year, killed or not.

    Attributes:
        value: the count, or the sum of those killed with a gun and those who survived.
        year: the year.
        rows: the one count, or the two that were added.
    """

    value: int
    year: int
    rows: tuple[ShootingCount, ...]


@dataclass(frozen=True)
class Shootings:
    """All counts, by city."""

    rows: tuple[ShootingCount, ...]

    @cached_property
    def _by_city(self) -> dict[str, tuple[ShootingCount, ...]]:
        found: dict[str, list[ShootingCount]] = {}
        for row in self.rows:
            found.setdefault(row.slug, []).append(row)
        return {slug: tuple(rows) for slug, rows in found.items()}

    def of_city(self, slug: str) -> tuple[ShootingCount, ...]:
        """Return every row of a city in the file's order: chosen or not, of any confidence."""
        return self._by_city.get(slug, ())

    def by_year(self, slug: str, measure: FullYear) -> dict[int, ShootingCount]:
        """Return the rows of a city that are fit to compute with, by year, the earliest first."""
        found = {row.year: row for row in self.of_city(slug) if row.measure == measure and row.fit}
        return dict(sorted(found.items()))

    def homicides(self, slug: str) -> dict[int, ShootingCount]:
        """Return a city's homicides by year, as `by_year`."""
        return self.by_year(slug, "homicides")

    def people_shot(self, slug: str) -> PeopleShot | None:
        """Return people shot in the last full year fit to compute with; None if there is none.

        A count of all people shot, or else of those who survived with those killed with a gun in
        the same year. One of the two alone is not all.
        """
        every = self.by_year(slug, "shooting_victims_total")
        killed = self.by_year(slug, "fatal_shootings")
        survived = self.by_year(slug, "nonfatal_shooting_victims")
        found = {
            year: (killed[year], survived[year]) for year in killed.keys() & survived.keys()
        } | {year: (row,) for year, row in every.items()}
        if not found:
            return None
        year = max(found)
        return PeopleShot(sum(row.value for row in found[year]), year, found[year])

    def mean_homicides(self, slug: str) -> MeanOfYears | None:
        """Return the mean homicides of the last two years fit to compute with.

        None if there are not two: one year says too little where a city has few homicides.
        """
        last = list(self.homicides(slug).values())[-2:]
        if len(last) < 2:
            return None
        earlier, later = last
        return MeanOfYears(
            (earlier.value + later.value) / 2, (earlier.year, later.year), (earlier, later)
        )


def load_shootings(path: Path, slugs: Collection[str]) -> Shootings:
    """Return the counts in `params/shootings.csv`.

    Args:
        path: the file.
        slugs: the listed cities.

    Raises:
        InputError: with file and line: a refused cell, a city that is not listed, a part of a year
            that is not marked, one source's count given twice, or not exactly one chosen row of a
            city, measure and year.
    """
    found = read_table(path, ShootingCount, needed=_NEEDED, advice=_ADVICE)
    for row, where in found:
        require_listed(row.slug, slugs, where)
        _check_full_year(row, where)
    _check_choices(found)
    return Shootings(tuple(row for row, _ in found))


def _check_full_year(row: ShootingCount, where: Where) -> None:
    """Refuse a row that claims a full year although it cannot, or says itself that it does not."""
    if not row.covers_year:
        return
    mark = f"If it covers a part of the year, call it {row.measure}{PART_OF_YEAR}"
    if row.year >= int(row.checked_on[:4]):
        raise where.error(
            "the year was not over when the source was read",
            parameter="year",
            found=row.year,
            allowed=f"a year before that of checked_on ({row.checked_on})",
            hint=f"{mark}.",
        )
    for column in ("definition", "note"):
        says = _SAYS_PART.search(getattr(row, column))
        if says:
            raise where.error(
                "says that the count covers a part of the year",
                parameter=column,
                found=says[0],
                allowed=f"{row.measure} of a full year",
                hint=f"{mark}; if some days are missing, say which was the last.",
            )


def _check_choices(found: Iterable[tuple[ShootingCount, Where]]) -> None:
    given: dict[Hashable, Where] = {}
    chosen: dict[tuple[str, int, str], Where] = {}
    first: dict[tuple[str, int, str], Where] = {}
    for row, where in found:
        key: tuple[str, int, str] = (row.slug, row.year, row.measure)
        first.setdefault(key, where)
        full = (*key, row.source)
        allowed = "one row a city, year, measure and source"
        require_once(given, full, where, "the count", allowed, shown=list(full))
        if row.chosen:
            other = chosen.setdefault(key, where)
            if other is not where:
                raise where.error(
                    "two rows are chosen for one city, year and measure",
                    parameter="chosen",
                    found=list(key),
                    allowed="yes in one of them",
                    hint=f"The other is on line {other.line}; write no in one of the two.",
                )
    for key, where in first.items():
        if key not in chosen:
            raise where.error(
                "no row is chosen for this city, year and measure",
                parameter="chosen",
                found=list(key),
                allowed="yes in one row",
                hint="Write yes in the row that stands for them.",
            )
