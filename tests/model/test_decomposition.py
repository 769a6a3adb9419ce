from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cvi_analysis.model.decomposition import EXACT, GROUPS, decompose, group_of
from cvi_analysis.model.sizing_case import Case, HeadlineFigures
from cvi_analysis.params.register import Register


def changed(register: Register, changes: dict[str, Any], population: int = 238_005) -> Case:
    return Case(register.replace(changes).assumptions, population)


def added(parts: Any) -> HeadlineFigures:
    return HeadlineFigures(
        sum(part.change.people for part in parts),
        sum(part.change.staff for part in parts),
        sum(part.change.total for part in parts),
    )


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "people_at_risk.share": st.floats(0.0002, 0.005),
        "people_at_risk.target_share": st.floats(0.1, 1.0),
        "people_at_risk": st.integers(1, 5_000),
        "economies_of_scale.enabled": st.booleans(),
        "economies_of_scale.first_limit": st.integers(10, 900),
        "roles.mediator.caseload": st.floats(5, 40),
        "roles.case_manager.caseload": st.floats(5, 40),
        "roles.supervisor.caseload": st.floats(1, 20),
        "roles.outreach_worker.count": st.integers(0, 100),
        "roles.outreach_worker.wage": st.integers(20_000, 90_000),
        "roles.ovp_director.wage": st.integers(60_000, 300_000),
        "roles.ovp_data_analyst.posts": st.just((2, 2, 2, 3, 4)),
        "benefits.community": st.floats(0.1, 0.6),
        "budget.training_share": st.floats(0.0, 0.5),
        "budget.wraparound_per_person": st.integers(0, 90_000),
        "budget.evaluation_share": st.floats(0.0, 0.5),
    },
)
POPULATION = st.sampled_from([120_000, 238_005, 251_000, 2_600_000])


@settings(max_examples=40, deadline=None)
@given(CHANGES, CHANGES, POPULATION, POPULATION, st.sampled_from(["auto", "group", "assumption"]))
def test_the_parts_add_up_exactly(
    register: Register, one: dict[str, Any], other: dict[str, Any], p: int, q: int, by: Any
) -> None:
    before, after = changed(register, one, p), changed(register, other, q)
    if by == "assumption":
        assume(len(one) + len(other) <= 10)
    found = decompose(before, after, by)
    assert found.before == HeadlineFigures.of(before.profile())
    assert found.after == HeadlineFigures.of(after.profile())
    assert added(found.parts) == found.change


@settings(max_examples=15, deadline=None)
@given(CHANGES, POPULATION)
def test_the_way_back_is_the_opposite(
    register: Register, changes: dict[str, Any], population: int
) -> None:
    before, after = changed(register, {}), changed(register, changes, population)
    there, back = decompose(before, after), decompose(after, before)
    assert [part.change for part in there.parts] == [
        HeadlineFigures(0, 0, 0) - part.change for part in back.parts
    ]


def test_one_change_is_the_whole_change(register: Register) -> None:
    before, after = changed(register, {}), changed(register, {"budget.training_share": 0.2})
    found = decompose(before, after)
    (part,) = found.parts
    assert part.change == found.change
    assert (part.key, part.before, part.after) == ("budget.training_share", (0.25,), (0.2,))
    assert found.exact


def test_nothing_changed_has_no_parts(register: Register) -> None:
    found = decompose(changed(register, {}), changed(register, {}))
    assert found.parts == ()
    assert found.change == HeadlineFigures(0, 0, 0)


def test_what_has_no_effect_gets_nothing(register: Register) -> None:
    # No band above the third is reached; the division of wraparound is no part at all.
    changes = {
        "economies_of_scale.fourth_gain": 0.4,
        "roles.mediator.wage": 50_000,
        "budget.wraparound.housing_share": 0.30,
        "budget.wraparound.social_share": 0.20,
    }
    before = Case(register.assumptions, 238_005)
    after = Case(register.replace(changes).assumptions, 238_005)
    found = {part.key: part.change.total for part in decompose(before, after).parts}
    assert set(found) == {"economies_of_scale.fourth_gain", "roles.mediator.wage"}
    assert found["economies_of_scale.fourth_gain"] == 0


def test_two_factors_share_their_product_evenly(register: Register) -> None:
    # 0.1% of 200,000 at $45,000 to 0.2% at $90,000: wraparound 9.0 to 36.0 million. Alone each
    # adds 9.0, together 27.0, so the product's 9.0 is split in two: 13.5 each.
    small = {f"roles.{role}.wage": 15_000 for role in ("mediator", "outreach_worker")}
    before = changed(register, {**small, "economies_of_scale.enabled": False}, 200_000)
    after = changed(
        register,
        {
            **small,
            "economies_of_scale.enabled": False,
            "people_at_risk.share": 0.002,
            "budget.wraparound_per_person": 90_000,
        },
        200_000,
    )
    found = {part.key: part.change.total for part in decompose(before, after).parts}
    assert found["budget.wraparound_per_person"] == 13_500_000


def test_many_changes_go_by_group(register: Register) -> None:
    changes = {
        name: item.value * 0.9
        for name, item in register.assumptions.items()
        if name.endswith(".wage")
    }
    found = decompose(changed(register, {}), changed(register, changes))
    (part,) = found.parts
    assert part.key == "wages"
    assert len(part.names) == len(changes) > EXACT
    single = decompose(changed(register, {}), changed(register, changes), "assumption")
    assert not single.exact
    assert len(single.parts) == len(changes)
    assert added(single.parts) == found.change


def test_another_population_figure_is_one_part(register: Register) -> None:
    before = changed(register, {}, 235_037)
    after = changed(register, {"population.dataset": "dec", "population.year": 2020}, 238_005)
    (part,) = decompose(before, after).parts
    assert part.key == "population"
    assert part.names == ("population.dataset", "population.year")
    assert part.change.people == 3


def test_every_assumption_has_a_group(register: Register) -> None:
    groups = {group_of(name) for name in register if not name.startswith("phasing.")}
    assert groups - {"other"} == set(GROUPS) - {"other"}
