"""The index page: its table, its map, its story, and what its script does in a real browser."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cvi_analysis.batch import index as index_module
from cvi_analysis.batch.index import index_html
from cvi_analysis.model.intervals import Intervals
from cvi_analysis.report.document import document

from ..accessibility.browser import chromium, open_page

CITIES = (
    "norfolk-va", "chicago-il", "louisville-ky", "los-angeles-ca", "washington-dc",
    "st-louis-mo", "hampton-va",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def documents(library):
    return [parsed(library, slug) for slug in CITIES]


def parsed(library, slug: str, ranges: Intervals | None = None) -> dict:
    dossier = library.dossier(slug).model_copy(update={"drawn": ranges})
    return json.loads(document(dossier).to_bytes())


@pytest.fixture(scope="module")
def page(library, documents) -> str:
    return index(library, documents)


FILES = {"norfolk-va.pdf", "norfolk-va.docx", "norfolk-va.xlsx"}


def index(library, documents, **changes) -> str:
    given = {"compared": True, "files": {"norfolk-va": FILES}, "zipped": 2_345_678}
    scenario = library.params.scenario("baseline")
    given["scenarios"] = [library.params.scenario(name) for name in library.params.scenario_names]
    made = index_html(documents, "baseline", scenario, {}, library.params, **{**given, **changes})
    return made.decode()


def test_table_is_complete_and_sorted_without_script(page):
    rows = re.findall(r'<tr data-slug="([\w-]+)"', page)
    assert rows == [
        "chicago-il", "hampton-va", "los-angeles-ca", "louisville-ky", "norfolk-va",
        "st-louis-mo", "washington-dc",
    ]  # fmt: skip
    assert "$19,916,579" in page
    for ending in ("pdf", "docx", "xlsx"):
        assert f'href="norfolk-va.{ending}"' in page
        assert f'href="chicago-il.{ending}"' not in page


def test_places_beside_the_list_are_named_with_the_sums(library, documents, page):
    assert "not on this project’s list" not in page
    one = index(library, documents, unlisted={"hampton-va"})
    assert "list of cities: Hampton, VA. Its report was asked for beside the list." in one
    two = index(library, documents, unlisted={"hampton-va", "washington-dc"})
    assert "Hampton, VA; Washington, DC. Their reports were asked for" in two


def test_same_input_gives_the_same_bytes_and_nothing_is_fetched(library, documents, page):
    assert page == index(library, documents)
    assert len(page.encode()) < 200_000
    assert "default-src 'none'" in page
    assert "http://" not in page
    assert "src=" not in page
    assert "CONTENT-SECURITY-POLICY" not in page


def test_every_scenario_can_be_chosen_whatever_lies_beside_the_page(library, page):
    assert '<span aria-current="page">Baseline</span>' in page
    others = set(library.params.scenario_names) - {"baseline"}
    assert set(re.findall(r'href="\.\./scenarios\.html#([\w-]+)"', page)) == others
    assert len(re.findall(r'href="\.\.', page)) == len(others)


def test_story_names_strategies_programs_organizations_and_corrections(library, page):
    for strategy in library.params.strategies.values():
        assert strategy.title in page
        for example in strategy.examples:
            assert example.name in page
    for wanted in (
        "Health Alliance for Violence Intervention",
        "National Institute for Criminal Justice Reform",
        "Community Based Public Safety Collective",
        "Cities United",
        "Send a correction",
        "Further reading",
        "not affiliated with or endorsed by",
        "has not endorsed or certified this product",
        'href="profiles.csv"',
        'href="workbooks.zip"',
        "in one file of 2.3 MB",
        'href="comparison.html"',
    ):
        assert wanted in page, wanted


@pytest.mark.parametrize(
    ("residents", "size"),
    [
        *((1, "under-250"), (249_999, "under-250"), (250_000, "to-500"), (499_999, "to-500")),
        *((500_000, "to-1000"), (999_999, "to-1000"), (1_000_000, "over-1000")),
    ],
)
def test_a_city_is_found_by_its_size_also_at_the_borders(library, documents, residents, size):
    city = {**documents[0], "population": {**documents[0]["population"], "value": residents}}
    page = index(library, [city])
    assert re.findall(r'data-size="([\w-]+)"', page) == [size]
    assert f'<option value="{size}">' in page


def test_one_city_alone(library, documents):
    page = index(library, documents[:1], compared=False, files=None, zipped=0)
    assert "1 city, in order of name" in page
    assert "<svg" not in page
    assert "comparison.html" not in page
    assert ".xlsx" not in page
    assert ".zip" not in page


def test_a_name_of_markup_stays_text(library, documents):
    city = {**documents[0]["city"], "name": '</script><script>alert("1")</script>&'}
    page = index(library, [{**documents[0], "city": city}])
    assert 'alert("1")' not in page
    assert "<script>alert" not in page


def test_map_places_cities_where_they_are(library, documents):
    found = index_module.dots(documents, library.params.cities)
    places = {dot.document["city"]["slug"]: dot for dot in found}
    assert len(found) == len(CITIES)
    assert places["los-angeles-ca"].x < places["chicago-il"].x < places["norfolk-va"].x
    assert places["chicago-il"].y < places["norfolk-va"].y < places["los-angeles-ca"].y
    big, small = places["chicago-il"], places["norfolk-va"]
    people = [dot.document["people_at_risk"]["rounded"] for dot in (big, small)]
    assert big.radius / small.radius == pytest.approx(math.sqrt(people[0] / people[1]), rel=0.02)


def test_map_labels_cover_nothing(library):
    ranges = library.dossier("norfolk-va").ranges  # of which the map shows nothing
    documents = [parsed(library, slug, ranges) for slug in library.params.cities]
    found = index_module.dots(documents, library.params.cities)
    assert len(found) == 50
    assert sum(bool(dot.label) for dot in found) > 35
    for dot in found:
        assert 0 < dot.x < index_module.WIDTH
        assert 0 < dot.y < index_module.HEIGHT


@pytest.mark.chromium
@pytest.mark.parametrize("width", [360, 768, 960, 1280, 1920])
def test_bars_are_as_long_as_their_figures(browser, page, tmp_path: Path, width):
    path = tmp_path / "index.html"
    path.write_text(page, encoding="utf-8")
    data = json.loads(re.search(r'id="data">(.+?)</script>', page)[1])
    names = (
        "population", "people", "staff", "frontline", "supervisors", "city_office", "total",
        "team", "support", "wraparound", "per_resident", "per_person",
    )  # fmt: skip
    with open_page(path, browser, viewport={"width": width, "height": 900}) as (tab, problems):
        for slugs in (CITIES[:2], CITIES[1:4], CITIES[:4], ("norfolk-va", "hampton-va")):
            tab.goto("about:blank")
            tab.goto(f"{path.as_uri()}#compare={','.join(slugs)}")
            rows = tab.evaluate(
                """() => [...document.querySelectorAll('.side tbody tr:not(.group)')].map((row) =>
                [...row.querySelectorAll('.bar')].map((bar) => {
                  const box = bar.getBoundingClientRect(), cell = bar.parentElement;
                  return [box.width, box.right <= cell.getBoundingClientRect().right];
                }))"""
            )
            assert len(rows) == len(names)
            for name, bars in zip(names, rows, strict=True):
                figures = [data[slug][name] for slug in slugs]
                assert len(bars) == len(slugs)
                assert all(inside for _, inside in bars), name
                longest = max(pixels for pixels, _ in bars)
                assert longest > 100
                for (pixels, _), figure in zip(bars, figures, strict=True):
                    expected = longest * figure / max(figures)
                    assert pixels == pytest.approx(expected, rel=0.01), (name, slugs)
        assert problems == []


@pytest.mark.chromium
def test_script_finds_sorts_and_compares(browser, page, tmp_path: Path):
    path = tmp_path / "index.html"
    path.write_text(page, encoding="utf-8")
    with open_page(path, browser) as (tab, problems):

        def shown() -> list[str]:
            return tab.eval_on_selector_all(
                ".cities tbody tr:not([hidden])", "rows => rows.map(row => row.dataset.slug)"
            )

        tab.fill("#find", "st louis")
        assert shown() == ["st-louis-mo"]
        assert tab.inner_text("#status") == "1 of 7 cities is shown."
        assert tab.is_hidden("#dot-norfolk-va")
        tab.click("#clear")
        tab.select_option("#state", "VA")
        assert shown() == ["hampton-va", "norfolk-va"]
        tab.select_option("#size", "under-250")
        assert shown() == ["hampton-va", "norfolk-va"]
        tab.click("#clear")
        tab.click("text=Annual budget")
        assert shown()[0] == "los-angeles-ca"
        assert tab.get_attribute("th:has-text('Annual budget')", "aria-sort") == "descending"
        tab.click("text=Annual budget")
        assert shown()[-1] == "los-angeles-ca"
        assert tab.is_hidden("#side-by-side")
        for name in ("Norfolk, VA", "Chicago, IL", "Washington, DC", "Hampton, VA"):
            tab.check(f"[aria-label='Compare {name}']")
        assert tab.is_disabled("[aria-label='Compare St. Louis, MO']")
        table = tab.inner_text("#side-by-side table")
        assert "$19.9 million" in table
        assert "Range: 58 to 379" in table
        assert tab.url.endswith("#compare=norfolk-va,chicago-il,washington-dc,hampton-va")
        tab.reload()
        assert tab.is_checked("[aria-label='Compare Norfolk, VA']")
        tab.click("#none")
        assert tab.is_hidden("#side-by-side")
        assert problems == []


@pytest.mark.chromium
def test_enter_in_the_search_opens_the_city_or_says_what_to_do(browser, library, tmp_path: Path):
    cities = [parsed(library, slug) for slug in (*CITIES, "jackson-ms")]
    another = {"slug": "jacksonville-fl", "name": "Jacksonville", "state": "FL"}
    cities.append({**cities[0], "city": {**cities[0]["city"], **another}})
    path = tmp_path / "index.html"
    path.write_text(index(library, cities), encoding="utf-8")
    for city in cities:
        page = "<!DOCTYPE html><title>A report</title>"
        (tmp_path / f"{city['city']['slug']}.html").write_text(page, encoding="utf-8")
    with open_page(path, browser) as (tab, problems):
        for asked, there in {
            "norfolk-va": "norfolk-va.html",
            "nowhere": "index.html?city=nowhere",
        }.items():
            tab.goto(f"{path.as_uri()}?city={asked}")
            tab.wait_for_url(f"**/{there}")
        assert tab.inner_text("#status").startswith("All ")
        assert problems == []
    opened = {"norf": "norfolk-va", "Jackson": "jackson-ms", "st. louis ": "st-louis-mo"}
    said = {
        "jack": "2 cities fit. Type more of the name, or choose one in the table.",
        "": "Type a city’s name, or choose one in the table.",
        "xyz": "No city fits. Try fewer letters, or another state or size.",
    }
    with open_page(path, browser) as (tab, problems):
        for typed, told in said.items():
            tab.focus("#find")
            tab.keyboard.press("Control+A")
            tab.keyboard.press("Delete")
            tab.keyboard.type(typed)
            tab.keyboard.press("Enter")
            assert tab.inner_text("#status") == told
            assert tab.url == path.as_uri()
            assert tab.evaluate("document.activeElement.id") == "find"
        for typed, slug in opened.items():
            tab.goto(path.as_uri())
            tab.focus("#find")
            tab.keyboard.type(typed)
            tab.keyboard.press("Enter")
            tab.wait_for_url(f"**/{slug}.html")
        assert problems == []
