from __future__ import annotations

import gzip
import hashlib
import json
import shutil
from pathlib import Path

import pytest

from cvi_analysis.census.api_key import STAND_IN
from cvi_analysis.census.ingestion import IngestOptions
from cvi_analysis.census.registry import content, origin, read_registry
from cvi_analysis.errors import InputError
from cvi_analysis.report.library import Library
from tests.census import census_loopback as play
from tests.census.census_loopback import KEY
from tests.census.census_run import Ingest
from tests.census.census_world import OTHERS

MOBILE = "0150000"


def set_mobile(run: Ingest, year: int, people: int) -> None:
    for place in run.api.world["acs/acs5", year]:
        if place["geoid"] == MOBILE:
            place["B01003_001E"] = str(people)


def test_a_plain_run_brings_the_newest_year_and_the_one_that_reports_use(ingest: Ingest) -> None:
    outcome = ingest()
    assert outcome.status == 0
    assert [name[:9] for name in ingest.pulled()] == ["acs5-2023", "acs5-2024"]
    assert "Reports use acs5 2023" in outcome.output
    assert "--set population.year=2024" in outcome.output
    assert "not endorsed or certified by the Census Bureau" in outcome.output
    row = ingest.table().get("5157000", "acs5", 2023)
    assert row.raw_file == ingest.pulled()[0]
    assert (row.moe, row.note) == (None, "controlled")
    assert ingest.table().get("1714000", "acs5", 2023).moe == 53
    assert ingest.table().get("1714000", "acs5", 2024).period == "2020-01-01/2024-12-31"


def test_the_same_answer_again_changes_nothing(ingest: Ingest) -> None:
    assert ingest().status == 0
    before = ingest.data()
    outcome = ingest()
    assert outcome.status == 0
    assert outcome.output.count("the same as held, nothing changed") == 2
    assert ingest.data() == before


def test_a_new_answer_never_overwrites_an_old_one(ingest: Ingest) -> None:
    ingest(year=2023)
    before = ingest.data()
    set_mobile(ingest, 2023, 186_000)
    assert ingest(year=2023).status == 0
    after = ingest.data()
    assert len(ingest.pulled()) == 2
    for name, old in before.items():
        if name.startswith("raw") and not name.endswith("registry.csv"):
            assert after[name] == old
    assert after["raw/registry.csv"].startswith(before["raw/registry.csv"])
    row = ingest.table().get(MOBILE, "acs5", 2023)
    assert row.population == 186_000
    assert "has 185,097" in row.note


def test_back_to_the_first_answer_is_a_new_pull(ingest: Ingest) -> None:
    for people in (185_097, 186_000, 185_097):
        set_mobile(ingest, 2023, people)
        ingest(year=2023)
    assert len(ingest.pulled()) == 3
    assert ingest.table().get(MOBILE, "acs5", 2023).population == 185_097


def test_the_registry_says_all_there_is_to_know(ingest: Ingest) -> None:
    ingest(year=2023)
    (name,) = ingest.pulled()
    body = (ingest.raw / name).read_bytes()
    line = (ingest.raw / "registry.csv").read_text().splitlines()[-1]
    for part in (
        f"{name},{hashlib.sha256(body).hexdigest()},acs5,2023,B01003_001E,2019-01-01/2023-12-31",
        f"{ingest.api.url}/2023/acs/acs5,{hashlib.sha256(body).hexdigest()},20",
        '"get=NAME,B01003_001E,B01003_001M&for=place:*",200,census 0.8.27',
        "not of the Bureau's own server",
    ):
        assert part in line
    assert all(content(file) for file in read_registry(ingest.raw))
    assert "not the Bureau's own server" in origin(name)


def test_a_large_answer_is_stored_compressed_and_exact(ingest: Ingest) -> None:
    many = [
        {
            "geoid": f"48{number:05}",
            "NAME": f"Town {number} town, Texas",
            "B01003_001E": str(number),
            "B01003_001M": "9",
        }
        for number in range(1, 3000)
        if f"48{number:05}" not in {str(p["geoid"]) for p in ingest.api.world["acs/acs5", 2023]}
    ]
    ingest.api.world["acs/acs5", 2023] += many
    sent: list[bytes] = []

    def keeping(handler: play.Handler) -> None:
        table = handler.body()
        assert isinstance(table, list)
        sent.append(play.as_json(table).encode())
        handler.reply(200, sent[-1], play.JSON)

    ingest.api.play(keeping)
    assert ingest(year=2023).status == 0
    (name,) = ingest.pulled()
    assert name.endswith(".json.gz")
    assert gzip.decompress((ingest.raw / name).read_bytes()) == sent[0]
    assert "4800007" not in ingest.table().places
    assert (ingest.raw / "places.csv").read_text().count("\n") == 51, "the header and the cities"
    assert ingest(year=2023, cities=("4800007", "norfolk-va")).status == 0
    assert ingest.pulled() == [name], "the same answer to the same question"
    assert ingest.table().get("4800007", "acs5", 2023).population == 7


# Mobile annexed land: its July 2023 estimate went from 182,595 to 201,920 between two vintages.
# How the survey will show it is not known, so the figures of 2024 below are made up.


def test_a_change_above_five_percent_is_worth_a_line(ingest: Ingest) -> None:
    set_mobile(ingest, 2024, 201_920)
    outcome = ingest(year=2024)
    assert outcome.status == 0
    assert "Mobile city, Alabama: 185,097 (2023) -> 201,920 (2024), +9.1%" in outcome.output


def test_a_change_above_fifteen_percent_needs_accept(ingest: Ingest) -> None:
    set_mobile(ingest, 2024, 216_000)
    before = ingest.data()
    outcome = ingest(year=2024)
    assert outcome.status == 1
    assert "Mobile city, Alabama: 185,097 (2023) -> 216,000 (2024), +16.7%" in str(outcome.error)
    assert "annexation" in str(outcome.error)
    assert "--accept" in str(outcome.error)
    assert ingest.data() == before
    accepted = ingest(year=2024, accept=True)
    assert accepted.status == 0
    assert "Accepted: Mobile city, Alabama" in accepted.output
    assert ingest.table().get(MOBILE, "acs5", 2024).population == 216_000
    registry = (ingest.raw / "registry.csv").read_text()
    assert "Accepted by the user: Mobile city, Alabama: 185,097" in registry


@pytest.mark.parametrize("name", ["Ablemobile city, Alabama", "Zmobile city, Alabama"])
def test_another_name_needs_accept(storing_nothing: Ingest, name: str) -> None:
    ingest = storing_nothing
    for place in ingest.api.world["acs/acs5", 2024]:
        if place["geoid"] == MOBILE:
            place["NAME"] = name
    outcome = ingest(year=2024)
    assert outcome.status == 1
    assert f"{MOBILE} is now called {name!r}, not 'Mobile city, Alabama'" in str(outcome.error)


def test_a_fall_is_a_change_too(storing_nothing: Ingest) -> None:
    set_mobile(storing_nothing, 2023, 18_510)
    outcome = storing_nothing(year=2023)
    assert outcome.status == 1
    assert "-90.0%" in str(outcome.error)


def test_years_of_one_run_are_compared_with_each_other(ingest: Ingest) -> None:
    set_mobile(ingest, 2023, 190_000)
    set_mobile(ingest, 2024, 230_000)
    outcome = ingest(since=2022)
    assert outcome.status == 1
    assert "190,000 (2023) -> 230,000 (2024)" in str(outcome.error)
    assert "Stored before that: acs5 2022, acs5 2023" in str(outcome.error)


def set_wilmington(run: Ingest, year: int, people: int) -> None:
    for place in run.api.world["acs/acs5", year]:
        if place["geoid"] == "3774440":
            place["B01003_001E"] = str(people)


def test_a_place_of_ones_own_is_checked_in_every_later_pull(ingest: Ingest) -> None:
    assert ingest(year=2023, cities=("Wilmington, NC",)).status == 0
    set_wilmington(ingest, 2024, 200_000)
    outcome = ingest(year=2024)
    assert outcome.status == 1
    assert "Wilmington city, North Carolina: 118,578 (2023) -> 200,000" in str(outcome.error)


def test_a_place_asked_for_later_is_compared_with_what_earlier_answers_hold(
    ingest: Ingest,
) -> None:
    assert ingest(year=2023).status == 0
    assert "3774440" not in ingest.table().places
    set_wilmington(ingest, 2024, 200_000)
    outcome = ingest(year=2024, cities=("Wilmington, NC",))
    assert outcome.status == 1
    assert "Wilmington city, North Carolina: 118,578 (2023) -> 200,000" in str(outcome.error)
    assert ingest(year=2024, cities=("Wilmington, NC",), accept=True).status == 0
    assert [row.year for row in ingest.table().series("3774440")] == [2023, 2024]


@pytest.mark.parametrize(
    ("fault", "left"),
    [
        (play.changed(lambda table: table[1].__setitem__(1, "-666666666")), 2023),
        (play.changed(lambda table: table[1].__setitem__(1, None)), 2023),
    ],
)
def test_accepting_a_missing_figure_stores_evidence_but_no_number(
    ingest: Ingest, fault: play.Fault, left: int
) -> None:
    ingest.api.play(fault)
    assert ingest(year=2024, accept=True).status == 0
    geoid = "0107000"  # Birmingham is the first row
    assert [row.year for row in ingest.table().series(geoid, "acs5")] == [2021, 2022, left]
    with pytest.raises(InputError, match="acs5 2024"):
        ingest.table().get(geoid, "acs5", 2024)


def test_a_missing_margin_is_missing_and_the_figure_stands(ingest: Ingest) -> None:
    for cell in ("*****", None, "-222222222"):
        ingest.api.play(play.changed(lambda table, c=cell: table[1].__setitem__(2, c)), times=1)
        assert ingest(year=2023).status == 0
        row = ingest.table().get("0107000", "acs5", 2023)
        assert row.moe is None
        assert row.population == 199_322
        note = "controlled" if cell == "*****" else "margin of error not available"
        assert row.note.startswith(note)


def test_rows_in_another_order_and_numbers_for_text_are_the_same_figures(ingest: Ingest) -> None:
    def shuffle(table: list[play.Row]) -> list[play.Row]:
        table[1][1] = 199322  # a number, as JSON has them
        return [table[0], *reversed(table[1:])]

    ingest.api.play(play.changed(shuffle))
    assert ingest(year=2023).status == 0
    assert ingest.table().get("0107000", "acs5", 2023).population == 199_322


def test_lost_leading_zeros_are_put_back(ingest: Ingest) -> None:
    def numbers(table: list[play.Row]) -> None:
        for row in table[1:]:
            row[-2], row[-1] = int(str(row[-2])), int(str(row[-1]))

    ingest.api.play(play.changed(numbers))
    assert ingest(year=2023).status == 0
    assert ingest.table().get("0107000", "acs5", 2023).census_name == "Birmingham city, Alabama"


def test_louisville_2020_is_both_its_parts(ingest: Ingest) -> None:
    assert ingest(datasets=("pl",)).status == 0
    row = ingest.table().get("2148006", "dec", 2020)
    assert row.population == 633_045 == 386_884 + 246_161
    assert "2148000" in row.variable
    assert ingest.table().get("2148000", "dec", 2020).population == 246_161
    bodies = {file.path.name: content(file) for file in read_registry(ingest.raw)}
    table = json.loads(bodies[ingest.pulled()[0]])
    parts = [row[1] for row in table if row[2:] in (["21", "48006"], ["21", "48000"])]
    assert parts == ["246161", "386884"]


def test_louisville_2020_without_its_other_part_is_refused(storing_nothing: Ingest) -> None:
    ingest = storing_nothing
    places = ingest.api.world["dec/pl", 2020]
    ingest.api.world["dec/pl", 2020] = [p for p in places if p["geoid"] != "2148000"]
    outcome = ingest(datasets=("pl",), accept=True)
    assert outcome.status == 1
    assert "its part 2148000 is missing" in str(outcome.error)


# Places outside the 50.


@pytest.fixture(scope="module")
def several_fetched(as_shipped: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project into which one place after the other is fetched."""
    return shutil.copytree(as_shipped, tmp_path_factory.mktemp("fetched") / "a project")


@pytest.mark.parametrize(
    ("text", "geoid", "asked"),
    [
        ("Wilmington, NC", "3774440", "for=place%3A%2A&key={}&in=state%3A37"),
        ("wilmington, north carolina", "3774440", "in=state%3A37"),
        ("3774440", "3774440", "in=state%3A37"),
        ("La Canada Flintridge, CA", "0639003", "in=state%3A06"),
        ("Lynchburg, Moore County metropolitan government, Tennessee", "4744382", "state%3A47"),
        ("Augusta, GA", "1304204", "in=state%3A13"),
        ("King County, WA", "53033", "for=county%3A%2A&key={}&in=state%3A53"),
        ("53033", "53033", "for=county%3A%2A"),
    ],
)
def test_any_place_can_be_fetched(
    api: play.Loopback,
    several_fetched: Path,
    read_once: None,
    text: str,
    geoid: str,
    asked: str,
) -> None:
    ingest = Ingest(api, several_fetched)
    outcome = ingest(year=2023, cities=(text,))
    assert outcome.status == 0
    assert asked.format(KEY) in ingest.api.log[0]
    people = next(people for other, _, people in OTHERS if other == geoid)
    assert f"({geoid}): {people:,}" in outcome.output
    assert ingest.table().get(geoid, "acs5", 2023).population == people


def test_cities_of_several_states_are_one_request_for_the_country(ingest: Ingest) -> None:
    assert ingest(year=2023, cities=("norfolk-va", "Wilmington, NC")).status == 0
    assert "for=place%3A%2A" in ingest.api.log[0]
    assert "in=" not in ingest.api.log[0]
    assert len(ingest.pulled()) == 1
    assert "us-places" in ingest.pulled()[0]


def test_a_name_that_several_places_share_is_not_guessed(ingest: Ingest) -> None:
    ingest(year=2023)
    before = ingest.data()
    outcome = ingest(year=2023, cities=("Springfield",))
    assert outcome.status == 2
    for line in ("2970000  Springfield city, Missouri (169,432 residents)", "Massachusetts"):
        assert line in str(outcome.error)
    assert ingest.data() == before


def test_a_near_miss_is_suggested(storing_nothing: Ingest) -> None:
    outcome = storing_nothing(year=2023, cities=("Wilmingtom, NC",))
    assert outcome.status == 2
    assert "Did you mean Wilmington city, North Carolina (118,578 residents)?" in str(outcome.error)


def test_a_geoid_that_the_bureau_does_not_have(storing_nothing: Ingest) -> None:
    outcome = storing_nothing(year=2023, cities=("3799999",))
    assert outcome.status == 1
    assert "3799999" in str(outcome.error)


# Without a key, and wrong options.


def test_without_a_key_nothing_is_lost(storing_nothing: Ingest) -> None:
    ingest = storing_nothing
    ingest.key = None
    outcome = ingest()
    assert outcome.status == 0
    assert "acs5 2021-2023" in outcome.output
    assert "pep2024 2020-2024" in outcome.output
    assert "https://api.census.gov/data/key_signup.html" in outcome.output
    assert ingest.api.log == []


@pytest.mark.parametrize(
    "asked", [{"year": 2023}, {"datasets": ("acs5",)}, {"cities": ("norfolk-va",)}, {"since": 2015}]
)
def test_asking_without_a_key_is_a_mistake(
    storing_nothing: Ingest, asked: dict[str, object]
) -> None:
    ingest = storing_nothing
    ingest.key = None
    outcome = ingest(**asked)
    assert outcome.status == 2
    assert "key_signup.html" in outcome.output
    assert ingest.api.log == []


def test_a_key_in_a_file_works_too(ingest: Ingest) -> None:
    ingest.key = None
    (ingest.folder / ".env").write_text(f"# mine\nCENSUS_API_KEY={KEY}\n")
    assert ingest(year=2023).status == 0


def test_a_dry_run_asks_nothing(storing_nothing: Ingest) -> None:
    ingest = storing_nothing
    outcome = ingest(dry_run=True, datasets=("acs5", "pl"), cities=("norfolk-va",))
    assert outcome.status == 0
    assert "get=NAME,B01003_001E,B01003_001M&for=place:*&in=state:51" in outcome.output
    assert "get=NAME,P1_001N&for=place:*&in=state:51" in outcome.output
    assert ingest.api.log == []


def test_one_answer_for_several_years_is_remarked_on(ingest: Ingest) -> None:
    for year in (2023, 2024):
        ingest.api.world["acs/acs5", year] = ingest.api.world["acs/acs5", 2022]
    outcome = ingest(since=2022)
    assert outcome.status == 0
    assert outcome.output.count("Note: The answer is byte for byte that for 2022") == 2
    rows = (ingest.raw / "registry.csv").read_text().splitlines()[-3:]
    assert ["byte for byte that for 2022" in row for row in rows] == [False, True, True]
    again = ingest(year=2022)
    assert "nothing changed" in again.output


@pytest.mark.parametrize("people", [9_999_999_999, 50_000_001])
def test_more_residents_than_any_place_has_are_refused(
    storing_nothing: Ingest, people: int
) -> None:
    ingest = storing_nothing
    set_wilmington(ingest, 2023, people)
    outcome = ingest(year=2023, cities=("Wilmington, NC",), accept=True)
    assert outcome.status == 1
    assert f"has {people:,} residents, more than any place can have" in str(outcome.error)


def test_a_margin_above_its_estimate_needs_accept(ingest: Ingest) -> None:
    (place,) = (p for p in ingest.api.world["acs/acs5", 2023] if p["geoid"] == "3774440")
    place["B01003_001M"] = "118579"
    outcome = ingest(year=2023, cities=("Wilmington, NC",))
    assert outcome.status == 1
    assert "the margin of error, 118,579, is above the estimate, 118,578" in str(outcome.error)
    assert ingest(year=2023, cities=("Wilmington, NC",), accept=True).status == 0


def test_the_password_of_an_address_is_not_shown(
    ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cvi_analysis.census.ingestion.is_unencrypted", lambda url: True)
    ingest.environ["CENSUS_API_URL"] = ingest.api.url.replace("//", "//joe:hush@")
    for outcome in (ingest(dry_run=True), ingest(year=2023)):
        assert outcome.status == 0
        assert ingest.api.url in outcome.output
        assert "hush" not in outcome.text + outcome.leaks
    assert b"hush" not in b"".join(ingest.data().values())


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"year": 2023, "since": 2015}, "exclude each other"),
        ({"cities": ("x",), "all_cities": True}, "exclude each other"),
        ({"datasets": ("acs3",)}, "acs5, acs1, pl"),
        ({"datasets": ("acs1",), "year": 2020}, "not 2020"),
        ({"datasets": ("pl",), "year": 2010}, "allowed: 2020"),
        ({"year": 1999}, "2009 or later"),
    ],
)
def test_options_that_make_no_sense(options: dict[str, object], says: str) -> None:
    with pytest.raises(InputError, match=says):
        IngestOptions(**options).checked()  # type: ignore[arg-type]


def test_a_folder_that_cannot_be_written(
    storing_nothing: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:

    def full(path: Path, content: bytes, *, durable: bool) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cvi_analysis.census.evidence.write_file", full)
    outcome = storing_nothing(year=2023)
    assert outcome.status == 1
    assert "No space left on device" in str(outcome.error)


def test_a_full_disk_at_the_table_says_what_was_stored(
    ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = ingest.folder / "data" / "processed" / "populations.csv"
    before = table.read_bytes()

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("cvi_analysis.census.tidy_table.write_file", full)
        outcome = ingest(year=2024)
    assert outcome.status == 1
    assert "populations.csv could not be written (No space left on device)." in str(outcome.error)
    assert "Stored before that: acs5 2024" in str(outcome.error)
    assert table.read_bytes() == before
    # The evidence is there, and the next run makes the table of it.
    again = ingest(year=2024)
    assert "the same as held, nothing changed" in again.output
    assert ingest.table().get("1714000", "acs5", 2024).population > 2_000_000


def test_the_log_of_the_http_library_has_a_stand_in_and_is_not_silenced(ingest: Ingest) -> None:
    outcome = ingest(year=2023)
    assert "urllib3.connectionpool" in outcome.leaks
    assert f"key={STAND_IN}" in outcome.leaks
    assert KEY not in outcome.leaks


def test_reports_then_use_what_was_fetched(ingest: Ingest) -> None:
    ingest(datasets=("acs5", "pl"))
    dossier = Library.load(ingest.folder).dossier("norfolk-va")
    assert dossier.population.raw_file == ingest.pulled()[0]
    assert dossier.provenance["raw_file"].startswith("acs5-2023-us-places-")
    published = Library.load(ingest.folder).dossier("norfolk-va", "caps-published")
    assert published.population.raw_file == ingest.pulled()[2]
    newer = Library.load(ingest.folder).dossier("norfolk-va", overrides={"population.year": 2024})
    assert newer.population.year == 2024


def test_an_empty_data_folder_is_filled(ingest: Ingest) -> None:
    shutil.rmtree(ingest.folder / "data")
    assert ingest().status == 0
    assert ingest.table().get("5157000", "acs5", 2023).population > 200_000
    assert len(read_registry(ingest.raw)) == 2


def test_an_empty_data_folder_and_a_fault(ingest: Ingest) -> None:
    shutil.rmtree(ingest.folder / "data")
    ingest.api.play(play.redirect_loop)
    assert "in circles" in str(ingest().error)
    ingest.key = None
    assert "Nothing is held" in ingest().output


def test_a_damaged_raw_file_stops_everything(ingest: Ingest) -> None:
    (ingest.raw / "acs5_2022.csv").write_text("changed")
    outcome = ingest(year=2023)
    assert outcome.status == 2
    assert "acs5_2022.csv" in str(outcome.error)
    assert ingest.api.log == []
