"""Execute one notebook and say in one sentence what went wrong if it did."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.engines import papermill_engines
from papermill.exceptions import PapermillExecutionError, strip_color
from papermill.execute import raise_for_execution_errors

from cvi_analysis.kernels import warm
from cvi_analysis.kernels.environment import OUTPUT, kernel_environment
from cvi_analysis.kernels.failures import CellFailed, CellTimeout, KernelDied, TooMuchOutput
from cvi_analysis.kernels.manager import kernel_options
from cvi_analysis.kernels.quota import TooMuchOutputError, quota

Engine = Literal["warm", "standard"]

_FLOOD = f"it shows more than {OUTPUT // 1_000_000} MB, too much for a report; its kernel was ended"

# papermill warns of every parameter that its parser does not find, such as dotted ones, and
# logs what is raised here anyway.
logging.getLogger("papermill").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Executed:
    """An executed notebook.

    Attributes:
        nb: the notebook with its outputs, not normalized.
        seconds: how long it took, from request to result.
        cell_seconds: how long each cell took, in the order of the cells.
        engine: `warm`, or `standard` if that was asked for or the kernel could not be forked.
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
    """Execute a notebook in a fresh kernel of this interpreter.

    Args:
        nb: the notebook; it is not changed.
        parameters: injected as papermill does it, after the cell tagged `parameters`. A dotted
            name such as `roles.mediator.caseload` becomes an assignment to an attribute.
        engine: `warm` forks the kernel from the warm server if there is one; `standard` is
            papermill's own engine with an ordinary kernel. Both give equal normalized notebooks.
        timeout: seconds that one cell may take, rounded up; None for no limit.
        env: environment variables in addition to this process's.
        cwd: working directory of the kernel; by default this process's.
        memory: gigabytes that the kernel may allocate (on Linux); None for no limit.

    Raises:
        CellFailed: a cell raised an exception, also when it was refused more memory.
        CellTimeout: a cell took too long.
        TooMuchOutput: the notebook has shown more than a report can hold.
        KernelDied: the kernel ended by itself.
    """
    used: Engine = "warm" if engine == "warm" and warm.address() else "standard"
    watch = _Watch()
    began = time.perf_counter()
    try:
        with (
            quota(memory) as used_up,
            _options(engine, kernel_environment(env), cwd or Path.cwd()) as options,
        ):
            # In three steps: in one, papermill writes out the executed notebook, also to nowhere.
            prepared = papermill.execute_notebook(
                nb,
                None,
                parameters=dict(parameters),
                kernel_name="python3",
                language="python",
                prepare_only=True,
            )
            executed = papermill_engines.execute_notebook_with_engine(
                nb=prepared,
                kernel_name="python3",
                output_path=None,
                progress_bar=False,
                autosave_cell_every=0,
                execution_timeout=None if timeout is None else max(1, math.ceil(timeout)),
                on_notebook_start=watch.notebook_starts,
                on_cell_execute=watch.cell_starts,
                on_cell_executed=watch.cell_ends,
                **options,
            )
            raise_for_execution_errors(executed, None)
    except PapermillExecutionError as error:
        evalue = error.evalue
        if memory is not None and error.ename.endswith("MemoryError"):
            evalue = f"it asked for more than the {memory:g} GB of memory that --memory allows"
        elif memory is not None and error.ename == "CellExecutionError" and not evalue:
            # Without memory there is no traceback either.
            evalue = f"it failed without a word; --memory allows it {memory:g} GB"
        raise CellFailed(
            error.cell_index, watch.place, error.ename, evalue, _plain(error.traceback)
        ) from None
    except TooMuchOutputError:
        raise TooMuchOutput(watch.cell, watch.place, _FLOOD) from None
    except CellTimeoutError as error:
        if "IOPub" in str(error):  # A single message that was too large has ended the connection.
            raise TooMuchOutput(watch.cell, watch.place, _FLOOD) from None
        reason = f"still running after {timeout:g} s, so its kernel was ended"
        raise CellTimeout(watch.cell, watch.place, reason) from None
    except DeadKernelError:
        if used_up.exceeded:
            raise TooMuchOutput(watch.cell, watch.place, _FLOOD) from None
        reason = "its kernel ended unexpectedly"
        raise KernelDied(watch.cell, watch.place, reason) from None
    except (_KernelExitError, RuntimeError) as error:
        raise KernelDied(watch.cell, watch.place, str(error)) from None
    _refuse_early_exit(executed)
    return Executed(
        nb=executed,
        seconds=time.perf_counter() - began,
        cell_seconds=tuple(_duration(cell) for cell in executed.cells),
        engine=used,
    )


@contextmanager
def _options(engine: Engine, env: dict[str, str], cwd: Path) -> Iterator[dict[str, Any]]:
    """What papermill needs to know to use one of the two engines."""
    if engine == "warm":
        yield {"engine_name": "cvi", "kernel_env": env, "kernel_cwd": cwd}
    else:
        with kernel_options(warm=False, env=env, cwd=cwd) as options:
            yield {"engine_name": "nbclient", **options}


class _KernelExitError(Exception):
    """A cell has asked the kernel to end."""


class _Watch:
    """Remembers which cell is being executed; its methods are hooks of nbclient."""

    def __init__(self) -> None:
        self.cell: int | None = None
        self.place = "before the first cell"
        self._cells: list[NotebookNode] = []

    def notebook_starts(self, notebook: NotebookNode) -> None:
        self._cells = notebook.cells

    def cell_starts(self, cell: NotebookNode, cell_index: int) -> None:
        self.cell = cell_index
        self.place = place_of(self._cells, cell_index)

    def cell_ends(self, cell: NotebookNode, cell_index: int, execute_reply: Any) -> None:
        for payload in execute_reply["content"].get("payload", ()):
            if payload.get("source") == "ask_exit":
                raise _KernelExitError("it ended its kernel by calling exit() or quit()")


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


def _refuse_early_exit(nb: NotebookNode) -> None:
    """Refuse what papermill accepts: a notebook that `sys.exit(0)` has cut short."""
    for index, cell in enumerate(nb.cells):
        if cell.metadata.papermill.get("exception"):
            place = place_of(nb.cells, index)
            raise CellFailed(index, place, "SystemExit", "the notebook ended before its last cell")


def _duration(cell: NotebookNode) -> float:
    seconds: float | None = cell.metadata.papermill.get("duration")
    return seconds or 0.0


def _plain(trace: list[str]) -> str:
    text: str = strip_color("\n".join(trace))
    return text
