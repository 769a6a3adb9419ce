"""Assumptions by dotted name, as typed in a cell or injected by papermill."""

from __future__ import annotations

import pytest

from cvi_analysis.errors import InputError
from cvi_analysis.model.assumptions_read import EXPECTED
from cvi_analysis.report.annex import AnnexInputs
from cvi_analysis.report.city_report import Overrides, open_report
from cvi_analysis.report.panel import Panel
from tests.report.reading import annex_of, difference, side_by_side, words_of


def overrides(source: str) -> Overrides:
    variables: dict = {}
    found = Overrides(variables)
    exec(source, variables)  # what a cell does
    return found


def test_dotted_names_are_collected():
    found = overrides(
        "roles.mediator.caseload = 12\npeople_at_risk.share = 0.002\n"
        "budget.wraparound.housing_share = 0.4\nroles.ovp_director.posts = [1, 1, 1, 1, 2]"
    )
    assert found.collected() == {
        "roles.mediator.caseload": 12,
        "people_at_risk.share": 0.002,
        "budget.wraparound.housing_share": 0.4,
        "roles.ovp_director.posts": [1, 1, 1, 1, 2],
    }


def test_a_whole_name_can_be_assigned():
    assert overrides("people_at_risk = 300").collected() == {"people_at_risk": 300}
    both = overrides("people_at_risk.share = 0.002\npeople_at_risk = 300").collected()
    assert both == {"people_at_risk": 300, "people_at_risk.share": 0.002}


def test_nothing_assigned_is_nothing_changed():
    assert overrides("roles.mediator\nrepr(budget)").collected() == {}


def test_the_roots_are_those_of_the_register(library):
    assert {name.split(".")[0] for name in library.params.register.assumptions} == set(
        EXPECTED.roots
    )


def test_overrides_reach_the_model():
    report = open_report(
        "norfolk-va", "baseline", overrides("roles.mediator.caseload = 12"), {"people_at_risk": 300}
    )
    assert report.profile.post("mediator").count == 25
    assert report.profile.people.method == "entered"
    changed = {change.name for change in report.dossier.scenario.changes}
    assert changed == {"people_at_risk", "roles.mediator.caseload"}
    box = report.scenario_box().plain()
    assert (
        "Changes of your own: people at the highest risk, entered by hand "
        "(not set before, 300 here) people_at_risk; caseload of mediators (14 before, 12 here) "
        "roles.mediator.caseload." in box
    )
    assert "command line" not in box


@pytest.mark.parametrize(
    ("source", "more", "says"),
    [
        ("roles.meditor.caseload = 12", None, "Did you mean roles.mediator.caseload"),
        ("roles.mediator.caseload = 0", None, "roles.mediator.caseload"),
        ("budget = 5", None, "budget"),
        ("", {"people_at_risk.share": "much"}, "people_at_risk.share"),
        ("", [1], "dotted names"),
    ],
)
def test_a_wrong_override_is_refused_in_one_message(source, more, says):
    with pytest.raises(InputError) as caught:
        open_report("norfolk-va", "baseline", overrides(source), more)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value._render_traceback_() == [f"InputError: {caught.value}"]


def test_the_report_is_something_to_play_with():
    report = open_report("norfolk-va")
    table = report.table()
    assert table.loc["mediator", "count"] == report.profile.post("mediator").count
    assert report.document.budget.total == report.profile.budget.total
    assert "Norfolk" in repr(report)


def test_pages_that_cities_share_name_what_was_changed(library):
    given = {"roles.mediator.caseload": 12}
    told = "Changes of your own: roles.mediator.caseload."
    baseline, changed = Panel.of(library), Panel.of(library, "baseline", given)
    for cells in (
        annex_of(AnnexInputs.of(library, "baseline", given))["about"],
        side_by_side(changed)["glance-scenario"],
        difference(baseline, changed)["glance-scenarios"],
    ):
        assert told in words_of(cells)
    assert "Changes of your own" not in words_of(annex_of(AnnexInputs.of(library))["about"])
