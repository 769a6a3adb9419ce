from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cvi_analysis.model.inverse import affordable, serving
from cvi_analysis.model.sizing_case import Case
from cvi_analysis.params.register import Register


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 40_000_000), st.integers(2_000, 1_500_000))
def test_never_above_the_budget_and_one_more_person_would_be(
    register: Register, budget: int, population: int
) -> None:
    case = Case(register.assumptions, population)
    found = affordable(case, budget)
    if found.profile is None:
        assert serving(case, 1).budget.total == found.smallest > budget
        assert found.people == 0
        assert found.left == budget
    elif found.everyone:
        assert found.profile == case.profile()
        assert found.profile.budget.total <= budget
        assert found.next_total is None
    else:
        assert found.profile.budget.total <= budget < case.profile().budget.total
        assert found.profile.people.served == found.people
        assert serving(case, found.people + 1).budget.total == found.next_total
        assert found.next_total is not None
        assert found.next_total > budget
        assert found.left >= 0


@settings(max_examples=60, deadline=None)
@given(
    st.floats(1, 30_000),
    st.floats(0, 100),
    st.integers(2_000, 3_000_000),
    st.sampled_from([{}, {"economies_of_scale.enabled": False}, {"roles.mediator.count": 4}]),
)
def test_more_people_never_need_fewer_staff_or_less_money(
    register: Register, people: float, more: float, population: int, changes: dict[str, object]
) -> None:
    case = Case(register.replace(changes).assumptions, population)
    few, many = serving(case, people), serving(case, people + more)
    assert many.staff >= few.staff
    assert many.budget.total >= few.budget.total
    assert all(b.count >= a.count for a, b in zip(few.posts, many.posts, strict=True))


def test_a_target_share_does_not_shrink_what_money_buys(register: Register) -> None:
    half = Case(register.replace({"people_at_risk.target_share": 0.5}).assumptions, 238_005)
    full = Case(register.assumptions, 238_005)
    assert affordable(half, 8_000_000).people == affordable(full, 8_000_000).people
    assert affordable(half, 15_000_000).everyone
    assert not affordable(full, 15_000_000).everyone
