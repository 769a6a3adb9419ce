"""A city's own count is credited to who counted, wherever a report speaks of it, and not denied."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from cvi_analysis.report.explanation import Chain
from cvi_analysis.report.library import Library
from cvi_analysis.report.many_cities import open_annex

from .reading import STEPS, plain, words, written

SOURCE = "City of Norfolk, Office of Prevention, problem analysis"
ADDRESS = "https://example.org/analysis"
OWN = {
    "norfolk-va": {
        "local_estimate": "300",
        "local_estimate_low": "220",
        "local_estimate_year": "2025",
        "local_estimate_source": SOURCE,
        "local_estimate_url": ADDRESS,
        "local_estimate_note": "People tied to a shooting in two years",
    },
    "columbus-oh": {
        "local_estimate": "520",
        "local_estimate_source": "Columbus Public Health (CPH), a count of 2025",
    },
    "washington-dc": {
        "local_estimate": "600",
        "local_estimate_year": "2025",
        "local_estimate_source": "Office of Neighborhood Safety (ONSE)",
    },
}


@pytest.fixture
def own(project: Path) -> Library:
    """The project with counts of three cities' own in `params/cities.csv`."""
    path = project / "params" / "cities.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row.update(OWN.get(row["slug"], {}))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return Library.load(project)


@pytest.mark.parametrize("slug", OWN)
@pytest.mark.parametrize("used", ["local", "residents", "homicides"])
def test_it_is_not_denied(own, slug, used):
    dossier = own.dossier(slug, overrides={"people_at_risk.method": used})
    text = words("\n".join(written(dossier).values()))
    assert "know of no local count" not in text
    assert "of the 50 cities have one here" not in text
    assert "A local count is better evidence than any rule" in text


def test_the_annex_says_when_one_is_taken():
    note = open_annex().register().loc["people_at_risk.method", "note"]
    assert "takes a city's own or published count where it has one" in note


def test_a_city_without_one_says_so(library):
    text = plain(library.dossier("norfolk-va"), "reality")
    assert "We know of no local count here." in text


def test_who_counted_is_named_wherever_the_count_is(own):
    dossier = own.dossier("norfolk-va")
    people = plain(dossier, "people")
    assert f"{SOURCE} (2025). People tied to a shooting in two years." in people
    assert "Local count (City of Norfolk, 2025) (used here)\t220\t300\t\t0.128%" in people
    reality = plain(dossier, "reality")
    assert "City of Norfolk, 2025 (used)\t300\t0.128%\tPeople tied to a shooting" in reality
    steps = plain(dossier, STEPS)
    assert f"a published local count takes the place of the rule ({SOURCE} (2025)): 300" in steps
    assert f"\t{SOURCE} (example.org)\t" in plain(dossier, "sources")
    for section in (people, steps):
        assert "NICJR" not in section
    assert SOURCE in Chain(dossier).text("people_at_risk.estimate")


def test_a_source_without_an_address_is_a_source(own):
    dossier = own.dossier("columbus-oh")
    assert "\tColumbus Public Health (CPH), a count of 2025\t" in plain(dossier, "sources")
    assert "CPH (used)\t520\t" in plain(dossier, "reality")


def test_a_new_count_takes_no_credit_from_the_one_before(own):
    text = plain(own.dossier("washington-dc"), "reality")
    assert "ONSE, 2025 (used)\t600\t" in text
    assert "NICJR, 2021\t500\t" in text
    assert "NICJR, 2021 (used)" not in text


@pytest.mark.parametrize("slug", ["washington-dc", "indianapolis-in"])
def test_a_count_that_two_files_give_is_shown_once(library, slug):
    dossier = library.dossier(slug)
    text = plain(dossier, "reality")
    assert text.count("NICJR, 2021 (used)") == text.count("(used)") == 1
    assert plain(dossier, "people").count("Local count (NICJR, 2021) (used here)") == 1
    assert plain(dossier, "people").count("Local count") == 1
