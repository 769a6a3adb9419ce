"""The figures in a raw file, read by its form: our own CSV, or an answer of the API as received."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from cvi_analysis.census.place_names import STATES
from cvi_analysis.census.registry import RESTORE, RawFile, geoid_of
from cvi_analysis.errors import CviError
from cvi_analysis.params.csv_files import CsvRow, parse_csv
from cvi_analysis.params.text_files import Where

COLUMNS = ("geoid", "census_name", "year", "variable", "population", "moe", "note")
FORMS = (".csv", ".json", ".json.gz")
MAX_BYTES = 64_000_000
"""Size up to which a body is unpacked: twice what is accepted from the API."""

#: Annotation values of the Bureau: special cases written in place of a number.
SENTINELS: dict[int, str] = {
    -666666666: "too few observations for an estimate",
    -999999999: "too few cases in the area",
    -888888888: "not applicable or not available",
    -555555555: "controlled",
    -333333333: "the median lies in an open interval",
    -222222222: "no margin of error can be computed",
}
#: An estimate controlled to an independent count has no sampling error: no margin is not unknown.
CONTROLLED = SENTINELS[-555555555]
_MARKS = frozenset({"*", "**", "***", "*****", "(X)", "X", "N", "-", "null", ""})
_NO_MARGIN = "margin of error not available"
_WHOLE = re.compile(r"-?[0-9]{1,10}(\.0+)?")
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Figure:
    """One place's population as a raw file has it; `moe` is a 90% margin, None if unknown."""

    geoid: str
    census_name: str
    year: int
    variable: str
    population: int
    moe: int | None
    note: str


class MalformedTableError(CviError):
    """The body is not a table of the API; the text says where. Nothing of it is used."""


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One row of an answer: a place and its total population.

    Attributes:
        geoid: 7 digits for a place, 5 for a county.
        name: NAME, exactly as answered.
        population: residents, or None when the Bureau gives none.
        moe: 90% margin of error, 0 never guessed, or None.
        note: why a value is None, or `controlled`; "" otherwise.
    """

    geoid: str
    name: str
    population: int | None
    moe: int | None
    note: str = ""


def figures(file: RawFile, data: bytes, only: Container[str] | None = None) -> list[Figure]:
    """Return the figures in `data`, the content of `file`; places without a figure are left out.

    With `only`, an answer of the API gives these GEOIDs alone; our own files always give all.

    Raises:
        InputError: the file's form is unknown, or something in it is wrong.
    """
    name = file.path.name
    if name.endswith(".csv"):
        return _of_our_own(file, data)
    if name.endswith(".json"):
        return _of_answer(file, data, only)
    if name.endswith(".json.gz"):
        return _of_answer(file, _unpacked(file, data), only)
    raise file.where.error(
        "the form of the file is unknown",
        parameter="file",
        found=name,
        allowed=", ".join(f"*{form}" for form in FORMS),
    )


def _of_our_own(file: RawFile, data: bytes) -> list[Figure]:
    where = Where(str(file.path))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise where.error("the file is not UTF-8 text", allowed="UTF-8") from None
    found = (_figure(row) for row in parse_csv(text, COLUMNS, where))
    return [figure for figure in found if figure is not None]


def _figure(row: CsvRow) -> Figure | None:
    geoid = geoid_of(row)
    row.required("year", "a year")
    year, population = row.integer("year", 1790), row.integer("population")
    if population is None or year is None:  # unknown, so a gap: never zero
        return None
    return Figure(
        geoid=geoid,
        census_name=row.required("census_name", "the Bureau's name of the place"),
        year=year,
        variable=row.required("variable", "the Bureau's name of the figure"),
        population=population,
        moe=row.integer("moe"),
        note=row.text("note"),
    )


def _unpacked(file: RawFile, data: bytes) -> bytes:
    where = Where(str(file.path))
    unpacking = zlib.decompressobj(wbits=31)
    try:
        body = unpacking.decompress(data, MAX_BYTES + 1)
        complete = unpacking.eof
    except zlib.error:
        body, complete = b"", False
    if len(body) > MAX_BYTES:
        raise where.error(
            "the file unpacks into too much", allowed=f"at most {MAX_BYTES:,} bytes", hint=RESTORE
        )
    if not complete:
        raise where.error("this is not a complete gzip file", hint=RESTORE)
    digest = hashlib.sha256(body).hexdigest()
    if file.bureau_sha256 and digest != file.bureau_sha256:
        raise where.error(
            "this is not the answer that was registered: the SHA-256 of the unpacked body differs",
            parameter="bureau_sha256",
            found=digest,
            allowed=f"{file.bureau_sha256} (registry.csv, line {file.where.line})",
            hint=RESTORE,
        )
    return body


def _of_answer(file: RawFile, body: bytes, only: Container[str] | None) -> list[Figure]:
    if not (file.vintage.isascii() and file.vintage.isdigit()):
        raise file.where.error(
            "must be the year of the dataset",
            parameter="vintage",
            found=file.vintage,
            allowed="a year, as 2023",
        )
    margin = file.variable[:-1] + "M" if file.variable.endswith("E") else None
    try:
        table = read_table(body)
        there = margin in table[0]
        rows = answer_rows(
            table,
            variable=file.variable,
            moe_variable=margin if there else None,
            level="place" if "place" in table[0] else "county",
            only=only,
        )
    except MalformedTableError as error:
        raise Where(str(file.path)).error(
            f"this is not an answer of the Census API: {error}"
        ) from None
    return [
        Figure(
            geoid=row.geoid,
            census_name=row.name,
            year=int(file.vintage),
            variable=file.variable,
            population=row.population,
            moe=row.moe,
            note=row.note or (_NO_MARGIN if margin is not None and not there else ""),
        )
        for row in rows.values()
        if row.population is not None
    ]


def read_table(body: bytes) -> list[list[Any]]:
    """Return the header of an answer, and its rows as they came.

    Raises:
        MalformedTableError: the body is no JSON, or its first item is no row.
    """
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedTableError("it is not JSON") from error
    if not isinstance(content, list) or not content or not isinstance(content[0], list):
        raise MalformedTableError("it is not a table with a header row")
    return [[str(cell) for cell in content[0]], *content[1:]]


def answer_rows(
    table: list[list[Any]],
    *,
    variable: str,
    moe_variable: str | None,
    level: str = "place",
    only: Container[str] | None = None,
) -> dict[str, AnswerRow]:
    """Return every row by GEOID, in the order of the answer; each must be sound, asked for or not.

    Args:
        table: what `read_table` gave.
        variable: the column of the population.
        moe_variable: the column of its margin, or None.
        level: `place` or `county`.
        only: pass other GEOIDs over unread, in a body that was read once before.

    Raises:
        MalformedTableError: a column is missing, a row is short or doubled, a GEOID is none, or a
            value is neither a whole number nor one of the Bureau's signs for a missing one.
    """
    header = table[0]
    at: dict[str, int] = {}
    for name in ("NAME", variable, moe_variable, "state", level):
        if name is None:
            continue
        if header.count(name) != 1:
            how_often = "no" if name not in header else "more than one"
            raise MalformedTableError(f"it has {how_often} column {name}")
        at[name] = header.index(name)
    digits = 5 if level == "place" else 3
    rows: dict[str, AnswerRow] = {}
    for number, row in enumerate(table[1:], start=2):
        if not isinstance(row, list) or len(row) != len(header):
            cells = len(row) if isinstance(row, list) else 1
            raise MalformedTableError(f"row {number} has {cells} cells instead of {len(header)}")
        # A number instead of text has lost its leading zeros; they can be put back for certain.
        geoid = f"{str(row[at['state']]).zfill(2)}{str(row[at[level]]).zfill(digits)}"
        if only is not None and geoid not in only:
            continue
        if not (geoid.isascii() and geoid.isdigit() and len(geoid) == 2 + digits):
            found = f"{row[at['state']]!r}, {row[at[level]]!r}"
            raise MalformedTableError(f"row {number} has no GEOID ({found})")
        if geoid[:2] not in STATES:
            raise MalformedTableError(f"row {number} has GEOID {geoid}, of a state that is none")
        if geoid in rows:
            raise MalformedTableError(f"row {number} repeats the GEOID {geoid}")
        name = row[at["NAME"]]
        if not isinstance(name, str) or not name.strip():
            raise MalformedTableError(f"row {number} ({geoid}) has no NAME")
        if len(name) > _LONGEST_NAME or not name.replace("\xa0", " ").isprintable():
            raise MalformedTableError(f"row {number} ({geoid}) has a NAME that is no name")
        where = f"row {number} ({name})"
        margin = None if moe_variable is None else _whole(row[at[moe_variable]], where)
        rows[geoid] = _answer_row(geoid, name, _whole(row[at[variable]], where), margin)
    return rows


_Cell = tuple[int | None, str]


def _answer_row(geoid: str, name: str, cell: _Cell, margin: _Cell | None) -> AnswerRow:
    population, why = cell
    if population == 0:
        # Some census-designated places are empty; there is nobody to make a profile for.
        return AnswerRow(geoid, name, None, None, "no residents")
    if margin is None or population is None:
        return AnswerRow(geoid, name, population, None, why)
    moe, why_no_moe = margin
    if why_no_moe in ("*****", CONTROLLED):
        return AnswerRow(geoid, name, population, None, CONTROLLED)
    return AnswerRow(geoid, name, population, moe, _NO_MARGIN if moe is None else "")


def _whole(cell: object, where: str) -> _Cell:
    """The cell as a whole number, or (None, why it is missing)."""
    if cell is None:
        return None, "no value"
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise MalformedTableError(f"{where} holds {cell!r}, which is no number")
    text = str(cell).strip()
    if text in _MARKS:
        return None, text or "no value"
    if not _WHOLE.fullmatch(text):
        raise MalformedTableError(f"{where} holds {text[:40]!r}, which is no whole number")
    value = int(text.partition(".")[0])
    if value in SENTINELS:
        return None, SENTINELS[value]
    if value < 0:
        raise MalformedTableError(f"{where} holds {value}, which is negative and no known sign")
    return value, ""
