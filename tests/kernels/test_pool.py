"""The batch's pattern: worker processes whose kernels all come from one server."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from cvi_analysis.kernels import warm
from cvi_analysis.kernels.runner import run_notebook

from .conftest import eventually, linux, notebook, printed, runs

CODE = """
import os, sys
print(os.getpid(), os.getppid(), "pandas" in sys.modules, number)
"""


def work(number: int) -> tuple[int, str, str]:
    """One worker's task, as the batch does it."""
    nb = notebook("number = 0", CODE)
    nb.cells[0].metadata["tags"] = ["parameters"]
    done = run_notebook(nb, {"number": number}, timeout=60)
    return os.getpid(), done.engine, printed(done.nb)


def test_two_workers_share_one_server(server: warm.Server) -> None:
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(
        2, context, initializer=warm.use_server, initargs=(server.address,)
    ) as pool:
        results = list(pool.map(work, range(6)))
    assert {engine for _, engine, _ in results} == {"warm"}
    rows = [text.split() for _, _, text in results]
    assert len({pid for pid, *_ in rows}) == 6
    assert {parent for _, parent, *_ in rows} == {str(server.pid)}
    assert {ready for *_, ready, _ in rows} == {"True"}
    assert [int(number) for *_, number in rows] == list(range(6))


def test_only_the_server_itself_is_left_in_its_folder(server: warm.Server) -> None:
    folder = Path(server.address).parent
    run_notebook(notebook("1"), {})
    assert eventually(lambda: sorted(p.name for p in folder.iterdir()) == ["lock", "server"])


@linux
def test_notebooks_go_on_in_ordinary_kernels_if_the_server_is_lost(
    server: warm.Server, caplog: pytest.LogCaptureFixture
) -> None:
    # A second server of this program, so that the other tests keep theirs.
    second = warm.start_server()
    assert second is not None
    assert second.pid is not None
    try:
        assert run_notebook(notebook("1"), {}).engine == "warm"
        os.kill(second.pid, signal.SIGKILL)
        assert eventually(lambda: second.pid is None or not runs(second.pid))
        with caplog.at_level(logging.WARNING):
            done = run_notebook(notebook("print(2)"), {})
        assert (done.engine, printed(done.nb)) == ("standard", "2\n")
        assert "ordinary kernels" in caplog.text
    finally:
        second.stop()
        warm.use_server(server.address)
