"""The notebook runs by hand, with papermill and through stock nbconvert."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell


@pytest.fixture(scope="session")
def path(root: Path) -> Path:
    return root / "notebooks" / "city_profile.ipynb"


def run(path: Path, source: str) -> nbformat.NotebookNode:
    notebook = nbformat.read(path, as_version=4)
    place = next(
        index
        for index, cell in enumerate(notebook.cells)
        if "parameters" in cell.metadata.get("tags", ())
    )
    notebook.cells.insert(place + 1, new_code_cell(source))
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources=resources).execute()
    return notebook


def test_it_is_committed_clean(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    ids = [cell.id for cell in notebook.cells]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in ids)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
    tagged = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", ())]
    assert len(tagged) == 1
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code[1] is tagged[0], "papermill injects right after it, so imports come first"


def test_headings_skip_no_level(path):
    notebook = nbformat.read(path, as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    levels = [len(marks) for marks in re.findall(r"^(#+) ", text, re.M)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))


def check_forms(data, metadata) -> None:
    """That an output can be shown in a page, in print and as text."""
    if "image/svg+xml" in data:
        assert metadata["image/svg+xml"]["alt"]
    else:
        assert {"text/html", "text/x-typst", "text/plain"} <= set(data)


@pytest.mark.slow
def test_it_runs_for_a_city(path):
    notebook = run(path, "city = 'washington-dc'")
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert len(outputs) >= 20
    for output in outputs:
        assert output.output_type in ("display_data", "execute_result")
        check_forms(output.data, output.metadata)


@pytest.mark.parametrize("case", ["norfolk", "los angeles", "louisville"])
def test_it_shows_as_much_for_other_cities(whole, case):
    blocks = [block for blocks in whole(case).values() for block in blocks]
    assert len(blocks) >= 20
    for block in blocks:
        bundle = block._repr_mimebundle_()
        check_forms(*(bundle if isinstance(bundle, tuple) else (bundle, {})))


@pytest.mark.slow
def test_a_mistake_fails_the_cell_with_one_message(path):
    with pytest.raises(CellExecutionError) as caught:
        run(path, "roles.meditor.caseload = 12")
    assert "Did you mean roles.mediator.caseload" in str(caught.value)
    assert "site-packages" not in str(caught.value)
    assert 'File "' not in str(caught.value)


@pytest.mark.slow
def test_plain_papermill_takes_dotted_names(path, tmp_path, root):
    target = tmp_path / "out.ipynb"
    command = [sys.executable, "-m", "papermill", str(path), str(target), "--no-progress-bar"]
    command += ["-p", "city", "oakland-ca", "-p", "roles.mediator.caseload", "12"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    text = target.read_text(encoding="utf-8")
    assert "Oakland" in text
    assert "roles.mediator.caseload = 12" in text
    assert "Caseload of mediators" in text or "caseload of mediators" in text


@pytest.mark.slow
def test_stock_nbconvert_shows_it_with_its_inputs(path, tmp_path):
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "html", "--execute"]
    command += [str(path), "--output-dir", str(tmp_path)]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, env=os.environ
    )
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "city_profile.html").read_text(encoding="utf-8")
    assert "open_report" in page
    assert 'data-output="budget.total"' in page
    assert "data:image/svg+xml" in page
