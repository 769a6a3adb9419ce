"""Three methods of counting, and people served as a stock."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvi_analysis.model.people import KnownCounts, people_at_risk
from cvi_analysis.model.profile import profile
from cvi_analysis.model.sizing_case import Case
from cvi_analysis.params.register import Register


@pytest.fixture
def values(register: Register) -> dict[str, Any]:
    return register.values()


def test_each_method_gives_its_own_count(norfolk: Case, washington: Case) -> None:
    assert norfolk.methods() == ("residents", "homicides")
    assert norfolk.by("homicides").people.estimate == pytest.approx(31.5 * 2.2)
    assert norfolk.by("residents") == norfolk.profile()
    assert washington.methods() == ("local", "residents", "homicides")
    assert washington.by("local").people.estimate == 500


def test_a_count_by_hand_takes_the_place_of_every_method(register: Register) -> None:
    entered = register.replace({"people_at_risk": 77, "people_at_risk.method": "homicides"})
    case = Case(entered.assumptions, 238_005, known=KnownCounts(homicides=31.5))
    assert case.methods() == ("entered", "residents", "homicides")
    assert case.profile().people.estimate == 77
    assert case.by("residents").people.rounded == 238


def test_homicides_that_are_not_known_are_not_made_up(values: dict[str, Any]) -> None:
    with pytest.raises(LookupError, match="no homicides"):
        profile({**values, "people_at_risk.method": "homicides"}, 238_005)


def test_people_served_are_those_in_the_program_at_one_time(values: dict[str, Any]) -> None:
    changed = {
        **values,
        "people_at_risk.target_share": 0.5,
        "people_at_risk.take_up": 0.55,
        "people_at_risk.months": 6,
    }
    people = people_at_risk(changed, 200_000, KnownCounts())
    assert (people.estimate, people.target) == (200.0, 100.0)
    assert people.served == pytest.approx(200 * 6 / 12 * 0.5 * 0.55)


def test_washington_is_sized_on_its_count_at_one_time(washington: Case) -> None:
    """A caseload is people at one time: 67 posts for 200, not 161 for 500."""
    result = washington.profile()
    assert (result.people.estimate, result.people.served, result.staff) == (500, 200, 67)
    six = washington.profile({"people_at_risk.months": 6})
    assert six.people.served == 200, "a count of people at one time has its months in it"
    half = washington.profile({"people_at_risk.take_up": 0.5})
    assert half.people.served == 100


def test_a_count_at_one_time_alone_is_the_stock(washington: Case) -> None:
    known = KnownCounts(local=150, counts="at_one_time")
    people = replace(washington, known=known).profile({"people_at_risk.months": 6}).people
    assert (people.estimate, people.served, people.counts) == (150, 150, "at_one_time")


def test_methods_that_agree_give_equal_figures(register: Register) -> None:
    """238 people are 238 people, whoever counted them."""
    homicides = 238.0 / 2.2
    agreed = [
        Case(register.assumptions, 238_000.0, known=KnownCounts(homicides=homicides)).by(method)
        for method in ("residents", "homicides")
    ]
    local = Case(register.assumptions, 238_000.0, known=KnownCounts(local=238.0)).profile()
    for result in agreed:
        assert result.people.estimate == pytest.approx(238.0)
        assert result.budget.total == local.budget.total
        assert result.posts == local.posts


@settings(max_examples=60, deadline=None)
@given(
    population=st.integers(10_000, 9_000_000),
    homicides=st.floats(1.0, 800.0),
    local=st.floats(10.0, 5_000.0),
    more=st.floats(1.0, 3.0),
    method=st.sampled_from(["residents", "homicides", "local", "entered"]),
    take_up=st.floats(0.05, 1.0),
    months=st.floats(1.0, 12.0),
)
def test_more_people_never_mean_fewer_staff_or_dollars(
    register: Register,
    population: int,
    homicides: float,
    local: float,
    more: float,
    method: str,
    take_up: float,
    months: float,
) -> None:
    values = {
        **register.values(),
        "people_at_risk.take_up": take_up,
        "people_at_risk.months": months,
        "people_at_risk": local if method == "entered" else None,
        "people_at_risk.method": "residents" if method == "entered" else method,
    }
    known = KnownCounts(local=local, homicides=homicides)
    before = profile(values, population, known=known)
    grown = {
        **values,
        "people_at_risk": local * more if method == "entered" else None,
        "people_at_risk.share": values["people_at_risk.share"] * more,
        "people_at_risk.people_per_homicide": values["people_at_risk.people_per_homicide"] * more,
    }
    after = profile(grown, population, known=replace(known, local=local * more))
    assert after.people.served >= before.people.served
    assert after.staff >= before.staff
    assert after.budget.total >= before.budget.total
