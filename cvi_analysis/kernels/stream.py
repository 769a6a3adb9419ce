"""Standard output and standard error of a kernel, with an end to how much can be printed."""

from __future__ import annotations

import os
import threading
from typing import Any

from ipykernel.iostream import OutStream

from cvi_analysis.kernels.environment import OUTPUT

CLASS = "cvi_analysis.kernels.stream.BoundedStream"


class OutputLimitError(Exception):
    """A notebook prints more than a report can hold."""


class BoundedStream(OutStream):
    """A stream that refuses what is too much, in the cell that prints it.

    The program that runs the notebook counts too, but one gigantic text would use up the kernel's
    memory on its way there, and then be lost without a word.
    """

    _written = 0
    _flushed = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[no-untyped-call]
        # ipykernel repeats on the terminal what is written below Python; there it helps nobody.
        terminal = getattr(self, "_original_stdstream_copy", None)
        if terminal is not None:
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, terminal)
            os.close(nothing)

    def write(self, string: str) -> int | None:  # type: ignore[override]
        """Print a text.

        Raises:
            OutputLimitError: with it the notebook has printed more than `OUTPUT` characters.
        """
        self._written += len(string)
        # The thread that reads what other programs print must go on, or they would wait for it.
        if self._written > OUTPUT and threading.current_thread() is not self.watch_fd_thread:
            raise OutputLimitError(
                f"it prints more than {OUTPUT // 1_000_000} MB, too much for a report"
            )
        count = super().write(string)
        self._flushed = False
        return count

    def flush(self) -> None:
        """Send what was printed since the last time; nothing, if nothing was.

        ipykernel flushes around every cell and before every output, and waits each time for its
        other thread.
        """
        if not self._flushed:
            self._flushed = True
            super().flush()  # type: ignore[no-untyped-call]
