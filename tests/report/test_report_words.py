"""The pages on many cities: their words agree with their figures."""

from __future__ import annotations

import re

import pytest

from cvi_analysis.errors import InputError
from cvi_analysis.report.cities_overview import Cities
from cvi_analysis.report.handover import INPUTS_VARIABLE, cities_inputs
from cvi_analysis.report.many_cities import Difference, open_cities, open_difference
from cvi_analysis.report.panel import Panel
from cvi_analysis.report.scenario_change import compare

QUESTIONS = (
    "at_a_glance", "table", "ranges", "per_resident", "scale", "assumptions", "homicides",
    "register",
)  # fmt: skip
EMPTY = re.compile(r"(?<![A-Za-z])(nan|NaN|None|inf|null)(?![A-Za-z])")
ODD = [
    ("baseline", {}),
    ("high-risk-share", {}),
    ("local-wages", {}),
    ("baseline", {"people_at_risk": 300}),
    ("baseline", {"economies_of_scale.enabled": False}),
    ("baseline", {"people_at_risk.method": "residents"}),
]


@pytest.mark.parametrize(("scenario", "overrides"), ODD)
def test_every_section_is_complete_under_odd_assumptions(library, scenario, overrides):
    cities = Cities(Panel.of(library, scenario, overrides))
    for name in QUESTIONS:
        text = getattr(cities, name)().plain()
        assert text
        assert not EMPTY.search(text), (name, EMPTY.search(text))


def test_the_table_has_every_city_with_its_own_figures(library):
    text = Cities(Panel.of(library)).table().plain()
    for slug, city in library.params.cities.items():
        result = library.dossier(slug).profile
        (row,) = (line for line in text.splitlines() if line.startswith(f"{city.name}\t"))
        assert f"${result.budget.total:,}" in row
        assert f"{result.staff:,}" in row.split("\t")


def test_the_box_names_the_scenario_and_what_differs(library):
    text = Cities(Panel.of(library, "low-risk-share")).at_a_glance().plain()
    assert "Fewer people at the highest risk".upper() in text
    assert "0.05% instead of 0.1%" in text
    assert "SCENARIO" not in Cities(Panel.of(library)).at_a_glance().plain()


def test_local_counts_stand_out(library):
    cities = Cities(Panel.of(library))
    assert {item.place.city.slug for item in cities.lines if item.counted} == {
        "washington-dc",
        "indianapolis-in",
    }


def test_nothing_differs_is_said(library):
    panel = Panel.of(library)
    difference = Difference(compare(panel, panel))
    assert "the same under both" in difference.at_a_glance().plain()
    assert difference.assumptions().plain() == "No assumption differs."
    assert difference.cities().plain() == "No city changes."


def test_sorting_is_an_addition_to_a_plain_table(library):
    html = Cities(Panel.of(library)).table().blocks[0].html()
    table, _, script = html.partition("<script>")
    assert table.count("<tr>") == 51
    assert "<button" not in table
    assert "</" not in script.removesuffix("</script>")
    assert not re.search(r"fetch|import|http", script)


def test_by_hand_and_prepared_are_the_same(library, tmp_path, monkeypatch):
    by_hand = open_cities("field-pay", {"roles.mediator.caseload": 12})
    panel = Panel.of(library, "field-pay", {"roles.mediator.caseload": 12})
    handed_over = tmp_path / "inputs.json"
    handed_over.write_text(cities_inputs([panel.to_json()]), encoding="utf-8")
    monkeypatch.setenv(INPUTS_VARIABLE, str(handed_over))
    assert open_cities("field-pay").panel == by_hand.panel
    with pytest.raises(InputError, match="other scenarios"):
        open_difference("baseline", "field-pay")


def test_wrong_names_are_refused_with_a_hint():
    with pytest.raises(InputError, match="Did you mean field-pay"):
        open_difference("baseline", "field-pai")
    with pytest.raises(InputError, match="nowhere"):
        open_cities("baseline", {"nowhere.at_all": 1})


def test_what_no_city_does_has_no_consequence(library):
    text = Cities(Panel.of(library)).homicides().plain()
    assert "No city is below. Neither rule" in text
    assert "most of all in" in text
