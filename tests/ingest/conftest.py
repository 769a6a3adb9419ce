from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from census_loopback import Loopback, running
from census_run import Ingest
from census_world import ROOT, SHIPPED, fill

from cvi_analysis.populations.rebuild import rebuild


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
