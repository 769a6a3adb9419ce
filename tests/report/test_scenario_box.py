"""What is said of a change is seen in the figures beside it: no "2,708 instead of 2,708"."""

from __future__ import annotations

import re

import pytest

from .reading import plain

INSTEAD = re.compile(
    r"([\d.,$%]+(?: (?:million|billion))?)[^\d$;]*? instead of ([\d.,$%]+(?: \w+)?)"
)
HELD = {"null": None, "true": True}
SAME = re.compile(r"[+\N{MINUS SIGN}]\$?0(?:\.0%|%|(?![\d.]))")


def box(dossier) -> str:
    return plain(dossier, "scenario_box")


@pytest.mark.parametrize(
    "scenario", ["field-pay", "caps-published", "low-risk-share", "local-wages"]
)
def test_no_figure_is_said_to_stand_instead_of_itself(library, scenario):
    told = 0
    for slug in library.params.cities:
        text = box(library.dossier(slug, scenario))
        assert not SAME.search(text), (slug, text)
        for new, old in INSTEAD.findall(text):
            assert new.rstrip(",.") != old.rstrip(",."), (slug, text)
            told += 1
    assert told >= 40


def test_what_stays_is_said_to_stay(library):
    text = box(library.dossier("philadelphia-pa", "field-pay"))
    assert re.search(
        r"million a year instead of \$\S+ million \(\S+ million, \S+%\); \d+ staff and [\d,]+ "
        r"people at the highest risk as in the baseline\.",
        text,
    )
    nothing = box(library.dossier("norfolk-va", overrides={"phasing.fill_rate": 0.5}))
    assert (
        "What it does to Norfolk: $19.9 million a year, 77 staff and 235 people at the highest "
        "risk as in the baseline." in nothing
    )


def test_a_small_change_is_told_with_the_digits_it_needs(library):
    dossier = library.dossier("norfolk-va", overrides={"benefits.community": 0.288})
    text = box(dossier)
    total = dossier.profile.budget.total
    assert re.search(
        rf"\${total:,} a year instead of \$19,916,579 \(\+\$[\d,]+, \+0\.\d%\); 77 staff", text
    )
    dossier = library.dossier("norfolk-va", overrides={"benefits.community": 0.286001})
    assert re.search(r"instead of \$19,916,579 \(\+\$\d+, under 0\.1%\)", box(dossier))
    tables = plain(dossier, "differences")
    assert "\t28.6%\t28.6001%" in tables


@pytest.mark.parametrize(
    ("overrides", "because", "switch"),
    [
        (
            {"people_at_risk.people_per_homicide": 3.0},
            "people are counted by a share of residents",
            "-P people_at_risk.method=homicides",
        ),
        (
            {"people_at_risk.share": 0.002, "people_at_risk": 300},
            "people are a number entered by hand",
            "-P people_at_risk=null",
        ),
        (
            {"economies_of_scale.first_gain": 0.1, "economies_of_scale.enabled": False},
            "economies of scale are turned off",
            "-P economies_of_scale.enabled=true",
        ),
        (
            {"roles.mediator.caseload": 12, "roles.mediator.count": 3},
            "the number of these staff is entered by hand",
            "-P roles.mediator.count=null",
        ),
    ],
)
def test_an_assumption_that_is_not_in_force_says_why_and_how_to_use_it(
    library, overrides, because, switch
):
    text = box(library.dossier("norfolk-va", overrides=overrides))
    told = f"staff and budget of this report, because {because}. To use it, add {switch}."
    assert text.count("Not in force: ") == 1
    assert told in text
    name, value = switch.removeprefix("-P ").split("=")
    switched = library.dossier("norfolk-va", overrides={**overrides, name: HELD.get(value, value)})
    assert "Not in force" not in box(switched)


def test_a_change_in_force_is_not_said_to_be_idle(library):
    text = box(library.dossier("norfolk-va", overrides={"people_at_risk.share": 0.002}))
    assert "share of residents" in text
    assert "(0.1% before, 0.2% here) people_at_risk.share." in text
    assert "Not in force" not in text
