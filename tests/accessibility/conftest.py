"""One folder with a page of every kind, built by the command a user types."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from ..conftest import ROOT

CITIES = ("norfolk-va", "los-angeles-ca", "louisville-ky", "mobile-al")
"""Small, large, the place with the longest official name, and one of the shortest names."""


def run(out: Path, *words: str) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "cvi_analysis", *words, "--out", os.fspath(out)],
        cwd=ROOT,
        env={**os.environ, "CVI_ROOT": os.fspath(ROOT)},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-3000:]


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of four cities, one in another scenario, both kinds of comparison, an index.

    Made once for all processes of a run, whose temporary folders lie in one.
    """
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    out = base / "reports of all kinds"
    with FileLock(base / "reports.lock"):
        if not (out / "made").exists():
            run(out, "reports", "--cities", " ".join(CITIES))
            run(out, "reports", "--cities", "norfolk-va", "--scenario", "field-pay")
            run(out, "compare", "baseline", "field-pay")
            run(out / "all", "reports", "--shard", "1/997")  # 1 makes the page of all cities
            (out / "made").touch()
    return out


@pytest.fixture(scope="session")
def pages(reports: Path) -> dict[str, Path]:
    """Every page by a short name."""
    found = {f"{path.parent.name}/{path.stem}": path for path in sorted(reports.glob("*/*.html"))}
    found["scenarios"] = reports / "scenarios.html"
    assert len(found) >= 9, sorted(found)
    return found
