"""What to find out first: the indices are those of the model's own draws."""

from __future__ import annotations

import numpy as np
import pytest

from cvi_analysis.model.find_out_first import find_out_first
from cvi_analysis.model.intervals import drawn
from cvi_analysis.model.sizing_case import Case, spreads
from cvi_analysis.params.register import Register

ITEMS = ("people_at_risk.take_up", "benefits.community")


def only(register: Register, *names: str) -> Case:
    return Case(
        {
            name: item if name in names else item.model_copy(update={"low": None, "high": None})
            for name, item in register.assumptions.items()
        },
        238_005,
    )


def test_the_count_of_people_comes_first_in_a_city_without_one(norfolk: Case) -> None:
    first, *others = find_out_first(norfolk)
    assert first.key == "people_at_risk"
    assert first.first > 0.5
    assert first.narrows > 0.3
    assert all(one.first <= first.first for one in others)


def test_total_indices_hold_what_first_order_ones_leave(norfolk: Case) -> None:
    found = find_out_first(norfolk, draws=8192)
    assert 0.5 < sum(one.first for one in found) <= 1.05
    for one in found:
        assert one.total >= one.first - 0.05


def test_they_equal_conditional_variances_worked_out_the_long_way(register: Register) -> None:
    """First-order index: the variance, over one number, of the mean over the other."""
    case = only(register, *ITEMS)
    assert set(spreads(case)) == set(ITEMS)
    size = 400
    middles = (np.arange(size) + 0.5) / size

    def totals(**at: np.ndarray) -> np.ndarray:
        held = {"take_up": at["take_up"], "community": at["community"]}
        result = drawn([case], lambda name: held[name.rpartition(".")[2]], len(at["take_up"]))
        return np.broadcast_to(np.asarray(result.budget.total, float), (1, len(at["take_up"])))[0]

    grid = totals(take_up=np.repeat(middles, size), community=np.tile(middles, size))
    table = grid.reshape(size, size)
    expected = {
        "target_share": table.mean(axis=1).var() / table.var(),
        "benefits": table.mean(axis=0).var() / table.var(),
    }
    found = {one.key: one for one in find_out_first(case, draws=65_536)}
    assert set(found) == set(expected)
    for key, index in expected.items():
        assert found[key].first == pytest.approx(index, abs=0.02)
        other = next(value for name, value in expected.items() if name != key)
        assert found[key].total == pytest.approx(1.0 - other, abs=0.02)


def test_nothing_uncertain_gives_nothing_to_find_out(register: Register) -> None:
    assert find_out_first(only(register)) == ()
