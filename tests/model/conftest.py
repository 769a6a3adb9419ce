"""Cases made from the project's own register, so that the tests follow its ranges."""

from __future__ import annotations

from pathlib import Path

import pytest

from cvi_analysis.model.assumptions_read import EXPECTED
from cvi_analysis.model.people import KnownCounts
from cvi_analysis.model.sizing_case import Case
from cvi_analysis.params.register import Register, load_register

ASSUMPTIONS = Path(__file__).parents[2] / "params" / "assumptions.yaml"


@pytest.fixture(scope="session")
def register() -> Register:
    return load_register(ASSUMPTIONS, EXPECTED)


@pytest.fixture(scope="session")
def norfolk(register: Register) -> Case:
    return Case(register.assumptions, 238_005, known=KnownCounts(homicides=31.5))


@pytest.fixture(scope="session")
def washington(register: Register) -> Case:
    return Case(
        register.assumptions,
        672_079,
        known=KnownCounts(local=500, at_one_time=200, homicides=157.0),
        local_low=500,
    )
