"""What the build hands to a notebook, and what a notebook does without it."""

from __future__ import annotations

import re

import pytest

from cvi_analysis.errors import InputError
from cvi_analysis.report.annex import AnnexInputs
from cvi_analysis.report.handover import (
    INPUTS_VARIABLE,
    annex_inputs,
    cities_inputs,
    city_inputs,
    open_dossier,
)
from cvi_analysis.report.many_cities import open_annex, open_cities
from cvi_analysis.report.panel import Panel

from .reading import plain

CHANGE = {"roles.mediator.caseload": 12}


@pytest.fixture
def hand_over(tmp_path, monkeypatch):
    def put(content: str) -> None:
        file = tmp_path / "inputs.json"
        file.write_text(content, encoding="utf-8")
        monkeypatch.setenv(INPUTS_VARIABLE, str(file))

    return put


def test_a_dossier_comes_with_its_ranges_and_the_same_json(library, hand_over):
    sent = library.dossier("norfolk-va", "field-pay", CHANGE)
    other = library.dossier("chicago-il").ranges  # recognized below: it was not drawn again
    hand_over(city_inputs(sent.to_json(), other))
    found = open_dossier("norfolk-va", "field-pay", CHANGE)
    assert found.ranges == other
    assert found.to_json() == sent.to_json()
    assert found.params_sha256 == sent.params_sha256


def test_another_reports_dossier_is_refused(library, hand_over):
    sent = library.dossier("norfolk-va")
    hand_over(city_inputs(sent.to_json(), sent.ranges))
    with pytest.raises(InputError, match=r"holds norfolk-va under baseline, not chicago-il"):
        open_dossier("chicago-il")
    with pytest.raises(InputError, match=r"not norfolk-va under field-pay"):
        open_dossier("norfolk-va", "field-pay")
    with pytest.raises(InputError, match=r"Take it out of the notebook and use -P"):
        open_dossier("norfolk-va", "baseline", CHANGE)


@pytest.mark.parametrize(
    ("formats", "named"),
    [
        (("html", "pdf", "xlsx"), {"norfolk-va.html", "norfolk-va.xlsx"}),
        (("html", "pdf"), {"norfolk-va.html"}),
        (("pdf",), set()),
        ((), set()),
    ],
)
def test_the_printed_line_names_only_files_that_are_written(library, hand_over, formats, named):
    sent = library.dossier("norfolk-va")
    hand_over(city_inputs(sent.to_json(), sent.ranges, formats))
    told = plain(sent, "calculator-print")
    assert set(re.findall(r"norfolk-va\.\w+", told)) == named
    assert told.endswith(".")
    assert not told.endswith("..")


def test_what_is_not_in_the_file_is_resolved_as_by_hand(library, hand_over):
    sent = library.dossier("norfolk-va")
    hand_over(city_inputs(sent.to_json(), sent.ranges))
    assert open_cities("field-pay").panel == Panel.of(library, "field-pay")
    hand_over(cities_inputs([Panel.of(library).to_json()]))
    assert open_dossier("chicago-il") == library.dossier("chicago-il")


def test_an_annex_is_that_of_the_scenario_handed_over(library, hand_over):
    by_hand = open_annex("local-wages", CHANGE).inputs
    sent = AnnexInputs.of(library, "local-wages", CHANGE)
    assert by_hand == sent
    assert open_annex("local-wages", CHANGE).city_by_city
    hand_over(annex_inputs(sent.to_json()))
    assert open_annex("local-wages", CHANGE).inputs == sent
    with pytest.raises(InputError, match=r"holds the scenario local-wages, not field-pay"):
        open_annex("field-pay")
