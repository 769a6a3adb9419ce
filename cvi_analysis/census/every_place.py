"""Every U.S. place: the Bureau's answer for the whole country that comes with the project.

It is carried in `data/raw/`, so that any place works without a key or a network. The tidy table is
in git and is read at every build, so it does not take the 32,000 places: the answer is opened only
when somebody asks for a place that the table does not have, and nothing is written then.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property, lru_cache
from pathlib import Path

from cvi_analysis.census.population_table import PopulationRow
from cvi_analysis.census.raw_figures import Figure
from cvi_analysis.census.registry import CARRIED, REGISTRY, RawFile, read_registry
from cvi_analysis.census.tidy_table import figures_by_key, tidy_row


class EveryPlace:
    """The figures of the answers that a raw folder carries; read when one is first asked for.

    Args:
        raw: the folder. One without a registry holds nothing.
    """

    def __init__(self, raw: Path) -> None:
        self._raw = raw

    @cached_property
    def files(self) -> tuple[RawFile, ...]:
        """The answers that are carried.

        Raises:
            InputError: the registry is damaged.
        """
        if not (self._raw / REGISTRY).is_file():
            return ()
        return tuple(
            file for file in read_registry(self._raw) if file.is_answer and file.status == CARRIED
        )

    def series(self, geoid: str) -> list[PopulationRow]:
        """Return the figures of a place by dataset and year; none for what is no place's GEOID.

        Raises:
            InputError: a file is missing, changed, cut or wrong; it is named.
        """
        if not (geoid.isascii() and geoid.isdigit()):
            return []
        found: dict[tuple[str, int], PopulationRow] = {}
        for file in self.files:
            figure = figures_by_place(file).get(geoid)
            if figure is not None:
                row = PopulationRow(*tidy_row(file, figure))
                found.setdefault((row.dataset, row.year), row)
        return [found[key] for key in sorted(found)]

    @property
    def geoids(self) -> Collection[str]:
        """The GEOID of every place with a figure; raises `InputError` as `series` does."""
        return {geoid for file in self.files for geoid in figures_by_place(file)}


# A file of many places asks for each; an answer for the country takes a while to read.
@lru_cache(maxsize=4)
def figures_by_place(file: RawFile) -> dict[str, Figure]:
    """Return the figures of one answer of the API by GEOID; do not change what is returned.

    Raises:
        InputError: the file is missing, changed, cut or wrong; it is named.
    """
    return {geoid: figure for (geoid, _, _), figure in figures_by_key(file).items()}
