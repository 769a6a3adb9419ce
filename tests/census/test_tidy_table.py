"""The tidy table follows from the raw files alone, and only from unchanged ones."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from cvi_analysis.census.population_table import PopulationTable
from cvi_analysis.census.registry import PLACES, REGISTRY, content, keep, kept, read_registry
from cvi_analysis.census.tidy_table import FILE, rebuild, rendered
from cvi_analysis.errors import InputError
from cvi_analysis.files import UNFINISHED
from tests.census.conftest import HEADER, NORFOLK, Register


def refused(raw: Path, *says: str) -> None:
    with pytest.raises(InputError) as refusal:
        rendered(raw)
    assert refusal.value.exit_status == 2
    for part in says:
        assert part in str(refusal.value), str(refusal.value)


def table(raw: Path) -> PopulationTable:
    return PopulationTable.load(rebuild(raw, raw.parent / "processed"))


def test_shipped_table_is_what_the_raw_files_give(root: Path, tmp_path: Path) -> None:
    shipped = (root / "data" / "processed" / FILE).read_bytes()
    assert rebuild(root / "data" / "raw", tmp_path).read_bytes() == shipped
    assert b"\r" not in shipped


def test_raw_files_are_the_registered_ones(root: Path) -> None:
    raw = root / "data" / "raw"
    files = read_registry(raw)
    assert {file.path.name for file in files} == {
        path.name for path in raw.iterdir() if path.name not in (REGISTRY, PLACES)
    }
    for file in files:
        assert content(file)


def test_same_bytes_again_and_no_needless_write(
    raw: Path, register: Register, tmp_path: Path
) -> None:
    register("a.csv", HEADER + NORFOLK)
    path = rebuild(raw, tmp_path / "new" / "processed")
    before = path.stat()
    assert rebuild(raw, path.parent) == path
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert [one.name for one in path.parent.iterdir()] == [FILE]
    path.write_text("damaged")
    assert rebuild(raw, path.parent).read_bytes() == rendered(raw)


def test_changed_file_is_refused_by_name(raw: Path, register: Register, tmp_path: Path) -> None:
    register("a.csv", HEADER + NORFOLK)
    (raw / "a.csv").write_text(HEADER + NORFOLK.replace("235037", "235038"))
    refused(raw, "a.csv", "SHA-256 differs", "registry.csv, line 2", "not edited")
    with pytest.raises(InputError):
        rebuild(raw, tmp_path / "processed")
    assert not (tmp_path / "processed").exists(), "nothing is written"


def test_missing_file(raw: Path, register: Register) -> None:
    register("a.csv", HEADER + NORFOLK)
    (raw / "a.csv").unlink()
    refused(raw, "registry.csv:2: ", "cannot be read", "'a.csv'")


def test_no_registry(raw: Path) -> None:
    refused(raw, "registry.csv", "does not exist")


def test_unregistered_file_is_left_alone(raw: Path, register: Register) -> None:
    register("a.csv", HEADER + NORFOLK)
    (raw / "notes.txt").write_text("x")
    assert rendered(raw).count(b"\n") == 2


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("file", "../a.csv", "the name of a file in data/raw/"),
        ("sha256", "abc", "64 lower-case"),
        ("dataset", "ACS 5", "acs5, acs1, dec"),
        ("vintage", "", "is empty"),
        ("period", "", "is empty"),
        ("status", "", "is empty"),
    ],
)
def test_registry_row(raw: Path, register: Register, field: str, value: str, says: str) -> None:
    register("a.csv", HEADER + NORFOLK)
    path = raw / REGISTRY
    register("b.csv", HEADER, **{field: value} if field != "file" else {})
    if field == "file":
        path.write_text(path.read_text().replace("b.csv", value))
    refused(raw, "registry.csv:3: ", field, says)


def test_file_registered_twice(raw: Path, register: Register) -> None:
    register("a.csv", HEADER + NORFOLK)
    register("a.csv", HEADER + NORFOLK)
    refused(raw, "registry.csv:3: ", "registered twice", "'a.csv'", "line 2")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("5157000", "515700", ("geoid", "leading zero", "0515700")),
        ("5157000", "", ("geoid", "is empty")),
        ("235037", "235,037", ("cells",)),
        ("235037", "235037.5", ("population", "whole number")),
        ("235037", "-666666666", ("population", "outside the limits")),
        ("2023", "MMXXIII", ("year", "whole number")),
        ("2023", "", ("year", "is empty")),
        ("235037,,", "235037,*****,", ("moe", "whole number")),
    ],
)
def test_raw_row(raw: Path, register: Register, old: str, new: str, says: tuple[str]) -> None:
    register("a.csv", HEADER + NORFOLK.replace(old, new))
    refused(raw, "a.csv:2: ", *says)


def test_unknown_population_is_a_gap_never_zero(raw: Path, register: Register) -> None:
    register("a.csv", HEADER + NORFOLK.replace("235037", ""))
    assert rendered(raw).count(b"\n") == 1


def test_figure_given_twice(raw: Path, register: Register) -> None:
    register("a.csv", HEADER + NORFOLK + NORFOLK)
    refused(raw, "a.csv", "given twice", "235037 and 235037 for 2023")


def test_two_carried_files_with_one_figure(raw: Path, register: Register) -> None:
    register("a.csv", HEADER + NORFOLK)
    register("b.csv", HEADER + NORFOLK + "\n")
    refused(raw, "registry.csv:3: ", "5157000 acs5 2023", "one of a.csv and b.csv")


def test_unknown_form(raw: Path, register: Register) -> None:
    register("a.xlsx", "x")
    refused(raw, "registry.csv:2: ", "'a.xlsx'", "*.csv, *.json, *.json.gz")


def test_period_of_yearly_estimates(raw: Path, register: Register) -> None:
    register(
        "pep.csv",
        HEADER + NORFOLK,
        dataset="pep2024",
        vintage="V2024",
        period="2020-07-01/2024-07-01",
    )
    assert table(raw).get("5157000", "pep2024", 2023).period == "2023-07-01"


def answer(*rows: tuple[str | None, ...], head: tuple[str, ...] = ()) -> str:
    header = head or ("NAME", "B01003_001E", "B01003_001M", "state", "place")
    return json.dumps([header, *rows])


def test_answer_of_the_api(raw: Path, register: Register) -> None:
    body = answer(
        ("Norfolk city, Virginia", "235037", "-555555555", "51", "57000"),
        ("Birmingham city, Alabama", "199322", "577", "01", "07000"),
        ("Nowhere CDP, Virginia", "-666666666", "-222222222", "51", "99999"),
        ("Empty CDP, Virginia", "0", "12", "51", "99998"),
    )
    for name, data in (("a.json", body.encode()), ("b.json.gz", gzip.compress(body.encode()))):
        register(name, data, status="200")
    held = table(raw)
    norfolk = held.get("5157000", "acs5", 2023)
    assert (norfolk.population, norfolk.moe, norfolk.note) == (235037, None, "controlled")
    assert norfolk.raw_file == "b.json.gz", "the later one"
    assert held.get("0107000", "acs5", 2023).moe == 577
    assert not {"5199998", "5199999"} & set(held.places), "missing, or nobody to plan for"


def test_fetched_stands_before_carried(raw: Path, register: Register) -> None:
    head = ("NAME", "B01003_001E", "state", "place")
    row = ("Norfolk city, Virginia", "235040", "51", "57000")
    register("a.json", answer(row, head=head), status="200")
    register("b.csv", HEADER + NORFOLK)
    found = table(raw).get("5157000", "acs5", 2023)
    assert (found.population, found.raw_file) == (235040, "a.json")
    assert found.note == "margin of error not available; b.csv has 235,037"


def test_county(raw: Path, register: Register) -> None:
    head = ("NAME", "P1_001N", "state", "county")
    register(
        "a.json",
        answer(("King County, Washington", "2269675", "53", "033"), head=head),
        dataset="dec",
        vintage="2020",
        variable="P1_001N",
        status="200",
    )
    assert table(raw).get("53033", "dec", 2020).population == 2269675


@pytest.mark.parametrize(
    "data", [b"<html>", b"[]", b"{}", b'[["NAME"]]', b"\xff", b"[" * 100_000, b"null"]
)
def test_body_that_is_no_table(raw: Path, register: Register, data: bytes) -> None:
    register("a.json", data, status="200")
    refused(raw, "a.json", "not an answer of the Census API")


@pytest.mark.skipif(os.name == "nt", reason="pipes as on Unix")
def test_a_pipe_in_place_of_a_file_is_not_waited_for(raw: Path, register: Register) -> None:
    register("a.csv", HEADER + NORFOLK)
    (raw / "a.csv").unlink()
    os.mkfifo(raw / "a.csv")
    refused(raw, "a.csv", "this is no file")


def test_broken_gzip(raw: Path, register: Register) -> None:
    register("a.json.gz", gzip.compress(b"[]" * 50)[:-9], status="200")
    refused(raw, "a.json.gz", "not a complete gzip file")


LOUISVILLE = (
    "Louisville/Jefferson County metro government (balance), Kentucky",
    "386884",
    "21",
    "48006",
)
REST = ("Louisville city, Kentucky", "246161", "21", "48000")
PL = {"dataset": "dec", "vintage": "2020", "variable": "P1_001N", "period": "2020-04-01"}
PL_HEAD = ("NAME", "P1_001N", "state", "place")


def test_louisville_2020_is_the_sum_of_its_parts(raw: Path, register: Register) -> None:
    register("a.json", answer(REST, LOUISVILLE, head=PL_HEAD), status="200", **PL)
    row = table(raw).get("2148006", "dec", 2020)
    assert row.population == 633_045
    assert row.variable == "P1_001N sum of 2148006 and 2148000"
    assert "386,884 (place 2148006) + 246,161 (place 2148000)" in row.note


def test_part_of_louisville_does_not_pass_for_the_whole(raw: Path, register: Register) -> None:
    register(
        "a.json",
        answer(LOUISVILLE, ("X city, Kentucky", "1", "21", "00001"), head=PL_HEAD),
        status="200",
        **PL,
    )
    register("acs.csv", HEADER + NORFOLK.replace("5157000", "2148006"))
    with pytest.raises(InputError, match="2148006 and 2148000: fetch both"):
        table(raw).get("2148006", "dec", 2020)


ANSWER = """[["NAME","B01003_001E","B01003_001M","state","place"],
["Norfolk city, Virginia","235089","-555555555","51","57000"],
["Wilmington city, North Carolina","118578","53","37","74440"],
["Ogdenville town, North Dakota","217","9","38","00001"]]"""


@pytest.fixture
def answered(raw: Path, register: Register) -> Path:
    """A raw folder with one carried figure and one answer of the API for three places."""
    register("a.csv", HEADER + NORFOLK)
    register("b.json", ANSWER, status="200", query="get=NAME&for=place:*")
    return raw


def test_without_a_list_every_place_of_an_answer_is_taken(answered: Path) -> None:
    assert kept(answered) is None
    assert set(table(answered).places) == {"5157000", "3774440", "3800001"}


def test_a_list_says_which_places_of_answers_are_taken(answered: Path) -> None:
    keep(answered, {"3774440": "Wilmington city, North Carolina"})
    found = table(answered)
    assert set(found.places) == {"5157000", "3774440"}, "a carried place is always taken"
    assert found.get("5157000", "acs5", 2023).raw_file == "b.json"
    assert found.get("5157000", "acs5", 2023).note == "controlled; a.csv has 235,037"


def test_a_carried_answer_that_adds_nothing_hides_none_after_it(
    raw: Path, register: Register
) -> None:
    keep(raw, {"5157000": "Norfolk city, Virginia"})
    register("a.csv", HEADER + NORFOLK)
    for name, year in (("b.json", "2023"), ("c.json", "2022")):
        register(name, ANSWER, query="get=NAME&for=place:*", vintage=year)
    assert [row.year for row in table(raw).series("5157000", "acs5")] == [2022, 2023]
    assert table(raw).get("5157000", "acs5", 2023).raw_file == "a.csv"


def test_the_list_only_grows_and_only_when_it_must(answered: Path) -> None:
    keep(answered, {"3774440": "Wilmington city, North Carolina"})
    keep(answered, {"3800001": "Ogdenville town, North Dakota"})
    before = (answered / PLACES).stat()
    keep(answered, {"3774440": "another name"})
    assert (answered / PLACES).stat().st_mtime_ns == before.st_mtime_ns
    assert list(kept(answered) or {}) == ["3774440", "3800001"]


def test_a_damaged_list_is_named(answered: Path) -> None:
    (answered / PLACES).write_text("geoid,census_name\n377444,x\n")
    refused(answered, "places.csv:2", "geoid", "377444")


def test_what_a_killed_run_left_is_removed_later(answered: Path) -> None:
    processed = rebuild(answered, answered.parent / "processed").parent
    old, new = (processed / f"{UNFINISHED}{process}-{FILE}" for process in (1, os.getppid()))
    for path in (old, new):
        path.write_text("half")
    os.utime(old, (0, 0))
    keep(answered, {})
    rebuild(answered, processed)
    assert not old.exists()
    assert new.exists(), "its run may still be at work"
