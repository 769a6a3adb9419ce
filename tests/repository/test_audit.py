"""`make audit`: clean only if every pin was really looked up. The advisories stand in for real."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CLEAN = {"name": "good", "version": "1.0", "vulns": []}
SKIPPED = {"name": "odd", "skip_reason": "Dependency not found"}
BAD = {
    "name": "bad",
    "version": "1.0",
    "vulns": [{"id": "PYSEC-2000-1", "fix_versions": ["1.1"], "aliases": [], "description": ""}],
}


def audit(root: Path, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(root / "scripts" / "audit.py"), *options],
        env={**os.environ, "PATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def stand_in(folder: Path, pins: list[object] | None) -> None:
    tool = folder / "pip-audit"
    answer = "" if pins is None else json.dumps({"dependencies": pins, "fixes": []})
    tool.write_text(f"#!{sys.executable}\nprint({answer!r})\n")
    tool.chmod(0o755)


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a script with a first line")
@pytest.mark.parametrize(
    ("pins", "status", "told"),
    [
        ([CLEAN], 0, "None of 1 pins is known to be vulnerable"),
        ([CLEAN, SKIPPED], 2, "answered for 1 of 2 pins"),
        ([SKIPPED], 2, "could not be found out"),
        ([CLEAN, BAD], 1, "bad 1.0: PYSEC-2000-1; fixed in: 1.1"),
        ([SKIPPED, BAD], 1, "bad 1.0: PYSEC-2000-1"),
        (None, 2, "could not be found out"),
    ],
)
def test_what_is_found_and_what_is_not(root, tmp_path, pins, status, told):
    stand_in(tmp_path, pins)
    result = audit(root, tmp_path)
    assert result.returncode == status, result.stdout + result.stderr
    assert told in result.stdout + result.stderr
    assert audit(root, tmp_path, "--if-possible").returncode == status % 2


def test_without_the_tool_it_says_what_is_missing(root, tmp_path):
    result = audit(root, tmp_path)
    assert result.returncode == 2
    assert "pip-audit" in result.stderr
    assert "nothing was looked up" in result.stderr
