"""Writes params/scenarios/local-wages.yaml from params/wages.csv: pay as in each city's own area.

A post of a community organization takes the mean of its occupation in the city's metropolitan area,
and its percentiles as the range. BLS releases no local government apart in an area, so a city's own
post takes the national mean there times the area's mean of all employers over the nation's: what
the area adds or takes off, without what companies pay. Where BLS released none there is no entry.
"""

from __future__ import annotations

import json
from typing import Any

from cvi_analysis import paths
from cvi_analysis.files import write_file
from cvi_analysis.model.assumptions_read import EXPECTED
from cvi_analysis.model.number import half_up
from cvi_analysis.params import City, Params, Role, load_params
from cvi_analysis.params.wages import Wage

FILE = "params/scenarios/local-wages.yaml"
ADDRESS = "https://www.bls.gov/oes/tables.htm"
HEAD = """\
# Made by `.venv/bin/python scripts/local_wages.py` from params/wages.csv and the metropolitan areas
# in params/cities.csv; do not edit. To correct a wage for one city, extend this scenario.
title: Pay as in the city's own area
reason: >-
  Pays each post what its occupation earns in the city's metropolitan area (BLS, mean of all
  employers). BLS releases no local government apart there, so the city's own posts take the
  national mean in local government, moved as far as the area's mean lies from the nation's. Where
  BLS released no wage, the national figure stands. Benefits and services are as in the baseline.
extends: baseline
by_city:
"""


def scenario(params: Params) -> str:
    """The text of the file."""
    cities = (city for city in params.cities.values() if city.metro_code)
    return HEAD + "".join(line for city in cities for line in _city(city, params))


def _city(city: City, params: Params) -> list[str]:
    found = []
    for key, role in params.roles.items():
        local = params.wages.metro(role.soc, city.metro_code)
        if local is not None:
            name = f"roles.{key}.wage"
            found.append(f"    {name}: {_flow(_entry(name, role, local, params))}\n")
    if not found:
        return []
    first = params.wages.rows[0]
    origin = {
        "source": f"{first.source}, {city.metro}",
        "source_url": ADDRESS,
        "year": int(first.source[-4:]),
    }
    return [f"  {city.slug}:\n", f"    from: {_flow(origin)}\n", *found]


def _entry(name: str, role: Role, local: Wage, params: Params) -> dict[str, Any]:
    everyone = params.wages.national(role.soc, "community")
    here = params.wages.national(role.soc, role.employer)
    about = f"{local.title} ({local.soc})"
    value: float | None = local.mean
    low, high = local.p25, local.p75
    told: dict[str, Any] = {"note": f"{about}, all employers."}
    if role.employer == "government":
        ratio = local.mean / everyone.mean
        value, low, high = (_times(wage, ratio) for wage in (here.mean, here.p25, here.p75))
        sums = f"{here.mean:,.0f} x {local.mean:,.0f} / {everyone.mean:,.0f}"
        told = {"quality": "B", "note": f"{about}: {sums}, local government x area / nation."}
    assert value is not None
    item: Any = params.register[name]
    # An end that is what a program paid, and no percentile, is the same here.
    low = low if item.low == here.p25 else item.low
    high = high if item.high == here.p75 else item.high
    ends = {"low": min(low, value), "high": max(high, value)} if low and high else {}
    return {"value": int(value), **{end: int(x) for end, x in ends.items()}, **told}


def _times(wage: float | None, ratio: float) -> float | None:
    return None if wage is None else float(half_up(wage * ratio))


def _flow(entry: dict[str, Any]) -> str:
    """A mapping on one line; texts in double quotes, which JSON and YAML read alike."""
    return f"{{{', '.join(f'{key}: {json.dumps(value)}' for key, value in entry.items())}}}"


def main() -> None:
    """Write the file."""
    root = paths.root()
    write_file(root / FILE, scenario(load_params(root, EXPECTED)).encode())
    print(f"Written: {FILE}")


if __name__ == "__main__":
    main()
