from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvi_analysis.model.intervals import Intervals, Range, interval, intervals
from cvi_analysis.model.sizing_case import Case
from cvi_analysis.params.register import Register


def ranges(found: Intervals) -> tuple[Range, Range, Range]:
    return found.people_at_risk, found.staff, found.total


@settings(max_examples=25, deadline=None)
@given(
    population=st.integers(1_000, 9_000_000),
    share=st.floats(0.0001, 0.01),
    supervisor=st.floats(1, 50),
    wraparound=st.floats(0, 250_000),
    scale=st.booleans(),
)
def test_the_interval_contains_the_figure(
    register: Register,
    population: int,
    share: float,
    supervisor: float,
    wraparound: float,
    scale: bool,
) -> None:
    changed = register.replace(
        {
            "people_at_risk.share": share,
            "roles.supervisor.caseload": supervisor,
            "budget.wraparound_per_person": wraparound,
            "economies_of_scale.enabled": scale,
        }
    )
    case = Case(changed.assumptions, population)
    result = case.profile()
    found = interval(case, draws=200)
    assert all(part.low <= part.central <= part.high for part in ranges(found))
    assert found.people_at_risk.central == result.people.estimate
    assert found.staff.central == result.staff
    assert found.total.central == result.budget.total


def test_staff_and_dollars_are_whole(norfolk: Case) -> None:
    found = interval(norfolk)
    for part in (found.staff, found.total):
        assert all(isinstance(end, int) for end in (part.low, part.central, part.high))


def test_equal_seeds_give_equal_intervals(norfolk: Case) -> None:
    assert interval(norfolk, seed=5) == interval(norfolk, seed=5)
    assert interval(norfolk, seed=5) != interval(norfolk, seed=6)


@pytest.mark.parametrize("population", [130_000, 238_005, 650_000, 2_700_000])
def test_seeds_agree_within_one_percent_or_one_post(register: Register, population: int) -> None:
    case = Case(register.assumptions, population)
    for one, other in pairwise(interval(case, seed=seed) for seed in range(6)):
        for a, b in zip(ranges(one), ranges(other), strict=True):
            slack = 1.0 if a is one.staff else 0.0
            assert abs(a.low - b.low) <= max(slack, 0.01 * a.low)
            assert abs(a.high - b.high) <= max(slack, 0.01 * a.high)


def test_a_city_has_the_same_interval_alone_and_among_others(
    register: Register, norfolk: Case, washington: Case
) -> None:
    partial = register.replace({"people_at_risk.target_share": 0.5})
    many = [
        norfolk,
        washington,
        Case(partial.assumptions, 500_000, price_parity=100.0),
        Case(register.assumptions, 2_700_000),
        Case(register.assumptions, 855_000, local_estimate=400, price_parity=94.58),
    ]
    assert intervals(many) == tuple(interval(case) for case in many)
    assert intervals([]) == ()


def test_posts_by_city_size_can_be_uncertain(register: Register) -> None:
    name = "roles.ovp_engagement_manager.posts"
    item = register[name].model_copy(update={"low": (1, 1, 1, 1, 1), "high": (3, 3, 3, 3, 9)})
    only = {
        key: old.model_copy(update={"low": None, "high": None})
        for key, old in register.assumptions.items()
    }
    cases = [Case({**only, name: item}, population) for population in (100_000, 3_000_000)]
    small, large = intervals(cases)
    assert (small.staff.low, small.staff.high) == (small.staff.central, small.staff.central + 2)
    assert large.staff.high - large.staff.low >= 4
    assert small == interval(cases[0])


def test_nothing_uncertain_gives_a_point(register: Register) -> None:
    sure = {
        name: item.model_copy(update={"low": None, "high": None})
        for name, item in register.assumptions.items()
    }
    for part in ranges(interval(Case(sure, 238_005))):
        assert part.low == part.central == part.high


def test_bands_that_would_cross_stay_in_order(register: Register) -> None:
    crossing = register["economies_of_scale.second_limit"].model_copy(update={"low": 350.0})
    case = Case({**register.assumptions, "economies_of_scale.second_limit": crossing}, 1_000_000)
    plain = Case(register.assumptions, 1_000_000)
    assert interval(case).staff.high == pytest.approx(interval(plain).staff.high, rel=0.05)


def test_fifty_cities_at_once_give_what_each_gives_alone(register: Register) -> None:
    cases = [Case(register.assumptions, 130_000 + 50_000 * i) for i in range(50)]
    together = intervals(cases)
    assert [together[i] for i in (0, 17, 49)] == [interval(cases[i]) for i in (0, 17, 49)]
