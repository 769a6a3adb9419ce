"""The tables behind the assumptions: benchmarks, estimates of people at risk, cost of shootings.

Nothing here enters the arithmetic; the reports show these figures beside it. None means unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar

from pydantic import Field

from cvi_analysis.params.csv_source import Row, read_csv
from cvi_analysis.params.reading import Frozen, Number, Share, Text, UrlOrEmpty, Words, build
from cvi_analysis.params.where import Where

Confidence: TypeAlias = Literal["high", "medium", "low"]
Evidence = TypeVar("Evidence", bound=Frozen)

_CONFIDENCE = Field(description="high, medium or low")
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
    how_known: Literal["reported", "computed"] = Field(description="reported or computed")
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


def load_benchmarks(path: Path) -> tuple[Benchmark, ...]:
    """Return the rows of `params/benchmarks.csv`; raises `InputError` with file and line."""
    found = _load(path, Benchmark, {"year": _year, "low": _number, "high": _number})
    for row, where in found:
        _ascending(where, row.low, row.high)
    return tuple(row for row, _ in found)


def load_high_risk_estimates(path: Path) -> tuple[HighRiskEstimate, ...]:
    """Return the rows of `params/high_risk_estimates.csv`; raises `InputError`."""
    numbers = ("people", "people_low", "people_high", "share_of_residents")
    kinds = {"year": _year, "used_in_profiles": _switch, **dict.fromkeys(numbers, _number)}
    found = _load(path, HighRiskEstimate, kinds)
    for row, where in found:
        _ascending(where, row.people_low, row.people, row.people_high)
    return tuple(row for row, _ in found)


def load_shooting_costs(path: Path) -> tuple[ShootingCost, ...]:
    """Return the rows of `params/cost_of_gun_violence.csv`; raises `InputError`."""
    kinds = {"year": _year, "fatal_usd": _number, "nonfatal_usd": _number}
    return tuple(row for row, _ in _load(path, ShootingCost, kinds))


def _load(
    path: Path, model: type[Evidence], kinds: Mapping[str, Callable[[Row, str], Any]]
) -> list[tuple[Evidence, Where]]:
    columns = tuple(model.model_fields)
    found = []
    for row in read_csv(path, columns):
        values = {column: kinds.get(column, Row.text)(row, column) for column in columns}

        def where_of(_: object, place: Where = row.where) -> Where:
            return place

        found.append((build(model, values, name=None, where_of=where_of), row.where))
    return found


def _number(row: Row, column: str) -> float | None:
    return row.number(column)


def _year(row: Row, column: str) -> int | None:
    return row.integer(column)


def _switch(row: Row, column: str) -> bool:
    text = row.required(column, "yes or no")
    if text not in ("yes", "no"):
        raise row.where.error(
            "must be yes or no", parameter=column, found=text, allowed="yes or no"
        )
    return text == "yes"


def _ascending(where: Where, *numbers: float | None) -> None:
    known = [number for number in numbers if number is not None]
    if known != sorted(known):
        raise where.error("low is above high", found=known, allowed="low <= figure <= high")
