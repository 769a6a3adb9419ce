"""States that pay through Medicaid: what is known of each, since when, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from cvi_analysis.errors import InputError
from cvi_analysis.params import Params
from cvi_analysis.params.medicaid import load_medicaid

from .edited_rows import change, refused, repeat

CALIFORNIA = {"state": "CA"}


def test_what_is_known_of_a_state(shipped: Params) -> None:
    medicaid = shipped.medicaid
    paying = {row.state for row in medicaid.rows if row.benefit}
    assert paying == {"CA", "CO", "CT", "IL", "MD", "NY", "OR"}
    california = medicaid.of_state("CA")
    assert california is not None
    assert (california.rate, california.rate_unit) == (53.32, "USD an hour")
    jersey = medicaid.of_state("NJ")
    assert jersey is not None
    assert not jersey.benefit
    assert "bill" in jersey.status
    assert medicaid.of_state("VA") is None


def test_the_date_of_the_list_is_that_of_its_oldest_row(copy: Path, shipped: Params) -> None:
    assert shipped.medicaid.checked_on == "2026-11"
    path = copy / "params" / "medicaid.csv"
    change(path, CALIFORNIA, {"checked_on": "2027-02-03"})
    assert load_medicaid(path).checked_on == "2026-11"
    change(path, {"state": "CO"}, {"checked_on": "2025-12-31"})
    assert load_medicaid(path).checked_on == "2025-12-31"


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"state": "California"}, ("state: ", "'California'", "two-letter", "such as CA")),
        ({"state": "XX"}, ("state: ", "'XX'", "two-letter", "such as CA")),
        ({"state": ""}, ("state: is empty", "two-letter", "such as CA")),
        ({"rate": "-53"}, ("rate: is outside", "'-53'", "from 0", "without a sign")),
        ({"rate": "$53"}, ("rate: must be a number", "'$53'", "without a sign")),
        ({"rate_unit": ""}, ("rate_unit: ", "both or neither", "USD an hour")),
        ({"rate": ""}, ("rate_unit: ", "both or neither", "USD an hour")),
        ({"checked_on": ""}, ("checked_on: is empty", "as 2026-11", "when the source")),
        ({"checked_on": "November"}, ("checked_on: ", "'November'", "as 2026-11")),
        ({"checked_on": "2026-11-32"}, ("checked_on: ", "'2026-11-32'", "as 2026-11")),
        ({"benefit": "no (bill)"}, ("benefit: must be yes or no", "'no (bill)'", "status")),
        ({"confidence": "sure"}, ("confidence: ", "'sure'", "high, medium or low")),
        ({"year_authorized": "1999"}, ("year_authorized: ", "found 1999", "from 2000")),
        ({"status": ""}, ("status: is empty", "how far", "bill introduced")),
        ({"source_url": ""}, ("source_url: is empty", "a web address", "can be checked")),
    ],
)
def test_refusal(copy: Path, cells: dict[str, str], says: tuple[str, ...]) -> None:
    path = copy / "params" / "medicaid.csv"
    line = change(path, CALIFORNIA, cells)
    refused(lambda: load_medicaid(path), path, line, *says)


def test_a_state_given_twice_and_no_state(copy: Path) -> None:
    path = copy / "params" / "medicaid.csv"
    first, again = repeat(path, CALIFORNIA, {})
    says = ("given twice", "'CA'", f"line {first}")
    refused(lambda: load_medicaid(path), path, again, *says)
    path.write_text(path.read_text().splitlines()[0] + "\n")
    with pytest.raises(InputError, match=r"the file holds no state; allowed: one row a state"):
        load_medicaid(path)
