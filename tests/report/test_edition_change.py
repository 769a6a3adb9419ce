"""The change between two editions: every part to the dollar, credited to the kind it belongs to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvi_analysis.model.people import KnownCounts
from cvi_analysis.model.sizing_case import Case, HeadlineFigures
from cvi_analysis.report.edition_change import (
    KINDS,
    EditionCity,
    city_change,
    compare_editions,
    markdown_text,
)
from cvi_analysis.report.panel import Panel

BY_HOMICIDES = {"people_at_risk.method": "homicides"}
ALONE: dict[str, tuple[dict[str, Any], int, float]] = {
    "census": ({}, 11_000, 0.0),
    "shootings": ({}, 0, 9.5),
    "pay": ({"roles.mediator.wage": 70_001, "benefits.community": 0.4123}, 0, 0.0),
    "assumptions": ({"roles.case_manager.caseload": 7.0, "budget.indirect_share": 0.07}, 0, 0.0),
}
"""A made-up change of each kind: assumptions, residents more, homicides more."""


@pytest.fixture(scope="module")
def cases(library) -> dict[str, Case]:
    """Every city's case, with homicides, of which each city has two full years or made-up ones."""
    return {
        slug: replace(case, known=replace(case.known, homicides=case.known.homicides or 20.0))
        for slug, case in Panel.of(library).cases.items()
    }


def changed(
    library, case: Case, values: dict[str, Any], residents: int = 0, dead: float = 0.0
) -> Case:
    register = library.params.register
    given = {
        name: register[name].with_value(value, register.places[name])
        for name, value in values.items()
    }
    homicides = case.known.homicides + dead
    return replace(
        case,
        assumptions={**case.assumptions, **given},
        population=case.population + residents,
        known=replace(case.known, homicides=homicides),
    )


def as_published(case: Case, *, model: int = 0) -> EditionCity:
    """The city in an edition made by today's model, or by one that gives `model` dollars more."""
    figures = HeadlineFigures.of(case.profile())
    return EditionCity("Norfolk, VA", replace(figures, total=figures.total + model), case)


def dollars(parts: dict[str, HeadlineFigures]) -> dict[str, int]:
    return {kind: part.total for kind, part in parts.items()}


@pytest.mark.parametrize("kind", ALONE)
def test_a_change_of_one_kind_is_credited_to_it_alone_in_every_city(library, cases, kind):
    for slug, case in cases.items():
        before = changed(library, case, BY_HOMICIDES if kind == "shootings" else {})
        values, residents, dead = ALONE[kind]
        found = city_change(
            as_published(before),
            as_published(changed(library, before, values, residents, dead)),
            {},
        )
        # A city with a count of its own is sized on that, whoever lives there.
        if not (kind == "census" and case.known.local is not None):
            assert found.change.total, slug
        assert dollars(found.parts) == {**dict.fromkeys(KINDS, 0), kind: found.change.total}, slug
        assert found.parts[kind].people == found.change.people, slug


@pytest.mark.parametrize("with_model", [0, 1, -12_345])
def test_changes_of_all_kinds_together_add_up_to_the_dollar_in_every_city(
    library, cases, with_model
):
    values = {**ALONE["pay"][0], **ALONE["assumptions"][0]}
    for slug, case in cases.items():
        before = changed(library, case, BY_HOMICIDES)
        after = changed(library, before, values, 11_000, 9.5)
        found = city_change(as_published(before, model=with_model), as_published(after), {})
        assert sum(dollars(found.parts).values()) == found.change.total, slug
        assert sum(part.people for part in found.parts.values()) == found.change.people, slug
        assert found.parts["model"].total == -with_model, slug
        assert all(found.parts[kind].total > 0 for kind in ("shootings", "pay", "assumptions"))


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "people_at_risk.method": st.sampled_from(["local", "residents", "homicides"]),
        "people_at_risk.share": st.floats(0.0005, 0.005),
        "people_at_risk.people_per_homicide": st.floats(1.0, 4.0),
        "roles.mediator.wage": st.integers(30_000, 90_000),
        "roles.ovp_director.wage": st.integers(60_000, 300_000),
        "roles.case_manager.caseload": st.floats(5, 40),
        "benefits.community": st.floats(0.1, 0.6),
        "benefits.government": st.floats(0.1, 0.6),
        "budget.wraparound_per_person": st.integers(0, 40_000),
        "economies_of_scale.enabled": st.booleans(),
    },
)


@settings(max_examples=60, deadline=None)
@given(
    st.data(), CHANGES, CHANGES, st.integers(-5_000, 90_000), st.floats(0, 80), st.integers(-9, 9)
)
def test_the_parts_of_any_change_add_up_in_any_city(
    library, cases, data, one, other, residents, dead, model
):
    case = cases[data.draw(st.sampled_from(sorted(cases)))]
    before = changed(library, case, one)
    after = changed(library, case, other, residents, dead)
    there = city_change(as_published(before, model=model), as_published(after), {})
    back = city_change(as_published(after), as_published(before, model=model), {})
    for figure in ("people", "staff", "total"):
        parts = {kind: getattr(part, figure) for kind, part in there.parts.items()}
        assert sum(parts.values()) == getattr(there.change, figure)
        # Rounding may move a unit; but for it, the way back is the opposite.
        for kind, part in back.parts.items():
            assert abs(parts[kind] + getattr(part, figure)) <= 1


def test_two_kinds_that_work_on_each_other_share_what_they_do_together(library, cases):
    """Half again as many residents and a fifth more pay: each has half of the overlap."""
    case = changed(library, cases["norfolk-va"], {})
    wage = case.values["roles.mediator.wage"]
    pay, census = {"roles.mediator.wage": wage * 1.2}, case.population // 2

    def moved(values: dict[str, Any], residents: int) -> int:
        after = changed(library, case, values, residents)
        return city_change(as_published(case), as_published(after), {}).change.total

    together = city_change(
        as_published(case), as_published(changed(library, case, pay, census)), {}
    )
    overlap = moved(pay, census) - moved(pay, 0) - moved({}, census)
    assert overlap > 1000
    assert together.parts["pay"].total == pytest.approx(moved(pay, 0) + overlap / 2, abs=1)
    assert together.parts["census"].total == pytest.approx(moved({}, census) + overlap / 2, abs=1)


def test_an_assumption_that_is_new_counts_as_the_models(library, cases):
    case = cases["norfolk-va"]
    name = "budget.wraparound_per_person"
    old = replace(case, assumptions={n: a for n, a in case.assumptions.items() if n != name})
    was = EditionCity("Norfolk, VA", HeadlineFigures.of(case.profile({name: 0.0})), old)
    found = city_change(was, as_published(case), {})
    assert found.parts["model"].total == found.change.total > 0
    # Nor is it known to either of two editions that are compared by later code.
    dearer = changed(library, old, {"roles.mediator.wage": 60_000})
    then = HeadlineFigures.of(dearer.profile({name: 0.0}))
    found = city_change(was, EditionCity("Norfolk, VA", then, dearer), case.values)
    assert dollars(found.parts) == {**dict.fromkeys(KINDS, 0), "pay": found.change.total}


def test_homicides_that_an_edition_does_not_hold_yet_are_no_change_of_them(library, cases):
    case = cases["norfolk-va"]
    unknown = replace(case, known=KnownCounts(homicides=None))
    found = city_change(
        as_published(unknown), as_published(changed(library, case, BY_HOMICIDES)), {}
    )
    assert found.change.total
    assert dollars(found.parts) == {**dict.fromkeys(KINDS, 0), "assumptions": found.change.total}


def test_the_changelogs_table_has_what_moved_and_names_who_came_and_went(library, cases):
    first = {slug: as_published(cases[slug]) for slug in ("norfolk-va", "dayton-oh")}
    dearer = changed(library, cases["norfolk-va"], {"roles.mediator.wage": 60_000})
    second = {"norfolk-va": as_published(dearer), "akron-oh": as_published(cases["akron-oh"])}
    second["akron-oh"] = replace(second["akron-oh"], name="Akron | OH")
    found = compare_editions("2026.1", "2027.1", first, second, {})
    text = markdown_text(found)
    assert "| City | 2026.1 | 2027.1 | Change | Census | Shootings | Pay | Assumptions |" in text
    change = f"+${found.moved[0].change.total:,}"
    row = next(line for line in text.splitlines() if line.startswith("| Norfolk, VA"))
    assert row.endswith(f"| {change} | 0 | 0 | {change} | 0 | 0 |")
    assert "People at the highest risk" not in text  # nobody's number of people moved
    assert "New: Akron | OH. Gone: Norfolk, VA." in text
    nothing = compare_editions("2026.1", "now", first, first, {})
    assert markdown_text(nothing) == "No figure moved.\n"
