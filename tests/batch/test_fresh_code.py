"""Running an edited version of the package in a process that has imported the one before."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cvi_analysis import paths
from cvi_analysis.batch.fresh_code import dependents, needs_restart
from cvi_analysis.batch.preview_worker import HELD
from tests.checkout import copy_checkout


def of(*names: str):
    return [paths.PACKAGE / name for name in names]


def test_what_imports_an_edited_module_is_imported_again_and_nothing_else():
    found = dependents(of("display/prose.py"))
    assert {"cvi_analysis.display.prose", "cvi_analysis.display.blocks"} <= found
    assert not any(name.startswith(("cvi_analysis.model", "cvi_analysis.params")) for name in found)
    assert "cvi_analysis.batch.orders" in dependents(of("model/people.py"))
    assert dependents(of("batch/house.css")) == frozenset()


@pytest.mark.parametrize(
    "name",
    ["errors.py", "paths.py", "batch/notebook_shell.py", "export/templates/tables.lua"],
)
def test_what_the_process_is_made_of_asks_for_a_new_one(name):
    assert needs_restart(of(name), HELD)


@pytest.mark.parametrize("name", ["report/first_page.py", "model/people.py", "batch/house.css"])
def test_what_a_page_is_made_of_does_not(name):
    assert not needs_restart(of(name), HELD)


def test_a_dropped_module_is_the_edited_one_whoever_asks(tmp_path):
    """Also by way of its package, which keeps what was imported of it."""
    checkout = copy_checkout(tmp_path / "a project")
    program = """if True:
        from pathlib import Path
        from cvi_analysis import paths
        from cvi_analysis.batch import fresh_code
        from cvi_analysis.display import formats, prose
        from cvi_analysis.report import wording
        path = paths.PACKAGE / "display/formats.py"
        path.write_text(path.read_text("utf-8") + "\\nNEW = 1\\n", "utf-8")
        fresh_code.drop(fresh_code.dependents([path]))
        kept = wording
        from cvi_analysis.display import formats as again, prose as also
        from cvi_analysis.report import wording
        assert again.NEW == 1 and again is not formats
        assert also is not prose and wording is not kept
        fresh_code.drop(())
        from cvi_analysis.display import formats as same
        assert same is again
    """
    done = subprocess.run(
        [sys.executable, "-B", "-c", program],
        cwd=checkout.folder,
        env=checkout.environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
