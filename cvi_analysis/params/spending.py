"""What cities, states and the federal government spend and employ on CVI today."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from cvi_analysis.params.cities import Slug, StateOrEmpty, require_listed
from cvi_analysis.params.csv_files import read_table, require_once
from cvi_analysis.params.frozen import Frozen, Number, Text, Url, Words
from cvi_analysis.params.published_figures import Confidence
from cvi_analysis.params.text_files import Where

_NEEDED = ("scope", "item", "year", "source", "source_url", "confidence")
_ADVICE = {
    "scope": "Write whose figure it is.",
    "slug": "Write it as params/cities.csv does, such as norfolk-va.",
    "item": "Say what the figure is about.",
    "year": "Give the year of the figure, or of the page that it was read on.",
    "confidence": "Without a way to judge it, write low.",
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
    """

    scope: Literal["city", "state", "federal", "national"] = Field(
        description="city, state, federal or national"
    )
    slug: Slug | None = Field(description="a slug of params/cities.csv, or nothing")
    state: StateOrEmpty = Field(description="a two-letter state, or nothing")
    item: Text = Field(description="what the figure is about")
    value: Number | None = Field(description="a number from 0, or nothing where it is unknown")
    unit: Words
    year: int = Field(ge=2000, le=2100, description="a year from 2000 to 2100")
    source: Text = Field(description="who published the figure")
    source_url: Url = Field(description="a web address")
    confidence: Confidence = Field(description="high, medium or low")
    note: Words


@dataclass(frozen=True)
class Spending:
    """All figures, in the file's order."""

    rows: tuple[SpendingFigure, ...]

    def of_city(self, slug: str) -> tuple[SpendingFigure, ...]:
        """Return the figures of one city, none for most."""
        return tuple(row for row in self._of("city") if row.slug == slug)

    def of_state(self, state: str) -> tuple[SpendingFigure, ...]:
        """Return the figures of one state, by its two letters."""
        return tuple(row for row in self._of("state") if row.state == state)

    @property
    def states(self) -> tuple[SpendingFigure, ...]:
        """The figures of all states."""
        return self._of("state")

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
            city or a state without its name, a figure without its unit, or one given twice.
    """
    found = read_table(path, SpendingFigure, needed=_NEEDED, advice=_ADVICE)
    seen: dict[Hashable, Where] = {}
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
