"""What holds for scenarios whatever is in them."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cvi_analysis.batch.orders import CitySpec, spec_of
from cvi_analysis.report.document import document
from cvi_analysis.report.library import Library

CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "roles.mediator.caseload": st.integers(5, 60),
        "roles.case_manager.caseload": st.integers(5, 60),
        "budget.training_share": st.sampled_from([0.1, 0.2, 0.3]),
        "people_at_risk.share": st.sampled_from([0.0005, 0.001, 0.002]),
        "economies_of_scale.enabled": st.booleans(),
    },
)


def write(project, name, changes, extends=None):
    lines = ["title: A test", "reason: To see it.", f"changes: {json.dumps(changes)}"]
    if extends:
        lines.append(f"extends: {extends}")
    path = project / "params" / "scenarios" / f"{name}.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first=CHANGES, second=CHANGES, third=CHANGES)
def test_extending_is_associative(project, shipped, first, second, third):
    write(project, "first", first)
    write(project, "second", second, "first")
    write(project, "step-by-step", third, "second")
    write(project, "two-at-once", {**second, **third}, "first")
    write(project, "all-at-once", {**first, **second, **third})
    # The scenarios are the project's, and read anew; all else is as shipped.
    params = replace(shipped, folder=project / "params", _scenarios={})
    one, two, three = (
        params.resolve(name, "norfolk-va").values()
        for name in ("step-by-step", "two-at-once", "all-at-once")
    )
    assert one == two == three


@pytest.fixture(scope="module")
def with_nothing(root, library, tmp_path_factory):
    """A library with scenarios that change nothing: an empty one, and one that repeats values."""
    project = tmp_path_factory.mktemp("changing nothing")
    for name in ("params", "data/processed"):
        shutil.copytree(root / name, project / name)
    register = library.params.register
    names = ("roles.mediator.caseload", "budget.training_share", "people_at_risk.share")
    write(project, "empty", {})
    write(project, "repeats", {name: register[name].value for name in names})
    return Library.load(project)


@pytest.mark.parametrize("city", ["norfolk-va", "washington-dc", "los-angeles-ca"])
def test_a_scenario_that_changes_nothing_changes_no_figure(with_nothing, city):
    before = with_nothing.dossier(city)
    for name in ("empty", "repeats"):
        after = with_nothing.dossier(city, name)
        assert after.scenario.changes == ()
        expected = document(before).to_bytes().decode()
        found = document(after).to_bytes().decode()
        # What is left to differ: the scenario's name, and the hash that its words go into.
        for dossier in (before, after):
            expected = expected.replace(dossier.params_sha256, "hash")
            found = found.replace(dossier.params_sha256, "hash")
        assert found.replace(f'"{name}"', '"baseline"') == expected


def test_another_scenario_changes_no_byte_of_a_report(project, library):
    def key(found):
        spec = spec_of(found.dossier("norfolk-va"), notebook="{}", code="c", lock="l")
        return CitySpec.key_of(spec.ingredients()), spec.dossier

    before = key(Library.load(project))
    write(project, "another", {"roles.mediator.caseload": 12})
    assert key(Library.load(project)) == before == key(library)


def test_a_value_of_one_city_changes_no_byte_of_another_s_report(project):
    def spec(slug):
        found = Library.load(project).dossier(slug, "own")
        return spec_of(found, notebook="{}", code="c", lock="l").ingredients()

    write(project, "own", {"roles.mediator.caseload": 12})
    before = {slug: spec(slug) for slug in ("norfolk-va", "hampton-va")}
    path = project / "params" / "scenarios" / "own.yaml"
    with path.open("a", encoding="utf-8") as file:
        file.write("by_city:\n  norfolk-va:\n    roles.mediator.wage: 52000\n")
    assert spec("hampton-va") == before["hampton-va"]
    changed = {
        name for name, part in spec("norfolk-va").items() if part != before["norfolk-va"][name]
    }
    assert changed == {"assumption roles.mediator.wage", "scenario"}


def test_other_cities_evidence_changes_no_byte_of_a_report(project, library):
    path = project / "params" / "high_risk_estimates.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Stockton,CA,2019,320", "Stockton,CA,2019,330"), encoding="utf-8")
    changed = Library.load(project)
    assert changed.dossier("norfolk-va").to_json() == library.dossier("norfolk-va").to_json()
    assert changed.dossier("stockton-ca").to_json() != library.dossier("stockton-ca").to_json()
