"""`cvi cities`, `cvi scenarios` and `cvi roles`: what there is to ask for, by its name."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Collection
from typing import Any

from cvi_analysis.batch.answers import print_aligned, print_json
from cvi_analysis.batch.plan import readable_scenarios
from cvi_analysis.model.assumptions_read import EXPECTED
from cvi_analysis.params import load_params
from cvi_analysis.params.cities import City
from cvi_analysis.report.library import Library

_WIDTH = 96
"""Letters of a line of running text."""


def cities(*, as_json: bool = False) -> int:
    """Print the listed cities and what figures are held of each. Exit status 0.

    Raises:
        InputError: something in `params/` or `data/` is wrong.
    """
    library = Library.load()
    rows = [_city(library, city) for city in library.params.cities.values()]
    if as_json:
        print_json({"cities": rows})
    else:
        print_aligned(
            ("slug", "name", "state", "GEOID", "figures held"),
            [(r["slug"], r["name"], r["state"], r["geoid"], _held(r)) for r in rows],
        )
    return 0


def _city(library: Library, city: City) -> dict[str, Any]:
    params = library.params
    shot, spent = params.shootings.people_shot(city.slug), params.spending.of_plan(city.slug)
    populations: dict[str, list[int]] = {}
    for row in library.populations.series(city.geoid):
        populations.setdefault(row.dataset, []).append(row.year)
    return {
        "slug": city.slug,
        "name": city.city,
        "state": city.state,
        "geoid": city.geoid,
        "residents": populations,
        "homicides": sorted(params.shootings.homicides(city.slug)),
        "people_shot": None if shot is None else shot.year,
        "local_count": city.local_estimate,
        "spending": None if spent is None else spent.value,
    }


def _held(row: dict[str, Any]) -> str:
    """The same figures in a few words."""
    parts = {
        "residents": _years([year for years in row["residents"].values() for year in years]),
        "homicides": _years(row["homicides"]),
        "people shot": str(row["people_shot"] or ""),
    }
    told = [f"{what} {years}" for what, years in parts.items() if years]
    told += [what for what in ("local count", "spending") if row[what.replace(" ", "_")]]
    return ", ".join(told) or "none"


def _years(found: Collection[int]) -> str:
    """The first and the last year.

    >>> _years([2023, 2020]), _years([2020]), _years([])
    ('2020-2023', '2020', '')
    """
    return "-".join(map(str, sorted({min(found), max(found)}))) if found else ""


def scenarios(*, as_json: bool = False) -> int:
    """Print the scenarios that can be read. Exit status 0, or 1 if one cannot, which is named.

    Raises:
        InputError: something else in `params/` is wrong.
    """
    found, unread = readable_scenarios(load_params(expected=EXPECTED))
    if as_json:
        fields = {"name", "title", "reason", "extends"}
        print_json({"scenarios": [each.model_dump(include=fields) for each in found.values()]})
    else:
        width = max(map(len, found), default=0)
        for each in found.values():
            print(f"{each.name.ljust(width)}  {each.title}")
            for line in textwrap.wrap(each.reason, _WIDTH - width - 2):
                print(f"{' ' * width}  {line}")
    for message in unread:
        print(f"Left out: {message}", file=sys.stderr)
    return 1 if unread else 0


def roles(*, as_json: bool = False) -> int:
    """Print the roles of a city's team. Exit status 0.

    Raises:
        InputError: something in `params/` is wrong.
    """
    found = load_params(expected=EXPECTED).roles.values()
    rows = [{"key": role.key, "title": role.title, "group": role.group} for role in found]
    if as_json:
        print_json({"roles": rows})
    else:
        print_aligned(("key", "title", "group"), [tuple(row.values()) for row in rows])
    return 0
