"""Looking up populations: one figure for a place, a dataset and a year, or a message why not.

A place that the tidy table does not have is looked up in the answers that come with the project.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from pathlib import Path

from cvi_analysis.census.registry import RawFile
from cvi_analysis.census.tidy_table import (
    COLUMNS,
    SPLIT,
    carried_answers,
    figures_by_place,
    tidy_row,
)
from cvi_analysis.params.cities import check_geoid
from cvi_analysis.params.csv_files import CsvRow, parse_csv
from cvi_analysis.params.text_files import Where, read_text

MAX_BYTES = 500_000_000


@dataclass(frozen=True, slots=True)
class PopulationRow:
    """One published figure.

    Attributes:
        geoid: 7 digits for a place, 5 for a county.
        census_name: the Bureau's name of the place.
        dataset: `acs5`, `acs1`, `dec`, `pep2019` or `pep2024`.
        vintage: the Bureau's name of the release.
        year: the last year of the period.
        variable: the Bureau's name of the figure.
        period: the dates it speaks of, one date or start/end.
        population: residents.
        moe: 90% margin of error in residents; None if there is none or it is not known (`note`).
        note: what a reader should know.
        raw_file: the file in `data/raw/` it came from.
        raw_sha256: checksum of that file.
    """

    geoid: str
    census_name: str
    dataset: str
    vintage: str
    year: int
    variable: str
    period: str
    population: int
    moe: int | None
    note: str
    raw_file: str
    raw_sha256: str


@dataclass(frozen=True)
class PopulationTable:
    """The tidy table. Rows are read when a place is first asked for, so that loading is fast."""

    where: Where
    _lines: dict[str, list[tuple[int, str]]] = field(repr=False)
    _raw: Path | None = field(default=None, repr=False, compare=False)
    _read: dict[str, tuple[PopulationRow, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @classmethod
    def load(cls, path: Path, raw: Path | None = None) -> PopulationTable:
        """Return the table in `data/processed/populations.csv`.

        Args:
            path: the file.
            raw: where a place that is not in the table is looked up; None for nowhere.

        Raises:
            InputError: the file is missing, not UTF-8 or not this table.
        """
        where = Where(str(path))
        if not path.is_file():
            raise where.error(
                "the population table does not exist",
                allowed="the table rebuilt from data/raw/",
                hint="Rebuild it with `make ingest`.",
            )
        lines = read_text(path, MAX_BYTES).split("\n")
        parse_csv(lines[0], COLUMNS, where)
        if tuple(lines[0].split(",")) != COLUMNS:
            raise where.at(1).error(
                "the columns are in another order", found=lines[0], allowed=",".join(COLUMNS)
            )
        by_place: dict[str, list[tuple[int, str]]] = {}
        for number, line in enumerate(lines[1:], 2):
            if line:
                by_place.setdefault(line.partition(",")[0], []).append((number, line))
        return cls(where, by_place, raw)

    @cached_property
    def carried(self) -> tuple[RawFile, ...]:
        """The answers in which a place beside the table is looked up.

        Raises:
            InputError: the registry is damaged.
        """
        return () if self._raw is None else carried_answers(self._raw)

    def has(self, geoid: str) -> bool:
        """Return whether the place is in the table itself."""
        return geoid in self._lines

    @property
    def count(self) -> int:
        """How many places a figure is held for, in the table or beside it."""
        return len(self.geoids)

    @property
    def geoids(self) -> frozenset[str]:
        """The GEOID of every place that a figure is held for, in the table or beside it."""
        return frozenset(self._lines).union(*map(figures_by_place, self.carried))

    @property
    def places(self) -> dict[str, str]:
        """The Bureau's name of every place in the table itself, by GEOID."""
        firsts = (lines[0][1] for lines in self._lines.values())
        return {cells[0]: cells[1] for cells in csv.reader(firsts)}

    def get(self, geoid: str, dataset: str, year: int) -> PopulationRow:
        """Return the figure of a place in one dataset and year.

        Nothing is substituted: another year or dataset is never given in place of the one asked.

        Raises:
            InputError: there is none; the message says what is held for the place.
        """
        rows = self.series(geoid)
        for row in rows:
            if row.dataset == dataset and row.year == year:
                return row
        if not rows:
            raise self._unknown_place(geoid)
        name = rows[0].census_name
        split = geoid in SPLIT.get((dataset, year), {})
        hint = (
            f"The count splits this area into places "
            f"{' and '.join(SPLIT[dataset, year][geoid])}: fetch both."
            if split
            else "Choose one of these, or fetch it with `make ingest`."
        )
        raise self.where.error(
            f"there is no such population figure for {name}",
            parameter="population.dataset and population.year",
            found=f"{dataset} {year}",
            allowed=held(rows),
            hint=hint,
        )

    def series(self, geoid: str, dataset: str | None = None) -> list[PopulationRow]:
        """Return all figures of a place, by dataset and year; of one dataset if it is given.

        An unknown place has none. Raises `InputError` if the table, or the file that has the place
        instead, is damaged.
        """
        if geoid not in self._read:
            look_up = self._rows if self.has(geoid) else self._carried_rows
            self._read[geoid] = tuple(look_up(geoid))
        return [row for row in self._read[geoid] if dataset in (None, row.dataset)]

    def newest(self, geoid: str) -> int | None:
        """Return the last year's figure of a place, of whatever dataset; None if there is none."""
        rows = self.series(geoid)
        return max(rows, key=lambda row: row.year).population if rows else None

    def _rows(self, geoid: str) -> list[PopulationRow]:
        rows: list[PopulationRow] = []
        for number, line in self._lines.get(geoid, ()):
            where = self.where.at(number)
            cells = next(csv.reader([line]))
            if len(cells) != len(COLUMNS):
                raise where.error(
                    "the row does not fit the header",
                    found=f"{len(cells)} cells",
                    allowed=f"{len(COLUMNS)} cells",
                    hint="Rebuild the table from data/raw/ with `make ingest`.",
                )
            row = _row(CsvRow(dict(zip(COLUMNS, cells, strict=True)), where))
            if any((row.dataset, row.year) == (one.dataset, one.year) for one in rows):
                raise where.error(
                    "the figure is given twice",
                    parameter=geoid,
                    found=f"{row.dataset} {row.year}",
                    allowed="one figure a place, dataset and year",
                )
            rows.append(row)
        return sorted(rows, key=lambda row: (row.dataset, row.year))

    def _carried_rows(self, geoid: str) -> list[PopulationRow]:
        if not (geoid.isascii() and geoid.isdigit()):  # a place that nothing is held of
            return []
        found: dict[tuple[str, int], PopulationRow] = {}
        for file in self.carried:
            figure = figures_by_place(file).get(geoid)
            if figure is not None:
                row = PopulationRow(*tidy_row(file, figure))
                found.setdefault((row.dataset, row.year), row)
        return [found[key] for key in sorted(found)]

    def _unknown_place(self, geoid: str) -> Exception:
        allowed = f"one of the {self.count:,} places held"
        try:
            check_geoid(geoid)
        except ValueError as error:
            return self.where.error(str(error), parameter="geoid", found=geoid, allowed=allowed)
        return self.where.error(
            "no population is held for this place",
            parameter="geoid",
            found=geoid,
            allowed=allowed,
            hint="Fetch it with `make ingest`, or add it to data/raw/.",
        )


def held(rows: Iterable[PopulationRow]) -> str:
    """Return what `rows` hold, in words: `acs5 2021-2023, dec 2010 and 2020`."""
    parts = []
    for dataset, group in groupby(rows, key=lambda row: row.dataset):
        years = [row.year for row in group]
        if len(years) > 2 and years == list(range(years[0], years[-1] + 1)):
            parts.append(f"{dataset} {years[0]}-{years[-1]}")
        else:
            parts.append(f"{dataset} {' and '.join(map(str, years))}")
    return ", ".join(parts)


def _row(row: CsvRow) -> PopulationRow:
    for column in ("year", "population"):
        row.required(column, "a whole number")
    year, population = row.integer("year"), row.integer("population")
    assert year is not None
    assert population is not None
    return PopulationRow(
        geoid=row.text("geoid"),
        census_name=row.text("census_name"),
        dataset=row.text("dataset"),
        vintage=row.text("vintage"),
        year=year,
        variable=row.text("variable"),
        period=row.text("period"),
        population=population,
        moe=row.integer("moe"),
        note=row.text("note"),
        raw_file=row.text("raw_file"),
        raw_sha256=row.text("raw_sha256"),
    )
