"""Every U.S. place, from the answer that comes with the project: no key, no network, no writing."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from cvi_analysis.census import raw_figures
from cvi_analysis.census.ingestion import city_for
from cvi_analysis.census.places import Places, UnknownPlaceError, known_places
from cvi_analysis.census.population_table import PopulationTable
from cvi_analysis.census.registry import content, keep, origin
from cvi_analysis.census.tidy_table import (
    FILE,
    carried_answers,
    figures_by_place,
    rebuild,
    rendered,
)
from cvi_analysis.errors import InputError
from cvi_analysis.params import load_params
from cvi_analysis.params.text_files import Where
from cvi_analysis.report.library import Library
from tests.census.census_run import Ingest
from tests.census.conftest import HEADER, NORFOLK, Register
from tests.checkout import ROOT, Checkout, copy_checkout

CARRIED = "acs5_2023_all_places.json.gz"
BODY = "437dbe1152ea17b6fa27d4e0557208fdc8dc1ea22279dbdc378b2ee74ede15f3"
WILMINGTON = "3774440"
# An address where nobody listens, and a key: nothing may be asked there.
CLOSED = {"CENSUS_API_URL": "http://127.0.0.1:9/data", "CENSUS_API_KEY": "0" * 40}

ANSWER = """[["NAME","B01003_001E","B25001_001E","state","place"],
["Norfolk city, Virginia","235037","99","51","57000"],
["Wilmington city, North Carolina","118578","99","37","74440"],
["Ghost CDP, Alabama","0","0","01","00001"]]"""


@pytest.fixture(scope="module")
def shipped() -> Places:
    return known_places(
        ROOT / "data" / "raw", ROOT / "data" / "processed", load_params(ROOT).cities.values()
    )


def carried(register: Register, body: bytes = ANSWER.encode(), **fields: str) -> None:
    """A raw folder with one figure in a table of our own, and an answer that is carried."""
    register("a.csv", HEADER + NORFOLK)
    digest = hashlib.sha256(body).hexdigest()
    register("b.json.gz", gzip.compress(body, mtime=0), **{"bureau_sha256": digest, **fields})


def beside_the_table(raw: Path) -> PopulationTable:
    """The carried answers alone: nothing is in the table."""
    return PopulationTable(Where("no table"), {}, raw)


# What is shipped.


def test_the_file_is_the_recorded_answer() -> None:
    (file,) = carried_answers(ROOT / "data" / "raw")
    assert file.path.name == CARRIED
    body = gzip.decompress(content(file))
    assert hashlib.sha256(body).hexdigest() == BODY == file.bureau_sha256
    assert len(json.loads(body)) == 1 + 32_325
    assert origin(CARRIED) == "carried from a public copy of the Bureau's file"
    (row,) = (
        row
        for row in csv.DictReader((ROOT / "data/raw/registry.csv").open(encoding="utf-8"))
        if row["file"] == CARRIED
    )
    for words in ("public copy", "not fetched from census.gov", "public domain"):
        assert words in row["note"]
    assert (row["status"], row["retrieved"]) == ("carried", "")


def test_it_has_the_figures_of_the_listed_cities() -> None:
    every = beside_the_table(ROOT / "data" / "raw")
    table = PopulationTable.load(ROOT / "data" / "processed" / FILE)
    cities = load_params(ROOT).cities.values()
    assert len(cities) == 50
    for city in cities:
        (row,) = every.series(city.geoid)
        held = table.get(city.geoid, "acs5", 2023)
        assert (row.population, row.census_name) == (held.population, held.census_name)
        assert (row.variable, row.period, row.note) == (held.variable, held.period, held.note)
        assert held.raw_file == "acs5_2023.csv", "what the reports name"


def test_the_table_does_not_take_its_places() -> None:
    assert len(PopulationTable.load(ROOT / "data" / "processed" / FILE).places) == 50


@pytest.mark.parametrize(
    ("text", "geoid"),
    [
        ("Wilmington, NC", WILMINGTON),
        ("Wilmington city, North Carolina", WILMINGTON),
        (WILMINGTON, WILMINGTON),
        ("Toledo, OH", "3977000"),
        ("St. Paul, MN", "2758000"),
        ("La Canada Flintridge, CA", "0639003"),
        ("Augusta, GA", "1304204"),
        ("San Juan, PR", "7276770"),
        ("Lynchburg, TN", "4744382"),
        ("Boise City, ID", "1608830"),
        ("Louisville, KY", "2148006"),
        ("Baltimore, MD", "2404000"),
        ("Norfolk, VA", "5157000"),
    ],
)
def test_a_place_is_found_by_name_or_geoid(shipped: Places, text: str, geoid: str) -> None:
    assert shipped.resolve(text).geoid == geoid


def test_every_listed_city_is_found_with_its_state(shipped: Places) -> None:
    for city in load_params(ROOT).cities.values():
        for text in (city.slug, city.geoid, city.census_name, city.name):
            assert shipped.city(text).slug == city.slug, text


def test_several_of_one_name_are_listed_and_a_misspelt_one_is_suggested(shipped: Places) -> None:
    with pytest.raises(InputError) as caught:
        shipped.resolve("Springfield")
    lines = str(caught.value).splitlines()
    assert lines[1].strip() == "2970000  Springfield city, Missouri (169,432 residents)"
    assert len(lines) > 20
    with pytest.raises(InputError, match=r"2 places have this name.*GEOID of the one you mean"):
        shipped.resolve("Fairwood, WA")
    assert shipped.city("5323160").slug == "fairwood-wa-5323160", "the two share no report"
    with pytest.raises(UnknownPlaceError) as unknown:
        shipped.resolve("Wilmingtom, NC")
    assert "Did you mean Wilmington city, North Carolina (118,578 residents)" in str(unknown.value)
    assert "no county: check the spelling" in str(unknown.value)


def test_a_county_is_not_a_place(shipped: Places) -> None:
    with pytest.raises(UnknownPlaceError, match=r"no county.*cvi ingest --city"):
        shipped.resolve("King County, WA")
    assert shipped.resolve("St. Louis city, Missouri").geoid == "2965000"


def test_a_place_without_residents_is_not_held(shipped: Places) -> None:
    for text in ("Bucks, AL", "0110456"):
        with pytest.raises(UnknownPlaceError):
            shipped.resolve(text)


def test_it_takes_less_than_a_second() -> None:
    figures_by_place.cache_clear()
    start = time.process_time()
    library = Library.load(ROOT)
    cities = library.params.cities
    city = city_for("Wilmington, NC", cities, ROOT, environ=CLOSED, say=print)
    assert library.populations.get(city.geoid, "acs5", 2023).population == 118_578
    assert time.process_time() - start < 1.5, "well under a second on its own"


# The rules, on small files.


def test_a_carried_answer_is_looked_up_and_not_taken_into_the_table(
    raw: Path, register: Register
) -> None:
    carried(register)
    processed = raw.parent / "processed"
    table = PopulationTable.load(rebuild(raw, processed), raw)
    assert set(table.places) == {"5157000"}
    assert table.count == 2
    row = table.get(WILMINGTON, "acs5", 2023)
    assert (row.population, row.raw_file, row.moe) == (118_578, "b.json.gz", None)
    assert row.note == "margin of error not available"
    assert table.get("5157000", "acs5", 2023).raw_file == "a.csv"
    assert table.series("0100001") == [], "no residents"
    assert table.series("Wilmington, NC") == []
    with pytest.raises(InputError, match=r"'acs5 2022'.*acs5 2023"):
        table.get(WILMINGTON, "acs5", 2022)
    with pytest.raises(InputError, match="one of the 2 places held"):
        table.get("3799999", "acs5", 2023)


def test_a_place_that_the_table_takes_has_the_carried_year_too(
    raw: Path, register: Register
) -> None:
    carried(register)
    newer = ANSWER.replace("118578", "119000")
    register("c.json", newer, status="200", vintage="2024", query="get=NAME&for=place:*")
    keep(raw, {WILMINGTON: "Wilmington city, North Carolina"})
    table = PopulationTable.load(rebuild(raw, raw.parent / "processed"), raw)
    files = {row.year: row.raw_file for row in table.series(WILMINGTON)}
    assert files == {2023: "b.json.gz", 2024: "c.json"}
    assert [row.year for row in table.series("5157000")] == [2023, 2024]
    assert table.get("5157000", "acs5", 2023).raw_file == "a.csv"


def test_what_was_fetched_stands_before_what_is_carried(raw: Path, register: Register) -> None:
    carried(register)
    body = ANSWER.replace("118578", "118000")
    register("c.json", body, status="200", query="get=NAME&for=place:*")
    keep(raw, {WILMINGTON: "Wilmington city, North Carolina"})
    row = PopulationTable.load(rebuild(raw, raw.parent / "processed")).get(WILMINGTON, "acs5", 2023)
    assert (row.population, row.raw_file) == (118_000, "c.json")
    assert row.note == "margin of error not available; b.json.gz has 118,578"


def test_it_is_not_read_where_the_table_has_all(raw: Path, register: Register) -> None:
    carried(register, b"not read", bureau_sha256="")
    keep(raw, {"5157000": "Norfolk city, Virginia"})
    assert rendered(raw).count(b"\n") == 2


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def edited(path: Path) -> None:
    path.write_bytes(gzip.compress(ANSWER.replace("118578", "218578").encode(), mtime=0))


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (cut, "SHA-256 differs"),
        (edited, "SHA-256 differs"),
        (Path.unlink, "cannot be read"),
    ],
)
def test_a_file_that_is_not_the_registered_one(raw: Path, register: Register, damage, says) -> None:
    carried(register)
    processed = rebuild(raw, raw.parent / "processed").parent
    damage(raw / "b.json.gz")
    for ask in (
        lambda: beside_the_table(raw).series(WILMINGTON),
        lambda: known_places(raw, processed, []),
        lambda: rebuild(raw, processed),
    ):
        with pytest.raises(InputError) as caught:
            ask()
        told = str(caught.value)
        assert says in told
        assert "b.json.gz" in told
        assert "git checkout -- data/raw" in told


@pytest.mark.parametrize(
    ("content", "fields", "says"),
    [
        (gzip.compress(ANSWER.encode())[:-9], {}, "not a complete gzip file"),
        (ANSWER.encode(), {}, "not a complete gzip file"),
        (gzip.compress(ANSWER.encode()), {"bureau_sha256": BODY}, "unpacked body differs"),
        (gzip.compress(b"[" * 3_000), {}, "unpacks into too much; allowed: at most 2,000 bytes"),
        (gzip.compress(b"<html>"), {}, "not an answer of the Census API"),
    ],
    ids=["cut", "not packed", "another hash", "too much", "no answer"],
)
def test_a_registered_file_that_is_no_sound_answer(
    raw: Path, register: Register, monkeypatch: pytest.MonkeyPatch, content, fields, says
) -> None:
    monkeypatch.setattr(raw_figures, "MAX_BYTES", 2_000)
    register("b.json.gz", content, **fields)
    with pytest.raises(InputError, match=re.escape(says)) as caught:
        beside_the_table(raw).series(WILMINGTON)
    assert "b.json.gz" in str(caught.value)


def test_without_a_raw_folder_there_is_nothing_more(tmp_path: Path) -> None:
    assert beside_the_table(tmp_path / "raw").series(WILMINGTON) == []
    assert beside_the_table(tmp_path / "raw").geoids == set()


def test_ingestion_says_what_works_without_a_key(storing_nothing: Ingest) -> None:
    storing_nothing.key = None
    said = storing_nothing().output
    assert "Held for 50 places, the 50 listed cities among them" in said
    assert "Figures of 31,847 U.S. places are held, on acs5 2023 alone" in said
    assert f"data/raw/{CARRIED}" in said
    assert "A key brings newer years" in said


def test_a_fetched_year_stands_beside_the_carried_one(ingest: Ingest) -> None:
    assert ingest(year=2024, cities=("Wilmington, NC",)).status == 0
    rows = ingest.table().series(WILMINGTON)
    assert [(row.year, row.raw_file == CARRIED) for row in rows] == [(2023, True), (2024, False)]
    assert ingest(year=2023, cities=(WILMINGTON,)).status == 0
    assert ingest.table().get(WILMINGTON, "acs5", 2023).raw_file.startswith("acs5-2023-37-places-")


# The commands, as typed in a fresh copy.


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    made = copy_checkout(tmp_path_factory.mktemp("every place") / "a project")
    shutil.copytree(ROOT / "data" / "raw", made.folder / "data" / "raw")
    return made


def data(checkout: Checkout) -> dict[Path, bytes]:
    return {
        path: path.read_bytes()
        for path in sorted((checkout.folder / "data").rglob("*"))
        if path.is_file()
    }


def said(done: subprocess.CompletedProcess, status: int = 0) -> str:
    text: str = done.stdout + done.stderr
    assert "Traceback" not in text, text
    assert done.returncode == status, text
    return text


@pytest.mark.slow
def test_a_report_of_any_place_without_a_key_and_with_one(fresh: Checkout) -> None:
    before = data(fresh)
    made = fresh.reports / "baseline" / "wilmington-nc.json"
    report = ("report", "Wilmington, NC", "--formats")
    without_a_key = {"CENSUS_API_URL": CLOSED["CENSUS_API_URL"]}
    said(fresh.invoke(*report, "html json", **without_a_key))
    document = json.loads(made.read_bytes())
    assert document["population"]["value"] == 118_578
    assert document["city"]["geoid"] == WILMINGTON
    assert document["provenance"]["raw_file"] == CARRIED
    assert document["provenance"]["origin"] == "carried from a public copy of the Bureau's file"
    page = (fresh.reports / "baseline" / "wilmington-nc.html").read_text(encoding="utf-8")
    assert "carried from a public copy of the Bureau" in page
    assert CARRIED in page
    for environ in (without_a_key, CLOSED):
        told = said(fresh.invoke("explain", WILMINGTON, "population.value", **environ))
        assert f"data/raw/{CARRIED}" in told
        assert "up to date" in said(fresh.invoke("why", WILMINGTON, **environ))
    said(fresh.invoke(*report, "json", "--force", **CLOSED))
    assert json.loads(made.read_bytes()) == document
    assert data(fresh) == before, "nothing is written for it"


@pytest.mark.slow
def test_a_place_beside_the_list_is_named_in_the_index_and_leaves_with_its_files(
    checkout: Checkout,
) -> None:
    shutil.copytree(ROOT / "data" / "raw", checkout.folder / "data" / "raw")
    listed = ("reports", "--cities", "norfolk-va", "--formats", "html json")
    said(checkout.invoke(*listed))
    index = checkout.reports / "baseline" / "index.html"
    before = index.read_bytes()
    said(checkout.invoke("report", "Wilmington, NC", "--formats", "html json", **CLOSED))
    assert "not on this project’s list of cities: Wilmington, NC." in index.read_text("utf-8")
    for path in index.parent.glob("wilmington-nc.*"):
        path.unlink()
    said(checkout.invoke(*listed))
    assert index.read_bytes() == before


@pytest.mark.slow
def test_places_of_a_file_and_small_ones(fresh: Checkout) -> None:
    listed = fresh.folder / "places.txt"
    listed.write_text("norfolk-va\nToledo, OH\n3774440 # Wilmington\nAbbeville, AL\n")
    reports = ("reports", "--cities-file", str(listed), "--formats", "html pdf")
    told = said(fresh.invoke(*reports, **CLOSED), 1)
    assert "Abbeville, AL is too small a place for this model; found '2,470 residents'" in told
    told = said(fresh.invoke("report", "0100100", **CLOSED), 2)
    assert "found '48 residents'; allowed: 10,000 or more" in told
    assert "county" in told
    told = said(fresh.invoke("report", "Boaz, AL", "--formats", "html", **CLOSED))
    assert "Left out of the index" not in told, "the others are as true as before"
    page = (fresh.reports / "baseline" / "boaz-al.html").read_text(encoding="utf-8")
    assert "This model is meant for places of 50,000 or more" in page
    index = (fresh.reports / "baseline-of-places" / "index.html").read_text(encoding="utf-8")
    assert 'href="wilmington-nc.html"' in index
    assert 'href="boaz-al.html"' not in index, "it is none of the list's"
    for place in ("baseline-of-places/toledo-oh", "baseline-of-places/wilmington-nc"):
        assert (fresh.reports / f"{place}.pdf").is_file()
    listed.write_text("norfolk-va\nWilmington\n")
    told = said(fresh.invoke(*reports, **CLOSED), 2)
    assert "places.txt:2: " in told
    assert "3774440  Wilmington city, North Carolina (118,578 residents)" in told


@pytest.mark.slow
def test_residents_given_for_a_place_held(fresh: Checkout) -> None:
    asked = ("report", "Wilmington, NC", "--formats", "json", "-P", "population=120000")
    said(fresh.invoke(*asked, **CLOSED))
    (folder,) = fresh.reports.glob("baseline-with-*")
    document = json.loads((folder / "wilmington-nc.json").read_bytes())
    assert (document["population"]["value"], document["city"]["geoid"]) == (120_000, WILMINGTON)


@pytest.mark.slow
def test_a_row_of_the_list_finds_its_figure_there(fresh: Checkout) -> None:
    path = fresh.folder / "params" / "cities.csv"
    before = path.read_text(encoding="utf-8")
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, before.splitlines()[0].split(","), lineterminator="\n")
        row = {"slug": "toledo-oh", "city": "Toledo", "state": "OH", "geoid": "3977000"}
        writer.writerow({**row, "census_name": "Toledo city, Ohio"})
    try:
        held = data(fresh)
        said(fresh.invoke("report", "toledo-oh", "--formats", "json", **CLOSED))
        document = json.loads((fresh.reports / "baseline" / "toledo-oh.json").read_bytes())
        assert document["population"]["value"] == 268_461
        told = said(fresh.invoke("ingest"))
        assert "Held for 51 places, the 51 listed cities among them" in told
        assert data(fresh) == held
    finally:
        path.write_text(before, encoding="utf-8")


@pytest.mark.slow
def test_a_damaged_file_is_refused_before_anything_is_written(fresh: Checkout) -> None:
    path = fresh.folder / "data" / "raw" / CARRIED
    before = path.read_bytes()
    path.write_bytes(before[:-1000])
    try:
        told = said(fresh.invoke("report", "Durham, NC", **CLOSED), 2)
        assert f"data/raw/{CARRIED}" in told
        assert "git checkout -- data/raw" in told
        assert not (fresh.reports / "baseline" / "durham-nc.html").exists()
    finally:
        path.write_bytes(before)
