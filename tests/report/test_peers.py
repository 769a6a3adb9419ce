"""The murder rates that cities are compared by."""

from __future__ import annotations

import re

import pytest

from cvi_analysis.report.cities_overview import Cities
from cvi_analysis.report.panel import Panel
from cvi_analysis.report.section_peers import comparison

OUTSIDE = {"norfolk-va": (37, 26), "oakland-ca": (81, 57), "jackson-ms": (111, 75)}
"""Cities that the Real-Time Crime Index does not have, and their homicides of 2024 and 2025."""
NAMED = "Norfolk, Oakland and Jackson are not in that index: their homicides, from other sources"


@pytest.mark.parametrize("slug", OUTSIDE)
def test_a_city_outside_the_index_has_the_rate_of_its_own_homicides(library, slug):
    dossier = library.dossier(slug)
    text = comparison(dossier).plain()
    rate = sum(OUTSIDE[slug]) / 2 / dossier.population.population * 100_000
    row = re.search(r"^Murders a year per 100,000 people.*$", text, re.M)[0].split("\t")
    assert row[1] == f"{rate:.1f}".removesuffix(".0")
    assert "not known" not in text
    assert NAMED in text


def test_the_index_goes_before_a_division(library):
    dossier = library.dossier("washington-dc")
    text = comparison(dossier).plain()
    assert "\t23.1\t6.7 (Los Angeles)\t" in text
    assert {peer.slug for peer in dossier.peers if peer.divided} == set(OUTSIDE)
    assert all(peer.murder_rate is not None for peer in dossier.peers)


def test_the_page_on_all_cities_has_the_same_rates(library):
    text = Cities(Panel.of(library)).table().plain()
    assert "not known" not in text
    assert NAMED in text
    peers = {peer.name: peer for peer in library.dossier("norfolk-va").peers}
    for name in ("Norfolk", "Jackson", "Washington"):
        (row,) = (line for line in text.splitlines() if line.startswith(f"{name}, "))
        assert row.endswith(f"\t{peers[name].murder_rate:.1f}")
