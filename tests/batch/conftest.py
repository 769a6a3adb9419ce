"""A warm server for the tests of a file, and notebooks made from lines of code."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from cvi_analysis.batch import notebook_server
from cvi_analysis.batch.notebook_server import NotebookServer, fork_is_safe

linux = pytest.mark.skipif(not fork_is_safe(), reason="notebooks are not forked here")


@pytest.fixture(scope="module")
def server() -> Iterator[NotebookServer]:
    """The server in use. One a file, since a build in this process, as of another, leaves none."""
    if not fork_is_safe():
        pytest.skip("notebooks are not forked here")
    started = notebook_server.start_server()
    assert started is not None
    yield started
    started.stop()


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A temporary folder with a name short enough for sockets below it."""
    path = Path(tempfile.mkdtemp(prefix="t", dir="/tmp"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


def notebook(*cells: str) -> NotebookNode:
    """A notebook of these cells; those that start with `# ` and have one line are headings."""
    made = [
        nbformat.v4.new_markdown_cell(cell)
        if cell.startswith("# ") and "\n" not in cell
        else nbformat.v4.new_code_cell(cell)
        for cell in cells
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernel})


def printed(nb: NotebookNode, cell: int = -1) -> str:
    """What a cell has written to standard output."""
    outputs = nb.cells[cell].outputs
    return "".join(o.text for o in outputs if o.output_type == "stream" and o.name == "stdout")


def eventually(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Whether the condition becomes true before the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def runs(pid: int) -> bool:
    """Whether a process exists and is not a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
