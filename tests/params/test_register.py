"""The register: complete, typed, immutable, quick to read."""

from __future__ import annotations

import math
import pickle
import re

import pytest
from pydantic import ValidationError

from cvi_analysis.errors import InputError
from cvi_analysis.model.assumptions_read import EXPECTED
from cvi_analysis.model.staffing import ROLES
from cvi_analysis.params import Params
from cvi_analysis.params.register import Register


def test_complete_and_typed(shipped: Params) -> None:
    register = shipped.register
    assert set(register) == set(EXPECTED.assumptions)
    assert len(register) == len(EXPECTED.assumptions)
    for name in register:
        item = register[name]
        kind = {"number": float, "integer": int, "switch": bool, "choice": str, "list": tuple}
        if item.kind == "optional":
            assert item.value is None
        else:
            assert type(item.value) is kind[item.kind], name
        assert item.source
        assert item.unit
        assert item.quality in "ABC"
        assert item.fit is not None, f"{item.name}: how well does it stand here?"
        assert item.allowed_text()
    assert list(shipped.roles) == list(ROLES)
    assert len(shipped.strategies) == 6
    assert len(shipped.cities) == 50


def test_ranges_hold_the_values(shipped: Params) -> None:
    for item in shipped.register.assumptions.values():
        if item.ranged:
            assert item.low <= item.value <= item.high


def test_values_are_a_copy(shipped: Params) -> None:
    shipped.register.values()["population.year"] = 1
    assert shipped.register["population.year"].value == 2023
    with pytest.raises(ValidationError):
        shipped.register["population.year"].value = 1  # type: ignore[misc]


def test_replacing_widens_the_range(shipped: Params) -> None:
    changed = shipped.register.replace({"roles.mediator.caseload": 40, "benefits.community": 0.1})
    item, benefits = changed["roles.mediator.caseload"], changed["benefits.community"]
    assert (item.low, item.value, item.high) == (10.0, 40.0, 40.0)
    assert (benefits.low, benefits.value, benefits.high) == (0.1, 0.1, 0.37)
    assert shipped.register["roles.mediator.caseload"].high == 20.0
    assert changed.origins == dict.fromkeys(
        ("roles.mediator.caseload", "benefits.community"), "override"
    )


def test_unknown_name(shipped: Params) -> None:
    with pytest.raises(InputError, match=r"Did you mean roles\.mediator\.wage"):
        shipped.register["roles.mediator.wages"]
    assert "roles.mediator.wages" not in shipped.register


def test_travels_as_json_and_pickle(shipped: Params) -> None:
    register = shipped.resolve("field-pay", "norfolk-va")
    for again in (
        Register.model_validate_json(register.model_dump_json()),
        pickle.loads(pickle.dumps(register)),
    ):
        assert again.assumptions == register.assumptions
        assert list(map(type, again.values().values())) == list(
            map(type, register.values().values())
        )


SAME = re.compile(
    r"(\d+) [a-z ]+ for (\d+) (?:people|frontline workers); (?:any caseload from )?"
    r"([\d.]+) to ([\d.]+) gives the same"
)


def test_the_limits_of_a_caseload_give_the_published_posts_and_no_wider_do(
    shipped: Params,
) -> None:
    found = 0
    for item in map(shipped.register.__getitem__, shipped.register):
        if match := SAME.search(item.note):
            found += 1
            posts, people = int(match[1]), int(match[2])
            served = 238.005 if people == 238 else people  # 0.1% of 238,005 residents
            low, high = float(match[3]), float(match[4])
            step = 10.0 ** -len(match[3].partition(".")[2])
            assert low <= item.value <= high, item.name
            counts = [math.floor(served / c + 0.5) for c in (low, high, low - step, high + step)]
            assert counts[:2] == [posts, posts], item.name
            assert posts not in counts[2:], item.name
    assert found == 7
