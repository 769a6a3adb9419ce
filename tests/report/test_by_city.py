"""What a report says of values that a scenario sets for one city."""

from __future__ import annotations

import numpy as np
import pytest

from cvi_analysis.report.explanation import Chain
from cvi_analysis.report.library import Library
from cvi_analysis.report.panel import Panel

from .reading import plain, side_by_side, words_of

WAGE = "roles.mediator.wage"
OWN = f"""title: Own pay
reason: To see it.
changes:
  roles.mediator.caseload: 12
by_city:
  norfolk-va:
    {WAGE}: {{value: 52000, source: City of Norfolk pay plan, source_url: "https://example.org/p"}}
    roles.outreach_worker.wage: 51000
"""


@pytest.fixture
def own(project):
    (project / "params" / "scenarios" / "own.yaml").write_text(OWN, encoding="utf-8")
    return Library.load(project)


def said(dossier) -> str:
    return plain(dossier, "scenario_box") + plain(dossier, "differences")


def test_the_box_says_what_is_set_for_this_city_and_by_whom(own):
    text = said(own.dossier("norfolk-va", "own"))
    assert "Set for Norfolk alone: 2 values of these" in text
    assert "the scenario, for Norfolk alone: City of Norfolk pay plan" in text
    assert "\tthe scenario, for every city" in text
    entered = own.dossier("norfolk-va", "own", {WAGE: 60_000})
    text = said(entered)
    assert "Set for Norfolk alone: 1 value of these; the table below says where it comes" in text
    assert "you, for this report" in text
    other = said(own.dossier("hampton-va", "own"))
    assert "alone" not in other
    assert "Set by" not in other


def test_the_source_of_a_value_is_the_city_s(own):
    dossier = own.dossier("norfolk-va", "own")
    rows = plain(dossier, "register").splitlines()
    row = next(line for line in rows if line.startswith("Wage of mediators"))
    assert "(changed here)" in row
    number = row.split("\t")[-1]
    assert f"\n{number}\tCity of Norfolk pay plan (example.org)\t" in plain(dossier, "sources")
    assert "City of Norfolk pay plan" in Chain(dossier).text("staffing.mediator.wage")


def test_other_cities_are_not_paid_as_this_one(own):
    dossier = own.dossier("norfolk-va", "own")
    without = own.dossier("norfolk-va", overrides={"roles.mediator.caseload": 12})
    residents = np.array([peer.population for peer in dossier.peers], dtype=float)
    totals = [one.by_one_rule(residents).budget.total for one in (dossier, without)]
    assert list(totals[0]) == list(totals[1])
    assert dossier.profile.budget.total < without.profile.budget.total
    assert "the same pay" in plain(dossier, "comparison")


def test_pages_on_all_cities_say_so_without_the_values(own):
    panel = Panel.of(own, "own")
    assert set(panel.scenario.by_city) == {WAGE, "roles.outreach_worker.wage"}
    box = words_of(side_by_side(panel)["glance-scenario"])
    assert "2 assumptions have values of the city’s own in some cities" in box
    assert "52,000" not in box
    norfolk = next(place for place in panel.places if place.city.slug == "norfolk-va")
    assert norfolk.own[WAGE].value == 52_000
    total = panel.cases["norfolk-va"].profile().budget.total
    assert total == own.dossier("norfolk-va", "own").profile.budget.total
