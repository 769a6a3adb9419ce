"""A place outside the listed cities, fetched when a report asks for it and a key is there."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from cvi_analysis.files import exclusive
from cvi_analysis.ingest.command import IngestOptions, ingest_command
from cvi_analysis.ingest.datasets import DATASETS
from cvi_analysis.ingest.key import find_key
from cvi_analysis.ingest.limits import Limits
from cvi_analysis.params.cities import City
from cvi_analysis.populations.answers import known_places, take_in
from cvi_analysis.populations.places import UnknownPlaceError
from cvi_analysis.populations.rebuild import FILE
from cvi_analysis.populations.table import PopulationTable


def city_for(
    text: str,
    cities: Mapping[str, City],
    root: Path,
    *,
    dataset: str = "acs5",
    year: int = 2023,
    environ: Mapping[str, str] | None = None,
    say: Callable[[str], None] = print,
    limits: Limits | None = None,
) -> City:
    """The city that `text` means, with its population in `data/processed/`.

    Held places need no network; one that only a raw file holds is taken into the table. Any other
    is fetched, for the dataset and year that the report uses, when a key is set and the dataset
    comes from the API; the answer is kept as evidence.
    Load the population table again afterwards: it may have been rebuilt.

    Args:
        text: slug, GEOID or name; see `Places.resolve`.
        cities: the listed cities by slug.
        root: the project.
        dataset: `population.dataset` of the report.
        year: `population.year` of the report.
        environ: where the key is looked up; `os.environ` if None.
        say: takes each line of output.
        limits: bounds on time and size.

    Raises:
        InputError: no such place, several, or it is not held and there is no key.
        IngestError: fetching it failed.
    """
    raw, processed = root / "data" / "raw", root / "data" / "processed"
    environment = os.environ if environ is None else environ
    listed = cities.values()
    fetchable = next((one for one in DATASETS.values() if one.stored_as == dataset), None)
    try:
        city = known_places(raw, processed, listed).city(text)
    except UnknownPlaceError:
        if fetchable is None or find_key(root, environment) is None:
            raise
    else:
        rows = PopulationTable.load(processed / FILE).series(city.geoid)
        if not rows:
            with exclusive(root / ".cache" / "ingest", say):
                take_in(raw, processed, {city.geoid})
            rows = PopulationTable.load(processed / FILE).series(city.geoid)
        # A gap in a listed city is for its user to settle; a city of one's own can be filled in.
        has_it = any((row.dataset, row.year) == (dataset, year) for row in rows)
        mine = city.slug not in cities
        if has_it or not mine or fetchable is None or find_key(root, environment) is None:
            return city
    say(f"Fetching {text} ({fetchable.title} {year}) from the Census API.")
    options = IngestOptions(datasets=(fetchable.key,), year=year, cities=(text,))
    ingest_command(options, root=root, environ=environment, say=say, limits=limits)
    return known_places(raw, processed, listed).city(text)
