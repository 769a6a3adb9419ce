"""`run_notebook`: results, and every way in which a notebook can fail."""

from __future__ import annotations

import pickle
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace
from typing import Any

import pytest

from cvi_analysis.batch import notebook_server
from cvi_analysis.batch.city import attempt, loaded_code
from cvi_analysis.batch.execution import Engine, NotebookError, run_notebook
from cvi_analysis.errors import BuildError

from .conftest import eventually, notebook, printed, runs

ENGINES: tuple[Engine, ...] = ("warm", "standard")
both_engines = pytest.mark.parametrize("engine", ENGINES)
pytestmark = pytest.mark.usefixtures("server")


@both_engines
def test_parameters_environment_and_folder_reach_the_notebook(
    engine: Engine, tmp_path: Path
) -> None:
    """Parameters as papermill injects them; dotted ones are assignments to attributes."""
    nb = notebook(
        "from types import SimpleNamespace as N\nroles = N(mediator=N())\ncity = 'norfolk-va'",
        "print(city, roles.mediator.caseload + 1)",
        "import os\nprint(os.environ['CVI_TEST'], os.getcwd(), os.environ.get('HOME'))",
    )
    nb.cells[0].metadata["tags"] = ["parameters"]
    given = {"city": "chicago-il", "roles.mediator.caseload": 12}
    around = {"CVI_TEST": "x", "HOME": "/h"}
    done = run_notebook(nb, given, engine=engine, env=around, cwd=tmp_path)
    assert done.engine == engine
    assert done.nb.cells[1].metadata.tags == ["injected-parameters"]
    assert printed(done.nb, 2) == "chicago-il 13\n"
    assert printed(done.nb, 3) == f"x {tmp_path} /h\n"
    assert len(nb.cells) == 3, "the notebook itself is not changed"
    assert done.nb.metadata.kernelspec.name == "python3"


@both_engines
def test_failing_cell_is_named(engine: Engine) -> None:
    nb = notebook("# Budget", "# why\ntotal = 1 / 0\nprint(total)")
    with pytest.raises(NotebookError) as caught:
        run_notebook(nb, {}, engine=engine)
    error = caught.value
    assert str(error) == (
        'cell 2 under "Budget" (total = 1 / 0): ZeroDivisionError: division by zero'
    )
    assert "total = 1 / 0" in error.detail
    assert "\x1b" not in error.detail
    assert isinstance(error, BuildError)


@both_engines
def test_a_cell_that_is_marked_to_fail_makes_no_report_either(engine: Engine) -> None:
    """It is named, although the notebook goes on after it, as in Jupyter."""
    nb = notebook("1 / 0", "print('went' + ' on')")
    nb.cells[0].metadata["tags"] = ["raises-exception"]
    with pytest.raises(NotebookError, match=r"^cell 1 \(1 / 0\): ZeroDivisionError") as caught:
        run_notebook(nb, {}, engine=engine)
    assert "went on" in caught.value.executed


@pytest.mark.parametrize(
    ("engine", "code", "reason"),
    [
        ("warm", "exit()", "calling exit() or quit()"),
        ("warm", "quit()", "calling exit() or quit()"),
        ("warm", "import os; os._exit(3)", "ended unexpectedly"),
        ("warm", "import os; os.kill(os.getpid(), 9)", "ended unexpectedly"),
        ("standard", "exit()", "calling exit() or quit()"),
        ("standard", "import os; os._exit(3)", "ended unexpectedly"),
    ],
)
def test_kernel_that_ends_is_an_error(engine: Engine, code: str, reason: str) -> None:
    nb = notebook("# First", "x = 1", code, "# Last")
    with pytest.raises(NotebookError, match="cell 3") as caught:
        run_notebook(nb, {}, engine=engine)
    assert reason in str(caught.value)


@pytest.mark.parametrize("status", ["", "0", "2"])
def test_sys_exit_does_not_pass_for_success(status: str) -> None:
    nb = notebook(f"import sys; sys.exit({status})", "print('never')")
    with pytest.raises(NotebookError, match=r"cell 1 .*: SystemExit"):
        run_notebook(nb, {})


@both_engines
def test_hung_cell_is_ended_and_named(engine: Engine, tmp_path: Path) -> None:
    record = tmp_path / "pids"
    nb = notebook(
        "# Quick",
        "import os, subprocess, time\nhelper = subprocess.Popen(['sleep', '600'])\n"
        f"open({str(record)!r}, 'w').write(f'{{os.getpid()}} {{helper.pid}}')",
        "# Endless",
        "while True:\n    time.sleep(60)",
    )
    with pytest.raises(NotebookError, match='cell 4 under "Endless"') as caught:
        run_notebook(nb, {}, engine=engine, timeout=1)
    assert "still running after 1 s" in str(caught.value)
    pids = [int(pid) for pid in record.read_text().split()]
    assert eventually(lambda: not any(map(runs, pids)))


def test_hung_cell_that_ignores_interrupts_is_ended() -> None:
    nb = notebook(
        "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)",
        "while True:\n    pass",
    )
    with pytest.raises(NotebookError, match="cell 2"):
        run_notebook(nb, {}, timeout=1)


@both_engines
def test_much_output_survives_and_prints_and_displays_stay_in_order(engine: Engine) -> None:
    code = """
    import sys
    for number in range(3):
        print("printed", number)
        display(number)
        sys.stderr.write(f"noted {number}")
        display(-number)
    display("last")
    """
    nb = notebook(
        "for i in range(50_000):\n    print(f'{i:099d}')",
        "import os\nos.write(1, b'from the file descriptor\\n')\nprint('x' * 1_000_000)",
        dedent(code),
    )
    done = run_notebook(nb, {}, engine=engine).nb
    lines = printed(done, 0).splitlines()
    assert lines == [f"{i:099d}" for i in range(50_000)]
    assert "x" * 1_000_000 in printed(done, 1)
    shown = [o.get("text") or o.data["text/plain"] for o in done.cells[-1].outputs]
    expected = [[f"printed {n}\n", f"{n}", f"noted {n}", f"{-n}"] for n in range(3)]
    assert shown == [*(text for texts in expected for text in texts), "'last'"]


def test_an_error_survives_the_way_from_a_worker() -> None:
    error = NotebookError("cell 4", "ValueError: bad", "trace", "{}")
    copy = pickle.loads(pickle.dumps(error))
    assert isinstance(copy, NotebookError)
    assert str(copy) == "cell 4: ValueError: bad"
    assert vars(copy) == vars(error)


def test_the_traceback_and_the_notebook_of_a_failed_cell_reach_the_result() -> None:
    """`attempt` hands them on, and `run` keeps them in files (tests/batch/test_outcome.py)."""

    def fail(*order: Any) -> dict[str, bytes]:
        raise NotebookError("cell 4", "ValueError: bad", "trace", "{}")

    order: Any = SimpleNamespace(slug="norfolk-va", code=loaded_code(), installed={})
    result = attempt(order, fail)
    assert (result.error, result.detail) == ("cell 4: ValueError: bad", "trace")
    assert result.executed == "{}"


def test_standard_kernel_where_forking_is_not_safe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVI_ENGINE", "standard")
    assert notebook_server.start_server() is None
    before = notebook_server.server_in_use()
    notebook_server.use_server(None)
    try:
        done = run_notebook(notebook("print(1)"), {}, engine="warm")
    finally:
        notebook_server.use_server(before)
    assert done.engine == "standard"
    assert printed(done.nb) == "1\n"
