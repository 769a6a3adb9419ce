from __future__ import annotations

from dataclasses import replace

import pytest

from cvi_analysis.model.sensitivity import effects, tornado
from cvi_analysis.model.sizing_case import LOCAL_ESTIMATE, Case, HeadlineFigures
from cvi_analysis.params.register import Register


def test_the_ten_largest_come_first(norfolk: Case) -> None:
    bars = tornado(norfolk)
    swings = [bar.swing for bar in bars]
    assert len(bars) == 10
    assert swings == sorted(swings, reverse=True)
    assert bars[0].name == "people_at_risk.share"
    assert {bar.name for bar in bars} == {bar.name for bar in effects(norfolk)[:10]}


def test_each_end_is_what_the_model_gives(norfolk: Case) -> None:
    for effect in effects(norfolk):
        assert effect.at_value == HeadlineFigures.of(norfolk.profile())
        assert effect.at_low == HeadlineFigures.of(norfolk.profile({effect.name: effect.low}))
        assert effect.at_high == HeadlineFigures.of(norfolk.profile({effect.name: effect.high}))
        assert effect.least <= effect.at_value.total <= effect.most
        assert effect.title


def test_a_published_count_stands_for_the_share(washington: Case) -> None:
    over_a_year = replace(washington, known=replace(washington.known, at_one_time=None))
    first = tornado(over_a_year)[0]
    assert first.name == LOCAL_ESTIMATE
    assert (first.low, first.value, first.high) == (500, 500, 1000)
    assert (first.at_low.people, first.at_high.people) == (500, 1000)


def test_lists_move_as_a_whole(register: Register) -> None:
    name = "roles.ovp_data_analyst.posts"
    item = register[name].model_copy(update={"low": (1, 1, 1, 1, 1), "high": (2, 2, 2, 3, 3)})
    case = Case({**register.assumptions, name: item}, 238_005)
    effect = next(effect for effect in effects(case) if effect.name == name)
    assert effect.high == (2, 2, 2, 3, 3)
    assert effect.at_high.staff == effect.at_value.staff + 1


def test_a_city_without_uncertainty_has_no_bars(register: Register) -> None:
    sure = {
        name: item.model_copy(update={"low": None, "high": None})
        for name, item in register.assumptions.items()
    }
    assert tornado(Case(sure, 238_005)) == ()


@pytest.mark.parametrize("bars", [0, 3])
def test_fewer_bars_on_request(norfolk: Case, bars: int) -> None:
    assert len(tornado(norfolk, bars)) == bars
