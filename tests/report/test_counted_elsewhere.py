"""Counts beside homicides: the core behind the rule, others in the annex, none checks itself."""

from __future__ import annotations

import json
from unittest import mock

import pytest

from cvi_analysis.report.counts_frame import core_counts
from cvi_analysis.report.many_cities import open_annex
from tests.checkout import ROOT

from .reading import plain

BEHIND = {"Washington", "Indianapolis", "Oakland"}


def test_the_rule_by_homicides_says_what_it_rests_on(library):
    text = plain(library.dossier("norfolk-va"), "people")
    assert "for each homicide: Washington 2.2, Indianapolis 1.6 and Oakland 2.6." in text
    assert "Counts of other people, in the annex, are set apart" in text
    for other in ("Richmond", "Chicago", "Cincinnati"):
        assert other not in text


@pytest.mark.parametrize(
    ("slug", "own", "others"),
    [
        ("washington-dc", "Washington itself (500 people", "Indianapolis 1.6 and Oakland 2.6"),
        ("indianapolis-in", "Indianapolis itself (400 people", "Washington 2.2 and Oakland 2.6"),
        ("oakland-ca", "Oakland itself (300 people", "Washington 2.2 and Indianapolis 1.6"),
    ],
)
def test_a_citys_own_count_never_checks_itself(library, slug, own, others):
    dossier = library.dossier(slug)
    text = plain(dossier, "people")
    assert own in text
    assert text.count("so here it is no second opinion") == 1
    core = core_counts(dossier)
    assert set(core["place"]) == BEHIND
    assert list(core.loc[core["here"], "place"]) == [dossier.city.city]
    # As they are shown, so that a reader who multiplies finds what stands here.
    each = (core["people"] / core["homicides"])[~core["here"]].round(
        1
    ) * dossier.case.known.homicides
    assert (
        f"Without that count the rule rests on {others}, which give {each.min():,.0f} to "
        f"{each.max():,.0f} people here."
    ) in text


def test_a_report_holds_no_counts_but_those_behind_the_rule(library):
    counted = library.dossier("chicago-il").evidence.counted
    assert {row.place.rpartition(" ")[0] for row in counted} == BEHIND


def test_the_annex_sets_apart_whom_others_counted():
    cells = json.loads((ROOT / "notebooks" / "annex.ipynb").read_text(encoding="utf-8"))["cells"]
    names, blocks = {"annex": open_annex()}, []
    with mock.patch("IPython.display.display", lambda *shown: blocks.extend(shown)):
        for cell in cells:
            if cell["id"] in ("setup", "counted-frame", "counted"):
                exec("".join(cell["source"]), names)
    text, html = blocks[0].plain(), blocks[0].html()
    for part in (
        "Washington DC\t2021\t500\t226\t2.2\tyes\thigh\t",
        "Names on a list of police or a program\nRichmond CA\t2009\t28\t47\t0.6\t\tmedium\t",
        "Members of groups\nColumbus OH\t2021\t480\t205\t2.3\t\thigh\t",
        "Everyone known in a shooting, victim or suspect\nKnoxville TN\t2021\t160\t27.3\t5.9\t",
        "Cincinnati OH\t2010\t1,700\t68\t25.0\t\tlow\t",
        "Chicago IL\t2024\t20,000\t587\t34.1\t\thigh\t",
    ):
        assert part in text, part
    assert text.count("\tyes\t") == len(BEHIND)
    assert "Stockton" not in text, "a share of residents is no count"
    for row in open_annex().counted:
        if row.same_year != "no" and row.people_class != "share_rule":
            assert f'href="{row.source_url}"' in html


def test_a_place_without_homicides_gets_no_number(elsewhere):
    assert "people for each" not in plain(elsewhere, "people")
    assert "Homicides of a year" not in plain(elsewhere, "people")


def test_without_any_counts_nothing_is_said_of_them(library):
    dossier = library.dossier("norfolk-va")
    evidence = dossier.evidence.model_copy(update={"counted": ()})
    text = plain(dossier.model_copy(update={"evidence": evidence}), "people")
    assert "2.2 people for each of 31.5\t50\t69\t82" in text
    assert "rests on" not in text
