"""Every number of a report stands in the table of quantities, and its formula gives its value.

A new number in the JSON without a row in `report/quantities.py` fails here, with its name.
"""

from __future__ import annotations

import json
import math

import pytest

from cvi_analysis.errors import InputError
from cvi_analysis.report.city_report import open_report
from cvi_analysis.report.document import document
from cvi_analysis.report.explanation import NAMED, Chain
from cvi_analysis.report.quantities import ASSUMPTION

CASES = [
    ("norfolk-va", "baseline", {}),
    ("washington-dc", "baseline", {}),
    ("los-angeles-ca", "local-wages", {}),
    ("louisville-ky", "caps-published", {"people_at_risk": 300, "roles.mediator.count": 9}),
    ("chicago-il", "field-pay", {"economies_of_scale.enabled": False}),
    ("norfolk-va", "baseline", {"population": 250_000, "people_at_risk.target_share": 0.5}),
    ("oakland-ca", "baseline", {"medicaid.offset_enabled": True}),
    (
        "baltimore-md",
        "baseline",
        {"medicaid.offset_enabled": True, "medicaid.rate": 60, "existing.spending": 60_000_000},
    ),
]


@pytest.fixture(params=CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def chain(request, library):
    city, scenario, overrides = request.param
    return Chain(library.dossier(city, scenario, overrides))


def test_every_number_is_explained_and_the_last_line_is_its_value(chain):
    for name, value in chain.outputs.items():
        last = chain.text(name).splitlines()[-1].strip()
        assert last == f"{name} = {json.dumps(value, ensure_ascii=False)}"


def test_every_number_of_the_json_has_its_own_row(chain):
    missing = []
    for name in chain.outputs:
        try:
            chain.step(name)
        except LookupError as error:
            missing.append(str(error))
    assert not missing, "\n".join(missing)


def test_every_formula_gives_the_value_that_stands_beside_it(chain):
    """Worked through from the printed formula alone, as a reader with a pencil would."""
    functions = {"max": max, "min": min, "round": lambda value: math.floor(value + 0.5)}
    worked = 0
    for name in chain.outputs:
        for step in chain.steps(name):
            if "{" not in step.formula:
                continue
            values = {}
            sum_ = step.formula
            for index, used in enumerate(dict.fromkeys(NAMED.findall(step.formula))):
                values[f"v{index}"] = chain.value(used)
                sum_ = sum_.replace(f"{{{used}}}", f"v{index}")
            assert eval(sum_, {"__builtins__": {}}, {**functions, **values}) == pytest.approx(
                step.value, rel=1e-12
            ), f"{name}: {step.formula}"
            worked += 1
    assert worked > 40


def test_a_number_without_a_row_is_named(chain):
    chain.outputs["budget.overhead"] = 1
    with pytest.raises(LookupError, match=r"budget\.overhead stands in no row"):
        chain.steps("budget.overhead")


def test_every_assumption_is_explained(chain):
    for name, item in chain.dossier.assumptions.items():
        if name not in chain.outputs:
            step = chain.steps(name)[-1]
            value = list(item.value) if isinstance(item.value, tuple) else item.value
            assert step.value == value


def test_steps_come_after_what_they_use_and_end_in_sources(chain):
    seen = set()
    for step in chain.steps("ranges.total.high"):
        assert set(step.uses) <= seen
        assert step.source or step.rule
        assert step.uses or step.source
        seen.add(step.name)


def test_names_are_those_of_the_json(chain):
    data = json.loads(document(chain.dossier).to_bytes())
    assert chain.outputs["budget.total"] == data["budget"]["total"]
    for post in data["staffing"]:
        for field in ("count", "cost", "wage"):
            assert chain.outputs[f"staffing.{post['role']}.{field}"] == post[field]


def test_a_local_count_takes_the_place_of_the_share(library):
    for slug, count in (
        ("indianapolis-in", "city.local_estimate"),
        ("washington-dc", "city.local_estimate_at_one_time"),
    ):
        names = [s.name for s in Chain(library.dossier(slug)).steps("budget.total")]
        assert count in names
        assert f"{ASSUMPTION}people_at_risk.share" not in names


def test_a_changed_assumption_says_what_it_was(library):
    text = Chain(library.dossier("norfolk-va", "field-pay")).text("staffing.mediator.cost")
    assert "changed by this scenario from $56,180" in text


def test_unknown_names_get_a_hint(library):
    with pytest.raises(InputError, match=r"Did you mean budget\.total"):
        Chain(library.dossier("norfolk-va")).steps("budget.totl")


def test_a_cell_of_the_notebook_prints_the_same(library, capsys):
    report = open_report("norfolk-va")
    report.explain("budget.total")
    total = report.profile.budget.total
    assert capsys.readouterr().out.rstrip().endswith(f"budget.total = {total}")
    with pytest.raises(InputError, match=r"budget\.total"):
        report.explain("budget.totl")
