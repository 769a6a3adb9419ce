"""What Medicaid could pay back: by hand, off unless asked for, and never in the budget."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvi_analysis.model.intervals import interval
from cvi_analysis.model.medicaid_offset import medicaid_offset
from cvi_analysis.model.sizing_case import Case, spreads
from cvi_analysis.params.register import Register

ON = {"medicaid.offset_enabled": True}


def changed(register: Register, case: Case, changes: dict[str, Any]) -> Case:
    return replace(case, assumptions=register.replace(changes, "a test").assumptions)


def test_it_is_off_unless_asked_for(norfolk: Case) -> None:
    assert medicaid_offset(norfolk, 53.32) is None


def test_by_hand(register: Register, norfolk: Case) -> None:
    found = medicaid_offset(changed(register, norfolk, ON), 53.32)
    assert found is not None
    # 62 of Norfolk's 78 posts are frontline: 16 + 17 + 10 + 5 + 8 + 6.
    assert found.workers == 62
    assert found.dollars == math.floor(62 * 400 * 0.6 * 53.32 + 0.5) == 793_402
    assert found.low == math.floor(62 * 200 * 0.4 * 53.32 + 0.5)
    assert found.high == math.floor(62 * 600 * 0.75 * 53.32 + 0.5)


def test_without_a_rate_there_is_none_until_one_is_entered(
    register: Register, norfolk: Case
) -> None:
    assert medicaid_offset(changed(register, norfolk, ON), None) is None
    for state in (None, 152.0):
        found = medicaid_offset(changed(register, norfolk, {**ON, "medicaid.rate": 80}), state)
        assert found is not None
        assert found.rate == 80, "a rate entered by hand goes before the state's"


def test_people_staff_budget_and_ranges_do_not_move(register: Register, norfolk: Case) -> None:
    case = changed(register, norfolk, {**ON, "medicaid.billable_hours": 600, "medicaid.rate": 99})
    assert case.profile() == norfolk.profile()
    assert not any(name.startswith("medicaid.") for name in spreads(case))
    assert interval(case) == interval(norfolk)


@given(st.floats(0, 2_080), st.floats(0, 1), st.floats(0, 1_000))
def test_the_figure_lies_between_its_ends(
    register: Register, norfolk: Case, hours: float, enrolled: float, rate: float
) -> None:
    factors = {"medicaid.billable_hours": hours, "medicaid.enrolled_share": enrolled}
    found = medicaid_offset(changed(register, norfolk, {**ON, **factors}), rate)
    assert found is not None
    assert 0 <= found.low <= found.dollars <= found.high
    assert found.dollars == pytest.approx(62 * hours * enrolled * rate, abs=0.51)
