"""Execute one notebook and say in one sentence what went wrong if it did."""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError, strip_color
from papermill.execute import raise_for_execution_errors

from cvi_analysis.batch import notebook_server
from cvi_analysis.batch.notebook_environment import OUTPUT, Engine, TooMuchOutputError
from cvi_analysis.errors import BuildError

# papermill warns of every parameter that its parser does not find, such as dotted ones, and
# logs what is raised here anyway.
logging.getLogger("papermill").setLevel(logging.CRITICAL)


class NotebookError(BuildError):
    """A notebook was not executed to its end.

    Args:
        cell: index of the cell in the executed notebook, or None if no cell had started.
        place: how a person finds the cell: the heading above it and its first line.
        reason: what happened.
        trace: the traceback in plain text, for the log.
    """

    def __init__(self, cell: int | None, place: str, reason: str, trace: str = "") -> None:
        # All arguments are kept as they are, so that the error survives the way from a worker.
        super().__init__(cell, place, reason, trace)
        self.cell, self.place, self.reason, self.trace = cell, place, reason, trace

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


class CellFailed(NotebookError):  # noqa: N818
    """A cell raised an exception. `ename` and `evalue` are its class and its message."""

    def __init__(
        self, cell: int | None, place: str, ename: str, evalue: str, trace: str = ""
    ) -> None:
        super().__init__(cell, place, f"{ename}: {evalue}" if evalue else ename, trace)
        self.args = (cell, place, ename, evalue, trace)
        self.ename, self.evalue = ename, evalue


class TooMuchOutput(NotebookError):  # noqa: N818
    """The notebook has shown more than a report can hold; its process has been ended."""


class KernelDied(NotebookError):  # noqa: N818
    """The notebook's process ended before the notebook did."""


class CellTimeout(NotebookError):  # noqa: N818
    """A cell ran past the time limit; its process has been ended."""


@dataclass(frozen=True)
class Executed:
    """An executed notebook.

    Attributes:
        nb: the notebook with its outputs, not normalized.
        seconds: how long it took, from request to result.
        cell_seconds: how long each cell took, in the order of the cells.
        engine: `warm`, or `standard` if that was asked for or there is no server.
    """

    nb: NotebookNode
    seconds: float
    cell_seconds: tuple[float, ...]
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
        CellFailed: a cell raised an exception, also when it was refused more memory.
        CellTimeout: a cell took too long.
        TooMuchOutput: the notebook has shown more than a report can hold.
        KernelDied: the process ended by itself.
        OSError: there is no room for the process's files.
    """
    forked = engine == "warm" and notebook_server.server_in_use() is not None
    began = time.perf_counter()
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
                on_cell_executed=_hold_to_limits,
            )
        finally:  # Before papermill puts marks into the notebook.
            reached = _reached(prepared)
        raise_for_execution_errors(prepared, None)
    except PapermillExecutionError as error:
        evalue = error.evalue
        if memory is not None and error.ename.endswith("MemoryError"):
            evalue = f"it asked for more than the {memory:g} GB of memory that --memory allows"
        elif memory is not None and error.ename == "CellExecutionError" and not evalue:
            # Without memory there is no traceback either.
            evalue = f"it failed without a word; --memory allows it {memory:g} GB"
        trace = strip_color("\n".join(error.traceback))
        raise CellFailed(*reached, error.ename, evalue, trace) from None
    except TooMuchOutputError as error:
        raise TooMuchOutput(*reached, str(error)) from None
    except CellTimeoutError:
        reason = f"still running after {timeout:g} s, so its kernel was ended"
        raise CellTimeout(*reached, reason) from None
    except (DeadKernelError, RuntimeError) as error:
        reason = str(error).replace("Kernel died", "its kernel ended unexpectedly")
        raise KernelDied(*reached, reason) from None
    for cell in prepared.cells:
        if cell.metadata.papermill.exception:  # papermill accepts `sys.exit(0)`.
            why = "the notebook ended before its last cell"
            raise CellFailed(*reached, "SystemExit", why)
    return Executed(
        nb=prepared,
        seconds=time.perf_counter() - began,
        cell_seconds=tuple(cell.metadata.papermill.duration or 0.0 for cell in prepared.cells),
        engine="warm" if forked else "standard",
    )


def _hold_to_limits(cell: NotebookNode, cell_index: int, execute_reply: Any) -> None:
    """End an ordinary kernel after the cell that has gone too far; a forked notebook ends itself.

    Raises:
        DeadKernelError: the cell has called `exit()` or `quit()`.
        TooMuchOutputError: the cell has shown too much.
    """
    for payload in execute_reply["content"].get("payload", ()):
        if payload.get("source") == "ask_exit":
            raise DeadKernelError("it ended its kernel by calling exit() or quit()")
    if len(json.dumps(cell.outputs)) > OUTPUT:
        raise TooMuchOutputError


def _reached(nb: NotebookNode) -> tuple[int | None, str]:
    """The last cell that was begun, and how a person finds it."""
    begun = [i for i, cell in enumerate(nb.cells) if cell.metadata.papermill.start_time]
    return (begun[-1], place_of(nb.cells, begun[-1])) if begun else (None, "before the first cell")


def place_of(cells: list[NotebookNode], index: int) -> str:
    """How a person finds a cell: its number, the heading above it, its first line of code."""
    lines = [line.strip() for line in cells[index].source.splitlines()]
    first = next((line for line in lines if line and not line.startswith(("#", "%"))), "")
    headings = [
        line.strip("# ")
        for cell in cells[:index]
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("#")
    ]
    heading = f' under "{headings[-1]}"' if headings else ""
    shown = first if len(first) <= 60 else f"{first[:59]}…"
    return f"cell {index + 1}{heading}" + (f" ({shown})" if shown else "")
