"""The cities: identity, place on the map, violence, prices and local estimates; and the states."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo, field_validator

from cvi_analysis.params.csv_files import read_table
from cvi_analysis.params.frozen import Count, Frozen, Name, Number, Share, Url, Words
from cvi_analysis.params.text_files import Where, nearest

_CODES = (
    "AL:01 AK:02 AZ:04 AR:05 CA:06 CO:08 CT:09 DE:10 DC:11 FL:12 GA:13 HI:15 ID:16 IL:17 "
    "IN:18 IA:19 KS:20 KY:21 LA:22 ME:23 MD:24 MA:25 MI:26 MN:27 MS:28 MO:29 MT:30 NE:31 "
    "NV:32 NH:33 NJ:34 NM:35 NY:36 NC:37 ND:38 OH:39 OK:40 OR:41 PA:42 RI:44 SC:45 SD:46 "
    "TN:47 TX:48 UT:49 VT:50 VA:51 WA:53 WV:54 WI:55 WY:56 AS:60 GU:66 MP:69 PR:72 VI:78"
)

STATE_CODES: dict[str, str] = {pair[:2]: pair[3:] for pair in _CODES.split()}
"""FIPS code by postal abbreviation: the states, the District of Columbia and the territories."""


def _known_state(state: str) -> str:
    if state and state not in STATE_CODES:
        raise ValueError("is no state's two-letter abbreviation")
    return state


StateOrEmpty: TypeAlias = Annotated[str, AfterValidator(_known_state)]
"""A two-letter state, or nothing."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
AreaCodeOrEmpty: TypeAlias = Annotated[str, StringConstraints(pattern=r"^([0-9]{7})?$")]


class City(Frozen):
    """One city; None means unknown. A place of one's own needs slug and city; geoid may be empty.

    `murder_rate_2024_25` is per 100,000 of `murder_population`, the police jurisdiction, which is
    not the Census place. `metro_code` and `metro` are the metropolitan area that the city lies in,
    as in `params/wages.csv`. `local_estimate` is a published count of people at the highest risk;
    `local_estimate_counts` tells whether over a year or at one time, and
    `local_estimate_at_one_time` is the most people at one time, published beside one over a year.
    """

    slug: Slug = Field(description="lower-case letters, digits and hyphens, as norfolk-va")
    city: Name = Field(description="the name in use")
    state: StateOrEmpty = Field(default="", description="a two-letter state, as VA")
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
    metro_code: AreaCodeOrEmpty = Field(
        default="", description="seven digits, as in params/wages.csv, or nothing"
    )
    metro: Words = Field(default="", description="name of a metropolitan area")
    local_estimate: Number | None = Field(default=None, description="people, 0 or more")
    local_estimate_low: Number | None = Field(default=None, description="people, 0 or more")
    local_estimate_high: Number | None = Field(default=None, description="people, 0 or more")
    local_estimate_year: int | None = Field(
        default=None, ge=1990, le=2100, description="a year from 1990 to 2100"
    )
    local_estimate_source: Words = Field(default="", description="who published it")
    local_estimate_url: Url | None = Field(default=None, description="a web address")
    local_estimate_note: Words = Field(default="", description="text")
    local_estimate_counts: Literal["over_a_year", "at_one_time"] | None = Field(
        default=None, description="over_a_year or at_one_time, or nothing where it is unknown"
    )
    local_estimate_at_one_time: Number | None = Field(default=None, description="people, 0 or more")
    target_share: Share | None = Field(default=None, description="a share from 0 to 1")
    source_urls: tuple[Url, ...] = Field(
        default=(), description="web addresses separated by spaces"
    )

    @field_validator("geoid")
    @classmethod
    def _right_geoid(cls, geoid: str, info: ValidationInfo) -> str:
        return check_geoid(geoid, info.data.get("state", "")) if geoid else ""

    @property
    def name(self) -> str:
        """Return the city with its state, as a reader sees it: `Norfolk, VA`."""
        return f"{self.city}, {self.state}" if self.state else self.city


COLUMNS = tuple(City.model_fields)
_NEEDED = ("slug", "city", "state", "geoid", "census_name")
_OPTIONAL = ("local_estimate_counts", "local_estimate_at_one_time")


def check_geoid(geoid: str, state: str = "") -> str:
    """Return `geoid` if it is a place's (7 digits) or a county's (5 digits), in `state`.

    Args:
        geoid: Census identifier as text.
        state: postal abbreviation, or empty if unknown.

    Raises:
        ValueError: another form, a leading zero that got lost, or another state's code.
    """
    if not (geoid.isascii() and geoid.isdigit()):
        raise ValueError("must be digits only")
    if len(geoid) in (4, 6):
        raise ValueError(
            f"has {len(geoid)} digits: a leading zero was probably lost (0{geoid}), "
            "as spreadsheets do; keep the column as text"
        )
    if len(geoid) not in (5, 7):
        raise ValueError(f"has {len(geoid)} digits")
    code = STATE_CODES.get(state)
    if code is not None and not geoid.startswith(code):
        raise ValueError(f"does not begin with {code}, the code of {state}")
    if geoid[:2] not in STATE_CODES.values():
        raise ValueError(f"begins with {geoid[:2]}, which is no state's code")
    return geoid


def read_cities(path: Path) -> list[tuple[City, Where]]:
    """Return each city in `params/cities.csv` with the place of its row.

    Raises:
        InputError: with file and line: a wrong column, a refused cell, or a city given twice.
    """
    found: list[tuple[City, Where]] = []
    slugs: dict[str, Where] = {}
    geoids: dict[str, Where] = {}
    for city, where in read_table(
        path, City, needed=_NEEDED, signed=("latitude", "longitude"), optional=_OPTIONAL
    ):
        _check_city(city, where)
        for name, seen in (("slug", slugs), ("geoid", geoids)):
            value = getattr(city, name)
            if value in seen:
                raise where.error(
                    "the city is given twice",
                    parameter=name,
                    found=value,
                    allowed="each city once",
                    hint=f"It is also on line {seen[value].line}.",
                )
            seen[value] = where
        found.append((city, where))
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


def require_listed(slug: str, slugs: Collection[str], where: Where) -> None:
    """Refuse the slug of a city that is not listed: what is said of it would be shown nowhere."""
    if slug not in slugs:
        raise where.error(
            "there is no such city",
            parameter="slug",
            found=slug,
            allowed="a slug of params/cities.csv",
            hint=nearest(slug, slugs) or "Add the city there, or delete its rows here.",
        )


def _check_city(city: City, where: Where) -> None:
    """Refuse a slug without its state, and a local estimate that does not fit together."""
    if not city.slug.endswith(f"-{city.state.lower()}"):
        raise where.error(
            "must end in the state",
            parameter="slug",
            found=city.slug,
            allowed=f"a slug that ends in -{city.state.lower()}",
        )
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
    at_once = city.local_estimate_at_one_time
    for column, value in (
        ("local_estimate_counts", city.local_estimate_counts),
        ("local_estimate_at_one_time", at_once),
    ):
        if value is not None and middle is None:
            raise where.error(
                "has no local estimate beside it",
                parameter=column,
                found=value,
                allowed="nothing where local_estimate is empty",
                hint="Fill local_estimate, or empty this cell.",
            )
    over_a_year = city.local_estimate_counts == "over_a_year"
    if at_once is not None and middle is not None and over_a_year and at_once > middle:
        raise where.error(
            "more people at one time than over a year",
            parameter="local_estimate_at_one_time",
            found=at_once,
            allowed=f"at most local_estimate ({middle:g})",
            hint="Correct one of the two, or local_estimate_counts.",
        )
