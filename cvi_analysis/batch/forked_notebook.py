"""The engine's end of a notebook's process, and papermill's client with that for a kernel."""

from __future__ import annotations

import json
import math
import multiprocessing
import os
import select
import socket
import sys
import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Mapping
from typing import Any

from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient

from cvi_analysis.batch.notebook_environment import OUTPUT, TooMuchOutputError

Tell = Callable[[str, Mapping[str, Any]], None]
"""Called with the kind and the content of everything that a cell shows, in order."""

_CHUNK = 1 << 20
_SILENCE = 0.2
# As Jupyter does it: JSON has no such numbers.
_NO_NUMBERS = {"NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"}
_LANGUAGE = {
    "name": "python",
    "version": sys.version.split()[0],
    "mimetype": "text/x-python",
    "codemirror_mode": {"name": "ipython", "version": 3},
    "pygments_lexer": "ipython3",
    "nbconvert_exporter": "python",
    "file_extension": ".py",
}


class ForkedNotebook:
    """A notebook's process, by its connections.

    Args:
        requests: the server's socket.
        order: what the process is to be told; see `notebook_shell.begin`.
        seconds: how long it may take to start.

    Raises:
        OSError: the process has found no room for its files.
        DeadKernelError: it did not start.
    """

    def __init__(self, requests: socket.socket, order: Mapping[str, Any], seconds: float) -> None:
        self._shown, self._printing = 0, ""
        self._printed: list[str] = []
        self._over, over = multiprocessing.Pipe(duplex=False)
        self._talk, talk = multiprocessing.Pipe()
        acks, self._acks = multiprocessing.Pipe(duplex=False)
        out, out_end = multiprocessing.Pipe(duplex=False)
        err, err_end = multiprocessing.Pipe(duplex=False)
        self._streams = [
            (name, end, getincrementaldecoder("utf-8")("replace"))
            for name, end in (("stdout", out), ("stderr", err))
        ]
        theirs = [over, talk, acks, out_end, err_end]
        socket.send_fds(requests, [b"!"], [end.fileno() for end in theirs])
        for end in theirs:
            end.close()
        self._poll = select.poll()
        for end in (self._over, self._talk, out, err):
            os.set_blocking(end.fileno(), end is self._talk)
            self._poll.register(end.fileno(), select.POLLIN)
        try:
            refused = self.run(order, seconds, lambda kind, content: None).get("refused")
        except BaseException:
            self.close()
            raise
        if refused:
            self.close()
            raise OSError(*refused)

    def run(self, order: Any, seconds: float | None, tell: Tell) -> dict[str, Any]:
        """Send a cell, tell all that it shows, and return what is known of it when it is done.

        Raises:
            TimeoutError: it takes more seconds than it may.
            TooMuchOutputError: the notebook has shown too much.
            DeadKernelError: the process has ended.
        """
        end = math.inf if seconds is None else time.monotonic() + seconds
        try:
            self._talk.send_bytes(json.dumps(order).encode())
            while (left := end - time.monotonic()) > 0:
                pause = min(left, _SILENCE if self._printed else math.inf)
                ready = dict(self._poll.poll(None if pause == math.inf else 1000 * pause))
                # What was printed before a record was sent is in the pipes when the record comes.
                self._read_streams(tell)
                if self._talk.fileno() in ready:
                    kind, content = self._receive()
                    if kind != "turn":
                        self._flush(tell)
                    if kind == "done":
                        return content
                    if kind != "turn":
                        tell(kind, content)
                    self._acks.send_bytes(b"")
                elif self._over.fileno() in ready:
                    raise EOFError
                elif not ready:
                    self._flush(tell)
        except (EOFError, ConnectionError):
            raise DeadKernelError("its kernel ended unexpectedly") from None
        raise TimeoutError

    def close(self) -> None:
        """End the process, and wait for the end of all that it has started."""
        self._talk.close()
        self._over.poll(10)
        for end in (self._over, self._acks, *(end for _, end, _ in self._streams)):
            end.close()

    def _receive(self) -> tuple[str, dict[str, Any]]:
        try:
            record = self._talk.recv_bytes(OUTPUT)
        except (EOFError, ConnectionError):
            raise
        except OSError:  # It is longer than that.
            raise TooMuchOutputError from None
        self._count(record)
        kind, content = json.loads(record, parse_constant=_NO_NUMBERS.get)
        return kind, content

    def _read_streams(self, tell: Tell) -> None:
        for name, end, decoder in self._streams:
            try:
                while data := os.read(end.fileno(), _CHUNK):
                    self._count(data)
                    if self._printing != name:
                        self._flush(tell)
                    self._printing = name
                    self._printed.append(decoder.decode(data))
                self._poll.modify(end.fileno(), 0)  # Everybody has closed it.
            except BlockingIOError:
                continue

    def _flush(self, tell: Tell) -> None:
        if self._printed:
            text = "".join(self._printed)
            self._printed.clear()
            tell("stream", {"name": self._printing, "text": text})

    def _count(self, shown: bytes) -> None:
        self._shown += len(shown)
        if self._shown > OUTPUT:
            raise TooMuchOutputError


class ForkedNotebookClient(PapermillNotebookClient):  # type: ignore[misc]  # without types
    """Runs a notebook's cells in a forked process; what they show is recorded as ever."""

    def execute(self, requests: socket.socket, order: Mapping[str, Any]) -> NotebookNode:
        """Run all cells, as papermill does it, and return the notebook.

        Raises:
            CellTimeoutError: a cell takes longer than the option `timeout` says.
            TooMuchOutputError: the notebook has shown too much.
            DeadKernelError: the process has ended.
            OSError: the process has found no room for its files.
        """
        self.reset_execution_trackers()
        self._notebook = ForkedNotebook(requests, order, self.startup_timeout)
        try:
            self.papermill_execute_cells()
        finally:
            self._notebook.close()
        self.nb.metadata["language_info"] = dict(_LANGUAGE)
        nb: NotebookNode = self.nb
        return nb

    def execute_cell(self, cell: NotebookNode, cell_index: int) -> None:
        """Run a cell.

        Raises:
            CellExecutionError: the cell has raised an exception and is not allowed to.
        """

        def record(kind: str, content: Mapping[str, Any]) -> None:
            message = {"msg_type": kind, "parent_header": {}, "content": content}
            self.process_message({**message, "header": {"msg_type": kind}}, cell, cell_index)

        tags = cell.metadata.get("tags", [])
        empty = cell.cell_type != "code" or not cell.source.strip()
        if empty or self.skip_cells_with_tag in tags:
            return
        self.clear_before_next_output = False
        try:
            done = self._notebook.run(cell.source, self.timeout, record)
        except TimeoutError:
            raise CellTimeoutError.error_from_timeout_and_cell(
                "Cell execution timed out", self.timeout, cell
            ) from None
        cell.execution_count = done["execution_count"]
        if done["exit"]:
            raise DeadKernelError("it ended its kernel by calling exit() or quit()")
        if "error" in done and not (self.allow_errors or "raises-exception" in tags):
            raise CellExecutionError.from_cell_and_msg(cell, done["error"])
