"""What changes between two scenarios: the parts add up, and no change means no change."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cvi_analysis.model.sizing_case import HeadlineFigures
from cvi_analysis.report.panel import Panel
from cvi_analysis.report.scenario_change import FIGURES, compare, comparison_csv


@pytest.fixture(scope="module")
def panels(library):
    return {name: Panel.of(library, name) for name in library.params.scenario_names}


def rows(comparison):
    return list(csv.DictReader(io.StringIO(comparison_csv(comparison).decode())))


def test_every_scenario_file_resolves_for_every_city(library, panels):
    library.params.check_scenarios()
    assert {"baseline", "caps-published", "field-pay", "local-wages"} <= set(panels)
    for name, panel in panels.items():
        assert len(panel.places) == len(library.params.cities)
        assert panel.scenario.changes or panel.scenario.by_city or name == "baseline"


def test_a_scenario_against_itself_changes_nothing(panels):
    for panel in panels.values():
        found = compare(panel, panel)
        assert found.changed == ()
        assert found.differs == ()
        assert found.keys == {}
        assert found.before == found.after


def test_parts_add_up_in_every_row_of_every_table(panels):
    for name, panel in panels.items():
        found = compare(panels["baseline"], panel)
        for row in rows(found):
            for figure in FIGURES:
                change = int(row[f"{figure}_after"]) - int(row[f"{figure}_before"])
                assert change == int(row[f"{figure}_change"])
                parts = [int(v) for k, v in row.items() if k.startswith(f"{figure} by ")]
                assert sum(parts) == change, (name, row["slug"])


def test_figures_are_those_of_each_citys_own_report(library, panels):
    found = compare(panels["baseline"], panels["field-pay"])
    for city in found.cities:
        slug = city.before.city.slug
        for scenario, shown in (
            ("baseline", city.result.before),
            ("field-pay", city.result.after),
        ):
            assert shown == HeadlineFigures.of(library.dossier(slug, scenario).profile)


def test_the_most_affected_city_comes_first(panels):
    found = compare(panels["baseline"], panels["high-risk-share"])
    sizes = [abs(city.result.change.total) for city in found.cities]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 0


def test_there_and_back_is_the_opposite(panels):
    there = compare(panels["baseline"], panels["current-population"])
    back = compare(panels["current-population"], panels["baseline"])
    changes = {city.before.city.slug: city.result.change for city in back.cities}
    for city in there.cities:
        other = changes[city.before.city.slug]
        assert (city.result.change.total, city.result.change.staff) == (-other.total, -other.staff)


def test_cities_keep_their_local_count(panels):
    found = compare(panels["baseline"], panels["high-risk-share"])
    unchanged = {city.before.city.slug for city in found.cities} - {
        city.before.city.slug for city in found.changed
    }
    assert unchanged == {"washington-dc", "indianapolis-in"}


def test_many_changes_are_split_by_group(library, panels):
    overrides = {
        f"roles.{role}.wage": 50_000
        for role in library.params.roles
    }  # fmt: skip
    overrides |= {"roles.mediator.caseload": 12, "people_at_risk.share": 0.0012}
    found = compare(panels["baseline"], Panel.of(library, "baseline", overrides))
    assert found.grouped
    assert set(found.keys) == {"wages", "caseloads", "people_at_risk"}
    for city in found.cities:
        assert sum(found.part(city, key).total for key in found.keys) == city.result.change.total


def test_a_panel_survives_its_json(panels):
    for panel in panels.values():
        again = Panel.model_validate_json(panel.to_json())
        assert again == panel
        assert again.to_json() == panel.to_json()


def test_overrides_make_a_name_of_their_own(library):
    panel = Panel.of(library, "baseline", {"roles.mediator.caseload": 12})
    assert panel.scenario.name.startswith("baseline-with-")
    assert [change.name for change in panel.scenario.changes] == ["roles.mediator.caseload"]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    share=st.floats(0.0004, 0.004),
    wage=st.integers(30_000, 120_000),
    caseload=st.floats(5, 60),
    training=st.floats(0.0, 0.6),
)
def test_parts_add_up_for_any_changes(library, panels, share, wage, caseload, training):
    overrides = {
        "people_at_risk.share": share,
        "roles.supervisor.wage": wage,
        "roles.mediator.caseload": caseload,
        "budget.training_share": training,
    }
    found = compare(panels["baseline"], Panel.of(library, "baseline", overrides))
    for city in found.cities:
        parts = [found.part(city, key) for key in found.keys]
        assert sum(part.total for part in parts) == city.result.change.total
        assert sum(part.staff for part in parts) == city.result.change.staff
        assert sum(part.people for part in parts) == city.result.change.people
