"""Values from the command line and from notebooks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cvi_analysis.errors import InputError
from cvi_analysis.params import Params
from cvi_analysis.params.register import parse_override, parse_overrides
from cvi_analysis.params.text_files import Where


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("roles.mediator.caseload=12", 12.0),
        (" roles.mediator.caseload = 12.5 ", 12.5),
        ("population.year=2020", 2020),
        ("population.year=2020.0", 2020),
        ("population.dataset=dec", "dec"),
        ("economies_of_scale.enabled=false", False),
        ("people_at_risk=400", 400.0),
        ("people_at_risk=null", None),
        ("people_at_risk=", None),
        ("roles.mediator.count=0", 0),
        ("roles.ovp_data_analyst.posts=1,1,2,2,3", (1, 1, 2, 2, 3)),
        ("roles.ovp_data_analyst.posts=[1, 1, 2, 2, 3]", (1, 1, 2, 2, 3)),
    ],
)
def test_parse(shipped: Params, text: str, value: object) -> None:
    name, parsed = parse_override(text, shipped.register)
    assert parsed == value
    assert type(parsed) is type(value)
    assert shipped.resolve(overrides={name: parsed})[name].value == value


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("roles.mediator.caseload", ("name=value", "found 'roles.mediator.caseload'")),
        ("=3", ("name=value",)),
        (
            "roles.mediator.caselod=3",
            ("no such assumption", "Did you mean roles.mediator.caseload"),
        ),
        ("caseload=3", ("Did you mean",)),
        ("xyzzy=3", ("`cvi params`",)),
        ("roles.mediator.caseload=x", ("must be a number", "'x'", "from 1 to 200")),
        ("roles.mediator.caseload=", ("must be a number", "found None")),
        ("roles.mediator.caseload=nan", ("must be a number", "'nan'")),
        ("roles.mediator.caseload=.nan", ("finite",)),
        ("roles.mediator.caseload=1_2", ("must be a number", "digits only")),
        ("roles.mediator.caseload=１２", ("must be a number",)),
        ("roles.mediator.caseload=0", ("outside the limits",)),
        ("budget.training_share=25%", ("0.25 for 25%",)),
        ("economies_of_scale.enabled=no", ("must be true or false", "'no'")),
        ("economies_of_scale.enabled=0", ("must be true or false",)),
        ("population.dataset=2020", ("not one of the choices", "'2020'")),
        ("population.year=2020.5", ("must be a whole number",)),
        ("roles.ovp_data_analyst.posts=1,1", ("has 2 items", "a list of 5")),
        ("roles.ovp_data_analyst.posts=1,1,2,2,x", ("must be a whole number", "'x'")),
    ],
)
def test_refusal(shipped: Params, text: str, says: tuple[str, ...]) -> None:
    with pytest.raises(InputError) as refusal:
        parse_override(text, shipped.register, origin="--set")
    for part in ("--set: ", *says):
        assert part in str(refusal.value)
    assert refusal.value.exit_status == 2


def test_a_word_that_is_no_number_is_not_called_quoted(shipped: Params) -> None:
    with pytest.raises(InputError) as refusal:
        parse_override("roles.mediator.caseload=-inf", shipped.register, origin="--set")
    assert "quotes" not in str(refusal.value)


def test_name_given_twice(shipped: Params) -> None:
    texts = ["budget.training_share=0.2", "budget.evaluation_share=0.1"]
    assert len(parse_overrides(texts, shipped.register)) == 2
    with pytest.raises(InputError, match="given twice"):
        parse_overrides([*texts, texts[0]], shipped.register)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("roles.mediator.caseload", "12"),
        ("roles.mediator.caseload", True),
        ("roles.mediator.caseload", float("nan")),
        ("roles.mediator.caseload", 1 + 2j),
        ("economies_of_scale.enabled", 1),
        ("economies_of_scale.enabled", None),
        ("population.dataset", ["acs5"]),
        ("population.year", 2020.25),
        ("roles.ovp_data_analyst.posts", {1, 2}),
        ("roles.ovp_data_analyst.posts", "11223"),
        ("people_at_risk", -1),
        ("roles.mediator.count", 2.5),
        ("no.such.name", 1),
    ],
)
def test_typed_overrides_are_checked_too(shipped: Params, name: str, value: Any) -> None:
    with pytest.raises(InputError, match="override: "):
        shipped.resolve(overrides={name: value})


def test_numpy_numbers_are_numbers(shipped: Params) -> None:
    register = shipped.resolve(
        overrides={
            "roles.mediator.caseload": np.float64(12),
            "population.year": np.int64(2020),
        }
    )
    assert type(register["roles.mediator.caseload"].value) is float
    assert type(register["population.year"].value) is int


@pytest.mark.parametrize("name", ["", "  "])
def test_a_name_that_shows_nothing_is_quoted(shipped: Params, name: str) -> None:
    with pytest.raises(InputError, match=f"case: '{name}': there is no such assumption"):
        shipped.register.lookup(name, Where("case"))
