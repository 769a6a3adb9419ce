"""The browser's arithmetic is the model's: every post and every dollar, exactly."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cvi_analysis.calculator import case_file
from cvi_analysis.calculator.inputs import inputs
from cvi_analysis.model.inverse import affordable
from cvi_analysis.model.sizing_case import Case
from tests.calculator import cases as random_cases

CITIES = ("norfolk-va", "washington-dc", "chicago-il", "los-angeles-ca")
KEPT = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large)
quick = settings(deadline=None, suppress_health_check=KEPT)


def in_browser(browser, dossier, changes):
    values = {**case_file.values(dossier), **changes}
    return browser("profile", values, case_file.place(dossier))


@settings(quick, max_examples=2500)
@given(data=st.data())
def test_every_count_and_every_dollar_is_the_same(browser, dossiers, python, data):
    dossier = dossiers[data.draw(st.sampled_from(CITIES))]
    changes = data.draw(random_cases.changes(dossier))
    assert in_browser(browser, dossier, changes) == python(dossier, changes)


@pytest.mark.parametrize("edge", [0, 1])
def test_every_input_alone_at_each_end_of_its_range(browser, dossiers, python, edge):
    for dossier in dossiers.values():
        for item in inputs(dossier):
            values = [bool(edge) if item.kind == "switch" else item.allowed[edge]]
            if item.kind == "choice":
                values = [key for key, _ in item.choices]
            for value in values:
                changes = {item.name: int(value) if item.whole else value}
                assert in_browser(browser, dossier, changes) == python(dossier, changes), item.name


def test_every_city_and_scenario_starts_from_the_report(browser, library, python):
    for slug in library.params.cities:
        dossier = library.dossier(slug)
        found = in_browser(browser, dossier, {})
        assert found == python(dossier, {})
        assert found["existing"] == {
            "spending": dossier.spending_today,
            "gap": dossier.spending_gap,
        }
    for name in library.params.scenario_names:
        dossier = library.dossier("washington-dc", name)
        assert in_browser(browser, dossier, {}) == python(dossier, {})


@pytest.mark.parametrize("slug", ["norfolk-va", "oakland-ca"])
@pytest.mark.parametrize("spending", [0.0, 1.0, 40_000_000.0, 99_999_999_999.0])
def test_the_gap_is_the_reports(browser, library, slug, spending):
    """Published there or not, a sum entered in the calculator gives what a report of it says."""
    changes = {"existing.spending": spending}
    report = library.dossier(slug, overrides=changes)
    found = in_browser(browser, library.dossier(slug), changes)["existing"]
    assert found == {"spending": spending, "gap": report.spending_gap}
    assert report.spending_gap == report.profile.budget.total - spending


@settings(quick, max_examples=300)
@given(data=st.data())
def test_what_a_budget_buys_is_the_same(browser, dossiers, data):
    dossier = dossiers[data.draw(st.sampled_from(CITIES))]
    changes = data.draw(random_cases.changes(dossier))
    population = changes.pop("population", dossier.population.population)
    case = dossier.case
    assumptions = {
        name: item.model_copy(update={"value": changes.get(name, item.value)})
        for name, item in dossier.assumptions.items()
    }
    case = Case(assumptions, population, case.known)
    whole = int(case.profile().budget.total)
    money = data.draw(
        st.one_of(st.integers(0, 2 * whole + 1), st.just(whole), st.just(max(whole - 1, 0)))
    )
    expected = affordable(case, money)
    values = {**case_file.values(dossier), **changes, "population": population}
    found = browser("affordable", values, case_file.place(dossier), money)
    assert found["people"] == expected.people
    assert found["everyone"] == expected.everyone
    assert found["smallest"] == expected.smallest
    assert found["left"] == expected.left
    if expected.profile is not None:
        assert found["total"] == expected.profile.budget.total
        assert found["staff"] == expected.profile.staff
