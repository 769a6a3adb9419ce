"""`make mutants` without its tools: it says which are missing, and changes nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path


def test_without_the_tools_it_says_what_is_missing(root: Path, tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    script = shutil.copy(root / "scripts" / "mutants.py", tmp_path / "scripts")
    found = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, check=False, timeout=60
    )
    assert found.returncode == 2, found.stderr
    assert "needs cosmic-ray and coverage.py: nothing was changed" in found.stderr
    assert "pip install --target .cache/mutants/tools" in found.stderr
    assert "Traceback" not in found.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["scripts"]
