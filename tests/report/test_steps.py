"""The method's steps, as the notebook computes them, give what the model gives, whatever is set."""

from __future__ import annotations

import pytest

from scripts.notebook_cells import Cells, compiled
from tests.report.reading import CELLS, STEPS, plain

AGREE = "These steps give the same 33 figures as the rest of this report."
CITIES = ["norfolk-va", "washington-dc", "los-angeles-ca", "st-louis-mo"]
SET = [
    {"people_at_risk": 300},
    {"people_at_risk": 2345, "people_at_risk.months": 6, "people_at_risk.take_up": 0.55},
    {"people_at_risk.method": "homicides", "people_at_risk.people_per_homicide": 12},
    {"people_at_risk.method": "residents", "people_at_risk.target_share": 0.37},
    {"economies_of_scale.enabled": False, "budget.indirect_share": 0.123},
    {"roles.mediator.count": 0, "roles.supervisor.count": 9, "roles.ovp_director.count": 2},
    {"staffing.minimum_per_role": 4, "roles.case_manager.caseload": 2.5},
    {"population": 250_000, "ovp.population_limits": [250_000, 250_001, 250_002, 250_003]},
    {"benefits.government": 0.333, "budget.wraparound_per_person": 12_345.67},
]


@pytest.mark.parametrize("slug", CITIES)
def test_they_agree_under_every_scenario(library, slug):
    for scenario in library.params.scenario_names:
        assert plain(library.dossier(slug, scenario), STEPS).endswith(AGREE), scenario


@pytest.mark.parametrize("changes", SET, ids=str)
@pytest.mark.parametrize("slug", CITIES)
def test_they_agree_with_whatever_is_set(library, slug, changes):
    text = plain(library.dossier(slug, "baseline", changes), STEPS)
    assert text.endswith(AGREE)
    if "roles.supervisor.count" in changes:
        assert "\nCVI supervisor\tentered\t\t9\t" in text


def test_they_agree_for_every_city(library):
    for slug in library.params.cities:
        assert plain(library.dossier(slug), STEPS).endswith(AGREE), slug


@pytest.mark.parametrize(
    ("counts", "beside", "says"),
    [
        ("at_one_time", None, "80 × 1 × 1 = 80 people served."),
        ("over_a_year", 30.0, "30 at one time × 1 × 1 = 30 people served."),
        ("over_a_year", None, "80 × 12 / 12 × 1 × 1 = 80 people served."),
    ],
)
def test_they_know_what_a_local_count_counts(library, counts, beside, says):
    city = library.params.city("norfolk-va").model_copy(
        update={
            **{"local_estimate": 80.0, "local_estimate_source": "The *city*"},
            **{"local_estimate_counts": counts, "local_estimate_at_one_time": beside},
        }
    )
    text = plain(library.dossier(city), STEPS)
    assert says in text
    assert "local count takes the place of the rule (The *city*): 80 people" in text
    assert text.endswith(AGREE)


def test_a_rule_changed_in_one_step_alone_is_noticed(library):
    cells = dict(CELLS)
    changed = cells["staff-people"].replace("residents * values", "2 * residents * values")
    assert changed != cells["staff-people"]
    code = compiled(cells | {"staff-people": changed})
    check = code.pop("budget-check")
    notebook = Cells(library.dossier("norfolk-va"))
    notebook.run_all(code, ("staff", "budget"))
    with pytest.raises(AssertionError, match=r"people_at_risk\.estimate"):
        notebook.run("budget-check", check)


def test_no_cell_takes_the_name_of_an_assumption(library):
    """Else running the first cells once more would take its value for a change of that name."""
    roots = {name.partition(".")[0] for name in library.params.register.assumptions}
    notebook = Cells(library.dossier("norfolk-va"))
    for name, code in compiled(CELLS).items():
        notebook.run(name, code)
        if name == "report":
            before = {root: notebook.names[root] for root in roots}
    assert all(notebook.names[root] is before[root] for root in roots)
