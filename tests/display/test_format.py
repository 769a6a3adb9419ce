"""Numbers as people read them."""

from __future__ import annotations

import pytest

from cvi_analysis.display import formats


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (2.5, 0, "3"),
        (0.5, 0, "1"),
        (-0.4, 0, "0"),
        (-2.5, 0, "−3"),
        (0.285, 2, "0.29"),
        (1234567.891, 1, "1,234,567.9"),
        (0, 0, "0"),
    ],
)
def test_numbers_round_half_up(value, digits, text):
    assert formats.number(value, digits) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (20_028_864, "$20.0 million"),
        (19_790_232, "$19.8 million"),
        (999_999, "$1.0 million"),
        (949_999, "$950,000"),
        (99_950_000, "$100 million"),
        (288_519_845, "$289 million"),
        (1_234_000_000, "$1.23 billion"),
        (999_960_000, "$1.00 billion"),
        (812, "$812"),
        (-3_904_394, "−$3.9 million"),
        (0, "$0"),
    ],
)
def test_short_dollars(value, text):
    assert formats.short_dollars(value) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "people", "not set"),
        (True, "yes or no", "yes"),
        (0.001, "share of residents", "0.1%"),
        (0.0005, "share of residents", "0.05%"),
        (45000, "dollars a person a year", "$45,000"),
        (2023, "year", "2023"),
        ((1, 1, 2), "posts", "1, 1, 2"),
        (0.286, "of wages", "0.286"),
        ("acs5", "dataset", "acs5"),
    ],
)
def test_assumption_values(value, unit, text):
    assert formats.assumption_value(value, unit) == text


def test_a_change_keeps_its_sign_and_says_when_there_is_none():
    assert formats.change(5, "$5") == "+$5"
    assert formats.change(-5, "$5") == "−$5"
    assert formats.change(0, "$0") == "no change"


def test_lists_of_words():
    assert formats.joined([]) == ""
    assert formats.joined(["a"]) == "a"
    assert formats.joined(["a", "b", "c"]) == "a, b and c"


def test_a_title_at_the_head_of_a_line_and_within_one():
    assert formats.at_the_head("the staff lie above") == "The staff lie above"
    assert formats.within("Wage of mediators") == "wage of mediators"
    assert formats.within("OVP director posts") == "OVP director posts"
    assert formats.at_the_head("") == formats.within("") == ""
