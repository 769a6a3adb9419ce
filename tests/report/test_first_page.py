"""What the first page says beside the three figures."""

from __future__ import annotations

import json
import re

import pytest

from cvi_analysis.batch.lookups import params
from cvi_analysis.errors import InputError
from cvi_analysis.model.sensitivity import effects

from .reading import plain, shown

CHINCOTEAGUE = "5116512"
"""A town of 3,300 residents."""


def html(dossier) -> str:
    return "".join(block.html() for blocks in shown(dossier, "glance").values() for block in blocks)


def test_the_first_words_say_whose_when_and_in_which_dollars(library):
    text = html(library.dossier("norfolk-va"))
    assert "An independent implementation of the public method" in text
    assert "neither made nor checked by it" in text
    assert "Edition of November 2026" in text
    assert 'data-output="price_year"' in text
    assert 'data-value="2025"' in text


@pytest.mark.parametrize("slug", ["norfolk-va", "washington-dc", "los-angeles-ca"])
def test_no_dollars_on_it_are_more_exact_than_sure(library, slug):
    """Marked with the exact value, read as three figures of it."""
    dossier = library.dossier(slug)
    text = plain(dossier, "glance")
    assert not re.search(r"\$\d+,\d\d[1-9]|\$[\d,]{7}|\$\d+\.\d\d\b", text)
    markup = html(dossier)
    for method in dossier.case.methods():
        total = int(dossier.case.by(method).budget.total)
        assert f'data-output="methods.{method}.total" data-value="{total}">$' in markup


def test_what_is_our_assumption_is_said_before_its_dollars(library):
    text = plain(library.dossier("norfolk-va"), ("staff", "budget"))
    said = text.index("How wraparound services are divided by kind is our assumption")
    assert said < text.index("$3,701,833 for housing")
    assert "for housing" not in text[:said]


def test_a_small_place_is_warned_of_and_a_smaller_one_refused(library):
    small = library.dossier("norfolk-va", overrides={"population": 49_999})
    assert "This model is meant for places of 50,000 or more" in plain(small, "glance")
    enough = library.dossier("norfolk-va", overrides={"population": 50_000})
    assert "A SMALL PLACE" not in plain(enough, "glance")
    with pytest.raises(InputError, match="10,000"):
        library.dossier("norfolk-va", overrides={"population": 9_999})
    town = library.params.city("norfolk-va").model_copy(
        update={"geoid": CHINCOTEAGUE, "slug": "chincoteague-va"}
    )
    with pytest.raises(InputError, match=r"too small a place.*3,300.*10,000 or more.*county"):
        library.dossier(town)


def test_assumptions_can_be_listed_by_how_much_they_move_the_budget(library, capsys):
    assert params("norfolk-va", "baseline", (), by_effect=True) == 0
    shown = json.loads(capsys.readouterr().out)
    dossier = library.dossier("norfolk-va")
    assert set(shown) == set(dossier.assumptions)
    swings = [item["total_at_most"] - item["total_at_least"] for item in shown.values()
              if item["varied"]]  # fmt: skip
    assert len(swings) > 30
    assert swings == sorted(swings, reverse=True)
    first = effects(dossier.case)[0]
    assert next(iter(shown)) == first.name == "people_at_risk.share"
    assert (shown[first.name]["total_at_least"], shown[first.name]["total_at_most"]) == (
        first.least,
        first.most,
    )
    with pytest.raises(InputError, match="with a city"):
        params(None, "baseline", (), by_effect=True)


def test_a_ceiling_on_people_at_one_time_is_said_to_be_held_in_the_trials(library):
    told = plain(library.dossier("washington-dc"), "glance-trials")
    assert "by the source at most 200 are, so every trial starts from those." in told
    assert (
        "The people lie below the range, because the source’s count is the least there are and "
        "trials only go up from it; the budget lies above the range, because this report stands "
        "at one end of what is varied; the other figures lie inside."
    ) in told
    assert "every trial starts from" not in plain(library.dossier("indianapolis-in"), "glance")
