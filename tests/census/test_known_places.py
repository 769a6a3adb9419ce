"""Places that only an answer of the API holds, found when somebody asks for one."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from cvi_analysis.census.places import known_places
from cvi_analysis.census.population_table import PopulationTable
from cvi_analysis.census.registry import keep, kept
from cvi_analysis.census.tidy_table import FILE, rebuild, take_in
from cvi_analysis.errors import InputError
from tests.census.conftest import HEADER, NORFOLK, Register


def answer(*rows: str) -> str:
    return '[["NAME","B01003_001E","state","place"],\n' + ",\n".join(rows) + "]"


WILMINGTON = '["Wilmington city, North Carolina","118578","37","74440"]'
DELAWARE = '["Wilmington city, Delaware","70926","10","77580"]'


@pytest.fixture
def project(raw: Path, register: Register) -> tuple[Path, Path]:
    register("a.csv", HEADER + NORFOLK)
    register("b.json.gz", gzip.compress(answer(WILMINGTON, DELAWARE).encode()), status="200")
    register(
        "c.json",
        answer(WILMINGTON.replace("118578", "117000")),
        status="200",
        vintage="2022",
        period="2018-01-01/2022-12-31",
    )
    keep(raw, {})
    processed = raw.parent / "processed"
    rebuild(raw, processed)
    return raw, processed


def held(processed: Path) -> PopulationTable:
    return PopulationTable.load(processed / FILE)


def test_a_place_outside_the_table_is_known_by_name(project: tuple[Path, Path]) -> None:
    raw, processed = project
    assert set(held(processed).places) == {"5157000"}
    places = known_places(raw, processed, [])
    assert places.resolve("Wilmington, NC").geoid == "3774440"
    with pytest.raises(InputError, match=r"1077580  Wilmington city, Delaware \(70,926 residents"):
        places.resolve("Wilmington")


def test_it_is_taken_in_with_every_year(project: tuple[Path, Path]) -> None:
    raw, processed = project
    assert take_in(raw, processed, {"3774440"})
    assert [row.year for row in held(processed).series("3774440")] == [2022, 2023]
    assert kept(raw) == {"3774440": "Wilmington city, North Carolina"}
    assert "1077580" not in held(processed).places


def test_what_no_answer_holds_changes_nothing(project: tuple[Path, Path]) -> None:
    raw, processed = project
    before = (processed / FILE).read_bytes()
    assert not take_in(raw, processed, {"3799999"})
    assert (processed / FILE).read_bytes() == before
    assert kept(raw) == {}


def test_a_new_answer_is_seen(project: tuple[Path, Path], register: Register) -> None:
    raw, processed = project
    known_places(raw, processed, [])
    body = answer('["Ogdenville town, North Dakota","217","38","00001"]')
    register("d.json", body, status="200", query="get=NAME&for=place:*&in=state:38")
    assert known_places(raw, processed, []).resolve("Ogdenville").geoid == "3800001"
