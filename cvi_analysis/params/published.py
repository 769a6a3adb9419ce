"""`params/caps_published.csv`: the one published profile with figures, item by item."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from cvi_analysis.params.csv_source import Row, read_csv
from cvi_analysis.params.reading import Frozen, Text, UrlOrEmpty, Words, build
from cvi_analysis.params.where import Where


class PublishedFigure(Frozen):
    """One figure of the published profile.

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


def load_published(path: Path) -> tuple[PublishedFigure, ...]:
    """Every row of the table.

    Raises:
        InputError: the file is missing, or a row is not of its form; the line is named.
    """
    columns = tuple(PublishedFigure.model_fields)
    found = []
    for row in read_csv(path, columns):
        values: dict[str, Any] = {column: row.text(column) for column in columns}
        values["value"] = row.number("value", None)

        def where_of(_: object, row: Row = row) -> Where:
            return row.where

        found.append(build(PublishedFigure, values, name=None, where_of=where_of))
    return tuple(found)
