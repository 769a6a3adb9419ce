"""The place that a user means: a listed city by slug, or any other by GEOID or name."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from difflib import get_close_matches
from functools import lru_cache

from cvi_analysis import paths
from cvi_analysis.census.places import Places, UnknownPlaceError, entered_city, known_places
from cvi_analysis.census.tidy_table import fetched_places, take_in
from cvi_analysis.files import exclusive
from cvi_analysis.params.cities import City
from cvi_analysis.params.register import Register
from cvi_analysis.report.library import Library, dataset_and_year

_TYPO = 0.8
"""How like a listed city's slug a name is that is a typing mistake, and no place to be fetched."""


def place(text: str, library: Library, register: Register, *, offline: bool = False) -> City:
    """The city that `text` names: a slug, a GEOID, or a name such as `Durham, NC`.

    Every place of the country is held. What is not (a county, another year) is fetched from the
    Census API where a key is set; load the library again after that. Where `register` enters the
    residents, nothing is fetched, and a place that nothing is held of is taken as it is written.

    Args:
        text: what the user wrote.
        library: parameters and populations.
        register: resolved assumptions, which say what figure is wanted.
        offline: fetch nothing.

    Raises:
        InputError: there is no such place, with the nearest names, or there are several.
        CviError: fetching it failed.
    """
    for city in library.params.cities.values():
        if text in (city.slug, city.geoid):
            return city
    dataset, year = dataset_and_year(register.values())
    with suppress(UnknownPlaceError):
        city = _held(library).city(text)
        waits = not library.populations.has(city.geoid) and city.geoid in fetched_places(
            paths.raw()
        )
        rows = library.populations.series(city.geoid, dataset)
        if not waits and any(row.year == year for row in rows):
            return city
    # start-up time: listed cities and places held need nothing of the Census API.
    from cvi_analysis.census.ingestion import city_for

    entered = register["population"].value is not None
    if entered or offline:
        dataset = "entered"  # No dataset of the API, so nothing is fetched.
    try:
        return city_for(
            text, library.params.cities, paths.root(), dataset=dataset, year=year, say=_say
        )
    except UnknownPlaceError as error:
        if entered:
            return _as_written(text, error)
        written = re.sub(r"\W+", "-", text.lower())
        close = get_close_matches(written, library.params.cities, n=1, cutoff=_TYPO)
        if not close:
            raise
        raise error.but(
            allowed="a slug of params/cities.csv, a GEOID, or a name such as 'Durham, NC'",
            hint=f"Did you mean {close[0]}?",
        ) from None


def taken_in(texts: Iterable[str], library: Library) -> bool:
    """Take what `texts` name into the tidy table, where only fetched answers hold it; all at once.

    Args:
        texts: what the user wrote; what is no place is passed over.
        library: parameters and populations; it does not know what is taken in.

    Returns:
        Whether any place was.

    Raises:
        InputError: a file in `data/raw/` is missing, changed or wrong.
    """
    waiting = fetched_places(paths.raw()) - library.populations.places.keys()
    meant = (_held(library).meant(text) for text in texts) if waiting else ()
    found = {places[0].geoid for places in meant if len(places) == 1}
    if not found & waiting:
        return False
    with exclusive(paths.root() / ".cache" / "ingest", _say):
        return take_in(paths.raw(), paths.processed(), found & waiting)


def _as_written(text: str, unknown: UnknownPlaceError) -> City:
    """A place that nothing is held of; a typing mistake would look the same, so it is told."""
    city = entered_city(text)
    near = next(iter(re.findall(r"Did you mean .+?\?", unknown.hint or "")), "")
    told = f"Nothing is held of {city.name}: its report stands on the residents given. {near}"
    _say(told.strip())
    return city


@lru_cache(maxsize=1)  # A file of many places asks for each.
def _held(library: Library) -> Places:
    """Every place held; a place's report has one name, however it was asked for."""
    return known_places(paths.raw(), paths.processed(), library.params.cities.values())


def _say(line: str) -> None:
    print(line, file=sys.stderr)
