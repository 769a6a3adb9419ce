"""`make bench ARGS=--quick`: every way is run and timed, and nothing is left behind."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.bench.machine import chromium
from tests.checkout import ROOT


def _bench(*words: str, project: Path, tmp_path: Path) -> subprocess.CompletedProcess:
    (tmp_path / "tmp").mkdir()
    return subprocess.run(
        [sys.executable, "-m", "scripts.bench", *words],
        cwd=ROOT,
        env={**os.environ, "CVI_ROOT": str(project), "TMPDIR": str(tmp_path / "tmp")},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.reliability
def test_a_quick_run(project: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data" / "raw", project / "data" / "raw")  # the figures of all places
    run = _bench("--quick", project=project, tmp_path=tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    for words in (
        "## Goals",
        "## 2 cities",
        "## Again",
        "## One report",
        "## Cost by the number",
        "## The site",
        *(["## From an edit to the answer"] if chromium() else []),
        "places\n",
    ):
        assert words in run.stdout
    for part in ("Reading the table of populations", "Writing one workbook"):
        assert re.search(rf"^\| {part}, .* \| \d\.\d{{3}} \(.* to .*\) s \|", run.stdout, re.M)
    assert list((tmp_path / "tmp").glob("cvi-bench-*")) == []
    assert not (project / ".cache" / "bench.json").exists()
    assert not (project / "docs").exists()


def test_quick_figures_are_not_for_the_document(project: Path, tmp_path: Path) -> None:
    run = _bench("--quick", "--write", project=project, tmp_path=tmp_path)
    assert run.returncode == 2
    assert run.stderr.startswith("bench: --write: figures of a quick run")


def test_there_must_be_something_to_show(project: Path, tmp_path: Path) -> None:
    parts = ("ways", "scaling", "site", "loops", "places")
    run = _bench(*(f"--skip-{part}" for part in parts), project=project, tmp_path=tmp_path)
    assert run.returncode == 2
    assert "nothing has been measured yet" in run.stderr
