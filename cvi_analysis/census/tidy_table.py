"""`data/processed/populations.csv`: one tidy table, always rebuilt from `data/raw/`.

One dataset splits a place that the others do not: the 2020 count gives Louisville as place 2148006,
"Louisville/Jefferson County metro government (balance)", with 386,884 residents, and place 2148000,
"Louisville city", with 246,161. The American Community Survey and the yearly estimates mean both by
2148006: 633,045. The table has the sum.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from cvi_analysis.census.raw_figures import Figure, figures
from cvi_analysis.census.registry import (
    CARRIED,
    REGISTRY,
    RawFile,
    content,
    keep,
    kept,
    read_registry,
)
from cvi_analysis.files import remove_leftovers, write_file
from cvi_analysis.params.text_files import Where

FILE = "populations.csv"
COLUMNS = (
    "geoid",
    "census_name",
    "dataset",
    "vintage",
    "year",
    "variable",
    "period",
    "population",
    "moe",
    "note",
    "raw_file",
    "raw_sha256",
)

SPLIT: dict[tuple[str, int], dict[str, tuple[str, ...]]] = {
    ("dec", 2020): {"2148006": ("2148006", "2148000")},
}
"""By dataset and year: the parts of each split place, itself first."""

_Key = tuple[str, str, int]


def rebuild(raw: Path, processed: Path) -> Path:
    """Write the tidy table of a raw folder and return its path.

    The same raw files give the same bytes. The file is replaced in one step, and only if its
    content changed.

    Raises:
        InputError: a raw file is missing, changed or wrong; nothing has been written.
    """
    target = processed / FILE
    table = rendered(raw)
    remove_leftovers(processed)
    if target.is_file() and target.read_bytes() == table:
        return target
    processed.mkdir(parents=True, exist_ok=True)
    write_file(target, table)
    return target


def take_in(raw: Path, processed: Path, geoids: Collection[str]) -> bool:
    """Take places of fetched answers into the tidy table; whether any of them was in one.

    What only a carried answer holds stays there, see `carried_answers`. Call it with the
    ingestion's lock held.

    Raises:
        InputError: a raw file is missing, changed or wrong.
    """
    if not has_fetched(raw):
        return False
    found = {
        geoid: figure.census_name
        for (geoid, _, _), (file, figure) in merged(raw, geoids).items()
        if geoid in geoids and file.status != CARRIED
    }
    if found:
        keep(raw, found)
        rebuild(raw, processed)
    return bool(found)


def has_fetched(raw: Path) -> bool:
    """Return whether an answer was ever fetched; raises `InputError` if the registry is damaged."""
    return (raw / REGISTRY).is_file() and any(file.status != CARRIED for file in read_registry(raw))


def fetched_places(raw: Path) -> frozenset[str]:
    """Return the GEOIDs that fetched answers hold, in the tidy table or not.

    Raises:
        InputError: the registry or a fetched answer is missing, changed or wrong.
    """
    if not (raw / REGISTRY).is_file():
        return frozenset()
    return _fetched_places(raw, hashlib.sha256((raw / REGISTRY).read_bytes()).hexdigest())


# Of a list of many places each asks, and an answer for the country takes half a second to read.
@lru_cache(maxsize=1)
def _fetched_places(raw: Path, digest: str) -> frozenset[str]:
    fetched = (file for file in read_registry(raw) if file.status != CARRIED)
    return frozenset(geoid for file in fetched for geoid, _, _ in figures_by_key(file))


def rendered(raw: Path) -> bytes:
    """Return the tidy table of a raw folder as CSV, sorted by place, dataset and year.

    Raises:
        InputError: a raw file is missing, changed or wrong, or holds a figure twice.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for _, (file, figure) in sorted(merged(raw).items(), key=lambda item: item[0]):
        writer.writerow(tidy_row(file, figure))
    return out.getvalue().encode("utf-8")


def tidy_row(
    file: RawFile, figure: Figure
) -> tuple[str, str, str, str, int, str, str, int, int | None, str, str, str]:
    """Return a figure as a row of the tidy table, in the order of `COLUMNS`."""
    return (
        figure.geoid,
        _one_line(figure.census_name),
        file.dataset,
        file.vintage,
        figure.year,
        _one_line(figure.variable),
        _period(file, figure.year),
        figure.population,
        figure.moe,
        _one_line(figure.note),
        file.path.name,
        file.sha256,
    )


def merged(raw: Path, also: Collection[str] = ()) -> dict[_Key, tuple[RawFile, Figure]]:
    """Return every figure of the tidy table, by GEOID, dataset and year, with its file.

    All places of carried tables are in it; of answers of the API, those in carried tables, those
    that `places.csv` lists and those in `also`. Without such a list every place of fetched answers
    is in it.

    Where a figure is both carried and fetched, or fetched twice, the fetched and later one stands;
    if the numbers differ, its note says so. A carried answer only adds what no carried table has,
    and is read only if it can.

    Raises:
        InputError: a raw file is missing, changed or wrong, or holds a figure twice.
    """
    rows: dict[_Key, tuple[RawFile, Figure]] = {}
    files = read_registry(raw)
    listed = kept(raw)
    wanted = None if listed is None else {*listed, *also}
    for file in sorted(files, key=_rank):  # stable
        only = wanted
        if file.is_answer and file.status == CARRIED:
            asked = also if listed is None else {*listed, *also}
            only = {geoid for geoid in asked if not _has(rows, geoid, file)}
            if not only:
                content(file)
                continue
        for key, figure in figures_by_key(file, only).items():
            earlier = rows.get(key)
            if earlier is not None:
                if earlier[0].status == CARRIED and file.status == CARRIED:
                    raise file.where.error(
                        "two carried files hold the same figure",
                        parameter=file.path.name,
                        found=" ".join(map(str, key)),
                        allowed=f"one of {earlier[0].path.name} and {file.path.name}",
                    )
                figure = _noting(figure, *earlier)
            rows[key] = (file, figure)
            if wanted is not None and file.status == CARRIED:
                wanted.add(key[0])
    return rows


def _rank(file: RawFile) -> int:
    """Carried tables first, then carried answers, then what was fetched."""
    return 2 if file.status != CARRIED else int(file.is_answer)


def _has(rows: Mapping[_Key, object], geoid: str, file: RawFile) -> bool:
    return file.vintage.isdigit() and (geoid, file.dataset, int(file.vintage)) in rows


def figures_by_key(file: RawFile, wanted: Collection[str] | None = None) -> dict[_Key, Figure]:
    """Return the figures of one file by GEOID, dataset and year, split places as one.

    Args:
        file: a file of the registry.
        wanted: of an answer of the API, these GEOIDs alone; None for all.

    Raises:
        InputError: the file is missing, changed or wrong, or holds a figure twice.
    """
    found: dict[_Key, Figure] = {}
    only = None if wanted is None else _with_parts(wanted)
    for figure in _whole_places(file.dataset, figures(file, content(file), only)):
        key = (figure.geoid, file.dataset, figure.year)
        if key in found:
            raise Where(str(file.path)).error(
                "a figure is given twice",
                parameter=figure.geoid,
                found=f"{found[key].population} and {figure.population} for {figure.year}",
                allowed="one figure a place and year",
            )
        found[key] = figure
    return found


def carried_answers(raw: Path) -> tuple[RawFile, ...]:
    """Return the API's answers that come with the project; none of a folder without a registry.

    They hold every U.S. place, so that any works without a key or a network. The tidy table is in
    git and is read at every build, so it does not take their 32,000 places: an answer is opened
    only when somebody asks for a place that the table does not have, and nothing is written then.

    Raises:
        InputError: the registry is damaged.
    """
    if not (raw / REGISTRY).is_file():
        return ()
    return tuple(file for file in read_registry(raw) if file.is_answer and file.status == CARRIED)


# A file of many places asks for each; an answer for the country takes a while to read.
@lru_cache(maxsize=4)
def figures_by_place(file: RawFile) -> dict[str, Figure]:
    """Return the figures of one answer of the API by GEOID; do not change what is returned.

    Raises:
        InputError: the file is missing, changed, cut or wrong; it is named.
    """
    return {geoid: figure for (geoid, _, _), figure in figures_by_key(file).items()}


def _noting(figure: Figure, file: RawFile, earlier: Figure) -> Figure:
    if figure.population == earlier.population:
        return figure
    remark = f"{file.path.name} has {earlier.population:,}"
    note = f"{figure.note}; {remark}" if figure.note else remark
    return replace(figure, note=note)


def _period(file: RawFile, year: int) -> str:
    """Return the dates a figure speaks of; a vintage of estimates has one July 1 for each year."""
    return f"{year}-07-01" if file.dataset.startswith("pep") else file.period


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _with_parts(geoids: Collection[str]) -> set[str]:
    """Return `geoids` and the parts that any dataset splits one of them into."""
    parts = {
        part
        for split in SPLIT.values()
        for geoid, names in split.items()
        if geoid in geoids
        for part in names
    }
    return {*geoids, *parts}


def _whole_places(dataset: str, found: list[Figure]) -> list[Figure]:
    """Return `found` with each split place as one figure, the sum of its parts.

    A split place whose other parts are not there is left out: a part must not pass for the whole.
    """
    kept: list[Figure] = []
    by_year: dict[int, dict[str, Figure]] = {}
    for figure in found:
        parts = SPLIT.get((dataset, figure.year), {})
        combined = " sum of " in figure.variable
        if any(figure.geoid in names for names in parts.values()) and not combined:
            by_year.setdefault(figure.year, {})[figure.geoid] = figure
            if figure.geoid not in parts:
                kept.append(figure)
        else:
            kept.append(figure)
    for year, found_parts in by_year.items():
        for geoid, names in SPLIT[dataset, year].items():
            given = any(one.geoid == geoid and one.year == year for one in kept)
            if not given and all(name in found_parts for name in names):
                kept.append(_sum(geoid, names, found_parts))
    return kept


def _sum(geoid: str, names: tuple[str, ...], figures: Mapping[str, Figure]) -> Figure:
    parts = [figures[name] for name in names]
    terms = " + ".join(f"{part.population:,} (place {part.geoid})" for part in parts)
    return replace(
        figures[geoid],
        variable=f"{figures[geoid].variable} sum of {' and '.join(names)}",
        population=sum(part.population for part in parts),
        moe=None,
        note=f"combined: {terms}, the area that ACS and PEP mean by {geoid}",
    )
