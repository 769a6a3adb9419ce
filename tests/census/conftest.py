"""A project to ingest into and an API to ask, and small raw folders with a fitting registry."""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from cvi_analysis.census.registry import COLUMNS, REGISTRY
from cvi_analysis.census.tidy_table import rebuild
from cvi_analysis.params import Params, load_params
from tests.census.census_loopback import Loopback, running
from tests.census.census_run import Ingest, data_of
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


@pytest.fixture(scope="session")
def as_shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the shipped parameters and raw files, made once; nothing is stored in it."""
    where = tmp_path_factory.mktemp("as shipped") / "a project"
    shutil.copytree(ROOT / "params", where / "params")
    shutil.copytree(SHIPPED, where / "data" / "raw")
    rebuild(where / "data" / "raw", where / "data" / "processed")
    return where


@pytest.fixture(scope="session")
def shipped_data(as_shipped: Path) -> dict[str, bytes]:
    return data_of(as_shipped)


@cache
def shipped_params() -> Params:
    return load_params(ROOT)


@pytest.fixture
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test of ingestion changes the parameters, so each is given those of the first."""
    monkeypatch.setattr("cvi_analysis.census.ingestion.load_params", lambda root: shipped_params())


@pytest.fixture
def folder(tmp_path: Path, as_shipped: Path) -> Path:
    """A project of its own to ingest into."""
    return shutil.copytree(as_shipped, tmp_path / "a project")


@pytest.fixture
def ingest(api: Loopback, folder: Path, read_once: None) -> Ingest:
    return Ingest(api, folder)


@pytest.fixture
def storing_nothing(
    api: Loopback, as_shipped: Path, shipped_data: dict[str, bytes], read_once: None
) -> Iterator[Ingest]:
    """Ingestions that must leave the data as they are, byte for byte: all have one project."""
    yield Ingest(api, as_shipped)
    assert data_of(as_shipped) == shipped_data
