"""The pages on many cities: their words agree with their figures."""

from __future__ import annotations

import re

import pytest

from cvi_analysis.errors import InputError
from cvi_analysis.report.annex import AnnexInputs
from cvi_analysis.report.handover import INPUTS_VARIABLE, cities_inputs
from cvi_analysis.report.many_cities import open_cities, open_difference
from cvi_analysis.report.panel import Panel

from .reading import annex_of, difference, side_by_side, words_of

EMPTY = re.compile(r"(?<![A-Za-z])(nan|NaN|None|inf|null)(?![A-Za-z])")
ODD = [
    ("baseline", {}),
    ("high-risk-share", {}),
    ("local-wages", {}),
    ("baseline", {"people_at_risk": 300}),
    ("baseline", {"economies_of_scale.enabled": False}),
    ("baseline", {"people_at_risk.method": "residents"}),
]


@pytest.fixture(scope="module")
def baseline(library):
    return side_by_side(Panel.of(library))


@pytest.mark.parametrize(("scenario", "overrides"), ODD)
def test_every_cell_is_complete_under_odd_assumptions(library, scenario, overrides):
    found = side_by_side(Panel.of(library, scenario, overrides))
    wanted = {"glance", "table", "ranges", "resident-chart", "scale-chart", "scale", "assumptions"}
    assert wanted | {"homicides-chart", "homicides", "about"} <= found.keys()
    for name, blocks in found.items():
        assert not EMPTY.search(words_of(blocks)), (name, words_of(blocks))


def test_the_table_has_every_city_with_its_own_figures(library, baseline):
    text = words_of(baseline["table"])
    for slug, city in library.params.cities.items():
        result = library.dossier(slug).profile
        (row,) = (line for line in text.splitlines() if line.startswith(f"{city.name}\t"))
        assert f"${result.budget.total:,}" in row
        assert f"{result.staff:,}" in row.split("\t")


def test_the_scenario_is_named_with_what_differs(library, baseline):
    text = words_of(side_by_side(Panel.of(library, "low-risk-share"))["glance-scenario"])
    assert text.startswith("Scenario: Fewer people at the highest risk. ")
    assert "people_at_risk.share\t0.1%\t0.05%" in text
    assert "glance-scenario" not in baseline


def test_values_that_hardly_differ_are_told_apart(library):
    panel = Panel.of(library, "baseline", {"benefits.community": 0.286001})
    assert "\t28.6%\t28.6001%" in words_of(side_by_side(panel)["glance-scenario"])


def test_wages_of_one_city_are_not_printed(library):
    text = words_of(side_by_side(Panel.of(library, "local-wages"))["glance-scenario"])
    assert "12 assumptions have values of the city’s own" in text
    assert "45,700" not in text


def test_local_counts_stand_out(library, baseline):
    cities = open_cities().table()
    assert set(cities.index[cities["counted"]]) == {"washington-dc", "indianapolis-in"}
    assert "in Indianapolis and Washington they are counted another way" in words_of(
        baseline["glance"]
    )
    table = words_of(baseline["table"])
    assert "\t400*\t" in table
    assert "\t500*\t" in table
    assert table.count("*") == 3


def test_each_chart_says_what_it_shows_and_names_the_ends(baseline):
    charts = {name: blocks[0] for name, blocks in baseline.items() if name.endswith("-chart")}
    begin = {
        "resident-chart": "A year costs $25.92 a resident in Washington and $88.03 in Rockford.",
        "scale-chart": "One person served costs $87,084 a year in Dayton and $75,211 a year in Los",
        "assumptions-chart": "Share of residents at the highest risk moves the budget most in 48",
        "homicides-chart": "For each homicide a year the plan counts 15.3 people in Los",
    }
    assert charts.keys() == begin.keys()
    for name, words in begin.items():
        assert charts[name].alt.startswith(words)
    assert "counted: 8% (St. Louis, MO) to 84% (Los Angeles, CA)" in charts["assumptions-chart"].alt
    for city in ("Washington", "Indianapolis", "Rockford"):
        assert f">{city}</text>" in charts["resident-chart"].svg()
    assert ">Jackson</text>" in charts["homicides-chart"].svg()


def test_what_a_resident_pays_is_told_of_cities_of_one_rule(library, baseline):
    text = words_of(baseline["resident"])
    assert "a share of residents (48 cities), it goes from $75.21 to $88.03" in text
    panel = Panel.of(library, "baseline", {"people_at_risk": 300})
    assert "resident" not in side_by_side(panel)


def test_nothing_differs_is_said(library):
    panel = Panel.of(library)
    found = difference(panel, panel)
    assert "the same under both" in words_of(found["glance-cities"])
    assert words_of(found["assumptions"]) == "No assumption differs."
    assert words_of(found["cities-ends"]) == "No city changes."
    assert not {"parts", "cities-chart", "cities", "cities-parts"} & found.keys()


def test_a_difference_is_told_in_all_cities_and_by_assumption(library):
    found = difference(Panel.of(library), Panel.of(library, "field-pay"))
    assert "Of 50 cities, 50 change." in words_of(found["glance-cities"])
    whole = "−$156,978,724"
    assert f"\t$2,073,636,537\t{whole}\t−7.0%" in words_of(found["glance"])
    rows = words_of(found["parts"]).splitlines()
    assert rows[2].startswith("Wage of CVI supervisors\t0\t0\t−$93,449,384")
    assert f"All together\t0\t0\t{whole}" in rows
    (chart,) = found["cities-chart"]
    assert chart.alt.startswith("In relation to its budget Charlotte changes most: −7.4%. Hampton")
    assert "Los Angeles, CA\t$269,843,567\t−$20,312,733\t−7.0%\t999\t0" in words_of(found["cities"])
    split = words_of(found["cities-parts"]).splitlines()
    roles = ["Mediators", "Street outreach workers", "OVP directors", "CVI supervisors"]
    assert sorted(split[1].split("\t")) == sorted(["City", "Change", *roles])
    assert split[2].startswith("Los Angeles, CA\t−$20,312,733\t−$")


def test_words_of_a_scenario_are_no_markup(library, baseline):
    panel = Panel.of(library, "field-pay")
    odd = panel.scenario.model_copy(update={"title": "*A* {b} [c](d)", "reason": "<b> {{e}} $1 $2"})
    other = panel.model_copy(update={"scenario": odd})
    inputs = AnnexInputs.of(library).model_copy(update={"scenario": odd})
    for text in (
        words_of(side_by_side(other)["glance-scenario"][:1]),
        words_of(difference(Panel.of(library), other)["glance-scenarios"]),
        words_of(annex_of(inputs)["about"]),
    ):
        assert "*A* {b} [c](d)" in text
        assert "<b> {{e}} $1 $2" in text


def test_sorting_is_an_addition_to_a_plain_table(baseline):
    html = baseline["table"][0].html()
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


def test_what_no_city_does_has_no_consequence(baseline):
    text = words_of(baseline["homicides"])
    assert "Of 50 cities 4 are within it, 46 above (there the rule may plan for too many" in text
    assert "and none below. Neither rule" in text
    assert "most of all in" in text
