"""The figures in one raw file, read by the file's form: our own CSV or an answer of the API."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Container
from dataclasses import dataclass

from cvi_analysis.params.cities import check_geoid
from cvi_analysis.params.csv_files import CsvRow, parse_csv
from cvi_analysis.params.text_files import Where
from cvi_analysis.populations.registry import RawFile

COLUMNS = ("geoid", "census_name", "year", "variable", "population", "moe", "note")
MAX_BYTES = 200_000_000


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


def figures(file: RawFile, data: bytes, only: Container[str] | None = None) -> list[Figure]:
    """Return the figures in `data`, the content of `file`; places without a figure are left out.

    With `only`, an answer of the API gives these GEOIDs alone; our own files always give all.

    Raises:
        InputError: the file's form is unknown, or something in it is wrong.
    """
    for suffix, reader in READERS.items():
        if file.path.name.endswith(suffix):
            return reader(file, data, only)
    raise file.where.error(
        "the form of the file is unknown",
        parameter="file",
        found=file.path.name,
        allowed=", ".join(f"*{suffix}" for suffix in READERS),
    )


def _own_csv(file: RawFile, data: bytes, only: Container[str] | None) -> list[Figure]:
    where = Where(str(file.path))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise where.error("the file is not UTF-8 text", allowed="UTF-8") from None
    found = (_figure(row) for row in parse_csv(text, COLUMNS, where))
    return [figure for figure in found if figure is not None]


def _figure(row: CsvRow) -> Figure | None:
    geoid = row.required("geoid", "7 digits for a place, 5 for a county")
    try:
        check_geoid(geoid)
    except ValueError as error:
        raise row.where.error(
            str(error), parameter="geoid", found=geoid, allowed="7 digits (a place) or 5 (a county)"
        ) from None
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


def _api_json(file: RawFile, data: bytes, only: Container[str] | None) -> list[Figure]:
    # Imported here: only projects that fetched from the API need the reader of its answers.
    from cvi_analysis.ingest.table import MalformedTableError, Table

    where = Where(str(file.path))
    if not (file.vintage.isascii() and file.vintage.isdigit()):
        raise file.where.error(
            "must be the year of the dataset",
            parameter="vintage",
            found=file.vintage,
            allowed="a year, as 2023",
        )
    header = _header(data)
    margin = file.variable[:-1] + "M" if file.variable.endswith("E") else None
    try:
        table = Table.read(
            data,
            variable=file.variable,
            moe_variable=margin if margin in header else None,
            level="place" if "place" in header else "county",
            only=only,
        )
    except (MalformedTableError, RecursionError) as error:
        raise where.error(f"this is not an answer of the Census API: {error}") from None
    return [
        Figure(
            geoid=row.geoid,
            census_name=row.name,
            year=int(file.vintage),
            variable=file.variable,
            population=row.population,
            moe=row.moe,
            note=row.note or ("" if margin is None or margin in header else _NO_MARGIN),
        )
        for row in table.figures.values()
        if row.population is not None
    ]


def _api_json_gz(file: RawFile, data: bytes, only: Container[str] | None) -> list[Figure]:
    unpacked = zlib.decompressobj(wbits=31)
    try:
        body = unpacked.decompress(data, MAX_BYTES)
        complete = unpacked.eof
    except zlib.error:
        complete = False
    if not complete:
        raise Where(str(file.path)).error(
            "this is not a complete gzip file", allowed=f"at most {MAX_BYTES:,} bytes unpacked"
        )
    return _api_json(file, body, only)


def _header(data: bytes) -> list[str]:
    """Return the first row of an answer; empty if there is none, which the reader refuses."""
    try:
        content = json.loads(data)
        return [str(cell) for cell in content[0]]
    except (ValueError, LookupError, TypeError, RecursionError):
        return []


_NO_MARGIN = "margin of error not available"

READERS: dict[str, Callable[[RawFile, bytes, Container[str] | None], list[Figure]]] = {
    ".csv": _own_csv,
    ".json": _api_json,
    ".json.gz": _api_json_gz,
}
"""Readers by the end of a file's name. A new form of raw file is one more entry here."""
