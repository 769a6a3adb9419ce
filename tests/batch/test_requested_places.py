"""Places that only a fetched answer holds: taken in together, and of one name ever after."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from pathlib import Path

import pytest

from cvi_analysis.batch import requested_places
from cvi_analysis.batch.place_list import read_place_list
from cvi_analysis.batch.requested_places import place
from cvi_analysis.census.registry import COLUMNS, keep, kept
from cvi_analysis.census.tidy_table import rebuild
from cvi_analysis.report.library import Library

YEAR = {"population.year": 2024}
ANSWER = [
    ["NAME", "B01003_001E", "state", "place"],
    ["Burbank city, California", "105165", "06", "08954"],
    ["Burbank CDP, California", "5552", "06", "08968"],
    ["Raleigh city, North Carolina", "470763", "37", "55000"],
    ["Toledo city, Ohio", "268461", "39", "77000"],
    ["Norfolk city, Virginia", "235037", "51", "57000"],
]
NAME = "acs5-2024-us-places-20261129T000000Z-0123abcd.json"


@pytest.fixture
def fetched(project: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project with an answer of 2024 that was fetched, and no place of it taken in."""
    raw = project / "data" / "raw"
    shutil.copytree(root / "data" / "raw", raw)
    body = json.dumps(ANSWER).encode()
    (raw / NAME).write_bytes(body)
    digest = hashlib.sha256(body).hexdigest()
    row = dict.fromkeys(COLUMNS, "") | {
        "file": NAME,
        "sha256": digest,
        "dataset": "acs5",
        "vintage": "2024",
        "variable": "B01003_001E",
        "period": "2020-01-01/2024-12-31",
        "query": "get=NAME,B01003_001E&for=place:*&in=state:06,37,39,51",
        "status": "200",
    }
    with (raw / "registry.csv").open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, COLUMNS, lineterminator="\n").writerow(row)
    keep(raw, {})
    rebuild(raw, project / "data" / "processed")
    monkeypatch.setenv("CVI_ROOT", str(project))
    return raw


@pytest.mark.parametrize("text", ["0608954", "Burbank city, California"])
def test_a_place_has_one_name_before_and_after_it_is_taken_in(fetched: Path, text: str) -> None:
    names = []
    for _ in range(2):
        library = Library.load()
        names.append(place(text, library, library.params.resolve("baseline", None, YEAR)).slug)
    assert names == ["burbank-ca-0608954"] * 2
    assert kept(fetched) == {"0608954": "Burbank city, California"}


def test_the_places_of_a_list_are_taken_in_together(
    fetched: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table is made anew once, not once a place."""
    calls: list[set[str]] = []

    def counted(raw: Path, processed: Path, geoids: set[str]) -> bool:
        calls.append(geoids)
        return take_in(raw, processed, geoids)

    take_in = requested_places.take_in
    monkeypatch.setattr(requested_places, "take_in", counted)
    monkeypatch.setattr("cvi_analysis.census.ingestion.take_in", counted)
    path = tmp_path / "list.txt"
    for year, more, slugs in ((2023, "Wilmington, NC\n", ["wilmington-nc"]), (2024, "", [])):
        path.write_text(f"norfolk-va\n0608954\nRaleigh, NC\nToledo, OH\n{more}")
        found = read_place_list(path, Library.load(), "baseline", {"population.year": year})
        expected = ["norfolk-va", "burbank-ca-0608954", "raleigh-nc", "toledo-oh", *slugs]
        assert [city.slug for city in found.cities] == expected
    assert calls == [{"0608954", "3755000", "3977000"}]
    assert set(kept(fetched) or ()) == calls[0]
