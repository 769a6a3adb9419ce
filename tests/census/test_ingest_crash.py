"""SIGKILL at any moment leaves a usable `data/`, and the next run puts it right."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cvi_analysis.census.registry import content, read_registry
from cvi_analysis.files import UNFINISHED, write_file
from tests.census.census_loopback import KEY
from tests.census.census_run import Ingest
from tests.census.census_world import ROOT

DRIVER = Path(__file__).with_name("crash_driver.py")

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")


@pytest.mark.reliability
def test_killed_at_every_line_that_writes(ingest: Ingest, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, DRIVER, ingest.api.url, KEY, ingest.folder, tmp_path / "copies"],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 40


@pytest.mark.parametrize(
    "kills",
    [
        4,
        pytest.param(
            max(1, int(os.environ.get("CVI_KILLS", "100")) // 4), marks=pytest.mark.reliability
        ),
    ],
)
def test_killed_at_random_moments_of_a_whole_process(ingest: Ingest, kills: int) -> None:
    code = (
        "from pathlib import Path; import sys;"
        "from cvi_analysis.census.ingestion import *;"
        "print('ready', flush=True);"
        "run_ingestion(IngestOptions(since=2021), root=Path(sys.argv[1]))"
    )
    environ = {**os.environ, "CENSUS_API_URL": ingest.api.url, "CENSUS_API_KEY": KEY}
    before = ingest.data()
    chance = random.Random(7)
    for _ in range(kills):
        process = subprocess.Popen(
            [sys.executable, "-c", code, ingest.folder],
            env=environ,
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0.05, 0.8))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert all(content(file) for file in read_registry(ingest.raw))
        assert ingest.table().get("5157000", "acs5", 2023).population > 200_000
        kept = ingest.data()
        for name, old in before.items():
            if not name.endswith(("registry.csv", "populations.csv")):
                assert kept[name] == old
    assert ingest(since=2021).status == 0
    assert [row.year for row in ingest.table().series("5157000", "acs5")] == [
        2021,
        2022,
        2023,
        2024,
    ]


def test_two_runs_at_once_wait_for_each_other(ingest: Ingest) -> None:
    code = (
        "from pathlib import Path; import sys;"
        "from cvi_analysis.census.ingestion import *;"
        "run_ingestion(IngestOptions(year=int(sys.argv[2])), root=Path(sys.argv[1]))"
    )
    environ = {**os.environ, "CENSUS_API_URL": ingest.api.url, "CENSUS_API_KEY": KEY}
    runs = [
        subprocess.Popen([sys.executable, "-c", code, ingest.folder, year], env=environ, cwd=ROOT)
        for year in ("2021", "2022", "2023")
    ]
    assert [run.wait(60) for run in runs] == [0, 0, 0]
    assert len(ingest.pulled()) == 3
    assert len(read_registry(ingest.raw)) == 8 + 3


def test_a_failed_write_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_file(target, b"new", durable=True)
    assert target.read_bytes() == b"old"
    assert not list(tmp_path.glob(f"{UNFINISHED}*"))
