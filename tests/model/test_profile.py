"""Properties of the whole model, for any city and any amount of risk."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvi_analysis.model.number import half_up
from cvi_analysis.model.people import KnownCounts, effective_people
from cvi_analysis.model.profile import profile
from cvi_analysis.model.staffing import FRONTLINE, ROLES, population_tier

people = st.floats(0, 50_000, allow_nan=False)
residents = st.integers(1_000, 9_000_000)


@pytest.fixture(scope="module")
def values(library):
    return library.params.resolve("baseline", None, {}).values()


@settings(deadline=None)
@given(number=st.integers(-10_000, 10_000))
def test_half_up_takes_halves_up(number):
    assert half_up(number + 0.5) == number + 1


@settings(max_examples=300, deadline=None)
@given(a=people, b=people, population=residents)
def test_more_people_never_means_fewer_staff_or_less_money(values, a, b, population):
    few, many = sorted((a, b))
    less = profile({**values, "people_at_risk": few}, population)
    more = profile({**values, "people_at_risk": many}, population)
    assert more.staff >= less.staff
    assert more.budget.total >= less.budget.total
    for role in ROLES:
        assert more.post(role).count >= less.post(role).count


@settings(max_examples=200, deadline=None)
@given(a=people, b=people)
def test_economies_of_scale_are_continuous_increasing_and_never_add_people(values, a, b):
    few, many = sorted((a, b))
    low, high = effective_people(values, few), effective_people(values, many)
    assert low <= high <= many + 1e-9
    assert high - low <= (many - few) + 1e-6


@pytest.mark.parametrize(
    ("target", "effective"),
    [
        (0, 0),
        (500, 500),
        (1000, 500 + 500 / 1.1),
        (2000, 500 + 500 / 1.1 + 1000 / 1.2),
        (3000, 500 + 500 / 1.1 + 1000 / 1.2 + 1000 / 1.3),
    ],
)
def test_bands_of_scale(values, target, effective):
    assert effective_people(values, target) == pytest.approx(effective)
    assert effective_people({**values, "economies_of_scale.enabled": False}, target) == target


@pytest.mark.parametrize(
    ("population", "posts"),
    [
        (249_999, 4),
        (250_000, 5),
        (500_000, 5),
        (500_001, 6),
        (1_000_000, 6),
        (1_000_001, 8),
        (2_000_000, 8),
        (2_000_001, 10),
    ],
)
def test_office_of_violence_prevention_by_population(values, population, posts):
    assert profile(values, population).count("ovp") == posts
    assert population_tier(values, population) in range(5)


def test_every_role_has_someone_even_for_one_person(values):
    small = profile({**values, "people_at_risk": 1}, 2_000)
    assert all(small.post(role).count == 1 for role in (*FRONTLINE, "supervisor"))


def test_an_entered_count_takes_the_place_of_the_caseload(values):
    changed = profile({**values, "roles.mediator.count": 3}, 238_005)
    plain = profile(values, 238_005)
    assert changed.post("mediator").count == 3
    assert changed.post("outreach_worker") == plain.post("outreach_worker")
    assert changed.post("supervisor").count == half_up((62 - 17 + 3) / 5)


def test_budget_lines_add_up(values):
    for population in (15_000, 238_005, 3_857_897):
        budget = profile(values, population).budget
        assert budget.staffing == budget.frontline + budget.supervision_ovp
        assert budget.total == (
            budget.staffing
            + budget.training
            + budget.evaluation
            + budget.indirect
            + budget.wraparound
        )
        assert sum(budget.wraparound_kinds.values()) == budget.wraparound


def test_arrays_give_what_single_cities_give(values):
    populations = np.array([15_000.0, 238_005.0, 642_000.0, 2_707_648.0])
    many = profile(values, populations)
    for place, population in enumerate(populations):
        one = profile(values, float(population))
        assert many.budget.total[place] == one.budget.total
        assert many.staff[place] == one.staff
        for role in ROLES:
            assert np.broadcast_to(many.post(role).count, 4)[place] == one.post(role).count


def test_local_estimate_and_its_switch(values):
    assert profile(values, 880_000, known=KnownCounts(local=400)).people.method == "local"
    assert profile(values, 880_000, known=KnownCounts(local=400)).people.estimate == 400
    rule = {**values, "people_at_risk.method": "residents"}
    assert profile(rule, 880_000, known=KnownCounts(local=400)).people.estimate == pytest.approx(
        880
    )
