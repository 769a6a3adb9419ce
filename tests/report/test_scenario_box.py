"""What is said of a change is seen in the figures beside it: no "2,708 instead of 2,708"."""

from __future__ import annotations

import re

import pytest

from .reading import plain

INSTEAD = re.compile(
    r"([\d.,$%]+(?: (?:million|billion))?)[^\d$;]*? instead of ([\d.,$%]+(?: \w+)?)"
)
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
