"""A place that no population figure is held for: its residents given by hand, or only it fails."""

from __future__ import annotations

import csv
import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.checkout import ROOT, Checkout, copy_checkout

pytestmark = pytest.mark.slow
TOLEDO = {
    "slug": "toledo-oh",
    "city": "Toledo",
    "state": "OH",
    "geoid": "3977000",
    "census_name": "Toledo city, Ohio",
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    made = copy_checkout(tmp_path_factory.mktemp("no figures") / "a project")
    shutil.copytree(ROOT / "data" / "raw", made.folder / "data" / "raw")
    return made


@pytest.fixture
def with_toledo(checkout: Checkout):
    """A row of `params/cities.csv` whose population nobody has fetched, as the last of the list."""
    path = checkout.folder / "params" / "cities.csv"
    before = path.read_text(encoding="utf-8")
    with path.open("a", encoding="utf-8", newline="") as file:
        header = before.splitlines()[0].split(",")
        csv.DictWriter(file, header, lineterminator="\n").writerow(TOLEDO)
    yield checkout
    path.write_text(before, encoding="utf-8")


def said(done: subprocess.CompletedProcess) -> str:
    text = done.stdout + done.stderr
    assert "Traceback" not in text, text
    return text


def made(checkout: Checkout, slug: str) -> Path:
    (folder,) = checkout.reports.glob("baseline-with-*")
    return folder / slug


def words(page: Path) -> str:
    text = re.sub(r"<(style|script|svg)\b.*?</\1>", " ", page.read_text("utf-8"), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_residents_given_by_hand_need_no_figure_no_key_and_no_network(checkout: Checkout) -> None:
    asked = ("report", "Wilmington, NC", "-P", "population=120000")
    # An address where nobody listens: nothing may be asked there.
    done = checkout.run(*asked, CENSUS_API_KEY="0" * 40, CENSUS_API_URL="http://127.0.0.1:9/data")
    assert done.returncode == 0, said(done)
    assert "Nothing is held of Wilmington, NC" in said(done)
    document = json.loads(made(checkout, "wilmington-nc.json").read_bytes())
    assert document["city"] == {
        "slug": "wilmington-nc", "name": "Wilmington", "state": "NC", "geoid": "",
    }  # fmt: skip
    assert document["population"]["value"] == 120_000
    assert document["population"]["dataset"] == "entered"
    assert document["people_at_risk"]["estimate"] == 120
    text = words(made(checkout, "wilmington-nc.html"))
    assert "120,000 residents, entered by hand" in text
    assert "No figure of the Census Bureau is held for Wilmington." in text
    assert "()" not in text
    assert not re.search(r"(?<![A-Za-z])(None|nan|null)(?![A-Za-z])", text)
    # A second place on the same residents, by its code: both stay in the index.
    done = checkout.run("report", "3977000", "-P", "population=120000")
    assert done.returncode == 0, said(done)
    assert "Left out of the index" not in said(done)
    index = made(checkout, "index.html").read_text("utf-8")
    for slug in ("wilmington-nc", "place-3977000-oh"):
        assert f'href="{slug}.html"' in index
    why = checkout.run("why", "Wilmington, NC", "-P", "population=120000")
    assert "up to date" in said(why)
    told = checkout.run("explain", "Wilmington, NC", "budget.total", "-P", "population=120000")
    assert "Entered by hand; no Census figure is held for Wilmington, NC." in said(told)


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("Wilmington", "a name with its state, such as 'Wilmington, NC'"),
        ("123", "has 3 digits"),
        (", NC", "a name with its state"),
        ("x" * 101 + ", NC", "a name with its state"),
        ("Wilming\u202eton, NC", "a name with its state"),
    ],
)
def test_what_names_no_place_is_refused(checkout: Checkout, place: str, says: str) -> None:
    done = checkout.run("report", place, "-P", "population=120000")
    assert done.returncode == 2
    assert says in said(done)


def test_a_typing_mistake_is_told(checkout: Checkout) -> None:
    done = checkout.run("why", "Norfok, VA", "-P", "population=5000")
    assert "Did you mean Norfolk city, Virginia" in said(done)


def test_without_residents_the_message_says_how_to_give_them(checkout: Checkout) -> None:
    done = checkout.run("report", "Wilmington, NC")
    assert done.returncode == 2
    assert "-P population=NUMBER" in said(done)


def test_a_row_without_figures_fails_its_own_city_only(with_toledo: Checkout) -> None:
    done = with_toledo.run("reports")
    text = said(done)
    assert done.returncode == 1, text
    assert "toledo-oh: params/cities.csv:52: geoid: no population is held for Toledo, OH" in text
    assert "50 built, 0 up to date, 1 failed" in text
    folder = with_toledo.reports / "baseline"
    index = (folder / "index.html").read_text("utf-8")
    assert 'href="norfolk-va.html"' in index
    assert "toledo-oh.html" not in index
    rows = (folder / "profiles.csv").read_text("utf-8").splitlines()
    assert len(rows) == 1 + 50
    assert "Toledo" not in words(folder / "comparison.html")
    # Asked for alone it is a mistake of the user's, and nothing is written.
    done = with_toledo.run("report", "toledo-oh")
    assert done.returncode == 2
    assert "params/cities.csv:52" in said(done)
    done = with_toledo.run("ingest")
    assert done.returncode == 0
    assert "50 of the 51 listed cities among them" in said(done)
    assert "Nothing is held for toledo-oh" in said(done)
    done = with_toledo.run("compare", "baseline", "field-pay")
    assert done.returncode == 0, said(done)
    assert "50 of 50 cities change" in said(done)
    done = with_toledo.run("report", "toledo-oh", "-P", "population=260000")
    assert done.returncode == 0, said(done)
