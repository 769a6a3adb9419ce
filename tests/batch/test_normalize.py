"""Two runs of a notebook give the same bytes, whichever engine ran it."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest

from cvi_analysis.batch.execution import run_notebook
from cvi_analysis.batch.normalize import normalize, to_bytes
from cvi_analysis.batch.notebook_server import NotebookServer

from .conftest import notebook

REPORT = (
    "# A report",
    "import sys, time, matplotlib, matplotlib.pyplot as plt, numpy as np, pandas as pd\n"
    "from IPython.display import HTML, Markdown, SVG, display\n"
    "matplotlib.rcParams['svg.hashsalt'] = 'report'",
    "for i in range(3):\n    print(i, flush=True)\n    print('e', i, file=sys.stderr, flush=True)\n"
    "    time.sleep(0.05)",
    "print('before')\ndisplay(HTML('<b>x</b>'), metadata={'k': 'v'})\nprint('after')\n"
    "display(Markdown('*x*'), display_id='fixed')\n1 + 1",
    "display(pd.DataFrame({'a': [1.5, 2], 'b': list('xy')}))\nset('abcdefgh')",
    "fig, ax = plt.subplots()\nax.plot([1, 2, 3], label='$x^2$')\nax.legend()\n"
    "ax.set_title('Staff')",
    "import io\nfile = io.StringIO()\nfig.savefig(file, format='svg', metadata={'Date': None})\n"
    "SVG(file.getvalue())",
    "1 / 0",
    "x",
    "x",
)


def report() -> nbformat.NotebookNode:
    nb = notebook("x = 1", *REPORT)
    nb.cells[0].metadata["tags"] = ["parameters"]
    nb.cells.pop(-3)
    return nb


def test_runs_give_equal_bytes(server: NotebookServer) -> None:
    runs = [
        to_bytes(normalize(run_notebook(report(), {"x": 5}, engine=engine).nb))
        for engine in ("warm", "standard", "warm")
    ]
    assert runs[0] == runs[2]
    assert runs[0].splitlines() == runs[1].splitlines()
    nb: Any = json.loads(runs[0])
    nbformat.validate(nb)
    assert runs[0].endswith(b"}\n")
    ids = [cell["id"] for cell in nb["cells"]]
    assert len(set(ids)) == len(ids)
    assert nb["metadata"]["papermill"] == {"parameters": {"x": 5}}
    assert "version" not in nb["metadata"]["language_info"]
    kinds = [[o["output_type"] for o in c.get("outputs", [])] for c in nb["cells"]]
    assert kinds[4] == ["stream", "stream"]
    assert kinds[5] == ["stream", "display_data", "stream", "display_data", "execute_result"]
    assert any("image/png" in o.get("data", {}) for c in nb["cells"] for o in c.get("outputs", []))
    for noise in (b"start_time", b"duration", b"transient", b"input_path"):
        assert noise not in runs[0]


def test_original_is_not_changed() -> None:
    nb = notebook("x")
    nb.cells[0].metadata["papermill"] = {"duration": 1}
    nb.cells[0].outputs = [
        nbformat.v4.new_output("stream", name="stdout", text="a"),
        nbformat.v4.new_output("stream", name="stdout", text="b"),
    ]
    before = nbformat.writes(nb)
    done = normalize(nb)
    assert nbformat.writes(nb) == before
    assert [o.text for o in done.cells[0].outputs] == ["ab"]
    assert normalize(done) == done


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (1, 0, 3, 2), (0, 2, 1, 3), (1, 3, 0, 2)])
def test_streams_are_joined_in_one_order(order: tuple[int, ...]) -> None:
    parts = [("stdout", "a"), ("stderr", "c"), ("stdout", "b"), ("stderr", "d")]
    nb = notebook("x")
    nb.cells[0].outputs = [
        nbformat.v4.new_output("stream", name=parts[i][0], text=parts[i][1]) for i in order
    ]
    joined = [(o.name, o.text) for o in normalize(nb).cells[0].outputs]
    assert joined == [("stdout", "ab"), ("stderr", "cd")]


def test_random_cell_ids_do_not_matter() -> None:
    first, second = notebook("x", "x", "# T"), notebook("x", "x", "# T")
    assert [c.id for c in first.cells] != [c.id for c in second.cells]
    assert to_bytes(normalize(first)) == to_bytes(normalize(second))
