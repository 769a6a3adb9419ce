"""What an occupation earns in the country and in a metropolitan area, as BLS published it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from cvi_analysis.params.csv_files import read_table, require_once
from cvi_analysis.params.frozen import Count, Frozen, Name, Number, ReadOn, Text, Url
from cvi_analysis.params.roles import SocCode
from cvi_analysis.params.text_files import Where, nearest

AreaCode: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9]{7}$")]
"""A code of an area as BLS writes it, seven digits with leading zeros."""

NATIONAL = "0000000"
"""The area code of the nation."""

INDUSTRIES = {"community": "000000", "government": "999300"}
"""The industry whose wages stand for a role, by who employs it: all, and local government."""

_NEEDED = ("soc", "title", "area_code", "area", "mean", "source", "source_url", "released")
_ADVICE = {
    "soc": "Write the code with its hyphen, as params/roles.yaml does.",
    "title": "Give the occupation's title.",
    "area_code": "Keep the column as text: leading zeros matter.",
    "area": "Give the area's name, as BLS writes it.",
    "industry_code": "Leave other industries out: no role is paid by them.",
    "employment": "Leave the cell empty where BLS released none.",
    "mean": "Leave the row out where BLS released no mean.",
    "p25": "Leave the cell empty where BLS released none.",
    "median": "Leave the cell empty where BLS released none.",
    "p75": "Leave the cell empty where BLS released none.",
    "source": "Say who published the wage, or leave the row out.",
    "source_url": "Say where the wage can be checked, or leave the row out.",
    "released": "Write when the figures were released.",
}


class Wage(Frozen):
    """Yearly wages of one occupation in one area and industry, dollars.

    Attributes:
        area_code: `NATIONAL` or a metropolitan area.
        industry_code: 000000 is all industries, 999300 local government without schools and
            hospitals.
        released: when the figures were released.
    """

    soc: SocCode = Field(description="an occupation code, as 21-1094")
    title: Name = Field(description="the occupation's title")
    area_code: AreaCode = Field(description="seven digits, 0000000 for the nation")
    area: Name = Field(description="the area's name")
    industry_code: Literal["000000", "999300"] = Field(description="000000 or 999300")
    employment: Count | None = Field(description="a whole number from 0, or nothing")
    mean: Number = Field(description="dollars a year")
    p25: Number | None = Field(description="dollars a year, or nothing")
    median: Number | None = Field(description="dollars a year, or nothing")
    p75: Number | None = Field(description="dollars a year, or nothing")
    source: Text = Field(description="who published the wage")
    source_url: Url = Field(description="a web address")
    released: ReadOn = Field(description="a month or a day, as 2026-05-15")


@dataclass(frozen=True)
class Wages:
    """All wages, in the file's order."""

    rows: tuple[Wage, ...]

    def national(self, soc: str, employer: str) -> Wage:
        """Return what an occupation earns in the country, at this kind of employer.

        Raises:
            KeyError: the file has no such row.
        """
        return self._by_place[soc, NATIONAL, INDUSTRIES[employer]]

    def metro(self, soc: str, area_code: str) -> Wage | None:
        """Return what it earns in a metropolitan area, all industries; None if not released."""
        return self._by_place.get((soc, area_code, INDUSTRIES["community"]))

    @cached_property
    def areas(self) -> dict[str, str]:
        """The metropolitan areas: name by code."""
        return {row.area_code: row.area for row in self.rows if row.area_code != NATIONAL}

    @cached_property
    def _by_place(self) -> dict[tuple[str, str, str], Wage]:
        return {(row.soc, row.area_code, row.industry_code): row for row in self.rows}


def require_area(code: str, name: str, wages: Wages, where: Where) -> None:
    """Refuse a metropolitan area that no wage is held for, or under another name than there."""
    codes = {area: found for found, area in wages.areas.items()}
    if code and code not in wages.areas:
        raise where.error(
            "no wages are held for this metropolitan area",
            parameter="metro_code",
            found=code,
            allowed="a code of params/wages.csv",
            hint=f"Did you mean {codes[name]}?" if name in codes else nearest(code, wages.areas),
        )
    if name != wages.areas.get(code, ""):
        raise where.error(
            "is not the name of that code",
            parameter="metro",
            found=name,
            allowed=wages.areas.get(code) or "nothing where metro_code is empty",
            hint=f"The code of {name} is {codes[name]}." if name in codes else None,
        )


def load_wages(path: Path) -> Wages:
    """Return the wages in `params/wages.csv`.

    Raises:
        InputError: with file and line: a refused cell, percentiles that do not ascend, a code with
            two names, or a row given twice.
    """
    found = read_table(path, Wage, needed=_NEEDED, advice=_ADVICE)
    seen: dict[Hashable, Where] = {}
    names: dict[tuple[str, str], tuple[str, Where]] = {}
    for row, where in found:
        known = [end for end in (row.p25, row.median, row.p75) if end is not None]
        if known != sorted(known):
            raise where.error(
                "the percentiles do not ascend",
                parameter="p25",
                found=known,
                allowed="p25 <= median <= p75",
                hint="Correct the one that was mistyped.",
            )
        for column, code, name in (
            ("title", row.soc, row.title),
            ("area", row.area_code, row.area),
        ):
            first, line = names.setdefault((column, code), (name, where))
            if first != name:
                raise where.error(
                    f"{code} has another name elsewhere",
                    parameter=column,
                    found=name,
                    allowed=first,
                    hint=f"That one is on line {line.line}; make both the same.",
                )
        key = (row.soc, row.area_code, row.industry_code)
        require_once(
            seen, key, where, "the wage", "one row an occupation, area and industry", shown=[*key]
        )
    return Wages(tuple(row for row, _ in found))
