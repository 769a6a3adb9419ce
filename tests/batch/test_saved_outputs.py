"""What running and saving a notebook leaves in it: no reason to build, and nothing to commit."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from cvi_analysis.batch import fingerprint
from cvi_analysis.batch.plan import RunPlan, RunRequest
from cvi_analysis.batch.saved_outputs import without_outputs
from cvi_analysis.report.library import Library
from tests.checkout import ROOT

NOTEBOOK = ROOT / "notebooks" / "city_profile.ipynb"


def saved(path: Path) -> None:
    """Give a notebook what JupyterLab saves in it after a run."""
    content = json.loads(path.read_text(encoding="utf-8"))
    for number, cell in enumerate(content["cells"], 1):
        if cell["cell_type"] == "code":
            cell["execution_count"] = number
            cell["metadata"]["execution"] = {"iopub.execute_input": "2026-11-28T09:00:00Z"}
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["SAVED\n"]}]
    content["metadata"]["kernelspec"]["display_name"] = "Python 3 (ipykernel)"
    content["metadata"]["language_info"] = {"name": "python", "version": "3.13.1", "mimetype": "x"}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda p: p.stem)
def test_what_a_run_leaves_is_taken_out_and_nothing_else(path, tmp_path):
    text = path.read_text(encoding="utf-8")
    assert without_outputs(text) == text
    copy = tmp_path / path.name
    copy.write_text(text, encoding="utf-8")
    saved(copy)
    after = without_outputs(copy.read_text(encoding="utf-8"))
    assert after == text
    nbformat.validate(nbformat.reads(after, as_version=4))


@pytest.mark.parametrize("text", ["", "no notebook", "[]", '{"cells": 3, "metadata": {}}', "null"])
def test_what_is_no_notebook_stays(text):
    assert without_outputs(text) == text


def test_saved_outputs_make_no_report_out_of_date(project, monkeypatch):
    monkeypatch.setenv("CVI_ROOT", str(project))
    library = Library.load(project)
    city = library.params.city("norfolk-va")

    def state():
        return fingerprint.fingerprint(project), RunPlan.make(RunRequest(), library).spec(city)

    before = state()
    for name in ("city_profile", "comparison", "annex"):
        saved(project / "notebooks" / f"{name}.ipynb")
    assert "SAVED" in (project / fingerprint.NOTEBOOK).read_text(encoding="utf-8")
    assert state() == before
    path = project / fingerprint.NOTEBOOK
    path.write_text(path.read_text(encoding="utf-8").replace("## ", "## New ", 1), encoding="utf-8")
    assert state() != before


def git(folder: Path, *words: str) -> str:
    return subprocess.run(
        ["git", "-c", "user.name=n", "-c", "user.email=e@example.org", *words],
        cwd=folder, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip


def test_git_takes_no_outputs_once_set_up_has_told_it(tmp_path, monkeypatch):
    sys.path.insert(0, str(ROOT / "scripts"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    import bootstrap

    root = tmp_path / "a clone"
    environment = bootstrap.Environment(root)
    environment.python.parent.mkdir(parents=True)
    bootstrap._filter_notebooks(environment)  # no clone: nothing is said and nothing is done
    git(tmp_path, "init", "-q", str(root))
    environment.python.symlink_to(sys.executable)
    bootstrap._filter_notebooks(environment)
    assert git(root, "config", "filter.cvi-notebooks.clean").startswith(".venv/")
    (root / ".gitattributes").write_bytes((ROOT / ".gitattributes").read_bytes())
    (root / ".gitignore").write_text(".venv\n")
    notebook = root / "deep" / "city_profile.ipynb"
    notebook.parent.mkdir()
    notebook.write_bytes(NOTEBOOK.read_bytes())
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "Begin")
    saved(notebook)
    assert "SAVED" in notebook.read_text(encoding="utf-8")
    assert git(root, "diff") == ""
    git(root, "commit", "-q", "-a", "--allow-empty", "-m", "Go on")
    assert git(root, "show", "HEAD:deep/city_profile.ipynb") == NOTEBOOK.read_text("utf-8")
    assert "SAVED" in notebook.read_text(encoding="utf-8"), "what one sees stays"
