"""Counts beside homicides: the core behind the rule, others apart, and no count checks itself."""

from __future__ import annotations

import pytest

from cvi_analysis.model.reality_checks import beside_homicides
from cvi_analysis.report.section_people import people_at_risk
from cvi_analysis.report.section_violence import counted_elsewhere

CLASSES = ("list", "group_members", "involved", "network")


def test_networks_and_lists_stand_apart_with_what_they_count(library):
    dossier = library.dossier("norfolk-va")
    text = people_at_risk(dossier).plain()
    for part in (
        "over a year or not stated: Washington 2.2 people for each homicide, Indianapolis 1.6 and",
        "Names on a list of police or a program\t0.6 to 3.8\tRichmond, CA 0.6 (28, 2009); Sacr",
        "Members of groups\t2.3\tColumbus, OH 2.3 (480, 2021)\n",
        "Everyone known in a shooting, victim or suspect\t5.9\tKnoxville, TN 5.9 (160, 2021)\n",
        "5.4 to 34.1\tNew Orleans, LA 5.4 (650, 2019); Kansas City, MO 8.2 (900, 2015); Oakland,",
        "Cincinnati, OH 25.0 (1,700, 2010, low confidence); Chicago, IL 34.1 (20,000, 2024)",
    ):
        assert part in text, part
    html = "".join(block.html() for block in counted_elsewhere(dossier))
    for row in dossier.evidence.counted:
        apart = row.people_class in CLASSES and row.same_year != "no"
        assert (f"({row.people:,}, {row.year}" in html) == apart, row
        if apart:
            assert f'href="{row.source_url}"' in html


@pytest.mark.parametrize(
    ("slug", "own", "others"),
    [
        ("washington-dc", "Washington’s own among them (2.2", "Indianapolis 1.6 and Oakland 2.6"),
        ("indianapolis-in", "Indianapolis’s own among them (1.6", "Washington 2.2 and Oakland 2.6"),
        ("oakland-ca", "Oakland’s own among them (2.6", "Washington 2.2 and Indianapolis 1.6"),
    ],
)
def test_a_citys_own_count_never_checks_itself(library, slug, own, others):
    dossier = library.dossier(slug)
    text = counted_elsewhere(dossier).plain()
    found = beside_homicides(
        dossier.evidence.counted, dossier.city.city, dossier.city.state, CLASSES
    )
    assert own in text
    assert f"A count is no check of itself; the others are {others}, which give" in text
    assert {row.place for row in found.core} < {"Washington DC", "Indianapolis IN", "Oakland CA"}
    low, high = found.by_core(dossier.case.known.homicides)
    assert f"which give {low:,.0f} to {high:,.0f} people here" in text


@pytest.mark.parametrize("slug", ["columbus-oh", "oakland-ca", "chicago-il", "knoxville-tn"])
def test_its_own_is_not_among_those_elsewhere(library, slug):
    dossier = library.dossier(slug)
    own = f"{dossier.city.city}, {dossier.city.state} "
    assert own not in counted_elsewhere(dossier).plain()
    assert own in counted_elsewhere(library.dossier("norfolk-va")).plain()


def test_a_place_without_homicides_gets_no_number(elsewhere):
    text = counted_elsewhere(elsewhere).plain()
    assert "Washington 2.2 people for each homicide" in text
    assert "people here" not in text


def test_without_any_counts_it_says_so(elsewhere):
    evidence = elsewhere.evidence.model_copy(update={"counted": ()})
    text = counted_elsewhere(elsewhere.model_copy(update={"evidence": evidence})).plain()
    assert text == (
        "What stands behind the rule by homicides. We hold no counts of the core beside homicides."
    )
