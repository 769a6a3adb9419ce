"""`params/programs.csv`: what published programs served, employed and cost, to compare with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from cvi_analysis.params.csv_source import Row, read_csv
from cvi_analysis.params.evidence import Confidence
from cvi_analysis.params.reading import Count, Frozen, Name, Number, Text, UrlOrEmpty, Words, build

_DOLLARS = Field(description="dollars a year from 0, or nothing where it is unknown")


class Program(Frozen):
    """A published program, or a whole city's plan; None means unknown.

    Attributes:
        slug: the city's slug where it is one of ours, else empty.
        residents: of the place, as its source or the rate index gives them.
        people: served, or meant to be, in a year.
        dollars_low, dollars_high: a year, in dollars of `year`; equal where one sum is given.
        per_person_low, per_person_high: for one person, where no whole budget was published.
        differs: why its figures are not this model's, in sentences.
    """

    program: Name
    place: Text
    slug: Words
    year: int | None = Field(ge=1900, le=2100, description="a year, or nothing")
    residents: Count | None = Field(description="a whole number from 0, or nothing")
    people: Number | None = Field(description="people a year, or nothing")
    people_note: Words
    staff: Number | None = Field(description="posts, or nothing")
    staff_note: Words
    dollars_low: Number | None = _DOLLARS
    dollars_high: Number | None = _DOLLARS
    dollars_note: Words
    per_person_low: Number | None = _DOLLARS
    per_person_high: Number | None = _DOLLARS
    how_known: Literal["reported", "computed"] = Field(description="reported or computed")
    confidence: Confidence = Field(description="high, medium or low")
    source_url: UrlOrEmpty = Field(description="a web address, or nothing")
    differs: Text

    @property
    def per_person(self) -> tuple[float, float] | None:
        """Dollars for one person, low and high: published, else the budget over the people."""
        if self.per_person_low is not None and self.per_person_high is not None:
            return self.per_person_low, self.per_person_high
        if self.people and self.dollars_low is not None and self.dollars_high is not None:
            return self.dollars_low / self.people, self.dollars_high / self.people
        return None


_NUMBERS = ("people", "staff", "dollars_low", "dollars_high", "per_person_low", "per_person_high")


def load_programs(path: Path) -> tuple[Program, ...]:
    """Return the rows of `params/programs.csv`.

    Raises:
        InputError: with file and line: a wrong column, a refused cell, or one end of a range
            without the other or above it.
    """
    kinds: dict[str, Callable[[Row, str], Any]] = {
        **dict.fromkeys(("year", "residents"), lambda row, column: row.integer(column)),
        **dict.fromkeys(_NUMBERS, lambda row, column: row.number(column)),
    }
    columns = tuple(Program.model_fields)
    found = []
    for row in read_csv(path, columns):
        values = {column: kinds.get(column, Row.text)(row, column) for column in columns}
        for kind in ("dollars", "per_person"):
            ends = values[f"{kind}_low"], values[f"{kind}_high"]
            if (ends[0] is None) != (ends[1] is None) or (ends[0] or 0) > (ends[1] or 0):
                raise row.where.error(
                    "the ends of the range do not fit together",
                    parameter=f"{kind}_low",
                    found=list(ends),
                    allowed="low <= high, or neither",
                )

        def where_of(_: object, row: Row = row) -> Any:
            return row.where

        found.append(build(Program, values, name=None, where_of=where_of))
    return tuple(found)
