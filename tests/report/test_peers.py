"""The murder rates that cities are compared by."""

from __future__ import annotations

import json
import re

import pytest

from cvi_analysis.report.panel import Panel

from .reading import NOTEBOOK, plain, shown, side_by_side, words_of

OUTSIDE = {"norfolk-va": (37, 26), "oakland-ca": (81, 57), "jackson-ms": (111, 75)}
"""Cities that the Real-Time Crime Index does not have, and their homicides of 2024 and 2025."""
NAMED = "Norfolk, Oakland and Jackson are not in that index: their homicides, from other sources"


@pytest.mark.parametrize("slug", OUTSIDE)
def test_a_city_outside_the_index_has_the_rate_of_its_own_homicides(library, slug):
    dossier = library.dossier(slug)
    text = plain(dossier, "comparison")
    rate = sum(OUTSIDE[slug]) / 2 / dossier.population.population * 100_000
    row = re.search(r"^Murders a year per 100,000 people.*$", text, re.M)[0].split("\t")
    assert row[1] == f"{rate:.1f}".removesuffix(".0")
    assert "not known" not in text
    assert NAMED in text


def test_the_index_goes_before_a_division(library):
    dossier = library.dossier("washington-dc")
    text = plain(dossier, "comparison")
    assert "\t23.1\t6.7 (Los Angeles)\t" in text
    assert {peer.slug for peer in dossier.peers if peer.divided} == set(OUTSIDE)
    assert all(peer.murder_rate is not None for peer in dossier.peers)


def test_the_page_on_all_cities_has_the_same_rates(library):
    text = words_of(side_by_side(Panel.of(library))["table"])
    assert "not known" not in text
    assert NAMED in text
    peers = {peer.name: peer for peer in library.dossier("norfolk-va").peers}
    for name in ("Norfolk", "Jackson", "Washington"):
        (row,) = (line for line in text.splitlines() if line.startswith(f"{name}, "))
        assert row.split("\t")[-2] == f"{peers[name].murder_rate:.1f}"


def test_the_cities_next_in_size_stand_beside_this_one(library):
    rows = shown(library.dossier("norfolk-va"), "comparison")["comparison-similar"][0].plain()
    cities = [line.split("\t")[0] for line in rows.splitlines()[2:]]
    assert cities == [
        "Rochester, NY", "Baton Rouge, LA", "Richmond, VA", "Norfolk",
        "Winston-Salem, NC", "Fort Wayne, IN", "Buffalo, NY",
    ]  # fmt: skip
    assert "Norfolk\t235,037\t235\t77\t$19.9 million\t$84.74" in rows


def test_the_chart_and_the_table_begin_with_this_city(library):
    found = shown(library.dossier("norfolk-va"), "comparison")
    (chart,) = found["comparison-chart"]
    finding = "Norfolk beside other cities: 235 people by residents, 69 by homicides"
    assert chart.alt.startswith(f"{finding}. People, by a share of residents: 235; lowest 137")
    assert "Norfolk $632,000" in chart.svg()
    assert "Jackson $141,000" in chart.svg()
    table = found["comparison-table"][0].plain()
    assert "by residents\t$19.9 million\t$11.9 million (Dayton)\t$26.0 million\t$290" in table


def test_print_has_the_comparison_in_a_paragraph(library):
    tagged = {
        cell["id"]: cell["metadata"].get("tags", [])
        for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
        if cell["id"].startswith("comparison-") or cell["id"] == "comparison"
    }
    assert tagged.pop("comparison-print") == ["print-only"]
    assert {name for name, tags in tagged.items() if tags == ["web-only"]} == {
        "comparison", "comparison-chart", "comparison-table", "comparison-similar",
    }  # fmt: skip
    told = shown(library.dossier("norfolk-va"), "comparison")["comparison-print"][0].plain()
    assert (
        "Murders a year per 100,000 people, 2024–2025: 13.4 here; lowest 6.7 (Los Angeles)" in told
    )
    assert "Budget by residents for each homicide of a year: $632,000 here; lowest $141,000" in told
    assert "rest on another count" not in told
    told = shown(library.dossier("washington-dc"), "comparison")["comparison-print"][0].plain()
    assert "The figures above for Washington differ, because they rest on another count." in told


def test_a_place_of_unknown_homicides_is_compared_by_residents_alone(library):
    norfolk = library.dossier("norfolk-va")
    city = norfolk.city.model_copy(update={"geoid": "5199999", "slug": "my-town"})
    dossier = norfolk.model_copy(update={"city": city, "homicides": None})
    found = shown(dossier, "comparison")
    assert found["comparison-chart"][0].alt.startswith(
        "Norfolk beside other cities: 235 people by residents. "
    )
    assert "People, by homicides\tnot known\t33 (Rockford)" in found["comparison-table"][0].plain()
