"""`params/caps_published.csv`: the one published profile with figures, item by item."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from cvi_analysis.errors import InputError


class PublishedFigure(BaseModel):
    """One figure of the published profile.

    Attributes:
        item: dotted name in the JSON document where there is one, such as `budget.total`.
        value: the figure; None where the page could not be read.
        unit: what one unit is.
        how_known: `published`, or `inferred` by us from the published ones.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    slug: str
    geoid: str
    item: str
    value: float | None
    unit: str
    how_known: Literal["published", "inferred"]
    source_url: str
    note: str


def load_published(path: Path) -> tuple[PublishedFigure, ...]:
    """Every row of the table.

    Raises:
        InputError: the file is missing, or a row is not of its form; the line is named.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read ({error})", file=path) from error
    found = []
    for line, row in enumerate(csv.DictReader(text.splitlines()), 2):
        try:
            found.append(PublishedFigure.model_validate({**row, "value": row.get("value") or None}))
        except (ValidationError, TypeError) as error:
            first = error.errors()[0] if isinstance(error, ValidationError) else {"msg": str(error)}
            raise InputError(
                f"this row is not of the table's form ({first['msg']})",
                file=path,
                line=line,
                parameter=str(first.get("loc", [""])[0]),
            ) from error
    return tuple(found)
