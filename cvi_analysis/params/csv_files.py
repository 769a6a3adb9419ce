"""CSV as this project accepts it: UTF-8, commas, one header row, every row with its line.

An empty cell means unknown, never zero.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from cvi_analysis.errors import InputError
from cvi_analysis.params.frozen import Model, build
from cvi_analysis.params.text_files import Where, nearest, read_text

MAX_TABLE_BYTES = 200_000_000
Digits = TypeVar("Digits", int, float)
_INTEGER = re.compile(r"-?[0-9]{1,15}")
_NUMBER = re.compile(r"-?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row: its cells by column, without surrounding spaces, and where it stands."""

    cells: dict[str, str]
    where: Where

    def place(self, _: object = None) -> Where:
        """Return the place of any of its cells."""
        return self.where

    def text(self, column: str) -> str:
        """Return a cell's text, empty if unknown."""
        return self.cells[column]

    def required(self, column: str, allowed: str = "text") -> str:
        """Return a cell's text; raises `InputError` if it is empty."""
        if self.cells[column]:
            return self.cells[column]
        raise self.where.error("is empty", parameter=column, allowed=allowed)

    def switch(self, column: str) -> bool:
        """Return a cell that says yes or no."""
        text = self.required(column, "yes or no")
        if text not in ("yes", "no"):
            raise self.where.error(
                "must be yes or no", parameter=column, found=text, allowed="yes or no"
            )
        return text == "yes"

    def number(self, column: str, least: float | None = 0.0) -> float | None:
        """Return a cell as a finite number of at least `least`, or None if it is empty."""
        if not self.cells[column]:
            return None
        return self._within(float, _NUMBER, "a number", column, least)

    def integer(self, column: str, least: int | None = 0) -> int | None:
        """Return a cell as a whole number of at least `least`, or None if it is empty."""
        if not self.cells[column]:
            return None
        return self._within(int, _INTEGER, "a whole number", column, least)

    def _within(
        self,
        convert: Callable[[str], Digits],
        form: re.Pattern[str],
        what: str,
        column: str,
        least: float | None,
    ) -> Digits:
        text = self.cells[column]
        allowed = what if least is None else f"{what} from {least:g}"
        if not form.fullmatch(text):
            hint = "Write digits only, without separators or signs." if "," in text else None
            raise self.where.error(
                f"must be {what}",
                parameter=column,
                found=text,
                allowed=f"{allowed}, or nothing where it is unknown",
                hint=hint,
            )
        value = convert(text)
        if not math.isfinite(value) or (least is not None and value < least):
            raise self.where.error(
                "is outside the limits", parameter=column, found=text, allowed=allowed
            )
        return value


def read_csv(path: Path, columns: Sequence[str], optional: Sequence[str] = ()) -> list[CsvRow]:
    """Return the rows of a CSV file that has exactly `columns`, in any order.

    Those of them that are `optional` may be missing; their cells are empty then.

    Raises:
        InputError: the file is missing, empty, not UTF-8, not separated by commas, has a missing,
            unknown or repeated column, or a row with more or fewer cells than the header.
    """
    return parse_csv(read_text(path, MAX_TABLE_BYTES), columns, Where(str(path)), optional)


def read_table(
    path: Path,
    model: type[Model],
    *,
    needed: Sequence[str] = (),
    signed: Sequence[str] = (),
    optional: Sequence[str] = (),
    advice: Mapping[str, str] | None = None,
) -> list[tuple[Model, Where]]:
    """Return each row of a CSV file as a `model`, with its place.

    A field's type tells how its cell is read: a number, a whole number, `yes` or `no`, text, or
    several texts between spaces.

    Args:
        path: a file that has a column for each field.
        model: what a row is made into.
        needed: columns that may not be empty, whatever their type allows elsewhere.
        signed: columns whose numbers may lie below zero.
        optional: columns that the file may lack.
        advice: what to do about a refused cell, by column, where the refusal itself does not say.

    Raises:
        InputError: as `read_csv`, or a cell is refused; the line and the column are named.
    """
    fields = model.model_fields
    kinds = {column: _cell_type(field.annotation) for column, field in fields.items()}
    allowed = {column: str(fields[column].description) for column in needed}
    least = {column: None if column in signed else 0 for column in fields}
    found = []
    for row in read_csv(path, tuple(kinds), optional):
        try:
            for column, wanted in allowed.items():
                row.required(column, wanted)
            values = {
                column: _cell(row, column, kind, least[column]) for column, kind in kinds.items()
            }
            found.append((build(model, values, where_of=row.place), row.where))
        except InputError as error:
            raise _advised(error, row.where, advice or {}) from None
    return found


def _advised(error: InputError, where: Where, advice: Mapping[str, str]) -> InputError:
    """Return the refusal of a cell, with what to do about it if only `advice` says so."""
    hint = advice.get(error.parameter or "")
    if hint is None or error.hint is not None:
        return error
    return where.error(
        error.message,
        parameter=error.parameter,
        found=error.found,
        allowed=error.allowed,
        hint=hint,
    )


def _cell_type(annotation: Any) -> Any:
    """Return the plain type behind a field's annotation; `None` for text that may be unknown."""
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        kind = _cell_type(get_args(annotation)[0])
        return None if kind is str else kind
    if origin is Annotated:
        return _cell_type(get_args(annotation)[0])
    return str if origin is Literal else origin or annotation


def _cell(row: CsvRow, column: str, kind: Any, least: int | None) -> Any:
    if kind is bool:
        return row.switch(column)
    if kind is int:
        return row.integer(column, least)
    if kind is float:
        return row.number(column, least)
    text = row.text(column)
    if kind is tuple:
        return tuple(text.split())
    return text or None if kind is None else text


def parse_csv(
    text: str, columns: Sequence[str], where: Where, optional: Sequence[str] = ()
) -> list[CsvRow]:
    """Return the rows of CSV `text`; `where` names the file in messages. Raises `InputError`."""
    empty = dict.fromkeys(optional, "")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[CsvRow] = []
    header: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            here = where.at(line)
            line = reader.line_num + 1  # a quoted cell can hold line ends
            if header is None:
                header = [cell.strip() for cell in cells]
                _check_header(header, columns, here, optional)
            elif "".join(cells).strip():
                if len(cells) != len(header):
                    raise here.error(
                        "the row does not fit the header",
                        found=f"{len(cells)} cells",
                        allowed=f"{len(header)} cells",
                        hint='Put a cell that holds a comma in "quotes".',
                    )
                given = dict(zip(header, map(str.strip, cells), strict=True))
                rows.append(CsvRow({**empty, **given}, here))
    except csv.Error as error:
        raise where.at(line).error(f"this is not valid CSV: {error}") from None
    if header is None:
        raise where.error("the file is empty", allowed="a header row and one row an entry")
    return rows


def _check_header(
    header: list[str], columns: Sequence[str], where: Where, optional: Sequence[str]
) -> None:
    for separator in (";", "\t"):
        if len(header) == 1 and separator in header[0]:
            raise where.error("the file is not separated by commas", found=separator, allowed=",")
    allowed = ", ".join(columns)
    for name in header:
        if name not in columns:
            near = nearest(name, columns)
            raise where.error("there is no such column", found=name, allowed=allowed, hint=near)
        if header.count(name) > 1:
            raise where.error("the column occurs twice", parameter=name, allowed="once")
    for name in columns:
        if name not in header and name not in optional:
            raise where.error(
                "the column is missing", parameter=name, found=header, allowed=allowed
            )


def require_once(
    seen: dict[Hashable, Where],
    key: Hashable,
    where: Where,
    what: str,
    allowed: str,
    *,
    parameter: str | None = None,
    shown: Any = None,
) -> None:
    """Refuse a row whose key an earlier one had, and name both lines.

    Args:
        seen: the keys so far with their places; this one is added.
        key: what may stand in one row only.
        where: the row's place.
        what: what the row gives, for the message.
        allowed: how often it may be given.
        parameter: the column of the key, if it is one.
        shown: the key as the message shows it; by default as it is.
    """
    before = seen.setdefault(key, where)
    if before is not where:
        raise where.error(
            f"{what} is given twice",
            parameter=parameter,
            found=key if shown is None else shown,
            allowed=allowed,
            hint=f"It is also on line {before.line}; delete one of the two.",
        )
