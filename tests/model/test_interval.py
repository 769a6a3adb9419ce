from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvi_analysis.model.intervals import (
    DRAWS,
    Intervals,
    Range,
    drawn,
    interval,
    intervals,
    quantiles,
)
from cvi_analysis.model.people import KnownCounts
from cvi_analysis.model.sizing_case import LOCAL_ESTIMATE, RULES, Case
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
def test_the_interval_is_in_order_around_what_the_model_gives(
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
    assert all(part.low <= part.middle <= part.high for part in ranges(found))
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
def test_seeds_agree_within_two_percent_or_one_post(register: Register, population: int) -> None:
    case = Case(register.assumptions, population, known=KnownCounts(homicides=population / 6_000))
    for one, other in pairwise(interval(case, seed=seed) for seed in range(6)):
        for a, b in zip(ranges(one), ranges(other), strict=True):
            slack = 1.0 if a is one.staff else 0.0
            assert abs(a.low - b.low) <= max(slack, 0.02 * a.low)
            assert abs(a.high - b.high) <= max(slack, 0.02 * a.high)


def test_a_city_has_the_same_interval_alone_and_among_others(
    register: Register, norfolk: Case, washington: Case
) -> None:
    partial = register.replace({"people_at_risk.target_share": 0.5})

    def sure_of(wage: float) -> Case:
        """As a city whose own wage is published stands among those with a range."""
        name = "roles.case_manager.wage"
        published = register[name].model_copy(update={"value": wage, "low": None, "high": None})
        return Case({**register.assumptions, name: published}, 300_000)

    many = [
        norfolk,
        washington,
        Case(partial.assumptions, 500_000),
        Case(register.assumptions, 2_700_000),
        Case(register.assumptions, 855_000, known=KnownCounts(local=400)),
        sure_of(48_000.0),
        sure_of(99_000.0),
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


def test_nine_of_ten_trials_lie_inside_what_is_printed(norfolk: Case, washington: Case) -> None:
    """True of the very numbers printed, whichever figure the report itself stands on."""
    for case in (norfolk, washington):
        found = interval(case)
        result = drawn([case], quantiles, DRAWS)
        for part, trials in (
            (found.people_at_risk, result.people.estimate),
            (found.staff, result.staff),
            (found.total, result.budget.total),
        ):
            trials = np.broadcast_to(np.asarray(trials), (1, DRAWS))
            inside = np.mean((trials >= part.low) & (trials <= part.high))
            assert inside >= 0.9
            # Order statistics: no trial further in or out would do.
            for end, share in ((part.low, 0.05), (part.high, 0.95)):
                assert np.mean(trials < end) < share <= np.mean(trials <= end)


def test_every_way_of_counting_people_is_drawn_alike() -> None:
    """No trial uses two of them, and where one is in doubt the others are in the same way."""
    share = quantiles(RULES["residents"])
    for name in (LOCAL_ESTIMATE, RULES["homicides"]):
        assert np.array_equal(quantiles(name), share)
    assert not np.array_equal(quantiles("people_at_risk.take_up"), share)


def test_how_many_trials_are_below_the_figure(norfolk: Case, washington: Case) -> None:
    for case in (norfolk, washington):
        found = interval(case)
        every = drawn([case], quantiles, DRAWS)
        for part, figures in (
            (found.people_at_risk, every.people.estimate),
            (found.staff, every.staff),
            (found.total, every.budget.total),
        ):
            sample = np.broadcast_to(np.asarray(figures, float), (1, DRAWS))[0]
            assert part.below == np.count_nonzero(sample < part.central) / DRAWS
            assert np.count_nonzero(sample <= part.middle) >= DRAWS / 2
            assert np.count_nonzero(sample >= part.middle) >= DRAWS / 2
    # The baseline of a city without a count takes the dearest rule and everyone all year.
    assert interval(norfolk).total.below > 0.85


def test_the_method_of_counting_is_drawn_where_both_rules_can_be_had(
    register: Register, norfolk: Case
) -> None:
    unknown = Case(register.assumptions, 238_005)
    only_residents = register.replace({"people_at_risk.method_weight": 1.0})
    always = Case(only_residents.assumptions, 238_005, known=norfolk.known)
    assert interval(always).people_at_risk == interval(unknown).people_at_risk
    by_homicides = norfolk.by("homicides").people.estimate
    assert interval(unknown).people_at_risk.low > by_homicides
    assert interval(norfolk).people_at_risk.low < by_homicides


def test_a_count_of_its_own_is_not_mixed_with_a_rule(washington: Case) -> None:
    alone = replace(washington, known=replace(washington.known, homicides=None))
    assert interval(washington) == interval(alone)


def test_a_ceiling_on_people_at_one_time_does_not_grow_with_the_local_count(
    washington: Case,
) -> None:
    more = washington.profile({LOCAL_ESTIMATE: 750.0})
    assert (more.people.estimate, more.people.served) == (750.0, 200.0)
    few = washington.profile({LOCAL_ESTIMATE: 150.0})
    assert few.people.served == 150.0, "no more at one time than over a year"
    every = drawn([washington], quantiles, DRAWS).people
    assert np.max(every.estimate) > 900
    assert np.max(every.served) <= 200
