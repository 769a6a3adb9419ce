"""Pay as in each city's own area: the scenario's file, and what a report says of it."""

from __future__ import annotations

import pytest

from cvi_analysis.display.formats import short_dollars
from cvi_analysis.model.staffing import OVP, ROLES
from tests.report.reading import plain

SCENARIO = "local-wages"


def wage(role):
    return f"roles.{role}.wage"


def test_every_wage_that_was_released_is_used(library):
    params = library.params
    for slug, city in params.cities.items():
        own = params.scenario(SCENARIO).by_city[slug]
        for role in ROLES:
            local = params.wages.metro(params.roles[role].soc, city.metro_code)
            assert (wage(role) in own) is (local is not None)
            if local is not None and role not in OVP:
                assert own[wage(role)].value == local.mean
                assert own[wage(role)].quality == "A"
            assert city.metro in own[next(iter(own))].source


def test_a_city_s_own_posts_move_with_the_area(library):
    own = library.dossier("norfolk-va", SCENARIO).assumptions[wage("ovp_director")]
    assert own.value == pytest.approx(137_170 * 117_850 / 134_940, abs=0.5)
    assert (own.quality, own.fit) == ("B", "B")
    assert "137,170 x 117,850 / 134,940" in own.note


def test_ends_that_programs_set_stay(library):
    for slug in library.params.cities:
        items = library.dossier(slug, SCENARIO).assumptions
        for item in items.values():
            if item.name.endswith(".wage"):
                assert item.low <= item.value <= item.high
        assert items[wage("supervisor")].low == 50_000


def test_the_report_names_what_was_not_released(library):
    louisville = library.dossier("louisville-ky", SCENARIO)
    text = plain(louisville, "staff-")
    assert (
        "BLS released no wage for Administrative Services Managers (11-3012) in "
        "Louisville/Jefferson County, KY-IN; the national figure stands for OVP assistant "
        "directors."
    ) in text
    assert louisville.values[wage("ovp_assistant_director")] == 121_950
    entered = library.dossier("louisville-ky", SCENARIO, {wage("ovp_assistant_director"): 99_000})
    assert "BLS released no wage" not in plain(entered, "staff-")
    for dossier in (library.dossier("louisville-ky"), library.dossier("norfolk-va", SCENARIO)):
        assert "BLS released no wage" not in plain(dossier, "staff-")


def test_one_sentence_for_two_roles_of_one_occupation(library):
    silent = [slug for slug in library.params.cities if _outreach_is_silent(library, slug)]
    assert silent
    text = plain(library.dossier(silent[0], SCENARIO), "staff-")
    assert text.count("Community Health Workers (21-1094)") == 1
    assert "stands for street outreach workers and mediators." in text


def _outreach_is_silent(library, slug):
    return "outreach_worker" in library.dossier(slug, SCENARIO).unreleased


def test_the_report_credits_the_area_and_lists_only_its_own(library):
    dossier = library.dossier("norfolk-va", SCENARIO)
    area = "OEWS May 2025, Virginia Beach-Chesapeake-Norfolk, VA-NC"
    (number,) = (
        line.split("\t")[0] for line in plain(dossier, "sources").splitlines() if area in line
    )
    text = plain(dossier, "register")
    own = [row for row in text.splitlines() if row.startswith("Wage of ")]
    assert len(own) == 12
    assert all(row.endswith(f"\t{number}") for row in own)
    assert "Set for this city alone. Wage of" in text
    assert "137,170 x 117,850 / 134,940" in text, "no annex says how it was computed"
    text = plain(dossier, "scenario_box") + plain(dossier, "differences")
    assert "12 assumptions, listed below" in text
    assert "Set for Norfolk alone: 12 values of these" in text
    assert text.count("the scenario, for Norfolk alone") == 12


def test_a_baseline_report_says_what_local_wages_would_do_to_its_budget(library):
    for slug in ("norfolk-va", "oakland-ca"):
        total = library.dossier(slug, SCENARIO).profile.budget.total
        told = (
            f"With local wages (scenario {SCENARIO}) the budget would be {short_dollars(total)} a "
            "year."
        )
        assert told in plain(library.dossier(slug), "staff")
        assert "With local wages" not in plain(library.dossier(slug, SCENARIO), "staff")
    paid = library.dossier("norfolk-va", overrides={wage("mediator"): 60_000})
    assert "With local wages" not in plain(paid, "staff"), "it changes pay itself"
