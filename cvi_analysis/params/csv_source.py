"""CSV as this project accepts it: UTF-8, commas, one header row, every row with its line.

An empty cell means unknown, never zero.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cvi_analysis.params.where import Where, nearest
from cvi_analysis.params.yaml_source import read_text

MAX_BYTES = 200_000_000
_INTEGER = re.compile(r"-?[0-9]{1,15}")
_NUMBER = re.compile(r"-?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells by column, without surrounding spaces, and where it stands."""

    cells: dict[str, str]
    where: Where

    def text(self, column: str) -> str:
        """Return a cell's text, empty if unknown."""
        return self.cells[column]

    def required(self, column: str, allowed: str = "text") -> str:
        """Return a cell's text; raises `InputError` if it is empty."""
        if self.cells[column]:
            return self.cells[column]
        raise self.where.error("is empty", parameter=column, allowed=allowed)

    def number(self, column: str, least: float | None = 0.0) -> float | None:
        """Return a cell as a finite number of at least `least`, or None if it is empty."""
        text = self.cells[column]
        if not text:
            return None
        allowed = "a number" if least is None else f"a number from {least:g}"
        if not _NUMBER.fullmatch(text):
            hint = "Write digits only, without separators or signs." if "," in text else None
            raise self.where.error(
                "must be a number",
                parameter=column,
                found=text,
                allowed=f"{allowed}, or nothing where it is unknown",
                hint=hint,
            )
        value = float(text)
        if value in (float("inf"), float("-inf")) or (least is not None and value < least):
            raise self.where.error(
                "is outside the limits", parameter=column, found=text, allowed=allowed
            )
        return value

    def integer(self, column: str, least: int | None = 0) -> int | None:
        """Return a cell as a whole number of at least `least`, or None if it is empty."""
        text = self.cells[column]
        if not text:
            return None
        allowed = "a whole number" if least is None else f"a whole number from {least}"
        if not _INTEGER.fullmatch(text):
            raise self.where.error(
                "must be a whole number",
                parameter=column,
                found=text,
                allowed=f"{allowed}, or nothing where it is unknown",
            )
        value = int(text)
        if least is not None and value < least:
            raise self.where.error(
                "is outside the limits", parameter=column, found=text, allowed=allowed
            )
        return value


def read_csv(path: Path, columns: Sequence[str]) -> list[Row]:
    """Return the rows of a CSV file that has exactly `columns`, in any order.

    Raises:
        InputError: the file is missing, empty, not UTF-8, not separated by commas, has a missing,
            unknown or repeated column, or a row with more or fewer cells than the header.
    """
    return parse_csv(read_text(path, MAX_BYTES), columns, Where(str(path)))


def parse_csv(text: str, columns: Sequence[str], where: Where) -> list[Row]:
    """Return the rows of CSV `text`; `where` names the file in messages. Raises `InputError`."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    header: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            here = where.at(line)
            line = reader.line_num + 1  # a quoted cell can hold line ends
            if header is None:
                header = [cell.strip() for cell in cells]
                _check_header(header, columns, here)
            elif any(cell.strip() for cell in cells):
                if len(cells) != len(header):
                    raise here.error(
                        "the row does not fit the header",
                        found=f"{len(cells)} cells",
                        allowed=f"{len(header)} cells",
                        hint='Put a cell that holds a comma in "quotes".',
                    )
                rows.append(Row(dict(zip(header, map(str.strip, cells), strict=True)), here))
    except csv.Error as error:
        raise where.at(line).error(f"this is not valid CSV: {error}") from None
    if header is None:
        raise where.error("the file is empty", allowed="a header row and one row an entry")
    return rows


def _check_header(header: list[str], columns: Sequence[str], where: Where) -> None:
    for separator in (";", "\t"):
        if len(header) == 1 and separator in header[0]:
            raise where.error("the file is not separated by commas", found=separator, allowed=",")
    for name in header:
        if name not in columns:
            raise where.error(
                "there is no such column",
                found=name,
                allowed=", ".join(columns),
                hint=nearest(name, columns),
            )
        if header.count(name) > 1:
            raise where.error("the column occurs twice", parameter=name, allowed="once")
    for name in columns:
        if name not in header:
            raise where.error(
                "the column is missing",
                parameter=name,
                found=header,
                allowed=", ".join(columns),
            )
