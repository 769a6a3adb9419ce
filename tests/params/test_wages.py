"""What occupations earn, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from cvi_analysis.params import Params
from cvi_analysis.params.wages import load_wages

from .edited_rows import change, refused, repeat

NORFOLK = {"soc": "11-9151", "area_code": "0047260"}


def test_wages_by_place_and_employer(shipped: Params) -> None:
    wages = shipped.wages
    assert len(wages.rows) == 454
    assert len(wages.areas) == 49
    assert wages.areas["0047260"] == "Virginia Beach-Chesapeake-Norfolk, VA-NC"
    assert wages.national("21-1094", "community").mean == 56_180
    assert wages.national("11-1021", "government").mean == 137_170
    metro = wages.metro("11-9151", "0047260")
    assert metro is not None
    assert (metro.industry_code, metro.title) == ("000000", "Social and Community Service Managers")
    assert wages.metro("11-3012", "0031140") is None, "BLS released none for Louisville"
    assert {row.released for row in wages.rows} == {"2026-05-15"}


def test_every_occupation_of_a_role_is_there(shipped: Params) -> None:
    for role in shipped.roles.values():
        assert shipped.wages.national(role.soc, role.employer).title == role.soc_title


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"soc": "119151"}, ("soc: ", "'119151'", "as 21-1094", "hyphen")),
        ({"title": ""}, ("title: is empty", "occupation's title")),
        ({"title": "Managers"}, ("title: 11-9151 has another name", "'Managers'", "on line 6;")),
        ({"area_code": "47260"}, ("area_code: ", "'47260'", "seven digits", "leading zeros")),
        ({"area": "Norfolk"}, ("area: ", "another name", "Virginia Beach-Chesapeake-Norfolk")),
        ({"industry_code": "624000"}, ("industry_code: ", "'624000'", "000000 or 999300")),
        ({"mean": ""}, ("mean: is empty", "dollars a year", "released no mean")),
        ({"mean": "$80,000"}, ("mean: must be a number", "'$80,000'", "digits only")),
        ({"median": "-1"}, ("median: is outside", "'-1'", "from 0")),
        ({"p25": "990000"}, ("p25: the percentiles do not ascend", "990000.0", "p25 <= median")),
        ({"employment": "many"}, ("employment: must be a whole number", "'many'")),
        ({"source": ""}, ("source: is empty", "who published")),
        ({"source_url": "bls.gov"}, ("source_url: ", "'bls.gov'", "a web address")),
        ({"released": "May"}, ("released: ", "'May'", "2026-05-15")),
    ],
)
def test_refusal(copy: Path, cells: dict[str, str], says: tuple[str, ...]) -> None:
    path = copy / "params" / "wages.csv"
    line = change(path, NORFOLK, cells)
    refused(lambda: load_wages(path), path, line, *says)


def test_a_wage_given_twice(copy: Path) -> None:
    path = copy / "params" / "wages.csv"
    first, again = repeat(path, NORFOLK, {"mean": "70000"})
    says = ("the wage is given twice", "'0047260'", f"line {first}")
    refused(lambda: load_wages(path), path, again, *says)
