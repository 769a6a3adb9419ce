"""The one published profile that can be checked: Norfolk, Virginia."""

from __future__ import annotations

import pytest

from cvi_analysis.model.profile import profile


@pytest.fixture(scope="module")
def norfolk(library):
    return library.dossier("norfolk-va", "caps-published").profile


def test_people_and_staff_are_the_published_ones(norfolk):
    assert norfolk.population == 238005
    assert norfolk.people.rounded == 238
    counts = [
        norfolk.post(role).count
        for role in (
            "outreach_worker",
            "mediator",
            "case_manager",
            "family_case_manager",
            "victim_advocate",
            "hospital_specialist",
            "supervisor",
        )
    ]
    assert counts == [16, 17, 10, 5, 8, 6, 12]
    assert norfolk.count("ovp") == 4


def test_wraparound_is_the_published_dollar(norfolk):
    assert norfolk.budget.wraparound == 10_710_225


def test_total_is_within_five_percent(norfolk):
    assert abs(norfolk.budget.total / 19_889_880 - 1) < 0.05


def test_published_table_is_carried_unchanged(library):
    published = {
        figure.item: figure.value
        for figure in library.published
        if figure.how_known == "published" and figure.value is not None
    }
    assert published["population.value"] == 238_005
    assert published["budget.frontline"] == 4_837_055
    assert published["budget.wraparound"] == 10_710_225
    assert published["budget.total"] == 19_889_880


def test_every_published_item_that_the_model_computes_is_compared(library):
    check = library.dossier("chicago-il").check
    compared = {figure.item for figure in check.published} & set(check.ours)
    assert len(compared) == 16
    exact = [name for name in compared if name.startswith(("staffing", "people", "population"))]
    published = {f.item: f.value for f in check.published if f.how_known == "published"}
    assert all(check.ours[name] == published[name] for name in exact)


def test_unrounded_people_set_the_wraparound(library):
    values = library.dossier("norfolk-va", "caps-published").values
    result = profile(values, 238_499)
    assert result.people.rounded == 238
    assert result.budget.wraparound == 10_732_455


def test_wraparound_is_split_into_every_kind_by_its_share(library):
    values = library.dossier("norfolk-va", "caps-published").values
    budget = profile(values, 238_499).budget
    assert list(budget.wraparound_kinds) == ["housing", "employment", "health", "social"]
    assert sum(budget.wraparound_kinds.values()) == budget.wraparound
    for kind, dollars in budget.wraparound_kinds.items():
        share = values[f"budget.wraparound.{kind}_share"]
        assert dollars == pytest.approx(share * budget.wraparound, abs=2)
