"""A project to ingest into and an API to ask, and small raw folders with a fitting registry."""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cvi_analysis.census.registry import COLUMNS, REGISTRY
from cvi_analysis.census.tidy_table import rebuild
from tests.census.census_loopback import Loopback, running
from tests.census.census_run import Ingest
from tests.census.census_world import ROOT, SHIPPED, fill

HEADER = "geoid,census_name,year,variable,population,moe,note\n"
NORFOLK = '5157000,"Norfolk city, Virginia",2023,B01003_001E,235037,,\n'

Register = Callable[..., None]


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    return folder


@pytest.fixture
def register(raw: Path) -> Register:
    """Write a file and its row of the registry."""
    rows: list[dict[str, str]] = []

    def add(name: str, content: bytes | str, **fields: str) -> None:
        data = content.encode() if isinstance(content, str) else content
        (raw / name).write_bytes(data)
        rows.append(
            dict.fromkeys(COLUMNS, "")
            | {
                "file": name,
                "sha256": hashlib.sha256(data).hexdigest(),
                "dataset": "acs5",
                "vintage": "2023",
                "variable": "B01003_001E",
                "period": "2019-01-01/2023-12-31",
                "status": "carried",
            }
            | fields
        )
        with (raw / REGISTRY).open("w", newline="") as stream:
            writer = csv.DictWriter(stream, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)

    return add


@pytest.fixture
def api() -> Iterator[Loopback]:
    server = Loopback()
    fill(server)
    with running(server):
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project of its own to ingest into: the shipped parameters and raw files."""
    where = tmp_path / "a project"
    shutil.copytree(ROOT / "params", where / "params")
    shutil.copytree(SHIPPED, where / "data" / "raw")
    rebuild(where / "data" / "raw", where / "data" / "processed")
    return where


@pytest.fixture
def ingest(api: Loopback, folder: Path) -> Ingest:
    return Ingest(api, folder)
