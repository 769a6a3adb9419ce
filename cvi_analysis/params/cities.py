"""The cities: identity, place on the map, violence, prices and local estimates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from cvi_analysis.params.csv_source import Row, read_csv
from cvi_analysis.params.reading import Count, Frozen, Name, Number, Share, Url, Words, build
from cvi_analysis.params.states import STATE_CODES, check_geoid
from cvi_analysis.params.where import Where, nearest

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]


class City(Frozen):
    """One city; None means unknown. Only slug, city and geoid are needed for a place of one's own.

    `murder_rate_2024_25` is per 100,000 of `murder_population`, the police jurisdiction, which is
    not the Census place. `rpp_2023` is the metro's price level (U.S. = 100). `local_estimate` is a
    published count of people at the highest risk.
    """

    slug: Slug = Field(description="lower-case letters, digits and hyphens, as norfolk-va")
    city: Name = Field(description="the name in use")
    state: str = Field(default="", description="a two-letter state, as VA")
    geoid: str = Field(description="7 digits for a place (as 0107000), 5 for a county")
    census_name: Words = Field(default="", description="the Census Bureau's name")
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = Field(
        default=None, description="degrees from -90 to 90"
    )
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = Field(
        default=None, description="degrees from -180 to 180"
    )
    land_sq_mi: Number | None = Field(default=None, description="square miles, 0 or more")
    basis: Words = Field(default="", description="why the city is in the list")
    murders_2024: Count | None = Field(default=None, description="a whole number from 0")
    murders_2025: Count | None = Field(default=None, description="a whole number from 0")
    murder_population: Count | None = Field(default=None, description="a whole number from 0")
    murder_rate_2024_25: Number | None = Field(default=None, description="a number from 0")
    rpp_metro: Words = Field(default="", description="name of a metropolitan area")
    rpp_2023: Annotated[float, Field(ge=50, le=200)] | None = Field(
        default=None, description="a price level from 50 to 200 (U.S. = 100)"
    )
    local_estimate: Number | None = Field(default=None, description="people, 0 or more")
    local_estimate_low: Number | None = Field(default=None, description="people, 0 or more")
    local_estimate_high: Number | None = Field(default=None, description="people, 0 or more")
    local_estimate_year: int | None = Field(
        default=None, ge=1990, le=2100, description="a year from 1990 to 2100"
    )
    local_estimate_source: Words = Field(default="", description="who published it")
    local_estimate_url: Url | None = Field(default=None, description="a web address")
    local_estimate_note: Words = Field(default="", description="text")
    target_share: Share | None = Field(default=None, description="a share from 0 to 1")
    source_urls: tuple[Url, ...] = Field(
        default=(), description="web addresses separated by spaces"
    )

    @field_validator("state")
    @classmethod
    def _known_state(cls, state: str) -> str:
        if state and state not in STATE_CODES:
            raise ValueError("is no state's two-letter abbreviation")
        return state

    @field_validator("geoid")
    @classmethod
    def _right_geoid(cls, geoid: str, info: ValidationInfo) -> str:
        return check_geoid(geoid, info.data.get("state", ""))

    @property
    def name(self) -> str:
        """Return the city with its state, as a reader sees it: `Norfolk, VA`."""
        return f"{self.city}, {self.state}" if self.state else self.city

    @property
    def state_fips(self) -> str:
        """Return the two digits of the state."""
        return self.geoid[:2]

    @property
    def place_fips(self) -> str:
        """Return the digits after the state: five of a place, three of a county."""
        return self.geoid[2:]


COLUMNS = tuple(City.model_fields)
_WHOLE = frozenset(("murders_2024", "murders_2025", "murder_population", "local_estimate_year"))
_NUMBERS = frozenset(
    (
        "latitude",
        "longitude",
        "land_sq_mi",
        "murder_rate_2024_25",
        "rpp_2023",
        "local_estimate",
        "local_estimate_low",
        "local_estimate_high",
        "target_share",
    )
)
_NEEDED = ("slug", "city", "state", "geoid", "census_name")


def load_cities(path: Path) -> dict[str, City]:
    """Return the cities in `params/cities.csv` by slug, in the order of the file.

    Raises:
        InputError: with file and line: a wrong column, a refused cell, or a city given twice.
    """
    return {city.slug: city for city, _ in read_cities(path)}


def read_cities(path: Path) -> list[tuple[City, Where]]:
    """Return each city with the place of its row; raises as `load_cities` does."""
    found: list[tuple[City, Where]] = []
    slugs: dict[str, Where] = {}
    geoids: dict[str, Where] = {}
    for row in read_csv(path, COLUMNS):
        city = _city(row)
        for name, value, seen in (("slug", city.slug, slugs), ("geoid", city.geoid, geoids)):
            if value in seen:
                raise row.where.error(
                    "the city is given twice",
                    parameter=name,
                    found=value,
                    allowed="each city once",
                    hint=f"It is also on line {seen[value].line}.",
                )
            seen[value] = row.where
        found.append((city, row.where))
    if not found:
        raise Where(str(path)).error("the file holds no city", allowed="one row a city")
    return found


def city_named(slug: str, cities: dict[str, City]) -> City:
    """Return the city with that slug; raises `InputError` with the nearest ones."""
    try:
        return cities[slug]
    except KeyError:
        names = {**{s: s for s in cities}, **{c.name.lower(): s for s, c in cities.items()}}
        text = str(slug).strip().lower()
        hint = f"Did you mean {names[text]}?" if text in names else nearest(text, cities)
        raise Where("params/cities.csv").error(
            "there is no such city",
            parameter="city",
            found=slug,
            allowed=f"a slug of params/cities.csv, such as {next(iter(cities), 'norfolk-va')}",
            hint=hint,
        ) from None


def _city(row: Row) -> City:
    for column in _NEEDED:
        row.required(column, str(City.model_fields[column].description))
    values: dict[str, Any] = {}
    for column in COLUMNS:
        if column in _WHOLE:
            values[column] = row.integer(column)
        elif column in _NUMBERS:
            values[column] = row.number(column, None if column in ("latitude", "longitude") else 0)
        elif column == "source_urls":
            values[column] = tuple(row.text(column).split())
        elif column == "local_estimate_url":
            values[column] = row.text(column) or None
        else:
            values[column] = row.text(column)
    city = build(City, values, name=None, where_of=lambda _: row.where)
    if not city.slug.endswith(f"-{city.state.lower()}"):
        raise row.where.error(
            "must end in the state",
            parameter="slug",
            found=city.slug,
            allowed=f"a slug that ends in -{city.state.lower()}",
        )
    _check_estimate(city, row.where)
    return city


def _check_estimate(city: City, where: Where) -> None:
    """Refuse a range that does not hold the local estimate, and an estimate without a source."""
    low, middle, high = city.local_estimate_low, city.local_estimate, city.local_estimate_high
    known = [number for number in (low, middle, high) if number is not None]
    if known != sorted(known) or (middle is None and known) or middle == 0:
        raise where.error(
            "the local estimate and its range do not fit together",
            parameter="local_estimate",
            found=[low, middle, high],
            allowed="low <= estimate <= high, above 0",
        )
    if middle is not None and not city.local_estimate_source:
        raise where.error(
            "is empty", parameter="local_estimate_source", allowed="who published the estimate"
        )
