"""What studies found stands in the annex, with its sources; a report says how settled it is."""

from __future__ import annotations

import json

from tests.report.reading import NOTEBOOK, annex, plain, words


def test_every_result_with_what_it_counted_how_sure_it_is_and_who_says_so(library):
    (block,) = annex("studies")["studies"]
    text, html = words(block.plain()), block.html()
    assert len(library.params.studies) == 5
    for study in library.params.studies:
        for part in (study.counted, study.result, study.uncertainty, study.source):
            assert words(part) in text, part
    for url in {study.source_url for study in library.params.studies} - {""}:
        assert html.count(f'href="{url}"') == 1, url


def test_a_report_says_how_settled_it_is_and_leads_there(library):
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    (cell,) = (cell for cell in cells if cell["id"] == "studies-text")
    text = "".join(cell["source"])
    assert "is not settled" in text
    assert "[annex](annex.html)" in text
    results = [study.result for study in library.params.studies]
    assert sum("fewer" in result for result in results) >= 2, "some studies found fewer people shot"
    assert sum(result == "No significant effect" for result in results) == 1, "one found none"


def test_what_a_shooting_costs_is_read_with_care_and_says_nothing_of_studies_itself(dossiers):
    text = plain(dossiers["washington"], "reality")
    assert "what is not spent does not flow into the city’s budget" in text
    assert "It says what would have to happen, not what will" in text
    assert "12 fatal or 23 nonfatal shootings a year cost as much as the program would; 157" in text
    assert "cost of doing nothing" not in plain(dossiers["norfolk"], "reality")
    assert "READI Chicago, which" not in text
    assert "Evaluations found" not in text
