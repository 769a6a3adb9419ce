"""`--cities-file`: a list of places as a batch of its own, with facts of each."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from cvi_analysis.batch.place_list import PlaceList, read_place_list
from cvi_analysis.errors import InputError
from tests.checkout import Checkout, copy_checkout

LIST = """# places of the coalition
place,state,people_at_risk,roles.mediator.wage,"geoid"

Norfolk,VA,300,,
# none of our own
,,,,3915000
"Dayton, OH",,,61000,
"""


@pytest.fixture
def read(library, tmp_path: Path):
    def reading(text: str, scenario: str = "baseline", **overrides) -> PlaceList:
        path = tmp_path / "My Places.csv"
        path.write_text(text, encoding="utf-8")
        given = {name.replace("__", "."): value for name, value in overrides.items()}
        return read_place_list(path, library, scenario, given)

    return reading


def refusal(read, text: str) -> str:
    with pytest.raises(InputError) as caught:
        read(text)
    return str(caught.value)


def test_csv_with_quotes_comments_and_facts(read):
    found = read(LIST)
    assert found.name == "my-places"
    assert [city.slug for city in found.cities] == ["norfolk-va", "cincinnati-oh", "dayton-oh"]
    assert found.facts == {
        "norfolk-va": {"people_at_risk": 300},
        "dayton-oh": {"roles.mediator.wage": 61000},
    }


@pytest.mark.parametrize(
    "text",
    [
        "norfolk-va\nDurham, NC\n",
        '"norfolk-va"\n"Durham, NC" # with its state\n\n',
        "place\nnorfolk-va\n3719000\n",
        'Place\n"Norfolk, Virginia"\n"Durham, NC"\n',
        "geoid,STATE\n5157000,\n3719000,NC\n",
        "\ufeffplace,state\r\nnorfolk-va,VA\r\nDurham,north carolina\r\n",
        "state,place,geoid\nVA,whatever it is called,5157000\nNC,Durham,\n",
    ],
)
def test_every_way_of_writing_a_place(read, text):
    found = read(text)
    assert [city.geoid for city in found.cities] == ["5157000", "3719000"]
    assert found.facts == {}


def test_a_place_given_twice_is_one_place_unless_its_facts_differ(read):
    assert len(read("place,population\nnorfolk-va,\n5157000,\n").cities) == 1
    told = refusal(read, "place,population\nnorfolk-va,\n5157000,200000\n")
    assert "My Places.csv:3: the place is given twice with different facts, first on line 2" in told


def test_all_misses_are_told_at_once_each_with_its_line_and_what_was_meant(read):
    told = refusal(
        read,
        "# ours\n"
        "place,state,people_at_risk,roles.mediator.caseload\n"
        "Norfulk,VA,,\n"
        "norfolk-va,,12,many\n"
        "# no place\n"
        "Wilmington,,,\n"
        "Durham,NC,,0\n"
        "Toledo,OH,300000,\n"
        "dayton-oh,,300,\n",
    )
    first, *lines = told.split("\n  ")
    assert first.endswith("My Places.csv: 5 lines of this list are refused.")
    numbers = [line.partition("My Places.csv:")[2].partition(":")[0] for line in lines]
    assert numbers == ["3", "4", "6", "7", "8"]
    assert lines[0].endswith("found 'Norfulk, VA'. Did you mean norfolk-va?")
    assert "roles.mediator.caseload: must be a number; found 'many'" in lines[1]
    assert "3774440 Wilmington city, North Carolina" in lines[2]
    assert "roles.mediator.caseload: is outside the limits; found 0" in lines[3]
    assert "Toledo would have more people at the highest risk than residents" in lines[4]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("place,roles.mediator.caselod\nnorfolk-va,3\n", ":1: roles.mediator.caselod: there is no"),
        ("place,roles.mediator.caselod\nnorfolk-va,3\n", "Did you mean roles.mediator.caseload"),
        ("place,state,place\nnorfolk-va,VA,\n", ":1: place: the column occurs twice"),
        ("place;state\nNorfolk;VA\n", ":1: the file is not separated by commas"),
        ("place,state\nDurham, NC, USA\n", ":2: the row does not fit the header; found '3 cells'"),
        ('place,state\n"Durham,NC\n', "this is not valid CSV"),
        ("place,state\n,VA\n", ":2: "),
        ("geoid\n107000\n", "a leading zero was probably lost (0107000)"),
        ("# nothing\n\n", "names no place"),
        ("place,state\n# nothing\n", "names no place"),
        ("place,people_at_risk.method\nnorfolk-va,guess\n", ":2: people_at_risk.method: "),
    ],
)
def test_lists_that_are_refused(read, text, told):
    assert told in refusal(read, text)


def test_a_list_is_bounded_and_so_is_what_is_told_of_it(read):
    told = refusal(read, "".join(f"{number:07d}\n" for number in range(100_000)))
    assert "too long; found '100,000 places'; allowed: at most 5,000" in told
    told = refusal(read, "norfolk-va\n" + "".join(f"{3700000 + n}\n" for n in range(1_000)))
    first, *lines = told.split("\n  ")
    assert first.endswith(
        "100 lines of this list are refused. What follows line 101 was not looked at."
    )
    assert len(lines) == 100


def test_facts_of_a_place_come_before_changes_for_all(read, library):
    found = read("place,population\nnorfolk-va,200000\ndayton-oh,\n", population=150_000)
    assert found.facts == {"norfolk-va": {"population": 200_000}}


# The command, as typed.


@pytest.fixture(scope="module")
def batch(tmp_path_factory) -> Checkout:
    """A project with a report of the baseline, and then a list of its own made."""
    checkout = copy_checkout(tmp_path_factory.mktemp("list") / "a project")
    assert checkout.built("--cities", "chicago-il", "--formats", "html") == {"chicago-il"}
    (checkout.folder / "My Places.csv").write_text(LIST, encoding="utf-8")
    words = ("--cities-file", "My Places.csv", "--formats", "html xlsx ipynb")
    assert checkout.built(*words) == {"norfolk-va", "cincinnati-oh", "dayton-oh"}
    return checkout


def test_index_comparison_and_downloads_are_the_lists_own(batch):
    folder = batch.reports / "baseline-of-my-places"
    slugs = ["norfolk-va", "cincinnati-oh", "dayton-oh"]
    index = (folder / "index.html").read_text(encoding="utf-8")
    comparison = (folder / "comparison.html").read_text(encoding="utf-8")
    for slug in slugs:
        assert f'href="{slug}.html"' in index
        assert f'href="{slug}.html"' in comparison
    assert "Baseline, places of my-places" in index
    assert "chicago-il" not in index
    assert "chicago-il" not in comparison
    with (folder / "profiles.csv").open(newline="", encoding="utf-8") as file:
        assert [row["slug"] for row in csv.DictReader(file)] == slugs
    with zipfile.ZipFile(folder / "workbooks.zip") as archive:
        names = {Path(name).name for name in archive.namelist()}
    assert names == {f"{slug}.xlsx" for slug in slugs}
    # What was there before stays what it was, and the page above leads to both.
    before = (batch.reports / "baseline" / "index.html").read_text(encoding="utf-8")
    assert "Norfolk" not in before
    scenarios = (batch.reports / "scenarios.html").read_text(encoding="utf-8")
    assert 'href="baseline/index.html"' in scenarios
    assert 'href="baseline-of-my-places/index.html">Baseline, places of my-places<' in scenarios


def test_each_fact_holds_for_its_place_alone(batch):
    folder = batch.reports / "baseline-of-my-places"
    found = {path.stem: json.loads(path.read_bytes()) for path in folder.glob("*-??.json")}
    changes = {slug: document["changes"] for slug, document in found.items()}
    assert changes == {
        "norfolk-va": {"people_at_risk": 300},
        "dayton-oh": {"roles.mediator.wage": 61000},
        "cincinnati-oh": {},
    }
    assert found["norfolk-va"]["people_at_risk"]["rounded"] == 300
    page = (folder / "comparison.html").read_text(encoding="utf-8")
    assert f"{found['dayton-oh']['budget']['total']:,}" in page
    # A report with facts is that of -P, so that its notebook gives the same by hand.
    done = batch.invoke(
        "report", "dayton-oh", "-P", "roles.mediator.wage=61000", "--formats", "html"
    )
    assert done.returncode == 0, done.stderr
    (alone,) = batch.reports.glob("baseline-with-*/dayton-oh.json")
    assert json.loads(alone.read_bytes()) == found["dayton-oh"]
    notebook = (folder / "dayton-oh.ipynb").read_text(encoding="utf-8")
    assert "roles.mediator.wage" in notebook


def test_a_list_that_changes_builds_what_changed_and_forgets_what_left(batch):
    path = batch.folder / "My Places.csv"
    words = ("--cities-file", "My Places.csv", "--formats", "html xlsx ipynb")
    assert batch.built(*words) == set()
    path.write_text(LIST.replace("VA,300", "VA,310").replace('"Dayton, OH",,,61000,\n', ""))
    assert batch.built(*words) == {"norfolk-va"}
    folder = batch.reports / "baseline-of-my-places"
    rows = list(csv.DictReader(io.StringIO((folder / "profiles.csv").read_text("utf-8"))))
    assert [row["slug"] for row in rows] == ["norfolk-va", "cincinnati-oh"]
    assert rows[0]["people_at_risk_rounded"] == "310"
    assert "dayton-oh" not in (folder / "comparison.html").read_text(encoding="utf-8")


def test_parts_of_a_list_are_joined_into_one(checkout):
    (checkout.folder / "few.csv").write_text(
        "place,people_at_risk\nnorfolk-va,300\ndayton-oh,\n", encoding="utf-8"
    )
    for part in ("1/2", "2/2"):
        words = ("--cities-file", "few.csv", "--shard", part, "--formats", "html")
        done = checkout.invoke("reports", *words, "--out", part[0])
        assert done.returncode == 0, done.stderr
    done = checkout.invoke("merge", "1", "2", "--cities-file", "few.csv")
    assert done.returncode == 0, done.stderr
    folder = checkout.reports / "baseline-of-few"
    comparison = (folder / "comparison.html").read_text(encoding="utf-8")
    with (folder / "profiles.csv").open(newline="", encoding="utf-8") as file:
        rows = {row["slug"]: row["people_at_risk_rounded"] for row in csv.DictReader(file)}
    assert list(rows) == ["norfolk-va", "dayton-oh"]
    assert rows["norfolk-va"] == "300"
    for slug in rows:
        assert f'href="{slug}.html"' in comparison


def test_nothing_is_written_of_a_refused_list(checkout):
    (checkout.folder / "places.csv").write_text("place\nnorfolk-va\nNorfulk\nChicago, IL\n")
    done = checkout.invoke("reports", "--cities-file", "places.csv")
    assert done.returncode == 2
    assert "places.csv:3: " in done.stderr
    assert "places.csv:4: the row does not fit the header" in done.stderr
    assert "Traceback" not in done.stderr
    assert not checkout.reports.exists()
