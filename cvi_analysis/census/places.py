"""Which place a user means: a listed city, a GEOID, or a name as people or the Bureau write it."""

from __future__ import annotations

import difflib
import hashlib
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from cvi_analysis.census.place_names import (
    STATES,
    State,
    folded,
    names_of,
    proper_name,
    slug,
    split_state,
    spoken_name,
    state_named,
)
from cvi_analysis.census.population_table import PopulationTable
from cvi_analysis.census.registry import CARRIED, REGISTRY, RawFile, read_registry
from cvi_analysis.census.tidy_table import FILE, SPLIT, figures_by_place
from cvi_analysis.errors import InputError
from cvi_analysis.params.cities import City, check_geoid

_SHOWN = 40
_LONGEST = 100
_GEOIDS = "7 digits for a place, 5 for a county"
#: "Louisville city, Kentucky" is a row of the 2020 census only: the rest of the place that is
#: meant by that name. Its GEOID still finds it.
_PARTS = frozenset(
    part for split in SPLIT.values() for parts in split.values() for part in parts[1:]
)


class UnknownPlaceError(InputError):
    """No place held has that name or GEOID; it may be there to be fetched."""


@dataclass(frozen=True)
class Place:
    """A place or county that a figure is held for.

    Attributes:
        geoid: 7 digits for a place, 5 for a county.
        census_name: as the Bureau writes it, with the state.
    """

    geoid: str
    census_name: str

    @property
    def is_county(self) -> bool:
        """Whether this is a county and not a place."""
        return len(self.geoid) == 5

    @property
    def state(self) -> State:
        """The state it lies in."""
        return STATES[self.geoid[:2]]

    @property
    def name(self) -> str:
        """The everyday name, without the state: `Durham`, `King County`."""
        return spoken_name(self.census_name, county=self.is_county)

    def city(self) -> City:
        """This place as a city of one's own: identity only, everything else unknown."""
        return City(
            slug=slug(self.name, self.state.postal),
            city=self.name,
            state=self.state.postal,
            geoid=self.geoid,
            census_name=self.census_name,
        )


class Places:
    """All places with a name, to be asked for one.

    Args:
        names: the Bureau's name by GEOID.
        cities: the project's own cities; each is found by slug and everyday name too.
        populations: shown where several places match.
        advice: what to do about a place that is not here.
    """

    def __init__(
        self,
        names: Mapping[str, str],
        cities: Iterable[City] = (),
        populations: Mapping[str, int] | None = None,
        advice: Callable[[str], str] | None = None,
    ) -> None:
        self._cities = {city.geoid: city for city in cities}
        listed = {city.geoid: city.census_name for city in self._cities.values()}
        self._names = {**names, **{geoid: name for geoid, name in listed.items() if name}}
        self._populations = populations or {}
        self._advice = advice or how_to_fetch
        self._index: dict[str, dict[str, list[str]]] = {}

    def resolve(self, text: str) -> Place:
        """The one place that `text` means.

        Accepted are a slug (`norfolk-va`), a GEOID of 7 digits (place) or 5 (county), and a name
        with or without the state: `Durham, NC`, `durham, north carolina`, `Louisville`,
        `St. Louis city, Missouri`, `King County, WA`. Case, accents and punctuation do not matter.

        Raises:
            UnknownPlaceError: there is none; near misses are named.
            InputError: there are several; each is listed with state and population.
        """
        asked = " ".join(text.split())
        if not asked:
            raise InputError("no place is named", allowed="a slug, a GEOID, or 'City, ST'")
        for city in self._cities.values():
            if asked.casefold() == city.slug:
                return self._place(city.geoid)
        if re.fullmatch(r"[0-9]+", asked):
            return self._by_geoid(asked)
        name, state = split_text(asked)
        found = self._matches(name, state)
        if len(found) == 1:
            return found[0]
        if found:
            raise self._several(asked, found)
        raise self._unknown(asked, name, state)

    def meant(self, text: str) -> list[Place]:
        """The places that `text` may mean; unlike `resolve`, no near miss is looked for."""
        asked = " ".join(text.split())
        if re.fullmatch(r"[0-9]+", asked):
            return [self._place(asked)] if asked in self._names else []
        return self._matches(*split_text(asked))

    def city(self, text: str) -> City:
        """As `resolve`, but as a `City`: the project's own row where there is one."""
        place = self.resolve(text)
        listed = self._cities.get(place.geoid)
        if listed is not None:
            return listed
        city = place.city()
        twins = [
            other
            for other in self._matches(place.name, place.state)
            if other.geoid != place.geoid and other.is_county == place.is_county
        ]
        if twins or any(city.slug == other.slug for other in self._cities.values()):
            # Two places of one state with one everyday name must not share a report.
            return city.model_copy(update={"slug": f"{city.slug}-{city.geoid}"})
        return city

    def _place(self, geoid: str) -> Place:
        return Place(geoid, self._names[geoid])

    def _by_geoid(self, geoid: str) -> Place:
        try:
            check_geoid(geoid)
        except ValueError as error:
            raise InputError(f"this GEOID {error}", found=geoid, allowed=_GEOIDS) from None
        if geoid not in self._names:
            raise UnknownPlaceError(
                "no figure is held for this GEOID", found=geoid, hint=self._advice(geoid)
            )
        return self._place(geoid)

    @cached_property
    def _by_state(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for geoid in self._names:
            if geoid[:2] in STATES and geoid not in _PARTS:
                found.setdefault(geoid[:2], []).append(geoid)
        return found

    def _indexes(self, state: State | None) -> Iterator[dict[str, list[str]]]:
        """The GEOIDs by folded name, of one state or of each; made when first asked for."""
        for fips in self._by_state if state is None else (state.fips,):
            if fips not in self._index:
                self._index[fips] = self._index_of(self._by_state.get(fips, ()))
            yield self._index[fips]

    def _index_of(self, geoids: Iterable[str]) -> dict[str, list[str]]:
        index: dict[str, list[str]] = {}
        for geoid in geoids:
            names = names_of(self._names[geoid], county=len(geoid) == 5)
            listed = self._cities.get(geoid)
            if listed is not None:
                names.add(folded(listed.city))
            for name in names:
                index.setdefault(name, []).append(geoid)
        return index

    def _matches(self, name: str, state: State | None) -> list[Place]:
        key = folded(name)
        found = [
            self._place(geoid) for index in self._indexes(state) for geoid in index.get(key, ())
        ]
        # "St. Louis city, Missouri" is the name of a place and of a county: the place is meant.
        places = [place for place in found if not place.is_county] or found
        # Of "Richmond city" and "Richmond village" an exact name means the one.
        exact = [
            place for place in places if folded(split_state(place.census_name)[0]) == folded(name)
        ]
        proper = [
            place for place in places if folded(proper_name(place.census_name)) == folded(name)
        ]
        if len(exact) == 1 and state is not None:
            return exact
        if len(proper) == 1 and state is not None:
            return proper
        return places

    def _several(self, asked: str, found: list[Place]) -> InputError:
        ranked = sorted(found, key=self._largest_first)
        choices = [f"{place.geoid}  {self._described(place)}" for place in ranked[:_SHOWN]]
        if len(ranked) > _SHOWN:
            choices.append(f"and {len(ranked) - _SHOWN} more")
        return InputError(
            f"{len(found)} places have this name",
            found=asked,
            hint="Add the state, or give the GEOID of the one you mean:",
            choices=choices,
        )

    def _unknown(self, asked: str, name: str, state: State | None) -> UnknownPlaceError:
        near = [self._described(place) for place in self._near(folded(name), state)]
        meant = f"Did you mean {' or '.join(near)}? " if near else ""
        return UnknownPlaceError(
            "no place held has this name", found=asked, hint=f"{meant}{self._advice(asked)}"
        )

    def _near(self, name: str, state: State | None) -> list[Place]:
        known = list(dict.fromkeys(each for index in self._indexes(state) for each in index))
        # "Boise" for "Boise City", "Honolulu" for "Urban Honolulu".
        parts = [each for each in known if f" {name} " in f" {each} "]
        near = {
            place.geoid: place
            for each in difflib.get_close_matches(name, known, n=4, cutoff=0.75) + parts
            for place in self._matches(each, state)
        }
        return sorted(near.values(), key=self._largest_first)[:3]

    def _described(self, place: Place) -> str:
        people = self._populations.get(place.geoid)
        return place.census_name + (f" ({people:,} residents)" if people is not None else "")

    def _largest_first(self, place: Place) -> int:
        return -self._populations.get(place.geoid, 0)


def split_text(text: str) -> tuple[str, State | None]:
    """The name and the state of what a user wrote; the state is None when none is named.

    >>> split_text("Durham, NC")[0], split_text("Durham, NC")[1].name
    ('Durham', 'North Carolina')
    """
    name, comma, tail = text.rpartition(",")
    if comma and (state := state_named(tail)):
        return name.strip(), state
    # "Durham NC" and the file name "durham-nc" are clear enough too.
    match = re.fullmatch(r"(.+?)[\s-]+([A-Za-z]{2})", text)
    if match and (state := state_named(match.group(2))):
        return match.group(1), state
    return text, None


def entered_city(text: str) -> City:
    """The city of a place that nothing is held of, as its user wrote it.

    Its GEOID is empty where a name was written, its name only says the GEOID where that was.

    Args:
        text: `Wilmington, NC`, in any form that names its state, or a GEOID.

    Raises:
        InputError: no state is named, or the text is no name or GEOID of a place.
    """
    asked = " ".join(text.split())
    if re.fullmatch(r"[0-9]+", asked):
        try:
            state = STATES[check_geoid(asked)[:2]]
        except ValueError as error:
            raise InputError(f"this GEOID {error}", found=asked, allowed=_GEOIDS) from None
        name, geoid = f"{'County' if len(asked) == 5 else 'Place'} {asked}", asked
    else:
        name, named = split_text(asked)
        if named is None or not folded(name) or not asked.isprintable() or len(name) > _LONGEST:
            raise InputError(
                "this does not say which place the residents live in",
                found=asked,
                allowed=f"a name with its state, such as 'Wilmington, NC', or {_GEOIDS}",
            )
        state, geoid = named, ""
    return City(
        slug=slug(name, state.postal),
        city=name,
        state=state.postal,
        geoid=geoid,
        census_name=f"{name}, {state.name}",
    )


def how_to_fetch(asked: str) -> str:
    """What to do about a place that no figure is held for."""
    return (
        f"With a Census API key, `cvi ingest --city {shlex.quote(asked)}` fetches it"
        " (the key is free: https://api.census.gov/data/key_signup.html)."
        " Without one, name the state and give the residents: -P population=NUMBER."
    )


def how_to_spell_or_fetch(asked: str) -> str:
    """The same where every place of the country is held: it is misspelt, empty, or a county."""
    return (
        "Every U.S. place that has residents in the Bureau's carried answer is held, but no county:"
        f" check the spelling and the state. {how_to_fetch(asked)}"
    )


def known_places(raw: Path, processed: Path, cities: Iterable[City]) -> Places:
    """Every place that `raw` holds a figure for, in the tidy table or not, and the cities.

    Raises:
        InputError: a raw file is missing, changed or wrong.
    """
    registry = raw / REGISTRY
    digest = hashlib.sha256(registry.read_bytes()).hexdigest() if registry.is_file() else ""
    return _known(raw, processed, digest, tuple(cities))


# A file of many places asks for each; an answer for the country takes half a second to read.
@lru_cache(maxsize=2)
def _known(raw: Path, processed: Path, digest: str, cities: tuple[City, ...]) -> Places:
    names: dict[str, str] = {}
    people: dict[str, int] = {}
    carried = False
    for file in _newest_answers(raw) if digest else ():
        carried = carried or file.status == CARRIED
        for geoid, figure in figures_by_place(file).items():
            names.setdefault(geoid, figure.census_name)
            people.setdefault(geoid, figure.population)
    if (processed / FILE).is_file():
        table = PopulationTable.load(processed / FILE)
        names.update(table.places)
        # The carried answer first: its figures are those that reports show.
        people = {geoid: table.newest(geoid) or 0 for geoid in table.places} | people
    return Places(names, cities, people, how_to_spell_or_fetch if carried else None)


def _newest_answers(raw: Path) -> list[RawFile]:
    """Of each dataset and area the newest answer, newest first."""
    newest: dict[tuple[str, str], RawFile] = {}
    for file in read_registry(raw):
        if not file.is_answer:
            continue
        area = (file.dataset, file.query.partition("&")[2])
        if area not in newest or file.vintage >= newest[area].vintage:
            newest[area] = file
    return sorted(newest.values(), key=lambda file: file.vintage, reverse=True)
