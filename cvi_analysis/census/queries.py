"""What can be asked of the API: datasets, geographies, and the fewest requests for some places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cvi_analysis.census.places import Place, Places, UnknownPlaceError, split_text
from cvi_analysis.census.raw_figures import AnswerRow
from cvi_analysis.errors import InputError
from cvi_analysis.params.cities import City, check_geoid

_COUNTY = re.compile(r"\b(county|parish|borough|census area|planning region|municipio)$", re.I)


@dataclass(frozen=True)
class Dataset:
    """One dataset of the Census API.

    Attributes:
        key: name on the command line, and of the client in the `census` package.
        stored_as: its name in `data/processed/` and in `population.dataset`.
        title: how it is named to a reader.
        variable: the variable of total population.
        moe_variable: its 90% margin of error, or None for a count.
        first_year: oldest year this program asks for.
        last_year: newest year there can be, or None for a yearly survey.
        never: years that were never published.
        span: years one figure averages over.
        minimum: places with fewer residents are not in the dataset.
    """

    key: str
    stored_as: str
    title: str
    variable: str
    moe_variable: str | None
    first_year: int
    last_year: int | None = None
    never: frozenset[int] = frozenset()
    span: int = 1
    minimum: int = 0

    @property
    def fields(self) -> tuple[str, ...]:
        """What is asked for. A tuple, because the `census` package cuts a long string."""
        margin = () if self.moe_variable is None else (self.moe_variable,)
        return ("NAME", self.variable, *margin)

    def period(self, year: int) -> str:
        """The dates the figure of `year` speaks of, ISO 8601: one date, or start/end."""
        if self.key == "pl":
            return f"{year}-04-01"
        return f"{year - self.span + 1}-01-01/{year}-12-31"

    def check_year(self, year: int) -> None:
        """Raise InputError when `year` cannot be asked of this dataset."""
        latest = self.last_year if self.last_year is not None else 2100
        if self.first_year <= year <= latest and year not in self.never:
            return
        if self.last_year is not None:
            allowed = str(self.last_year)
        else:
            allowed = f"{self.first_year} or later"
            if self.never:
                allowed += f", but not {', '.join(map(str, sorted(self.never)))}"
        raise InputError(
            f"there is no {self.title} for that year",
            parameter="--year",
            found=year,
            allowed=allowed,
        )


DATASETS: dict[str, Dataset] = {
    dataset.key: dataset
    for dataset in (
        Dataset(
            key="acs5",
            stored_as="acs5",
            title="ACS 5-year estimate",
            variable="B01003_001E",
            moe_variable="B01003_001M",
            first_year=2009,
            span=5,
        ),
        Dataset(
            key="acs1",
            stored_as="acs1",
            title="ACS 1-year estimate",
            variable="B01003_001E",
            moe_variable="B01003_001M",
            first_year=2005,
            # The Bureau released no standard 1-year estimates for 2020.
            never=frozenset({2020}),
            minimum=65_000,
        ),
        Dataset(
            key="pl",
            stored_as="dec",
            title="2020 census count (P.L. 94-171)",
            variable="P1_001N",
            moe_variable=None,
            # 2000 and 2010 name the variable otherwise and are carried from files instead.
            first_year=2020,
            last_year=2020,
        ),
    )
}


def dataset_named(name: str) -> Dataset:
    """The dataset called `name` on the command line; `dec` is another word for `pl`.

    Raises:
        InputError: there is none.
    """
    try:
        return DATASETS["pl" if name == "dec" else name]
    except KeyError:
        raise InputError(
            "this is not a dataset that can be ingested",
            parameter="--dataset",
            found=name,
            allowed=", ".join(DATASETS),
        ) from None


@dataclass(frozen=True)
class Geography:
    """The `for` and `in` of a request.

    One request for many places keeps the number of requests small: 50 cities lie in 27 states,
    so they are asked for together with every other place of the country.

    Attributes:
        level: `place` or `county`.
        state: two-digit FIPS code, or None for the whole country.
    """

    level: str = "place"
    state: str | None = None

    @property
    def query(self) -> dict[str, str]:
        """As the `census` package wants it."""
        asked = {"for": f"{self.level}:*"}
        if self.state is not None:
            asked["in"] = f"state:{self.state}"
        return asked

    @property
    def label(self) -> str:
        """For file names: `us-places`, `37-places`, `53-counties`."""
        noun = "places" if self.level == "place" else "counties"
        return f"{self.state or 'us'}-{noun}"

    def covers(self, geoid: str) -> bool:
        """Whether the answer can hold `geoid`."""
        digits = 7 if self.level == "place" else 5
        return len(geoid) == digits and (self.state is None or geoid.startswith(self.state))


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
        if text.isascii() and text.isdigit():
            return cls(text, _geography(check_geoid(text)), text)
        name, state = split_text(text)
        if not _COUNTY.search(name):
            return cls(text, Geography(state=state.fips if state else None))
        if state is None:
            raise InputError("a county needs its state", found=text, allowed="King County, WA")
        return cls(text, Geography("county", state.fips))

    def found_in(self, rows: Mapping[str, AnswerRow]) -> Target:
        """This target with the GEOID and name that the answer gives it.

        Raises:
            InputError: no place of the answer, or several, have the name.
        """
        if self.geoid is not None:
            return self
        names = {geoid: row.name for geoid, row in rows.items()}
        people = {geoid: row.population for geoid, row in rows.items() if row.population}
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
