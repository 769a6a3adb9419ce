"""Which places are asked for, and the fewest requests that hold them all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from cvi_analysis.errors import InputError
from cvi_analysis.ingest.geography import Geography
from cvi_analysis.ingest.table import Table
from cvi_analysis.params.cities import City, check_geoid
from cvi_analysis.populations.places import Place, Places, UnknownPlaceError, split_text

_COUNTY = re.compile(r"\b(county|parish|borough|census area|planning region|municipio)$", re.I)


@dataclass(frozen=True)
class Target:
    """One place that is wanted.

    Attributes:
        text: what the user wrote.
        geography: the smallest request that holds it.
        geoid: its GEOID, or None until the answer tells it.
        census_name: its registered name, or "" when it has none here.
    """

    text: str
    geography: Geography
    geoid: str | None = None
    census_name: str = ""

    @classmethod
    def of_city(cls, city: City) -> Target:
        """A listed city."""
        return cls(city.slug, _geography(city.geoid), city.geoid, city.census_name)

    @classmethod
    def of_text(cls, text: str, places: Places) -> Target:
        """What a user wrote: a place held, a GEOID, or a name to be looked up in the answer.

        Raises:
            InputError: several places held have the name, or the text cannot be looked up.
        """
        try:
            place = places.resolve(text)
        except UnknownPlaceError:
            return cls._to_be_found(" ".join(text.split()))
        return cls(text, _geography(place.geoid), place.geoid, place.census_name)

    @classmethod
    def _to_be_found(cls, text: str) -> Target:
        if text.isdigit():
            return cls(text, _geography(check_geoid(text)), text)
        name, state = split_text(text)
        if not _COUNTY.search(name):
            return cls(text, Geography(state=state.fips if state else None))
        if state is None:
            raise InputError("a county needs its state", found=text, allowed="King County, WA")
        return cls(text, Geography("county", state.fips))

    def found_in(self, table: Table) -> Target:
        """This target with the GEOID and name that the answer gives it.

        Raises:
            InputError: no place of the answer, or several, have the name.
        """
        if self.geoid is not None:
            return self
        names = {geoid: figure.name for geoid, figure in table.figures.items()}
        people = {
            geoid: figure.population
            for geoid, figure in table.figures.items()
            if figure.population is not None
        }
        place: Place = Places(names, populations=people, advice=_check_spelling).resolve(self.text)
        return Target(self.text, self.geography, place.geoid, place.census_name)


def requests_for(targets: Iterable[Target]) -> dict[Geography, list[Target]]:
    """The requests that cover all targets, with what each is for.

    Places of one state take one request for that state; places of several states, or of a state
    nobody named, one for the country; counties take one request a state.
    """
    chosen: dict[Geography, list[Target]] = {}
    wanted = list(targets)
    places = [target for target in wanted if target.geography.level == "place"]
    states = {target.geography.state for target in places}
    if places:
        chosen[Geography(state=states.pop() if len(states) == 1 else None)] = places
    for target in wanted:
        if target.geography.level == "county":
            chosen.setdefault(target.geography, []).append(target)
    return chosen


def _geography(geoid: str) -> Geography:
    return Geography("county" if len(geoid) == 5 else "place", geoid[:2])


def _check_spelling(asked: str) -> str:
    return "The Bureau has just been asked: check the spelling, or give the GEOID."
