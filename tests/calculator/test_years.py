"""The plan by year and the Medicaid offset of the browser are the model's, to the dollar."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cvi_analysis.calculator import case_file
from cvi_analysis.calculator.inputs import inputs
from cvi_analysis.model.hiring_plan import plan
from cvi_analysis.model.medicaid_offset import ENABLED, RATE, medicaid_offset
from cvi_analysis.model.sizing_case import Case
from cvi_analysis.report.dossier import Dossier
from tests.calculator import cases as random_cases

CITIES = ("norfolk-va", "washington-dc", "chicago-il", "los-angeles-ca")
KEPT = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large)


def case_of(dossier: Dossier, changes: dict[str, Any]) -> Case:
    rest = dict(changes)
    population = rest.pop("population", dossier.population.population)
    assumptions = {
        name: item.model_copy(update={"value": rest.get(name, item.value)})
        for name, item in dossier.assumptions.items()
    }
    return Case(assumptions, population, dossier.case.known)


def years_of(case: Case) -> list[dict[str, Any]]:
    return [
        {
            "year": year.number,
            "planned": year.posts_in().planned,
            "filled": year.posts_in().filled,
            "people": year.people,
            "reached": year.reached,
            "budget": year.budget.total,
            "expected": year.expected.total,
            "new_money": year.new_money,
            "recurring_needed": year.recurring_needed,
        }
        for year in plan(case).years
    ]


@settings(max_examples=600, deadline=None, suppress_health_check=KEPT)
@given(data=st.data())
def test_every_year_is_the_same(browser, dossiers, data):
    dossier = dossiers[data.draw(st.sampled_from(CITIES))]
    fields = {item.name: item for item in inputs(dossier)}
    changes = data.draw(random_cases.changes(dossier))
    for item in fields.values():
        if item.group in ("plan", "existing") and data.draw(st.booleans()):
            changes[item.name] = data.draw(random_cases.value_of(item, dossier))
    values = {**case_file.values(dossier), **changes}
    found = browser("yearsOf", values, case_file.place(dossier))
    assert found == years_of(case_of(dossier, changes))


@settings(max_examples=300, deadline=None, suppress_health_check=KEPT)
@given(data=st.data())
def test_what_medicaid_could_pay_is_the_same(browser, dossiers, data):
    dossier = dossiers[data.draw(st.sampled_from(CITIES))]
    changes = {**data.draw(random_cases.changes(dossier)), ENABLED: data.draw(st.booleans())}
    for item in inputs(dossier):
        if item.group == "medicaid" and item.name != ENABLED and data.draw(st.booleans()):
            changes[item.name] = data.draw(random_cases.value_of(item, dossier))
    values = {**case_file.values(dossier), **changes}
    offset = medicaid_offset(case_of(dossier, changes), dossier.facts.hourly_rate)
    found = browser("offsetOf", values, case_file.place(dossier))
    assert found == (None if offset is None else offset.dollars)


def test_a_states_rate_stands_in_the_field(library):
    known = [slug for slug in library.params.cities if library.dossier(slug).facts.hourly_rate]
    assert known
    for slug in known:
        dossier = library.dossier(slug)
        (rate,) = [item for item in inputs(dossier) if item.name == RATE]
        assert rate.baseline == dossier.facts.hourly_rate == case_file.values(dossier)[RATE]
        assert not rate.optional
        assert rate.url
    other = library.dossier(next(slug for slug in library.params.cities if slug not in known))
    (rate,) = [item for item in inputs(other) if item.name == RATE]
    assert rate.baseline is None
    assert rate.optional
