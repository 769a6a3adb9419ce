"""Scenarios: what is merged, and what is refused with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from cvi_analysis.errors import InputError
from cvi_analysis.model.assumptions_read import EXPECTED
from cvi_analysis.params import Params, load_params
from cvi_analysis.params.cities import City
from cvi_analysis.params.scenarios import load_scenario, scenario_names

HEAD = "title: A test\nreason: To see it.\n"


def write(copy: Path, name: str, text: str) -> None:
    (copy / "params" / "scenarios" / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_shipped_scenarios_resolve(shipped: Params) -> None:
    assert shipped.scenario_names[0] == "baseline"
    shipped.check_scenarios()
    assert shipped.resolve().values() == shipped.register.values()
    values = shipped.resolve("caps-published").values()
    assert (values["population.dataset"], values["population.year"]) == ("dec", 2020)


def test_extends_merges_and_later_wins(copy: Path) -> None:
    write(
        copy,
        "first",
        HEAD + "changes:\n  budget.training_share: 0.2\n  budget.evaluation_share: 0.1\n",
    )
    write(copy, "second", HEAD + "extends: first\nchanges:\n  budget.evaluation_share: 0.12\n")
    params = load_params(copy, EXPECTED)
    scenario = params.scenario("second")
    assert scenario.changes == {"budget.training_share": 0.2, "budget.evaluation_share": 0.12}
    register = params.resolve("second")
    assert register["budget.training_share"].value == 0.2
    assert register.origins["budget.training_share"] == "scenario second"
    assert params.register["budget.training_share"].value == 0.25, "the register is immutable"


def test_order_city_scenario_override(copy: Path) -> None:
    write(copy, "half", HEAD + "changes:\n  people_at_risk.target_share: 0.5\n")
    params = load_params(copy, EXPECTED)
    name = "people_at_risk.target_share"
    city = City(slug="x", city="X", geoid="5100100", target_share=0.8)
    assert params.resolve("baseline", city)[name].value == 0.8
    assert params.resolve("half", city)[name].value == 0.5
    assert params.resolve("half", city, {name: 0.9})[name].value == 0.9
    assert params.resolve("baseline", "norfolk-va")[name].value == 1.0


def test_scenario_without_changes(copy: Path) -> None:
    for number, tail in enumerate(("", "changes:\n", "changes: {}\n", "extends: baseline\n")):
        write(copy, f"same-{number}", HEAD + tail)
        assert load_params(copy, EXPECTED).resolve(f"same-{number}").origins == {}


def test_names_are_file_names_in_use(copy: Path) -> None:
    folder = copy / "params" / "scenarios"
    (folder / "Not A Name.yaml").write_text("x")
    (folder / "notes.txt").write_text("x")
    assert "Not A Name" not in scenario_names(folder)


CASES = {
    "unknown name": (
        "changes:\n  roles.mediator.caselod: 12\n",
        4,
        ("caselod", "no such assumption", "Did you mean roles.mediator.caseload"),
    ),
    "part of a name": ("changes:\n  caseload: 12\n", 4, ("no such assumption", "Did you mean")),
    "wrong type": (
        "changes:\n  roles.mediator.caseload: twelve\n",
        4,
        ("must be a number", "'twelve'", "from 1 to 200"),
    ),
    "outside the limits": (
        "changes:\n\n  roles.mediator.caseload: 0\n",
        5,
        ("outside the limits", "found 0", "from 1 to 200"),
    ),
    "null": (
        "changes:\n  roles.mediator.caseload:\n",
        4,
        ("must be a number", "found None", "from 1 to 200"),
    ),
    "wrong choice": (
        "changes:\n  population.dataset: acs\n",
        4,
        ("not one of the choices", "'acs'", "acs5, acs1"),
    ),
    "shares": (
        "changes:\n  budget.wraparound.housing_share: 0.5\n",
        4,
        ("must add to 1", "0.5", "a sum of 1", "Change the others"),
    ),
    "nested": (
        "changes:\n  roles:\n    mediator: 1\n",
        4,
        ("must be one value", "dotted.name", "on one line, such as roles.mediator: 1"),
    ),
    "nested twice": (
        "changes:\n  roles:\n    mediator:\n      caseload: 12\n",
        4,
        ("must be one value", "on one line, such as roles.mediator.caseload: 12"),
    ),
    "nested under half a name": (
        "changes:\n  budget.wraparound:\n    housing_share: 0.4\n",
        4,
        ("must be one value", "on one line, such as budget.wraparound.housing_share: 0.4"),
    ),
    "duplicate": (
        "changes:\n  roles.mediator.caseload: 12\n  roles.mediator.caseload: 13\n",
        5,
        ("occurs twice", "each name once", "line 4"),
    ),
    "unknown key": (
        "chages:\n  roles.mediator.caseload: 12\n",
        3,
        ("no such field", "'chages'", "Did you mean changes"),
    ),
    "list of changes": (
        "changes:\n  - roles.mediator.caseload: 12\n",
        3,
        ("changes", "must hold", "allowed"),
    ),
    "extends nothing": (
        "extends: baselin\n",
        3,
        ("no such scenario", "'baselin'", "baseline, bad, by-homicides", "Did you mean baseline"),
    ),
    "extends a number": ("extends: 3\n", 3, ("extends", "must be text", "found 3")),
    "extends itself": ("extends: bad\n", 3, ("in a circle", "bad -> bad", "allowed")),
    "anchor": ("changes:\n  roles.mediator.caseload: &x 12\n", 4, ("anchors", "'&x'")),
}


@pytest.mark.parametrize("case", CASES)
def test_refusal(copy: Path, case: str) -> None:
    text, line, says = CASES[case]
    write(copy, "bad", HEAD + text)
    params = load_params(copy, EXPECTED)
    with pytest.raises(InputError) as refusal:
        params.resolve("bad")
    message = str(refusal.value)
    assert refusal.value.exit_status == 2
    for part in (f"bad.yaml:{line}: ", *says):
        assert part in message, message


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("reason: x\n", ("title", "is missing", "a few words")),
        ("title: x\n", ("reason", "is missing")),
        ('title: ""\nreason: x\n', ("title", "is empty")),
        ("", ("the file is empty",)),
    ],
)
def test_incomplete_file(copy: Path, text: str, says: tuple[str, ...]) -> None:
    write(copy, "bad", text)
    with pytest.raises(InputError) as refusal:
        load_params(copy, EXPECTED).resolve("bad")
    for part in ("bad.yaml", *says):
        assert part in str(refusal.value)


def test_circle_of_three(copy: Path) -> None:
    for name, other in (("one", "two"), ("two", "three"), ("three", "one")):
        write(copy, name, HEAD + f"extends: {other}\n")
    with pytest.raises(InputError, match="one -> two -> three -> one"):
        load_scenario("one", copy / "params" / "scenarios")


def test_circle_that_does_not_come_back_to_the_start(copy: Path) -> None:
    for name, other in (("one", "two"), ("two", "three"), ("three", "two")):
        write(copy, name, HEAD + f"extends: {other}\n")
    with pytest.raises(InputError, match=r"three\.yaml:3: .*two -> three -> two"):
        load_scenario("one", copy / "params" / "scenarios")


def test_a_thousand_scenarios_on_top_of_each_other(copy: Path) -> None:
    write(copy, "s-0", HEAD + "changes:\n  budget.training_share: 0.2\n")
    for number in range(1, 1000):
        write(copy, f"s-{number}", HEAD + f"extends: s-{number - 1}\n")
    assert load_params(copy, EXPECTED).resolve("s-999")["budget.training_share"].value == 0.2
    write(copy, "s-0", HEAD + "extends: s-999\n")
    with pytest.raises(InputError, match=r"s-0\.yaml:3: extends: .*in a circle"):
        load_params(copy, EXPECTED).scenario("s-999")


def test_error_in_the_extended_scenario_names_its_file(copy: Path) -> None:
    write(copy, "base", HEAD + "changes:\n  roles.mediator.caseload: 500\n")
    write(copy, "on-top", HEAD + "extends: base\n")
    with pytest.raises(InputError, match=r"base\.yaml:4: .*found 500"):
        load_params(copy, EXPECTED).resolve("on-top")


@pytest.mark.parametrize(
    "text", ["changes:\n  budget.training_share: 0.2\n", "extends: field-pay\n"]
)
def test_baseline_changes_nothing(copy: Path, text: str) -> None:
    write(copy, "baseline", HEAD + text)
    with pytest.raises(InputError, match=r"baseline\.yaml:3: .*changes nothing"):
        load_params(copy, EXPECTED).resolve("baseline")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("feild-pay", "Did you mean field-pay"),
        ("../assumptions", "allowed: baseline"),
        ("", "allowed: baseline"),
        ("BASELINE", "allowed: baseline"),
    ],
)
def test_unknown_scenario(shipped: Params, name: str, says: str) -> None:
    with pytest.raises(InputError) as refusal:
        shipped.resolve(name)
    message = str(refusal.value)
    for part in ("scenario", f"found '{name}'", says):
        assert part in message, message


@pytest.mark.parametrize(
    ("slug", "says"),
    [
        ("norfolk-vs", "norfolk-va"),
        ("norfolk", "Did you mean norfolk-va"),
        ("Norfolk, VA", "Did you mean norfolk-va"),
        ("atlantis-xx", "a slug of params/cities.csv"),
    ],
)
def test_unknown_city(shipped: Params, slug: str, says: str) -> None:
    with pytest.raises(InputError) as refusal:
        shipped.resolve("baseline", slug)
    for part in ("no such city", f"found '{slug}'", says):
        assert part in str(refusal.value)
    assert refusal.value.exit_status == 2
