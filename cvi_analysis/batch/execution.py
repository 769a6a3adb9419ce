"""Execute one notebook and say in one sentence what went wrong if it did."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError
from nbformat import NotebookNode
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError, strip_color
from papermill.execute import ERROR_MARKER_TAG, raise_for_execution_errors

from cvi_analysis.batch import notebook_server
from cvi_analysis.batch.notebook_environment import Engine
from cvi_analysis.batch.shown_secrets import secret_cell, secret_in
from cvi_analysis.errors import BuildError

# papermill warns of every parameter that its parser does not find, such as dotted ones, and
# logs what is raised here anyway.
logging.getLogger("papermill").setLevel(logging.CRITICAL)


class NotebookError(BuildError):
    """A notebook was not executed to its end.

    Args:
        place: how a person finds the cell: the heading above it and its first line.
        reason: what happened.
        detail: the traceback in plain text, to be kept.
        executed: the notebook's JSON text, with the outputs as far as it ran, to be kept too.
    """

    def __init__(self, place: str, reason: str, detail: str = "", executed: str = "") -> None:
        # All arguments are kept as they are, so that the error survives the way from a worker.
        super().__init__(place, reason, detail, executed)
        self.place, self.reason, self.detail, self.executed = place, reason, detail, executed

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


@dataclass(frozen=True)
class Executed:
    """An executed notebook.

    Attributes:
        nb: the notebook with its outputs, not normalized.
        engine: `warm`, or `standard` if that was asked for or there is no server.
    """

    nb: NotebookNode
    engine: Engine


def run_notebook(
    nb: NotebookNode,
    parameters: Mapping[str, Any],
    *,
    engine: Engine = "warm",
    timeout: float | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    memory: float | None = None,
) -> Executed:
    """Execute a notebook in a fresh process of this interpreter.

    Args:
        nb: the notebook; it is not changed.
        parameters: injected as papermill does it, after the cell tagged `parameters`. A dotted
            name such as `roles.mediator.caseload` becomes an assignment to an attribute.
        engine: `warm` forks the process from the server in use if there is one; `standard` is
            papermill's own engine with an ordinary kernel. Both give equal normalized notebooks.
        timeout: seconds that one cell may take, rounded up; None for no limit.
        env: environment variables in addition to those of every notebook.
        cwd: working directory of the process; by default this process's.
        memory: gigabytes that the process may allocate (on Linux); None for no limit.

    Raises:
        NotebookError: a cell raised an exception, was refused more memory, took too long, has shown
            more than a report can hold, or ended the process; or the notebook has or shows a
            secret, of which the error holds nothing.
        OSError: there is no room for the process's files.
    """
    try:
        done = _run(nb, parameters, engine, timeout, env, cwd, memory)
    except NotebookError as error:
        if error.executed:
            _refuse_secrets(nbformat.reads(error.executed, as_version=4))  # type: ignore[no-untyped-call]
        if what := secret_in(f"{error}\n{error.detail}"):
            raise NotebookError("a cell", _REFUSED.format(what)) from None
        raise
    _refuse_secrets(done.nb)
    return done


_REFUSED = (
    "it has or shows {}, so nothing of this notebook is kept or told. Take it out and run again"
)


def _refuse_secrets(nb: NotebookNode) -> None:
    """Refuse an executed notebook, finished or not, that has or shows a secret.

    Raises:
        NotebookError: it does; the error names the cell and the kind of the secret alone.
    """
    if found := secret_cell(nb):
        index, what = found
        place = "its metadata" if index is None else _place(nb, index)
        raise NotebookError(place, _REFUSED.format(what)) from None


def _run(
    nb: NotebookNode,
    parameters: Mapping[str, Any],
    engine: Engine,
    timeout: float | None,
    env: Mapping[str, str] | None,
    cwd: Path | None,
    memory: float | None,
) -> Executed:
    forked = engine == "warm" and notebook_server.server_in_use() is not None
    # In three steps: in one, papermill writes out the executed notebook, also to nowhere.
    prepared = papermill.execute_notebook(
        nb,
        None,
        parameters=dict(parameters),
        kernel_name="python3",
        language="python",
        prepare_only=True,
    )
    try:
        try:
            papermill_engines.execute_notebook_with_engine(
                "cvi",
                prepared,
                kernel_name="python3",
                progress_bar=False,
                autosave_cell_every=0,
                forked=forked,
                environment=env,
                cwd=cwd,
                memory=memory,
                execution_timeout=None if timeout is None else max(1, math.ceil(timeout)),
            )
        finally:  # Before papermill puts marks into the notebook.
            place = _reached(prepared)
        raise_for_execution_errors(prepared, None)
    except PapermillExecutionError as error:
        evalue = error.evalue
        if memory is not None and error.ename.endswith("MemoryError"):
            evalue = f"it asked for more than the {memory:g} GB of memory that --memory allows"
        elif memory is not None and error.ename == "CellExecutionError" and not evalue:
            # Without memory there is no traceback either.
            evalue = f"it failed without a word; --memory allows it {memory:g} GB"
        reason = f"{error.ename}: {evalue}" if evalue else error.ename
        detail = strip_color("\n".join(error.traceback))
        # Not the last that was begun: after a cell marked `raises-exception` the notebook goes on.
        cell = (error.source, error.exec_count)
        failed = [(one.source, one.get("execution_count")) for one in prepared.cells].index(cell)
        raise NotebookError(_place(prepared, failed), reason, detail, _text(prepared)) from None
    except CellTimeoutError:
        reason = f"still running after {timeout:g} s, so its kernel was ended"
        raise NotebookError(place, reason, executed=_text(prepared)) from None
    except RuntimeError as error:  # Such as nbclient's DeadKernelError.
        reason = str(error).replace("Kernel died", "its kernel ended unexpectedly")
        raise NotebookError(place, reason, executed=_text(prepared)) from None
    for cell in prepared.cells:
        if cell.metadata.papermill.exception:  # papermill accepts `sys.exit(0)`.
            reason = "SystemExit: the notebook ended before its last cell"
            raise NotebookError(place, reason, executed=_text(prepared))
    return Executed(prepared, "warm" if forked else "standard")


def _text(nb: NotebookNode) -> str:
    return str(nbformat.writes(nb))  # type: ignore[no-untyped-call]


def _reached(nb: NotebookNode) -> str:
    """How a person finds the last cell that was begun."""
    begun = [i for i, cell in enumerate(nb.cells) if cell.metadata.papermill.start_time]
    return _place(nb, begun[-1]) if begun else "before the first cell"


def _place(nb: NotebookNode, index: int) -> str:
    """How a person finds a cell: number, heading, first line of code; no secret is among them."""
    lines = [line.strip() for line in nb.cells[index].source.splitlines()]
    first = next((line for line in lines if line and not line.startswith(("#", "%"))), "")
    headings = [
        line.strip("# ")
        for cell in nb.cells[:index]
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("#")
    ]
    if secret_in("\n".join([*headings[-1:], first])):
        headings, first = [], ""
    heading = f' under "{headings[-1]}"' if headings else ""
    shown = first if len(first) <= 60 else f"{first[:59]}…"
    # Counted as in the file, which has no cell with what papermill gives it or says of a failure.
    added = {"injected-parameters", ERROR_MARKER_TAG}
    before = sum(added.isdisjoint(cell.metadata.get("tags", ())) for cell in nb.cells[:index])
    return f"cell {before + 1}{heading}" + (f" ({shown})" if shown else "")
