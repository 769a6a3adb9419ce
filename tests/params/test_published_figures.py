"""The tables of evidence."""

from __future__ import annotations

from pathlib import Path

import pytest

from cvi_analysis.errors import InputError
from cvi_analysis.params.published_figures import (
    load_benchmarks,
    load_high_risk_estimates,
    load_shooting_costs,
)


def test_shipped(root: Path) -> None:
    params = root / "params"
    assert len(load_benchmarks(params / "benchmarks.csv")) == 59
    estimates = load_high_risk_estimates(params / "high_risk_estimates.csv")
    used = {(row.place, row.people) for row in estimates if row.used_in_profiles and row.people}
    assert used == {("Washington", 500.0), ("Indianapolis", 400.0)}
    costs = load_shooting_costs(params / "cost_of_gun_violence.csv")
    assert costs[0].nonfatal_usd is None, "an empty cell is unknown"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (",15,20,", ",30,20,", "low is above high"),
        (",15,20,", ",x,20,", "low: must be a number"),
        (",15,20,", ",,20,", "low: must be a number"),
        (",reported,high,", ",said,high,", "how_known"),
        (",reported,high,", ",reported,sure,", "confidence"),
        ("http://cureviolence.org", "cureviolence.org", "source_url"),
        (",model,,15", ",model,soon,15", "year: must be a whole number"),
        (",model,,15", ",model,15,15", "year"),
    ],
)
def test_refusal(copy: Path, old: str, new: str, says: str) -> None:
    path = copy / "params" / "benchmarks.csv"
    text = path.read_text()
    assert old in text.splitlines()[1]
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(InputError) as refusal:
        load_benchmarks(path)
    assert "benchmarks.csv:2: " in str(refusal.value)
    assert says in str(refusal.value)


def test_yes_or_no(copy: Path) -> None:
    path = copy / "params" / "high_risk_estimates.csv"
    path.write_text(path.read_text().replace(",yes,", ",true,", 1))
    with pytest.raises(InputError, match="must be yes or no; found 'true'"):
        load_high_risk_estimates(path)
