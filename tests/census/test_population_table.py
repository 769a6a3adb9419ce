"""Looking up a population: the figure asked for, or what is held instead."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cvi_analysis.census.population_table import PopulationTable
from cvi_analysis.errors import InputError


@pytest.fixture(scope="module")
def held(root: Path) -> PopulationTable:
    return PopulationTable.load(root / "data" / "processed" / "populations.csv")


@pytest.mark.parametrize(
    ("geoid", "dataset", "year", "population"),
    [
        ("5157000", "dec", 2020, 238_005),
        ("5157000", "acs5", 2023, 235_037),
        ("2148006", "dec", 2020, 633_045),
        ("0107000", "acs5", 2023, 199_322),
        ("1714000", "acs5", 2023, 2_707_648),
    ],
)
def test_get(held: PopulationTable, geoid: str, dataset: str, year: int, population: int) -> None:
    row = held.get(geoid, dataset, year)
    assert (row.geoid, row.dataset, row.year, row.population) == (geoid, dataset, year, population)
    assert len(row.raw_sha256) == 64


def test_every_city_has_every_dataset(held: PopulationTable) -> None:
    assert len(held.places) == 50
    for geoid in held.places:
        assert len(held.series(geoid)) == 20
        assert [row.year for row in held.series(geoid, "pep2019")] == list(range(2010, 2020))


def test_louisville_says_what_it_is(held: PopulationTable) -> None:
    note = held.get("2148006", "dec", 2020).note
    assert "2148006" in note
    assert "2148000" in note


@pytest.mark.parametrize(
    ("geoid", "dataset", "year", "says"),
    [
        ("5157000", "acs5", 2019, ("'acs5 2019'", "acs5 2021-2023, dec 2010 and 2020")),
        ("5157000", "acs1", 2023, ("'acs1 2023'", "pep2019 2010-2019, pep2024 2020-2024")),
        ("5157000", "pep2024", 2019, ("Norfolk city, Virginia", "pep2024 2020-2024")),
        ("107000", "acs5", 2023, ("leading zero", "0107000")),
        ("0100000", "acs5", 2023, ("no population is held", "50 places")),
    ],
)
def test_gap(
    held: PopulationTable, geoid: str, dataset: str, year: int, says: tuple[str, ...]
) -> None:
    with pytest.raises(InputError) as refusal:
        held.get(geoid, dataset, year)
    for part in ("populations.csv", "allowed", *says):
        assert part in str(refusal.value), str(refusal.value)
    assert refusal.value.exit_status == 2


def test_the_newest_figure_is_the_last_years_of_whatever_dataset(held: PopulationTable) -> None:
    assert held.newest("5157000") == held.get("5157000", "pep2024", 2024).population
    assert held.newest("0100000") is None


def test_unknown_place_has_no_series(held: PopulationTable) -> None:
    assert held.series("0100000") == []


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (lambda text: "", "the file is empty"),
        (lambda text: text.replace("dataset,vintage", "vintage,dataset", 1), "another order"),
        (lambda text: text.replace("dataset,", "datenset,", 1), "no such column"),
        (lambda text: text.replace(",235037,", ",many,"), "population: must be a whole number"),
        (lambda text: text.replace(",235037,", ",,"), "population: is empty"),
        (lambda text: text.replace(",235037,", ",23,5037,"), "does not fit the header"),
        (lambda text: text.replace(",2022,2022,", ",2023,2023,"), "given twice"),
    ],
)
def test_damaged_table(root: Path, tmp_path: Path, edit, says: str) -> None:
    path = tmp_path / "populations.csv"
    path.write_text(edit((root / "data" / "processed" / "populations.csv").read_text()))
    with pytest.raises(InputError, match=says):
        PopulationTable.load(path).get("5157000", "acs5", 2023)


def test_missing_table(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        PopulationTable.load(tmp_path / "populations.csv")


def test_no_pandas() -> None:
    code = "import sys, cvi_analysis.census.population_table; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
