"""What inputs were in earlier editions, so that a link of then can be shown as it was."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from cvi_analysis.params.cities import Slug, require_listed
from cvi_analysis.params.csv_files import read_table, require_once
from cvi_analysis.params.frozen import Frozen, Text, Words
from cvi_analysis.params.register import Register, typed_value
from cvi_analysis.params.text_files import Where

FILE = "earlier_values.csv"
COLUMNS = ("edition", "slug", "name", "value")


class EarlierValue(Frozen):
    """One input of an earlier edition that has another value now.

    Attributes:
        edition: year and month that its reports print.
        slug: the city, or None for every city.
        name: dotted name of the assumption.
        value: as `-P` takes it; empty where the model computed the figure.
    """

    edition: str = Field(pattern=r"^20\d\d-\d\d(-\d\d)?$", description="a month, as 2026-11")
    slug: Slug | None = Field(description="a slug of params/cities.csv, or nothing")
    name: Text = Field(description="the dotted name of an assumption")
    value: Words


class EarlierValues:
    """All of them; most projects have none."""

    def __init__(self, rows: Mapping[tuple[str, str | None], dict[str, Any]]) -> None:
        self._rows = rows

    def of(self, slug: str) -> dict[str, dict[str, Any]]:
        """The values of a city by edition and dotted name; its own before every city's."""
        found: dict[str, dict[str, Any]] = {}
        for place in (None, slug):
            for (edition, own), values in self._rows.items():
                if own == place:
                    found.setdefault(edition, {}).update(values)
        return found


def load_earlier_values(path: Path, register: Register, slugs: Collection[str]) -> EarlierValues:
    """Return the values in `params/earlier_values.csv`, none if there is no such file.

    Raises:
        InputError: with file and line: a refused cell, a city that is not listed, an unknown
            assumption, a value outside its limits, or one given twice.
    """
    rows: dict[tuple[str, str | None], dict[str, Any]] = {}
    seen: dict[Hashable, Where] = {}
    for row, where in read_table(path, EarlierValue) if path.exists() else ():
        if row.slug is not None:
            require_listed(row.slug, slugs, where)
        key = (row.edition, row.slug, row.name)
        require_once(
            seen, key, where, "the value", "one row an edition, city and name", shown=row.name
        )
        value = typed_value(register.lookup(row.name, where), row.value, where)
        rows.setdefault((row.edition, row.slug), {})[row.name] = value
    return EarlierValues(rows)
