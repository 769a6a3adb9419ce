"""From the API to the page: what `cvi ingest` fetched is in the reports, and they say so."""

from __future__ import annotations

import csv
import html
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.census.census_loopback import KEY, Loopback, running
from tests.census.census_world import ROOT, fill
from tests.checkout import Checkout, copy_checkout

NORFOLK = 240_123


@dataclass
class Project:
    """A copy of the project, the API it asks, and all that its commands printed."""

    checkout: Checkout
    api: Loopback
    printed: str = ""
    asked_by_ingest: int = 0

    def cvi(self, *words: str, key: str | None = None, status: int = 0) -> str:
        more = {"CENSUS_API_URL": self.api.url} | ({"CENSUS_API_KEY": key} if key else {})
        done: subprocess.CompletedProcess[str] = self.checkout.invoke(*words, **more)
        text = done.stdout + done.stderr
        self.printed += text
        assert done.returncode == status, text
        assert "Traceback" not in text
        return text

    @property
    def raw(self) -> Path:
        return self.checkout.folder / "data" / "raw"

    def answers(self, start: str) -> list[str]:
        return sorted(path.name for path in self.raw.glob(f"{start}*.json*"))

    def report(self, slug: str) -> Path:
        return self.checkout.reports / "baseline" / slug

    def document(self, slug: str) -> dict[str, dict[str, object]]:
        found: dict[str, dict[str, object]] = json.loads(
            self.report(f"{slug}.json").read_text(encoding="utf-8")
        )
        return found

    def page(self, slug: str) -> str:
        """What a reader of the page sees, on one line."""
        source = self.report(f"{slug}.html").read_text(encoding="utf-8")
        source = re.sub(r"<(style|script|svg)\b.*?</\1>", " ", source, flags=re.DOTALL)
        source = re.sub(r'<details class="how">.*?</details>', " ", source, flags=re.DOTALL)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", source)).split())

    def texts(self, slug: str) -> dict[str, str]:
        """What a reader sees, on one line, by the form of the report."""
        pages = [sheet.extract_text() for sheet in PdfReader(self.report(f"{slug}.pdf")).pages]
        return {"html": self.page(slug), "pdf": " ".join(" ".join(pages).split())}


def table(project: Project) -> dict[tuple[str, str, str], dict[str, str]]:
    path = project.checkout.folder / "data" / "processed" / "populations.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["geoid"], row["dataset"], row["year"]): row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Every place of the API fetched for two years, then reports made without a key."""
    checkout = copy_checkout(tmp_path_factory.mktemp("from the API") / "a project")
    shutil.copytree(ROOT / "data" / "raw", checkout.folder / "data" / "raw")
    server = Loopback()
    fill(server)
    for place in server.world["acs/acs5", 2023]:
        if place["geoid"] == "5157000":
            place["B01003_001E"] = str(NORFOLK)
    with running(server):
        made = Project(checkout, server)
        made.cvi("ingest", "--since", "2022", key=KEY)
        made.cvi("ingest", "--dataset", "acs1", "--year", "2024", key=KEY)
        made.asked_by_ingest = len(server.log)
        made.cvi("reports", "--cities", "norfolk-va 3774440")
        yield made


def day_of(name: str) -> str:
    """`November 3, 2026` from the time in a raw file's name."""
    found = re.search(r"-(\d{4})(\d\d)(\d\d)T\d{6}Z-", name)
    assert found
    year, month, day = map(int, found.groups())
    months = "January February March April May June July August September October November December"
    return f"{months.split()[month - 1]} {day}, {year}"


def test_ingestion_fills_the_raw_folder(project: Project) -> None:
    assert len(project.answers("acs5-")) == 3
    assert len(project.answers("acs1-")) == 1
    rows = (project.raw / "registry.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 1 + 8 + 4
    assert [row.split(",")[0] for row in rows[-4:-1]] == project.answers("acs5-")


def test_the_report_uses_the_fetched_figure_and_says_so(project: Project) -> None:
    (name,) = project.answers("acs5-2023")
    document = project.document("norfolk-va")
    assert document["population"]["value"] == NORFOLK
    provenance = document["provenance"]
    assert provenance["raw_file"] == name
    assert (provenance["dataset"], provenance["vintage"]) == ("acs5", "2023")
    assert provenance["origin"] == (
        f"fetched on {day_of(name)} from 127.0.0.1, which is not the Bureau's own server"
    )
    for form, text in project.texts("norfolk-va").items():
        assert f"{NORFOLK:,} residents" in text, form
        assert "American Community Survey, 5-year estimates" in text, form
        assert f"{name}, fetched on {day_of(name)} from 127.0.0.1" in text, form
        assert "an earlier file, acs5_2023.csv, has 235,037" in text, form


def test_what_was_fetched_beside_it_is_in_the_table_of_choices(project: Project) -> None:
    text = project.page("norfolk-va")
    shown = text[text.index("The same model on each population figure") :][:3000]
    assert "2019–2023 (used here)" in shown
    assert "2020–2024" in shown
    assert "1-year survey estimate (ACS)" in shown
    assert "Yearly estimates, vintage 2019" in shown
    assert "Two vintages are not one series" in text


def test_a_place_outside_the_list_needs_no_key_once_an_answer_holds_it(project: Project) -> None:
    later = project.api.log[project.asked_by_ingest :]
    assert not [path for path in later if "in=state%3A37" in path]
    assert project.document("wilmington-nc")["population"]["value"] == 118_578
    assert {key[2] for key in table(project) if key[:2] == ("3774440", "acs5")} == {
        "2022",
        "2023",
        "2024",
    }
    assert "3774440" in (project.raw / "places.csv").read_text(encoding="utf-8")


def test_its_report_has_no_empty_field(project: Project) -> None:
    for form, text in project.texts("wilmington-nc").items():
        assert "Wilmington" in text
        assert not re.search(r"(?<![A-Za-z])(None|nan|NaN|null)(?![A-Za-z])", text), form


def test_a_county_is_fetched_with_a_key(project: Project) -> None:
    assert "key_signup.html" in project.cvi("report", "King County, WA", status=2)
    text = project.cvi("report", "King County, WA", "--formats", "html pdf json", key=KEY)
    assert "king-county-wa" in text
    assert "Left out of the index" not in text, "the other reports are as true as before"
    for form, read in project.texts("king-county-wa").items():
        assert "One figure is held for King County: 2,262,713" in read, form
        assert "it has no margin of error" in read, form
        assert not re.search(r"(?<![A-Za-z])(None|nan|NaN|null)(?![A-Za-z])", read), form
    index = project.report("index.html").read_text(encoding="utf-8")
    for slug in ("norfolk-va", "wilmington-nc", "king-county-wa"):
        assert f'href="{slug}.html"' in index


def test_several_places_of_one_name_are_listed_with_state_and_population(project: Project) -> None:
    text = project.cvi("report", "Springfield", status=2)
    for line in (
        "2970000  Springfield city, Missouri (170,110 residents)",
        "2567000  Springfield city, Massachusetts",
        "1772000  Springfield city, Illinois",
    ):
        assert f"\n  {line}" in text
    assert "\\n" not in text


def test_another_vintage_is_one_option_away(project: Project) -> None:
    text = project.cvi("explain", "norfolk-va", "population.value", "-P", "population.year=2024")
    assert project.answers("acs5-2024")[0] in text
    assert "fetched on" in text


def test_the_same_report_again_is_the_same_bytes(project: Project) -> None:
    files = [project.report(f"norfolk-va.{form}") for form in ("html", "pdf", "json", "xlsx")]
    before = [path.read_bytes() for path in files]
    data = {path: path.read_bytes() for path in (project.checkout.folder / "data").rglob("*.*")}
    project.cvi("reports", "--cities", "norfolk-va", "--force")
    assert [path.read_bytes() for path in files] == before
    assert {path: path.read_bytes() for path in data} == data


def test_a_city_added_to_the_list_is_found_in_earlier_answers(project: Project) -> None:
    cities = project.checkout.folder / "params" / "cities.csv"
    before = cities.read_text(encoding="utf-8")
    header = before.splitlines()[0].split(",")
    row = dict.fromkeys(header, "") | {
        "slug": "springfield-il",
        "city": "Springfield",
        "state": "IL",
        "geoid": "1772000",
        "census_name": "Springfield city, Illinois",
    }
    cities.write_text(
        before.rstrip("\n") + "\n" + ",".join(f'"{row[name]}"' for name in header) + "\n",
        encoding="utf-8",
    )
    try:
        assert "not been built" in project.cvi("why", "springfield-il")
        assert ("1772000", "acs5", "2023") in table(project)
    finally:
        cities.write_text(before, encoding="utf-8")


def test_the_key_is_in_no_file_and_on_no_terminal(project: Project) -> None:
    assert KEY not in project.printed
    for path in project.checkout.folder.rglob("*"):
        if path.is_file():
            assert KEY.encode() not in path.read_bytes(), path
