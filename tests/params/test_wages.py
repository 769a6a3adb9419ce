"""What occupations earn, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from cvi_analysis.errors import InputError
from cvi_analysis.model.assumptions_read import EXPECTED
from cvi_analysis.params import Params, load_params
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


ENDS_OF_PROGRAMS = {
    "roles.supervisor.wage": ("low", 50_000),
    "roles.ovp_director.wage": ("high", 223_000),
}
"""Ends of ranges that are what a program paid, beyond the percentile; the note says so."""


def test_each_wage_is_that_of_its_row(shipped: Params) -> None:
    for key, role in shipped.roles.items():
        item = shipped.register[f"roles.{key}.wage"]
        row = shipped.wages.national(role.soc, role.employer)
        expected = {"value": row.mean, "low": row.p25, "high": row.p75}
        if item.name in ENDS_OF_PROGRAMS:
            end, paid = ENDS_OF_PROGRAMS[item.name]
            assert f"the {end} end is therefore ${paid:,}" in " ".join(item.note.split())
            assert f"(${expected[end]:,.0f})" in item.note
            expected[end] = paid
        assert {end: getattr(item, end) for end in expected} == expected
        office = ", local government" if role.employer == "government" else ""
        assert item.source == f"{row.source}, national{office}, {row.title} ({row.soc})"
        assert f"({row.soc})" in item.note
        assert str(item.year) == row.source[-4:]


def test_a_figure_named_in_a_note_is_that_of_its_row(shipped: Params) -> None:
    named = {
        ("outreach_worker", "21-1093", "community"),
        ("case_manager", "21-1093", "community"),
        ("case_manager", "21-1092", "community"),
        ("ovp_data_analyst", "15-2051", "government"),
    }
    for key, soc, employer in named:
        note = shipped.register[f"roles.{key}.wage"].note
        assert f"${shipped.wages.national(soc, employer).mean:,.0f}" in note


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"metro_code": "0047261"}, ("metro_code: no wages are held", "'0047261'", "mean 0047260")),
        ({"metro_code": "47260"}, ("metro_code: ", "right form", "'47260'", "seven digits")),
        ({"metro": "Norfolk, VA"}, ("metro: is not the name", "allowed: Virginia Beach-")),
        ({"metro_code": ""}, ("metro: ", "nothing where metro_code is empty", "is 0047260")),
        ({"metro_code": "0012580"}, ("metro: ", "allowed: Baltimore-", "is 0047260")),
    ],
)
def test_a_city_s_metropolitan_area(
    copy: Path, cells: dict[str, str], says: tuple[str, ...]
) -> None:
    path = copy / "params" / "cities.csv"
    line = change(path, {"slug": "norfolk-va"}, cells)
    with pytest.raises(InputError) as refusal:
        load_params(copy, EXPECTED)
    for part in (f"cities.csv:{line}: ", *says):
        assert part in str(refusal.value), str(refusal.value)


def test_a_city_without_one(copy: Path) -> None:
    cells = {"metro_code": "", "metro": ""}
    change(copy / "params" / "cities.csv", {"slug": "norfolk-va"}, cells)
    assert load_params(copy, EXPECTED).city("norfolk-va").metro == ""
