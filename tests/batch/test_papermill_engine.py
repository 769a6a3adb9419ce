"""The names under which papermill and Jupyter find the package's parts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import papermill
import pytest

from cvi_analysis.batch.notebook_server import NotebookServer

from .conftest import notebook, printed


def test_papermill_executes_with_the_engine(server: NotebookServer, tmp_path: Path) -> None:
    source, target = tmp_path / "in.ipynb", tmp_path / "out.ipynb"
    nb = notebook(
        "x = 1",
        "import os, psutil\nprint(x, [p.pid for p in psutil.Process().parents()][1], os.getcwd())",
    )
    nb.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(nb, source)
    papermill.execute_notebook(
        source, target, {"x": 2}, engine_name="cvi", progress_bar=False, cwd=tmp_path
    )
    done = nbformat.read(target, as_version=4)
    assert printed(done) == f"2 {server.pid} {tmp_path}\n"
    assert done.metadata.kernelspec == nb.metadata.kernelspec


@pytest.mark.parametrize("first", ["cvi_analysis.batch", "papermill"])
def test_engine_can_be_imported_in_any_order(first: str) -> None:
    code = (
        f"import {first}\nfrom cvi_analysis.batch import CviEngine\n"
        "from papermill.engines import papermill_engines\n"
        "assert papermill_engines.get_engine('cvi') is CviEngine"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
