from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvi_analysis.model.intervals import DRAWS, quantiles
from cvi_analysis.model.people import KnownCounts
from cvi_analysis.model.sizing_case import LOCAL_ESTIMATE, Case, Spread, spread_of, spreads
from cvi_analysis.params.register import Register


@dataclass(frozen=True)
class Item:
    value: Any
    low: Any = None
    high: Any = None
    kind: str = "number"
    title: str = ""
    unit: str = ""
    source: str = ""
    source_url: str = ""


NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)


@settings(max_examples=50, deadline=None)
@given(st.tuples(NUMBERS, NUMBERS, NUMBERS).map(sorted))
def test_the_triangle_stays_inside_and_rises(ends: list[float]) -> None:
    low, value, high = ends
    drawn = Spread((low,), (value,), (high,)).at(np.linspace(0.0, 1.0, 101))
    # Rounding errors are as large as the numbers that are added, not as their sum.
    rounding = 1e-9 * max(1.0, abs(low), abs(high))
    assert np.all(np.diff(drawn) >= -rounding)
    assert drawn[0] == pytest.approx(low, abs=rounding)
    assert drawn[-1] == pytest.approx(high, abs=rounding)


def test_the_triangle_has_the_mean_of_its_three_corners() -> None:
    drawn = Spread((10.0,), (15.0,), (35.0,)).at(quantiles("some name"))
    assert drawn.mean() == pytest.approx(20.0, rel=1e-4)


def test_whole_numbers_and_lists_are_rounded_item_by_item() -> None:
    spread = spread_of(Item((1, 1, 2), (0, 1, 1), (2, 1, 4), kind="list"))
    assert spread is not None
    drawn = spread.at(quantiles("some name"))
    assert drawn.shape == (3, DRAWS)
    assert [sorted(set(row)) for row in drawn] == [[0, 1, 2], [1], [1, 2, 3, 4]]


@pytest.mark.parametrize(
    "item",
    [Item(True), Item("acs5"), Item(None), Item(7), Item(None, 1, 2), Item(3, low=1)],
    ids=["switch", "choice", "optional", "no range", "empty", "half a range"],
)
def test_choices_are_not_varied(item: Item) -> None:
    assert spread_of(item) is None


@pytest.mark.parametrize(("value", "ends"), [(1, (1, 20)), (30, (10, 30)), (15, (10, 20))])
def test_a_value_outside_its_range_widens_it(value: float, ends: tuple[float, float]) -> None:
    spread = spread_of(Item(value, 10, 20))
    assert spread is not None
    assert (spread.low[0], spread.high[0]) == ends


def test_only_what_a_city_reads_is_varied(register: Register, norfolk: Case) -> None:
    names = set(spreads(norfolk))
    assert "people_at_risk.share" in names
    assert not [name for name in names if name.startswith("budget.wraparound.")]
    off = register.replace({"economies_of_scale.enabled": False, "roles.mediator.count": 3})
    fewer = set(spreads(Case(off.assumptions, 238_005)))
    assert not [name for name in fewer if name.startswith("economies_of_scale")]


def test_a_local_count_has_its_own_range(washington: Case) -> None:
    found = spreads(washington)
    assert "people_at_risk.share" not in found
    # The low end is published; the high end is as far away as the share's: twice the value.
    assert found[LOCAL_ESTIMATE] == Spread((500.0,), (500.0,), (1000.0,))


def test_a_count_entered_by_hand_is_exact(register: Register) -> None:
    entered = register.replace({"people_at_risk": 300})
    found = spreads(Case(entered.assumptions, 672_079, known=KnownCounts(local=500)))
    # How many of them join, and for how long, stays uncertain.
    people = {name for name in found if name.startswith("people_at_risk")}
    assert people == {"people_at_risk.months", "people_at_risk.take_up"}


def test_each_column_has_one_draw_in_each_slice() -> None:
    for name in ("people_at_risk.share", "budget.wraparound_per_person", "benefits.government"):
        column = quantiles(name, 7)
        assert sorted(np.floor(column * DRAWS + 1e-6).astype(int) % DRAWS) == list(range(DRAWS))


def test_columns_depend_on_the_name_and_the_seed_only() -> None:
    assert np.array_equal(quantiles("a", 1, 100), quantiles.__wrapped__("a", 1, 100))
    assert not np.array_equal(quantiles("a", 1, 100), quantiles("b", 1, 100))
    assert not np.array_equal(quantiles("a", 1, 100), quantiles("a", 2, 100))
    assert not quantiles("a", 1, 100).flags.writeable


def test_a_local_count_without_any_range_is_taken_as_it_stands(register: Register) -> None:
    name = "people_at_risk.share"
    share = register[name].model_copy(update={"low": None, "high": None})
    known = KnownCounts(local=500)
    case = Case({**register.assumptions, name: share}, 238_005, known=known)
    assert spreads(case)[LOCAL_ESTIMATE] == Spread((500.0,), (500.0,), (500.0,))
