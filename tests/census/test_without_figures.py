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
LISTED = 3
TABLES_BY_CITY = ("caps_published.csv", "programs.csv", "shootings.csv", "spending.csv")
LOST_FALLS = {
    "slug": "lost-falls-oh",
    "city": "Lost Falls",
    "state": "OH",
    "geoid": "3999999",
    "census_name": "Lost Falls city, Ohio",
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    made = copy_checkout(tmp_path_factory.mktemp("no figures") / "a project")
    shutil.copytree(ROOT / "data" / "raw", made.folder / "data" / "raw")
    # A short list of cities: what one row does to the others takes no fifty of them.
    (made.folder / "params" / "scenarios" / "local-wages.yaml").unlink()  # names all fifty
    kept: set[str] = set()
    for path in (made.folder / "params" / name for name in ("cities.csv", *TABLES_BY_CITY)):
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            header, rows = list(reader.fieldnames or ()), list(reader)
        kept = kept or {row["slug"] for row in rows[:LISTED]}
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header, lineterminator="\n")
            writer.writeheader()
            writer.writerows(row for row in rows if row["slug"] in {*kept, ""})
    return made


@pytest.fixture
def with_lost_falls(checkout: Checkout):
    """A row of `params/cities.csv` whose population nobody has fetched, as the last of the list."""
    path = checkout.folder / "params" / "cities.csv"
    before = path.read_text(encoding="utf-8")
    with path.open("a", encoding="utf-8", newline="") as file:
        header = before.splitlines()[0].split(",")
        csv.DictWriter(file, header, lineterminator="\n").writerow(LOST_FALLS)
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
    text = re.sub(r'<details class="how">.*?</details>', " ", text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_residents_given_by_hand_need_no_figure_no_key_and_no_network(checkout: Checkout) -> None:
    asked = ("report", "Ogdenville, ND", "-P", "population=120000", "--formats", "html json")
    # An address where nobody listens: nothing may be asked there.
    done = checkout.invoke(
        *asked, CENSUS_API_KEY="0" * 40, CENSUS_API_URL="http://127.0.0.1:9/data"
    )
    assert done.returncode == 0, said(done)
    assert "Nothing is held of Ogdenville, ND" in said(done)
    document = json.loads(made(checkout, "ogdenville-nd.json").read_bytes())
    assert document["city"] == {
        "slug": "ogdenville-nd", "name": "Ogdenville", "state": "ND", "geoid": "",
    }  # fmt: skip
    assert document["population"]["value"] == 120_000
    assert document["population"]["dataset"] == "entered"
    assert document["people_at_risk"]["estimate"] == 120
    text = words(made(checkout, "ogdenville-nd.html"))
    assert "120,000 residents, entered by hand" in text
    assert "No figure of the Census Bureau is held for Ogdenville." in text
    assert "()" not in text
    assert not re.search(r"(?<![A-Za-z])(None|nan|null)(?![A-Za-z])", text)
    # A second place on the same residents, by its code: both stay in the index.
    done = checkout.invoke("report", "3999999", *asked[2:])
    assert done.returncode == 0, said(done)
    assert "Left out of the index" not in said(done)
    index = made(checkout, "index.html").read_text("utf-8")
    for slug in ("ogdenville-nd", "place-3999999-oh"):
        assert f'href="{slug}.html"' in index
    why = checkout.invoke("why", "Ogdenville, ND", "-P", "population=120000")
    assert "up to date" in said(why)
    told = checkout.invoke("explain", "Ogdenville, ND", "budget.total", "-P", "population=120000")
    assert "Entered by hand; no Census figure is held for Ogdenville, ND." in said(told)


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("Ogdenville", "a name with its state, such as 'Wilmington, NC'"),
        ("123", "has 3 digits"),
        (", NC", "a name with its state"),
        ("x" * 101 + ", NC", "a name with its state"),
        ("Wilming\u202eton, NC", "a name with its state"),
    ],
)
def test_what_names_no_place_is_refused(checkout: Checkout, place: str, says: str) -> None:
    done = checkout.invoke("report", place, "-P", "population=120000")
    assert done.returncode == 2
    assert says in said(done)


def test_a_typing_mistake_is_told(checkout: Checkout) -> None:
    done = checkout.invoke("why", "Norfok, VA", "-P", "population=50000")
    # The residents that its report shows, not those of a newer estimate.
    assert "Did you mean Norfolk city, Virginia (235,037 residents)?" in said(done)


def test_without_residents_the_message_says_how_to_give_them(checkout: Checkout) -> None:
    done = checkout.invoke("report", "Ogdenville, ND")
    assert done.returncode == 2
    assert "-P population=NUMBER" in said(done)


def test_a_row_without_figures_fails_its_own_city_only(with_lost_falls: Checkout) -> None:
    done = with_lost_falls.invoke("reports", "--formats", "json")
    text = said(done)
    assert done.returncode == 1, text
    told = "lost-falls-oh: params/cities.csv:5: geoid: no population is held for Lost Falls, OH"
    assert told in text
    assert "3 built, 0 up to date, 1 failed" in text
    folder = with_lost_falls.reports / "baseline"
    index = (folder / "index.html").read_text("utf-8")
    assert 'href="norfolk-va.html"' in index
    assert "lost-falls-oh.html" not in index
    rows = (folder / "profiles.csv").read_text("utf-8").splitlines()
    assert len(rows) == 1 + LISTED
    assert "Lost Falls" not in words(folder / "comparison.html")
    # Asked for alone it is a mistake of the user's, and nothing is written.
    done = with_lost_falls.invoke("report", "lost-falls-oh")
    assert done.returncode == 2
    assert "params/cities.csv:5" in said(done)
    done = with_lost_falls.invoke("ingest")
    assert done.returncode == 0
    assert "3 of the 4 listed cities among them" in said(done)
    assert "Nothing is held for lost-falls-oh" in said(done)
    done = with_lost_falls.invoke("compare", "baseline", "field-pay")
    assert done.returncode == 0, said(done)
    assert "3 of 3 cities change" in said(done)
    done = with_lost_falls.invoke(
        "report", "lost-falls-oh", "-P", "population=260000", "--formats", "json"
    )
    assert done.returncode == 0, said(done)
