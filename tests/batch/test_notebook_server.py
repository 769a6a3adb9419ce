"""The batch's pattern: worker processes whose kernels all come from one server."""

from __future__ import annotations

import logging
import multiprocessing
import os
import resource
import signal
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from cvi_analysis.batch import notebook_server
from cvi_analysis.batch.execution import run_notebook
from cvi_analysis.batch.notebook_server import NotebookServer

from .conftest import eventually, linux, notebook, printed, runs

CODE = """
import os, psutil, sys
parents = [process.pid for process in psutil.Process().parents()]
print(os.getpid(), server in parents, "pandas" in sys.modules, number)
"""


def work(number: int, server: int) -> tuple[int, str, str]:
    """One worker's task, as the batch does it."""
    nb = notebook("number = server = 0", CODE)
    nb.cells[0].metadata["tags"] = ["parameters"]
    done = run_notebook(nb, {"number": number, "server": server}, timeout=60)
    return os.getpid(), done.engine, printed(done.nb)


def test_two_workers_share_one_server(server: NotebookServer) -> None:
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(
        2, context, initializer=notebook_server.use_server, initargs=(server.requests,)
    ) as pool:
        results = list(pool.map(work, range(6), [server.pid] * 6))
    assert {engine for _, engine, _ in results} == {"warm"}
    rows = [text.split() for _, _, text in results]
    assert len({pid for pid, *_ in rows}) == 6
    assert {below for _, below, *_ in rows} == {"True"}
    assert {ready for *_, ready, _ in rows} == {"True"}
    assert [int(number) for *_, number in rows] == list(range(6))


def test_nothing_is_left_of_a_notebooks_folder(server: NotebookServer) -> None:
    code = "import os, tempfile\nprint(os.environ['IPYTHONDIR'], tempfile.gettempdir())"
    ipython, temporary = map(Path, printed(run_notebook(notebook(code), {}).nb).split())
    assert ipython.parent == temporary.parent
    assert not ipython.parent.exists()


@linux
def test_what_notebooks_took_of_the_processor_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the system adds it up, for a command and what it has waited for: the bench reads that."""

    def taken() -> float:
        return sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])

    before = taken()
    own = NotebookServer(())
    monkeypatch.setattr(notebook_server, "_requests", own.requests)
    code = "import time\nstart = time.process_time()\nwhile time.process_time() < start + 3: pass"
    assert run_notebook(notebook(code), {}).engine == "warm"
    own.stop()
    assert taken() - before > 3


@linux
def test_a_server_whose_folder_is_gone_removes_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when its run is killed while it starts and the next run cleans up after that one.

    tempfile then names the next folder for everybody's temporary files, which must stay.
    """
    everybodys, runs_own = tmp_path / "everybody's", tmp_path / "r"
    for folder in (everybodys, runs_own):
        folder.mkdir()
    (everybodys / "somebody's work").touch()
    for variable in ("TEMP", "TMP"):
        monkeypatch.setenv(variable, os.fspath(everybodys))
    monkeypatch.setattr(tempfile, "tempdir", os.fspath(runs_own))
    lost = NotebookServer(())
    (own,) = runs_own.glob("cvi-notebooks-*")
    own.rmdir()
    lost.stop()
    assert [path.name for path in everybodys.iterdir()] == ["somebody's work"]


@linux
def test_notebooks_go_on_in_ordinary_kernels_if_the_server_is_lost(
    server: NotebookServer, caplog: pytest.LogCaptureFixture
) -> None:
    # A second server of this program, so that the other tests keep theirs.
    second = notebook_server.start_server()
    assert second is not None
    try:
        assert run_notebook(notebook("1"), {}).engine == "warm"
        os.kill(second.pid, signal.SIGKILL)
        assert eventually(lambda: not runs(second.pid))
        with caplog.at_level(logging.WARNING):
            done = run_notebook(notebook("print(2)"), {})
        assert (done.engine, printed(done.nb)) == ("standard", "2\n")
        assert "ordinary kernels" in caplog.text
    finally:
        second.stop()
        notebook_server.use_server(server.requests)
