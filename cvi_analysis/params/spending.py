"""What cities, states and the federal government spend and employ on CVI today."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from pydantic import Field

from cvi_analysis.params.cities import Slug, StateOrEmpty, require_listed
from cvi_analysis.params.csv_files import read_table, require_once
from cvi_analysis.params.frozen import Frozen, Number, ReadOn, Text, Url, Words
from cvi_analysis.params.published_figures import Confidence
from cvi_analysis.params.text_files import Where

Payer: TypeAlias = Literal["general_fund", "state", "federal_grants", "recovery_act", "donors", ""]
"""Whose money it is; empty where the source does not say, or where it is of several."""

_A_YEAR = "USD a year"
_NEEDED = (
    *("scope", "item", "against_plan", "year", "source", "source_url", "checked_on"),
    "confidence",
)
_ADVICE = {
    "scope": "Write whose figure it is.",
    "slug": "Write it as params/cities.csv does, such as norfolk-va.",
    "item": "Say what the figure is about.",
    "year": "Give the year of the figure, or of the page that it was read on.",
    "confidence": "Without a way to judge it, write low.",
    "payer": "Leave it empty where the source does not say whose money it is.",
    "against_plan": "Write yes in the one row that stands for all that the city spends a year.",
    "checked_on": "Write when the source was read.",
    "value": "Write the figure without a sign; leave the cell empty where it is unknown.",
    "source": "Say who published the figure, or leave the row out.",
    "source_url": "Say where the figure can be checked, or leave the row out.",
    "state": "Write the state's two letters, such as NY.",
}


class SpendingFigure(Frozen):
    """One published figure: dollars, staff, clients or groups, as `unit` says.

    Attributes:
        scope: whose it is; `national` is a figure on all cities.
        slug: the city's, where `scope` is city.
        state: two letters, where `scope` is state.
        value: None where the page gives no figure, only a fact.
        payer: whose money it is, where the source says so.
        against_plan: whether it is all that the city is known to spend a year, which a report
            sets against its plan; a part of that, or one organization's money, is not.
        checked_on: month or day on which the source was read.
    """

    scope: Literal["city", "state", "federal", "national"] = Field(
        description="city, state, federal or national"
    )
    slug: Slug | None = Field(description="a slug of params/cities.csv, or nothing")
    state: StateOrEmpty = Field(description="a two-letter state, or nothing")
    item: Text = Field(description="what the figure is about")
    value: Number | None = Field(description="a number from 0, or nothing where it is unknown")
    unit: Words
    payer: Payer = Field(
        description="general_fund, state, federal_grants, recovery_act, donors, or nothing"
    )
    against_plan: bool = Field(description="yes or no")
    year: int = Field(ge=2000, le=2100, description="a year from 2000 to 2100")
    source: Text = Field(description="who published the figure")
    source_url: Url = Field(description="a web address")
    checked_on: ReadOn = Field(description="a month or a day, as 2026-11")
    confidence: Confidence = Field(description="high, medium or low")
    note: Words


@dataclass(frozen=True)
class Spending:
    """All figures, in the file's order."""

    rows: tuple[SpendingFigure, ...]

    def of_city(self, slug: str) -> tuple[SpendingFigure, ...]:
        """Return the figures of one city, none for most."""
        return tuple(row for row in self._of("city") if row.slug == slug)

    def of_plan(self, slug: str) -> SpendingFigure | None:
        """Return the dollars a year that stand for all a city is known to spend, if there are."""
        return next((row for row in self.of_city(slug) if row.against_plan), None)

    def of_state(self, state: str) -> tuple[SpendingFigure, ...]:
        """Return the figures of one state, by its two letters."""
        return tuple(row for row in self._of("state") if row.state == state)

    @property
    def federal(self) -> tuple[SpendingFigure, ...]:
        """The figures of federal programs."""
        return self._of("federal")

    @property
    def national(self) -> tuple[SpendingFigure, ...]:
        """The figures on cities all over the country."""
        return self._of("national")

    def _of(self, scope: str) -> tuple[SpendingFigure, ...]:
        return tuple(row for row in self.rows if row.scope == scope)


def load_spending(path: Path, slugs: Collection[str]) -> Spending:
    """Return the figures in `params/spending.csv`.

    Args:
        path: the file.
        slugs: the listed cities.

    Raises:
        InputError: with file and line: a refused cell, a city that is not listed, a figure of a
            city or a state without its name, a figure without its unit, one given twice, or two
            that stand for all that a city spends a year.
    """
    found = read_table(path, SpendingFigure, needed=_NEEDED, advice=_ADVICE)
    seen: dict[Hashable, Where] = {}
    whole: dict[Hashable, Where] = {}
    for row, where in found:
        _check_scope(row, where)
        if row.slug is not None:
            require_listed(row.slug, slugs, where)
        if (row.value is None) != (not row.unit):
            raise where.error(
                "value and unit do not fit together",
                parameter="unit",
                found=[row.value, row.unit],
                allowed="both or neither",
                hint="Say what one unit of the figure is, such as USD a year.",
            )
        key = (row.scope, row.slug, row.state, row.item, row.year)
        found_twice = [part for part in key if part]
        require_once(
            seen, key, where, "the figure", "one row a place, item and year", shown=found_twice
        )
        if row.against_plan:
            _check_whole(row, where, whole)
    return Spending(tuple(row for row, _ in found))


def _check_scope(row: SpendingFigure, where: Where) -> None:
    """Refuse a city's figure without its slug, a state's without its letters, or one too many."""
    for scope, column, value in (("city", "slug", row.slug), ("state", "state", row.state)):
        if (row.scope == scope) != bool(value):
            raise where.error(
                f"does not fit a figure of scope {row.scope}",
                parameter=column,
                found=value or "",
                allowed=f"the {scope} where scope is {scope}, else nothing",
                hint=f"Fill {column}, or correct scope."
                if not value
                else f"Empty {column}, or correct scope.",
            )


def _check_whole(row: SpendingFigure, where: Where, seen: dict[Hashable, Where]) -> None:
    """Refuse to set against a plan what is no city's dollars a year, or two sums of one city."""
    if row.slug is None or row.value is None or _A_YEAR not in row.unit:
        raise where.error(
            "is no city's dollars a year",
            parameter="against_plan",
            found=[row.scope, row.value, row.unit],
            allowed=f"yes only for a city's figure in {_A_YEAR}",
            hint="Write no.",
        )
    allowed = "yes in one row a city"
    require_once(seen, row.slug, where, "the city", allowed, parameter="against_plan")
