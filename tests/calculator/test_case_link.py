"""A case as a link, in Python."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvi_analysis.calculator import case_link
from cvi_analysis.calculator.case_link import MONEY, checksum, code, decode, encode
from cvi_analysis.calculator.inputs import inputs
from cvi_analysis.errors import InputError
from tests.calculator import cases as random_cases

CASE = {"roles.mediator.caseload": 12.0, "people_at_risk": 300, "budget.training_share": 0.4}


@pytest.fixture(scope="module")
def norfolk(library):
    return library.dossier("norfolk-va")


def test_a_meetings_link_is_short_and_has_the_case(norfolk):
    link = encode(norfolk, CASE, "Council draft 2")
    assert link.startswith("c=Council+draft+2&e=")
    assert len(link) < 75
    found = decode(norfolk, "#" + link)
    assert found.changes == CASE
    assert found.title == "Council draft 2"
    assert found.edition == "2026-11"
    assert found.check == checksum(norfolk)
    own = norfolk.profile.budget.total
    assert found.total is not None
    assert found.total > own
    assert found.refused == ()


def test_links_of_long_names_stay_good(norfolk):
    found = decode(
        norfolk, "roles.mediator.caseload=12&people_at_risk=300&budget.training_share=40%25"
    )
    assert found == case_link.Linked(changes=CASE)


def test_codes_are_unique_in_every_city_and_never_change(library):
    names = {MONEY}
    for slug in library.params.cities:
        names |= {item.name for item in inputs(library.dossier(slug))}
    assert len(names) > 55
    assert len({code(name) for name in names}) == len(names)
    # Published links hold these.
    assert code("roles.mediator.caseload") == "425t"
    assert code("people_at_risk") == "8ti4"
    assert code("budget.training_share") == "a7ag"


def test_a_checksum_stands_for_the_assumptions(library, norfolk):
    assert checksum(norfolk) == checksum(library.dossier("norfolk-va"))
    other = library.dossier("norfolk-va", overrides={"roles.mediator.wage": 60_000.0})
    assert checksum(other) != checksum(norfolk)
    assert checksum(library.dossier("chicago-il")) != checksum(norfolk)


@pytest.mark.parametrize("slug", ["norfolk-va", "washington-dc", "oakland-ca"])
def test_any_case_comes_back(library, slug):
    dossier = library.dossier(slug)

    @settings(max_examples=150, database=None, derandomize=True, deadline=None)
    @given(random_cases.changes(dossier), st.text(max_size=60))
    def check(changes, title):
        link = encode(dossier, changes, title)
        assert link.isascii()
        found = decode(dossier, link)
        baseline = {item.name: item.baseline for item in inputs(dossier)}
        expected = {name: value for name, value in changes.items() if value != baseline[name]}
        if found.refused:
            assert set(found.refused) <= {"people_at_risk", "population"}
        else:
            assert found.changes == expected
        assert found.title == case_link.clean_title(title)

    check()


@pytest.mark.parametrize(
    ("link", "refused"),
    [
        ("425t=0", ("425t",)),
        ("425t=12&425t=13", ("425t",)),
        ("425t=12&roles.mediator.caseload=13", ("roles.mediator.caseload",)),
        ("zzzz=1&__proto__=2", ("zzzz", "__proto__")),
        ("%E0%A4=2&425t", ("%E0%A4=2", "425t")),
        ("e=2026&t=-1&c=", ("e", "t", "c")),
        ("c=" + "x" * 81, ("c",)),
        ("425t=" + "9" * 16_000 + "x", ("425t",)),
        ("425t=" + "9" * 100_000, ("425t=" + "9" * 15 + "\N{HORIZONTAL ELLIPSIS}",)),
        ("people_at_risk=900000", ("people_at_risk",)),
        ("a=1&" * 5000, ("a=1&" * 5 + "\N{HORIZONTAL ELLIPSIS}",)),
    ],
)
def test_what_is_wrong_is_left_out_and_named(norfolk, link, refused):
    found = decode(norfolk, link)
    assert found.refused == refused
    assert set(found.changes) <= {"roles.mediator.caseload"}


def test_a_link_has_no_place_for_other_assumptions(norfolk):
    with pytest.raises(InputError, match=r"staffing.minimum_per_role"):
        encode(norfolk, {"staffing.minimum_per_role": 20.0})
    with pytest.raises(InputError, match="81 letters"):
        encode(norfolk, {}, "x" * 81)
    assert encode(norfolk, {"roles.mediator.caseload": 14.0}) == ""


@settings(max_examples=300, database=None, derandomize=True, deadline=None)
@given(st.floats(0, 1e20))
def test_a_number_is_the_shortest_decimal(value):
    text = case_link.written(value)
    assert float(text) == value
    assert not text.startswith("0.")
