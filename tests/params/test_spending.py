"""What is spent and employed today: by city, state and federal program, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from cvi_analysis.params import Params
from cvi_analysis.params.published_figures import load_benchmarks
from cvi_analysis.params.spending import load_spending

from .edited_rows import change, refused, repeat

INDIANAPOLIS = {"slug": "indianapolis-in", "value": "45000000"}
SLUGS = (
    *("baltimore-md", "dallas-tx", "detroit-mi", "indianapolis-in"),
    *("memphis-tn", "milwaukee-wi", "minneapolis-mn", "oakland-ca", "washington-dc"),
)


def test_figures_by_place(shipped: Params) -> None:
    spending = shipped.spending
    assert len(spending.rows) == 21
    assert {row.slug for row in spending.rows if row.slug} == set(SLUGS)
    assert [row.value for row in spending.of_city("oakland-ca")] == [25_000_000]
    assert spending.of_city("norfolk-va") == ()
    assert [row.unit for row in spending.of_city("indianapolis-in")] == [
        "USD over three years",
        "staff",
    ]
    assert spending.of_state("NY") == tuple(row for row in spending.rows if row.scope == "state")
    assert spending.of_state("VA") == ()
    assert len(spending.federal) == 5
    assert any(row.value is None for row in spending.federal), "a fact without a figure"
    assert len(spending.national) == 1


def test_at_most_one_figure_of_a_city_stands_for_all_that_it_spends(shipped: Params) -> None:
    """The general fund is a part of Baltimore's, an organization's base is not Detroit's all."""
    spending = shipped.spending
    found = {slug: spending.of_plan(slug) for slug in SLUGS}
    assert {slug: row.value for slug, row in found.items() if row is not None} == {
        "baltimore-md": 17_200_000,
        "milwaukee-wi": 5_600_000,
        "minneapolis-mn": 7_400_000,
        "oakland-ca": 25_000_000,
    }
    assert spending.of_plan("norfolk-va") is None


def test_each_figure_stands_in_one_table(root: Path) -> None:
    topics = {row.topic for row in load_benchmarks(root / "params" / "benchmarks.csv")}
    assert "need_estimate" in topics
    assert not any("spend" in topic for topic in topics)


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"value": "-1"}, ("value: is outside", "'-1'", "from 0", "without a sign")),
        ({"value": "$45"}, ("value: must be a number", "'$45'", "without a sign")),
        ({"unit": ""}, ("unit: ", "both or neither", "USD a year")),
        ({"value": ""}, ("unit: ", "both or neither", "USD a year")),
        ({"slug": "indianapolis-i"}, ("no such city", "Did you mean indianapolis-in or")),
        ({"slug": ""}, ("slug: does not fit", "scope city", "Fill slug")),
        ({"state": "IN"}, ("state: does not fit", "'IN'", "Empty state")),
        ({"state": "Indiana"}, ("state: ", "'Indiana'", "two-letter", "such as NY")),
        ({"scope": "state", "slug": ""}, ("state: does not fit", "Fill state")),
        ({"year": ""}, ("year: is empty", "2000 to 2100")),
        ({"year": "1999"}, ("year: ", "found 1999", "2000 to 2100")),
        ({"source": ""}, ("source: is empty", "who published", "leave the row out")),
        ({"source_url": ""}, ("source_url: is empty", "a web address", "can be checked")),
        ({"confidence": "sure"}, ("confidence: ", "'sure'", "high, medium or low")),
        ({"scope": "county"}, ("scope: ", "'county'", "city, state, federal or national")),
        ({"item": ""}, ("item: is empty", "what the figure is about")),
        ({"payer": "city"}, ("payer: ", "'city'", "general_fund, state", "Leave it empty")),
        ({"checked_on": ""}, ("checked_on: is empty", "as 2026-11", "when the source")),
        ({"against_plan": ""}, ("against_plan: is empty", "yes or no", "stands for all")),
        ({"against_plan": "yes"}, ("against_plan: is no city's", "over three", "USD a year")),
    ],
)
def test_refusal(copy: Path, cells: dict[str, str], says: tuple[str, ...]) -> None:
    path = copy / "params" / "spending.csv"
    line = change(path, INDIANAPOLIS, cells)
    refused(lambda: load_spending(path, SLUGS), path, line, *says)


def test_a_figure_given_twice(copy: Path) -> None:
    path = copy / "params" / "spending.csv"
    first, again = repeat(path, INDIANAPOLIS, {"value": "44000000"})
    says = ("given twice", "'indianapolis-in'", f"line {first}")
    refused(lambda: load_spending(path, SLUGS), path, again, *says)


def test_two_figures_that_stand_for_all_of_a_city(copy: Path) -> None:
    path = copy / "params" / "spending.csv"
    other = {"slug": "baltimore-md", "value": "8500000"}
    line = change(path, other, {"against_plan": "yes"})
    says = ("against_plan: ", "given twice", "'baltimore-md'", "yes in one row", f"line {line - 1}")
    refused(lambda: load_spending(path, SLUGS), path, line, *says)
