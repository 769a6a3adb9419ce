"""docs/python.md: its blocks run in order as they stand, and say what the reports say."""

from __future__ import annotations

import contextlib
import io
import re
from typing import Any

import pytest

from tests.checkout import ROOT

LINES = 30


def blocks() -> list[str]:
    text = (ROOT / "docs" / "python.md").read_text("utf-8")
    return re.findall(r"^```python\n(.*?)^```$", text, re.M | re.S)


@pytest.fixture(scope="module")
def after() -> dict[str, Any]:
    """The names that the blocks leave, and under `printed` what each has printed."""
    found: dict[str, Any] = {}
    printed = []
    with contextlib.chdir(ROOT):
        for block in blocks():
            with contextlib.redirect_stdout(io.StringIO()) as told:
                exec(compile(block, "docs/python.md", "exec"), found)
            printed.append(told.getvalue())
    return {**found, "printed": printed}


def test_it_is_short():
    lines = [line for block in blocks() for line in block.splitlines() if line.strip()]
    assert len(lines) <= LINES


def test_one_profile_is_that_of_the_report(after, library):
    own = library.dossier("norfolk-va").profile
    assert after["norfolk"] == own
    assert after["changed"].budget.total != own.budget.total
    assert f"{own.people.rounded} {own.staff} {own.budget.total}\n" in after["printed"][0]


def test_fifty_profiles_are_those_of_the_reports(after, library):
    table = after["table"]
    assert list(table.index) == list(library.params.cities)
    assert list(table.columns) == ["people", "staff", "total", "residents"]
    assert table.loc["norfolk-va", "total"] == library.dossier("norfolk-va").profile.budget.total


def test_a_thousand_draws_lie_where_the_interval_does(after, library):
    draws, ranges = after["draws"], library.dossier("norfolk-va").ranges
    assert draws.shape == (1000, 2)
    low, high = draws["total"].quantile([0.05, 0.95])
    assert low == pytest.approx(ranges.total.low, rel=0.1)
    assert high == pytest.approx(ranges.total.high, rel=0.1)


def test_the_own_sensitivity_meets_the_report_where_nothing_is_changed(after):
    grid = after["grid"]
    assert grid.shape == (4, 3)
    assert grid.loc[25, 0.001] == after["norfolk"].budget.total
    assert grid[0.002].gt(grid[0.001]).all()
    assert "people_at_risk.share" in after["printed"][3]
