"""What is said of the ways of counting people: over which time, and on whose counts they rest."""

from __future__ import annotations

import csv

import pytest

from cvi_analysis.report.library import Library

from .reading import plain

BEHIND = {
    "washington-dc": "500 people beside 226 homicides a year, 2021",
    "indianapolis-in": "400 people beside 249 homicides a year, 2021",
    "oakland-ca": "300 people beside 114 homicides a year, 2013",
}


@pytest.mark.parametrize("slug", BEHIND)
def test_a_city_behind_the_rule_by_homicides_says_so_wherever_it_is_shown(library, slug):
    dossier = library.dossier(slug)
    said = f"on the count for {dossier.city.city} itself ({BEHIND[slug]}), so here it is no second"
    first = f"rests in part on {dossier.city.city}’s own count, so it is no second opinion"
    assert first in plain(dossier, "glance")
    assert said in plain(dossier, "people")


def test_no_other_city_says_so(library):
    for slug in set(library.params.cities) - set(BEHIND):
        dossier = library.dossier(slug)
        assert "no second opinion" not in plain(dossier, "glance-methods"), slug


def test_a_rule_of_the_readers_own_rests_on_no_count(library):
    changed = {"people_at_risk.people_per_homicide": 3.0}
    dossier = library.dossier("washington-dc", overrides=changed)
    assert "no second opinion" not in plain(dossier, "glance-methods")


def test_over_a_year_is_said_to_be_our_reading_of_the_share(library):
    text = plain(library.dossier("norfolk-va"), "glance-methods")
    assert "A share of residents (used here)\tover a year\t235\t" in text
    assert "CAPS does not say whether its share is over a year" in text
    assert "nor does 1 of 3 counts behind the rule by homicides; we read both so" in text
    changed = {"people_at_risk.people_per_homicide": 3.0}  # It rests on no count.
    own = plain(library.dossier("norfolk-va", overrides=changed), "glance-methods")
    assert "CAPS does not say whether its share is over a year; we read it so." in own
    assert "over a year is our reading" in library.params.register["people_at_risk.share"].note


def test_a_count_at_one_time_is_not_said_to_be_over_a_year(project):
    path = project / "params" / "cities.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["slug"] == "indianapolis-in":
            row["local_estimate_counts"] = "at_one_time"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    text = plain(Library.load(project).dossier("indianapolis-in"), "glance-methods")
    assert "The city’s own count (used here)\tat one time\t400\t400\t" in text
    assert "A share of residents\tover a year\t882\t" in text
