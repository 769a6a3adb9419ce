"""`binder/`: a click-to-run copy has the locked packages behind its notebooks, and no more."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="Binder builds on Linux")
def test_notebooks_of_a_click_to_run_copy_find_the_locked_packages(root, tmp_path):
    script = root / "binder" / "postBuild"
    place = os.environ | {"NB_PYTHON_PREFIX": str(tmp_path)}
    done = subprocess.run([script], cwd=root, env=place, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    specs = list(tmp_path.rglob("kernel.json"))
    notebook = json.loads((root / "notebooks" / "city_profile.ipynb").read_text("utf-8"))
    assert [spec.parent.name for spec in specs] == [notebook["metadata"]["kernelspec"]["name"]]
    python = json.loads(specs[0].read_text("utf-8"))["argv"][0]
    told = "import cvi_analysis; print(cvi_analysis.__file__)"
    found = subprocess.run([python, "-c", told], cwd=tmp_path, capture_output=True, text=True)
    assert Path(found.stdout.strip()).is_relative_to(root), found.stderr


def test_its_python_is_one_that_the_lock_was_made_for(root):
    version = (root / "binder" / "runtime.txt").read_text("utf-8").strip()
    classifiers = (root / "pyproject.toml").read_text("utf-8")
    assert f"Python :: {version.removeprefix('python-')}" in classifiers
