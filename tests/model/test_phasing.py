from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvi_analysis.model.hiring_plan import Hiring, plan
from cvi_analysis.model.sizing_case import Case
from cvi_analysis.model.staffing import ROLES
from cvi_analysis.params.register import Register

HAVING = st.dictionaries(st.sampled_from(ROLES), st.integers(0, 60))


@settings(max_examples=25, deadline=None)
@given(HAVING, st.integers(1, 6), st.floats(0.0, 1.0), st.integers(2_000, 3_000_000))
def test_the_last_year_without_growth_is_the_full_budget(
    register: Register, having: dict[str, int], years: int, fill: float, population: int
) -> None:
    case = Case(register.assumptions, population)
    found = plan(case, Hiring(years, fill, existing=having))
    last = found.years[-1]
    assert len(found.years) == years
    assert last.budget == found.full == case.profile().budget
    assert last.people == case.profile().people.served
    assert last.posts_in().planned == last.posts_in().needed == case.profile().staff


@settings(max_examples=25, deadline=None)
@given(HAVING, st.integers(2, 6), st.floats(0.0, 1.0), st.floats(0.0, 0.1), st.floats(0.0, 1.0))
def test_a_plan_only_grows_and_its_money_adds_up(
    norfolk: Case, having: dict[str, int], years: int, fill: float, growth: float, one_off: float
) -> None:
    found = plan(norfolk, Hiring(years, fill, growth, one_off, having))
    for year in found.years:
        assert year.lasting + year.expiring + year.new_money == year.budget.total
        assert year.recurring_needed == year.new_money + year.expiring
        assert year.expected.total <= year.budget.total
        lines = year.budget
        assert lines.total == sum(
            (lines.staffing, lines.training, lines.evaluation, lines.indirect, lines.wraparound)
        )
        for post in year.posts:
            assert 0 <= post.existing <= post.filled <= post.planned <= post.needed
            assert post.gap == post.needed - post.filled
    for before, after in pairwise(found.years):
        assert before.budget.total <= after.budget.total
        assert all(a.planned <= b.planned for a, b in zip(before.posts, after.posts, strict=True))


def test_a_plan_from_nothing_by_hand(norfolk: Case) -> None:
    found = plan(norfolk, Hiring(3, fill_rate=0.76, price_growth=0.03))
    first = found.years[0]
    mediator = next(post for post in first.posts if post.role == "mediator")
    # 17 mediators: 17 / 3 = 5.67 makes 6 planned, 6 * 0.76 = 4.56 makes 5 filled.
    assert (mediator.needed, mediator.planned, mediator.filled, mediator.gap) == (17, 6, 5, 12)
    assert first.prices == 1.0
    assert found.years[2].prices == 1.03**2
    # One rate for pay and for services: every line grows alike, but for rounding.
    for line in ("frontline", "supervision_ovp", "wraparound", "total"):
        grown, full = getattr(found.years[2].budget, line), getattr(found.full, line)
        assert abs(grown - full * 1.03**2) <= 3


def test_the_office_is_complete_from_the_first_year(norfolk: Case) -> None:
    for hiring in (Hiring(5), Hiring(3, existing={"ovp_director": 1})):
        for year in plan(norfolk, hiring).years:
            office = year.posts_in("ovp")
            assert office.planned == office.needed == 4


def test_people_reached_are_those_of_the_filled_posts(norfolk: Case) -> None:
    for year in plan(norfolk, Hiring(3, fill_rate=0.76)).years:
        front = year.posts_in("frontline")
        served = norfolk.profile().people.served
        assert year.people == pytest.approx(served * front.planned / front.needed)
        assert year.reached == pytest.approx(served * front.filled / front.needed)
        assert year.reached < year.people


def test_who_is_there_already_is_paid_already(norfolk: Case) -> None:
    found = plan(norfolk, Hiring(3, one_off_share=0.5, existing={"mediator": 10, "supervisor": 40}))
    year = found.years[0]
    mediator, supervisor = norfolk.profile().post("mediator"), norfolk.profile().post("supervisor")
    pay = 10 * mediator.cost / mediator.count + supervisor.cost
    assert abs(year.lasting + year.expiring - pay) <= 1
    assert abs(year.lasting - year.expiring) <= 1
    assert found.surplus == {"supervisor": 40 - supervisor.count}


def test_a_program_without_frontline_posts_still_phases_in(register: Register) -> None:
    none = {name: 0 for name in register if name.endswith(".count") and "ovp" not in name}
    case = Case(register.replace(none).assumptions, 238_005)
    found = plan(case, Hiring(2))
    assert [year.people for year in found.years] == [238_005 * 0.001 / 2, 238_005 * 0.001]
