"""What other programs did stands in every report, and no part of it denies another."""

from __future__ import annotations

import pytest

from cvi_analysis.model.reality_checks import program_checks
from cvi_analysis.report.many_cities import open_annex

from .reading import plain


@pytest.mark.parametrize("slug", ["norfolk-va", "washington-dc", "chicago-il"])
def test_every_published_program_stands_in_every_report(library, slug):
    text = plain(library.dossier(slug), "reality")
    for name in ("Peacemakers", "People of Promise", "READI Chicago", "Roca", "Hospital program"):
        assert f"\n{name} (" in text, name
        assert f" {name}: " in text, name
    assert "READI Chicago (Chicago, IL, 2020)\t\t\t\t\t\t$23,000\n" in text
    assert "about $30,000 (2022) for the whole program of 18 months" in text
    assert "\t$29,221 to $41,126 for up to four years\n" in text


def test_the_short_reason_is_the_beginning_of_the_whole_one(library):
    """A report says why in a sentence, the annex in full."""
    dossier = library.dossier("norfolk-va")
    text, whole = plain(dossier, "reality"), open_annex().programs()
    for program in dossier.evidence.programs:
        told = text.partition(f" {program.program}: ")[2]
        first = program.differs.partition(". ")[0].removesuffix(".")
        assert told.startswith(first), program.program
        assert whole.loc[program.program, "differs"] == program.differs
        if program.confidence != "high":
            assert told.startswith(f"{first} (confidence: {program.confidence})"), program.program


def test_people_over_a_year_are_told_from_people_at_one_time(library):
    dossier = library.dossier("indianapolis-in")
    text = plain(dossier, "reality")
    assert "Peacemakers (Indianapolis, IN, 2022)\t400 a year\t50\t" in text
    assert "People of Promise (Washington, DC, 2022)\t200 at a time\t20\t" in text
    assert "does not say whether the 400 are people over a year or at one time" in text
    assert "Those of a year stay all year in the model" in text


def test_a_count_over_a_year_follows_the_months_in_the_program(library):
    def served(scenario: str) -> dict[str, float]:
        dossier = library.dossier("norfolk-va", scenario)
        checks = program_checks(dossier.case, "norfolk-va", dossier.evidence.programs)
        return {c.program.program: c.model.people.served for c in checks if c.model is not None}

    all_year, half = served("baseline"), served("six-months")
    assert (all_year["Peacemakers"], half["Peacemakers"]) == (400, 200)
    assert all_year["People of Promise"] == half["People of Promise"] == 200
    text = plain(library.dossier("norfolk-va", "six-months"), "reality")
    assert "Those of a year stay 6 months of it in the model" in text


def test_a_citys_program_with_a_budget_is_not_denied_where_its_money_is_told(library):
    """What is unsure, as a plan of low confidence, need not be told as spent."""
    programs = library.dossier("norfolk-va").evidence.programs
    local = {p.slug for p in programs if p.slug and p.dollars_low and p.confidence != "low"}
    assert local == {"indianapolis-in", "memphis-tn", "washington-dc"}
    for slug in local:
        assert "We know of no published figure" not in plain(library.dossier(slug), "existing")
