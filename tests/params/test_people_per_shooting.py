"""Counts of people beside homicides: the rows behind the estimate, and what is refused."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import pytest

from cvi_analysis.params import Params
from cvi_analysis.params.people_per_shooting import load_people_per_shooting

from .edited_rows import change, refused, repeat

OAKLAND = {"place": "Oakland CA", "people": "300"}
MEMPHIS = {"place": "Memphis TN"}
LOW, CENTRAL, HIGH = 1.6, 2.2, 2.6


def test_the_band_of_people_per_homicide(shipped: Params) -> None:
    table = shipped.people_per_shooting
    assert len(table.rows) == 19
    assert [row.place for row in table.firm] == ["Washington DC", "Indianapolis IN", "Oakland CA"]
    ratios = [row.people / row.homicides for row in table.firm]
    assert round(min(ratios), 1) == LOW
    assert round(median(ratios), 1) == CENTRAL
    assert round(max(ratios), 1) == HIGH
    assert {row.place for row in table.fit} == {
        *(row.place for row in table.firm),
        *("Memphis TN", "Philadelphia PA"),
    }
    assert all(LOW <= round(row.people / row.homicides, 1) <= HIGH for row in table.fit)


def test_what_is_not_fit(shipped: Params) -> None:
    rest = set(shipped.people_per_shooting.rows) - set(shipped.people_per_shooting.fit)
    assert {row.count_kind for row in rest if row.people_class == "core"} == {
        "at_one_time",  # Washington's 200
        "not_stated",  # Indianapolis beside another year's homicides
    }


def test_people_per_person_shot(shipped: Params) -> None:
    found = {(row.place, row.year): row for row in shipped.people_per_shooting.rows}
    assert found["Washington DC", 2021].shooting_victims is None, "an empty cell is unknown"
    philadelphia = found["Philadelphia PA", 2023]
    assert (philadelphia.people, philadelphia.shooting_victims) == (802, 1666)


@pytest.mark.parametrize(
    ("like", "cells", "says"),
    [
        (OAKLAND, {"people": "-3"}, ("people: is outside", "'-3'", "as published")),
        (OAKLAND, {"people": "0"}, ("people: ", "found 0", "above 0")),
        (OAKLAND, {"people": "300.5"}, ("people: must be a whole number", "'300.5'")),
        (OAKLAND, {"year": "1999"}, ("year: ", "found 1999", "2000 to 2100")),
        (OAKLAND, {"year": ""}, ("year: is empty", "2000 to 2100")),
        (OAKLAND, {"homicides": ""}, ("homicides: is empty", "above 0", "leave it out")),
        (OAKLAND, {"homicides": "0"}, ("homicides: ", "found 0.0", "above 0")),
        (MEMPHIS, {"homicides": "2.5"}, ("homicides: is a fraction", "2.5", "Write mean")),
        (MEMPHIS, {"gun_homicides": "2.5"}, ("gun_homicides: is a fraction", "2.5")),
        (OAKLAND, {"people_class": "all"}, ("people_class: ", "'all'", "core, group_members")),
        (OAKLAND, {"count_kind": "x"}, ("count_kind: ", "'x'", "over_a_year, at_one_time")),
        (OAKLAND, {"same_year": "so"}, ("same_year: ", "'so'", "yes, no or mean")),
        (OAKLAND, {"confidence": "sure"}, ("confidence: ", "'sure'", "high, medium or low")),
        (OAKLAND, {"source": ""}, ("source: is empty", "who published", "leave the row")),
        (OAKLAND, {"source_url": ""}, ("source_url: is empty", "a web address")),
        (OAKLAND, {"people_low": "301"}, ("low is above high", "[301, 300, 300]")),
    ],
)
def test_refusal(
    copy: Path, like: dict[str, str], cells: dict[str, str], says: tuple[str, ...]
) -> None:
    path = copy / "params" / "people_per_shooting.csv"
    line = change(path, like, cells)
    refused(lambda: load_people_per_shooting(path), path, line, *says)


def test_a_count_given_twice(copy: Path) -> None:
    path = copy / "params" / "people_per_shooting.csv"
    first, again = repeat(path, OAKLAND, {"people": "299"})
    says = ("given twice", "'Oakland CA'", f"line {first}")
    refused(lambda: load_people_per_shooting(path), path, again, *says)
