"""What studies found stands in every report, with its sources."""

from __future__ import annotations

from cvi_analysis.report.section_reality import reality_checks
from cvi_analysis.report.section_sources import sources
from cvi_analysis.report.section_studies import studies
from tests.report.reading import words


def text_of(section) -> str:
    return words("\n".join(block.plain() for block in section))


def test_every_result_with_what_it_counted_how_sure_it_is_and_who_says_so(dossiers, elsewhere):
    for dossier in (dossiers["norfolk"], dossiers["washington"], elsewhere):
        text = text_of(studies(dossier))
        assert len(dossier.studies) == 5
        for study in dossier.studies:
            for part in (study.counted, study.result, study.uncertainty, study.source):
                assert words(part) in text, part


def test_its_sources_are_listed_once_each(dossiers):
    (block,) = sources(dossiers["norfolk"])
    text, html = words(block.plain()), block.html()
    assert "What studies found" in text
    for study in dossiers["norfolk"].studies:
        assert words(study.source) in text
    for url in {study.source_url for study in dossiers["norfolk"].studies} - {""}:
        assert html.count(f'href="{url}"') == 1, url


def test_what_a_shooting_costs_is_read_with_care_and_says_nothing_of_studies_itself(dossiers):
    text = text_of(reality_checks(dossiers["washington"]))
    assert "What is not spent does not flow into the city's budget" in text
    assert "What happened elsewhere stands below" in text
    assert "READI Chicago, which" not in text
    assert "Evaluations found" not in text
