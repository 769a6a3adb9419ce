"""A forked notebook shows what one in Jupyter's own kernel shows, byte for byte.

All cells of `awkward_cells.txt` run in one notebook in each engine, in that order; many fail.
"""

from __future__ import annotations

import re
from copy import deepcopy
from pathlib import Path

import pytest
from nbformat import NotebookNode
from papermill.engines import papermill_engines

from cvi_analysis.batch.normalize import normalize, to_bytes
from cvi_analysis.batch.notebook_server import NotebookServer

from .conftest import notebook

TEXT = Path(__file__).with_name("awkward_cells.txt").read_text(encoding="utf-8")
CELLS = dict(re.findall(r"^# %% (.+)\n((?s:.*?))\n*(?=^# %%|\Z)", TEXT, re.MULTILINE))
"""Cells by what they try."""

OTHER = {
    "a group of exceptions": "the path of the cell's file, which ipykernel names by its process",
    "a syntax error": "the name of the cell's file, which ipykernel numbers in a way of its own",
    "a syntax error of words": "the same",
    "wrong indentation": "the same",
    "input": "the traceback leads through the library that refuses",
    "getpass": "the same",
    "JSON with numbers JSON has not": "ipykernel's messages warn of them in the cell",
    "what no bundle can hold": "the traceback leads through ipykernel's messages",
}
"""Cells that cannot show the same, and what is not the same."""


def executed(folder: Path, *, forked: bool) -> NotebookNode:
    nb = notebook(*CELLS.values())
    for noted in (nb, *nb.cells):  # As papermill prepares a notebook.
        noted.metadata.papermill = {}
    folder.mkdir()
    done = papermill_engines.execute_notebook_with_engine(
        "cvi",
        nb,
        kernel_name="python3",
        progress_bar=False,
        forked=forked,
        cwd=folder,
        allow_errors=True,
        execution_timeout=120,
    )
    return normalize(done)


@pytest.fixture(scope="module")
def both(
    server: NotebookServer, tmp_path_factory: pytest.TempPathFactory
) -> tuple[NotebookNode, NotebookNode]:
    """The notebook by each engine, in a folder of the same name."""
    forked, ordinary = (
        executed(tmp_path_factory.mktemp("run") / "same", forked=forked) for forked in (True, False)
    )
    return forked, ordinary


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_shows_the_same(both: tuple[NotebookNode, NotebookNode], name: str) -> None:
    forked, ordinary = (nb.cells[list(CELLS).index(name)] for nb in both)
    if name in OTHER:
        assert forked.outputs != ordinary.outputs, "it does show the same: take it off the list"
        assert [*map(what, forked.outputs)] == [*map(what, ordinary.outputs)][: len(forked.outputs)]
    else:
        assert forked == ordinary


def what(output: NotebookNode) -> tuple[str, str | None]:
    return output.output_type, output.get("name")


def test_the_rest_is_the_same_byte_for_byte(both: tuple[NotebookNode, NotebookNode]) -> None:
    assert len(CELLS) - len(OTHER) >= 60
    forked, ordinary = map(deepcopy, both)
    for name, *pair in zip(CELLS, forked.cells, ordinary.cells, strict=True):
        if name in OTHER:
            for cell in pair:
                cell.outputs = []
    assert to_bytes(forked) == to_bytes(ordinary)


def test_cells_show_something(both: tuple[NotebookNode, NotebookNode]) -> None:
    """The comparison is of outputs: nearly all cells have some, of all kinds."""
    shown = [output for cell in both[0].cells for output in cell.outputs]
    kinds = {output.output_type for output in shown}
    assert kinds == {"stream", "execute_result", "display_data", "error"}
    assert sum(not cell.outputs for cell in both[0].cells) < len(CELLS) // 4
    assert len({mime for output in shown for mime in output.get("data", {})}) > 10
