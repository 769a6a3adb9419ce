"""Places in answers of the API that the tidy table does not take: found when somebody asks."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from functools import lru_cache
from pathlib import Path

from cvi_analysis.params.cities import City
from cvi_analysis.populations.kept import keep
from cvi_analysis.populations.places import Places
from cvi_analysis.populations.raw_rows import figures
from cvi_analysis.populations.rebuild import FILE, merged, rebuild
from cvi_analysis.populations.registry import CARRIED, REGISTRY, RawFile, content, read_registry
from cvi_analysis.populations.table import PopulationTable


def known_places(raw: Path, processed: Path, cities: Iterable[City]) -> Places:
    """Every place that `raw` holds a figure for, in the tidy table or not, and the cities.

    Raises:
        InputError: a raw file is missing, changed or wrong.
    """
    registry = raw / REGISTRY
    digest = hashlib.sha256(registry.read_bytes()).hexdigest() if registry.is_file() else ""
    return _known(raw, processed, digest, tuple(cities))


def take_in(raw: Path, processed: Path, geoids: Collection[str]) -> bool:
    """Take places of earlier answers into the tidy table; whether any of them was in one.

    Call it with the ingestion's lock held.

    Raises:
        InputError: a raw file is missing, changed or wrong.
    """
    if not (raw / REGISTRY).is_file():
        return False
    found = {
        geoid: figure.census_name
        for (geoid, _, _), (_, figure) in merged(raw, geoids).items()
        if geoid in geoids
    }
    if found:
        keep(raw, found)
        rebuild(raw, processed)
    return bool(found)


# A file of many places asks for each; an answer for the country takes half a second to read.
@lru_cache(maxsize=2)
def _known(raw: Path, processed: Path, digest: str, cities: tuple[City, ...]) -> Places:
    names: dict[str, str] = {}
    people: dict[str, int] = {}
    for file in _newest_answers(raw) if digest else ():
        for figure in figures(file, content(file)):
            names.setdefault(figure.geoid, figure.census_name)
            people.setdefault(figure.geoid, figure.population)
    if (processed / FILE).is_file():
        table = PopulationTable.load(processed / FILE)
        names.update(table.places)
        for geoid in table.places:
            people[geoid] = max(table.series(geoid), key=lambda row: row.year).population
    return Places(names, cities, people)


def _newest_answers(raw: Path) -> list[RawFile]:
    """Of each dataset and area the newest answer, newest first."""
    newest: dict[tuple[str, str], RawFile] = {}
    for file in read_registry(raw):
        if file.status == CARRIED:
            continue
        area = (file.dataset, file.query.partition("&")[2])
        if area not in newest or file.vintage >= newest[area].vintage:
            newest[area] = file
    return sorted(newest.values(), key=lambda file: file.vintage, reverse=True)
