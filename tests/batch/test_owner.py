"""Whatever happens to a program, no kernel, server, socket or folder of it stays behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from cvi_analysis.batch.execution import run_notebook
from cvi_analysis.batch.notebook_server import NotebookServer

from .conftest import eventually, linux, notebook, runs

# A program that runs a notebook that never ends, itself or in two workers.
PROGRAM = '''
import multiprocessing, os, sys
from concurrent.futures import ProcessPoolExecutor
import nbformat
from cvi_analysis.batch import notebook_server
from cvi_analysis.batch.execution import run_notebook

CODE = """
import os, subprocess, time
helper = subprocess.Popen(["sleep", "600"])
with open(path + ".part", "w") as file:
    print(worker, os.getpid(), os.getppid(), helper.pid, file=file)
os.rename(path + ".part", path)
while True:
    time.sleep(60)
"""

def run(path):
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CODE)])
    run_notebook(nb, {"path": path, "worker": os.getpid()})

if __name__ == "__main__":
    workers, folder = int(sys.argv[1]), sys.argv[2]
    server = notebook_server.start_server([])
    paths = [f"{folder}/pids{i}" for i in range(max(1, workers))]
    if workers:
        context = multiprocessing.get_context("forkserver")
        with ProcessPoolExecutor(
            workers,
            context,
            initializer=notebook_server.use_server,
            initargs=(server.requests,),
        ) as pool:
            list(pool.map(run, paths))
    else:
        run(paths[0])
'''


def interrupt(process: subprocess.Popen) -> None:
    """Ctrl-C as the terminal does it, to the whole group; the end of patience where nothing ends.

    The program's pool is the standard library's, which on a busy machine may wait for ever for a
    worker that Ctrl-C has caught. What is tested is what stays behind, however it ended.
    """
    for patience in (20, 20):
        os.killpg(process.pid, signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
            return
    process.kill()
    process.wait(20)


@linux
@pytest.mark.parametrize(
    ("workers", "end"),
    [(0, signal.SIGTERM), (2, signal.SIGKILL), (2, signal.SIGINT)],
)
def test_nothing_outlives_its_owner(
    short_folder: Path, tmp_path: Path, workers: int, end: signal.Signals
) -> None:
    script = tmp_path / "program.py"
    script.write_text(PROGRAM)
    temporary = short_folder / "tmp"
    temporary.mkdir()
    process = subprocess.Popen(
        [sys.executable, str(script), str(workers), str(tmp_path)],
        env={**os.environ, "TMPDIR": str(temporary), "CVI_ROOT": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        records = [tmp_path / f"pids{i}" for i in range(max(1, workers))]
        assert eventually(
            lambda: all(r.exists() for r in records) or process.poll() is not None, 60
        )
        assert process.poll() is None, process.communicate()
        pids = {int(pid) for r in records for pid in r.read_text().split()}
        children = {p.pid for p in psutil.Process(process.pid).children(recursive=True)}
        everyone = pids | children
        assert len(everyone) >= 4 * max(1, workers)
        if end == signal.SIGINT:
            interrupt(process)
        else:
            process.send_signal(end)
            process.wait(30)
        assert eventually(lambda: not any(map(runs, everyone)))
        assert eventually(lambda: not list(temporary.iterdir())), list(temporary.iterdir())
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=30)


@linux
def test_a_program_that_forgets_to_stop_the_server_ends(short_folder: Path) -> None:
    (short_folder / "root").mkdir()
    code = (
        "from cvi_analysis.batch import notebook_server\n"
        "print(notebook_server.start_server([]).pid)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "TMPDIR": str(short_folder), "CVI_ROOT": str(short_folder / "root")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert eventually(lambda: not runs(int(done.stdout)))
    assert [path.name for path in short_folder.iterdir()] == ["root"]


@linux
def test_a_server_that_is_stopped_at_once_leaves_nothing(short_folder: Path) -> None:
    (short_folder / "root").mkdir()
    code = "from cvi_analysis.batch import notebook_server\nnotebook_server.start_server().stop()"
    subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "TMPDIR": str(short_folder), "CVI_ROOT": str(short_folder / "root")},
        check=True,
        timeout=60,
    )
    assert not eventually(lambda: [p.name for p in short_folder.iterdir()] != ["root"], 3)


@linux
def test_long_temporary_folder(short_folder: Path, tmp_path: Path) -> None:
    temporary = short_folder / ("x" * 150)
    temporary.mkdir()
    script = tmp_path / "program.py"
    script.write_text(PROGRAM.replace("while True:", "while False:"))
    done = subprocess.run(
        [sys.executable, str(script), "2", str(tmp_path)],
        env={**os.environ, "TMPDIR": str(temporary), "CVI_ROOT": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(list(tmp_path.glob("pids*"))) == 2


@linux
def test_module_that_cannot_be_imported(tmp_path: Path) -> None:
    """The server goes without it, and the notebook that needs the module says so."""
    (tmp_path / "broken.py").write_text("raise ValueError('broken')")
    code = (
        "import nbformat\n"
        "from cvi_analysis.batch import notebook_server\n"
        "from cvi_analysis.batch.execution import run_notebook\n"
        "notebook_server.start_server(['broken', 'pandas'])\n"
        "code = 'import sys; print(\"pandas\" in sys.modules)'\n"
        "nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])\n"
        "done = run_notebook(nb, {})\n"
        "print(done.engine, done.nb.cells[0].outputs[0].text, end='')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "CVI_ROOT": str(tmp_path), "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "warm True\n", "")


@linux
def test_what_is_forked_has_one_thread(server: NotebookServer) -> None:
    assert run_notebook(notebook("1"), {}).engine == "warm"  # It has imported everything.
    assert psutil.Process(server.pid).num_threads() == 1


@linux
def test_a_build_leaves_the_other_children_of_its_process_alone() -> None:
    """As of a program, or of a notebook, that runs a build and goes on."""
    program = (
        "import subprocess, sys\n"
        "other = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "from cvi_analysis.batch.pool import local\n"
        "with local():\n    pass\n"
        "print(other.poll())\n"
        "other.kill()"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert shown.stdout.strip() == "None"
