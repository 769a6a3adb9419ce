"""What to find out first: the indices are those of the model's own draws."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import sobol_indices, uniform

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


def test_they_are_those_that_scipy_finds(register: Register) -> None:
    case = only(register, *ITEMS)
    assert set(spreads(case)) == set(ITEMS)

    def totals(quantiles: np.ndarray) -> np.ndarray:
        held = dict(zip(ITEMS, quantiles, strict=True))
        result = drawn([case], held.__getitem__, quantiles.shape[1])
        return np.asarray(result.budget.total, dtype=float).reshape(1, -1)

    oracle = sobol_indices(func=totals, n=2**14, dists=[uniform(), uniform()], rng=7)
    found = {one.key: one for one in find_out_first(case, draws=65_536)}
    assert set(found) == {"target_share", "benefits"}
    for number, key in enumerate(("target_share", "benefits")):
        assert found[key].first == pytest.approx(np.ravel(oracle.first_order)[number], abs=0.02)
        assert found[key].total == pytest.approx(np.ravel(oracle.total_order)[number], abs=0.02)


def test_nothing_uncertain_gives_nothing_to_find_out(register: Register) -> None:
    assert find_out_first(only(register)) == ()
