"""How a figure came into the project, from the name of its raw file."""

from __future__ import annotations

import pytest

from cvi_analysis.census.registry import origin
from cvi_analysis.report.wording import note_in_words


@pytest.mark.parametrize(
    ("raw_file", "told"),
    [
        ("acs5_2023.csv", "carried from a public copy of the Bureau's file"),
        (
            "acs5-2023-us-places-20261123T045050Z-437dbe11.json.gz",
            "fetched from the Census API on November 23, 2026",
        ),
        (
            "acs5-2023-53-counties-20270102T235959Z-437dbe11-2.json",
            "fetched from the Census API on January 2, 2027",
        ),
        (
            "pl-2020-us-places-20261123T045050Z-437dbe11-from-mirror.example.json",
            "fetched on November 23, 2026 from mirror.example, "
            "which is not the Bureau's own server",
        ),
    ],
)
def test_origin(raw_file: str, told: str) -> None:
    assert origin(raw_file) == told


def test_a_note_for_a_reader() -> None:
    assert note_in_words("controlled; acs5_2023.csv has 235,037") == (
        "the Bureau sets this estimate to an official count: it has no margin of error; "
        "an earlier file, acs5_2023.csv, has 235,037"
    )
    assert note_in_words("combined: 1 + 2") == "combined: 1 + 2"
