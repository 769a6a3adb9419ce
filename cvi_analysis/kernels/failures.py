"""The ways a notebook can fail, each as one sentence that names the cell."""

from __future__ import annotations

from cvi_analysis.errors import BuildError


class NotebookError(BuildError):
    """A notebook was not executed to its end.

    Args:
        cell: index of the cell in the executed notebook, or None if no cell had started.
        place: how a person finds the cell: the heading above it and its first line.
        reason: what happened.
        trace: the kernel's traceback in plain text, for the log.
    """

    def __init__(self, cell: int | None, place: str, reason: str, trace: str = "") -> None:
        # All arguments are kept as they are, so that the error survives the way from a worker.
        super().__init__(cell, place, reason, trace)
        self.cell = cell
        self.place = place
        self.reason = reason
        self.trace = trace

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


class CellFailed(NotebookError):  # noqa: N818
    """A cell raised an exception. `ename` and `evalue` are its class and its message."""

    def __init__(
        self, cell: int | None, place: str, ename: str, evalue: str, trace: str = ""
    ) -> None:
        super().__init__(cell, place, f"{ename}: {evalue}" if evalue else ename, trace)
        self.args = (cell, place, ename, evalue, trace)
        self.ename = ename
        self.evalue = evalue


class TooMuchOutput(NotebookError):  # noqa: N818
    """The notebook has shown more than a report can hold; its kernel has been killed."""


class KernelDied(NotebookError):  # noqa: N818
    """The kernel's process ended before the notebook did."""


class CellTimeout(NotebookError):  # noqa: N818
    """A cell ran past the time limit; its kernel has been killed."""
