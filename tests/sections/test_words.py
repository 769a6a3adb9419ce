"""What a reader meets in the text, in every city."""

from __future__ import annotations

import re

import pytest

from cvi_analysis import sections

from .reading import ALL, words, written

EMPTY = re.compile(r"(?<![A-Za-z])(nan|NaN|None|inf|null)(?![A-Za-z])")
UNFINISHED = re.compile(r"\(\)|\[\]|\{[a-z_.]+\}|\bTODO\b| ,|\.\.(?!\.)|  \.")
LABELS = re.compile(
    r"\b(offenders?|criminals|victimizers?|shooters?|gang ?bangers?|thugs?|super-?predators?)\b",
    re.I,
)


def test_no_section_shows_a_missing_value(library, dossiers, elsewhere):
    every = [library.dossier(slug) for slug in library.params.cities]
    for dossier in [*every, *dossiers.values(), elsewhere]:
        for name, text in written(dossier).items():
            plain = words(text)
            assert not EMPTY.search(plain), (dossier.city.slug, name, EMPTY.search(plain))
            assert plain.strip(), (dossier.city.slug, name)


@pytest.mark.parametrize("case", ["norfolk", "washington", "field pay", "by hand"])
def test_sentences_are_finished(dossiers, case):
    for name in ALL:
        blocks = getattr(sections, name)(dossiers[case])
        found = UNFINISHED.search(blocks.plain())
        assert not found, (name, blocks.plain()[found.start() - 60 : found.end() + 20])


def test_language_about_people_is_person_first(dossiers):
    for dossier in dossiers.values():
        for name, text in written(dossier).items():
            assert not LABELS.search(words(text)), name


def test_a_hostile_name_stays_text(elsewhere):
    for name, text in written(elsewhere).items():
        assert "<b>Town" not in text.replace("My <b>Town</b> & $1 #x", ""), name


def test_terms_of_the_scenario_stand_at_the_top(dossiers):
    text = dossiers["field pay"].scenario.title
    top = sections.at_a_glance(dossiers["field pay"]).outputs()[0]
    assert text in top.html()
    assert "instead of" in top.plain()
    assert "callout" in top.html()
    assert "callout" not in sections.at_a_glance(dossiers["norfolk"]).outputs()[0].html()


def test_louisville_explains_its_split_count(dossiers):
    assert "246,161" in sections.residents(dossiers["louisville"]).plain()
    assert "246,161" not in sections.residents(dossiers["norfolk"]).plain()


def test_a_local_count_stands_beside_the_rule(dossiers):
    text = sections.people_at_risk(dossiers["washington"]).plain()
    assert "local count" in text
    assert "would give 672" in text
    assert "National Institute for Criminal Justice Reform" in text


def test_the_notices_are_there(dossiers):
    text = sections.about(dossiers["norfolk"]).plain()
    assert "not affiliated" in text
    assert (
        "This product uses the Census Bureau Data API but is not endorsed or certified by the "
        "Census Bureau." in text
    )
    for value in dossiers["norfolk"].provenance.values():
        assert value in text or value in ("acs5", "2019-01-01/2023-12-31")


def test_the_budget_says_that_it_pays_for_no_policing(dossiers):
    assert "no money for police" in sections.annual_budget(dossiers["norfolk"]).plain()


def test_every_assumption_is_in_the_register(dossiers):
    dossier = dossiers["norfolk"]
    text = sections.assumptions(dossier).plain()
    for name, item in dossier.assumptions.items():
        if name.endswith((".count", ".existing")):
            continue
        assert name in text
        assert item.source.strip().rstrip(".") in text


def test_every_address_is_a_source_once(dossiers):
    for dossier in dossiers.values():
        html = sections.sources(dossier).outputs()[0].html()
        found = re.findall(r'href="([^"]+)"', html)
        assert len(found) == len({url.rstrip("/") for url in found})
        wanted = {item.source_url for item in dossier.assumptions.values() if item.source_url}
        assert {url.rstrip("/") for url in wanted} <= {url.rstrip("/") for url in found}


def test_a_changed_number_is_marked_in_the_register(dossiers):
    text = sections.assumptions(dossiers["by hand"]).plain()
    assert "roles.mediator.caseload (changed here)" in text


def test_entered_staff_are_called_entered(dossiers):
    text = sections.recommended_staff(dossiers["by hand"]).plain()
    assert "CVI supervisor\tentered\t9" in text
    assert "Case manager\tentered\t0" in text
