"""The papermill engine `cvi`: nbclient over a forked process or Jupyter's own kernel.

Import it from `cvi_analysis.batch`, which says why.
"""

from __future__ import annotations

import json
import math
import multiprocessing
import os
import socket
import subprocess
import sys
import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine
from papermill.log import logger

from cvi_analysis.batch import notebook_server
from cvi_analysis.batch.notebook_environment import OUTPUT, bring_fonts, private_environment

Tell = Callable[[str, Mapping[str, Any]], None]
"""Called with the kind and the content of everything that a cell shows, in order."""

# More than a pipe holds.
_CHUNK = 1 << 20
# A socket's path may have 107 characters.
_LONGEST_FOLDER = 80
# As Jupyter does it: JSON has no such numbers.
_NO_NUMBERS = {"NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"}
_EXITED = "it ended its kernel by calling exit() or quit()"
_LANGUAGE = {
    "name": "python",
    "version": sys.version.split()[0],
    "mimetype": "text/x-python",
    "codemirror_mode": {"name": "ipython", "version": 3},
    "pygments_lexer": "ipython3",
    "nbconvert_exporter": "python",
    "file_extension": ".py",
}


class TooMuchOutputError(DeadKernelError):
    """A notebook has shown more than `OUTPUT` bytes."""

    def __init__(self) -> None:
        size = f"{OUTPUT // 1_000_000} MB"
        super().__init__(f"it shows more than {size}, too much for a report; its kernel was ended")


class CviEngine(Engine):  # type: ignore[misc]  # papermill has no types
    """Executes a notebook in a process forked from the server, or in an ordinary kernel.

    Use it as `papermill.execute_notebook(..., engine_name="cvi")`. The result is the same.
    """

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        forked: bool | None = None,
        environment: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        memory: float | None = None,
        start_timeout: int = 60,
        execution_timeout: int | None = None,
        **options: Any,
    ) -> NotebookNode:
        """Execute the notebook that `nb_man` holds.

        Args:
            nb_man: papermill's state of the execution.
            kernel_name: any name; it is always this interpreter that runs the cells.
            forked: whether to use the server; None starts one if there is none and may be one.
            environment: variables in addition to those of every notebook.
            cwd: its working directory; by default this process's.
            memory: gigabytes that it may allocate (on Linux); None for no limit.
            start_timeout: seconds that its process may take to start.
            execution_timeout: seconds that one cell may take; None for no limit.
            options: of papermill's and nbclient's client; over the server only those on what may
                fail, `allow_errors` and `skip_cells_with_tag`, and on papermill's log.

        Raises:
            CellTimeoutError: a cell takes longer than it may.
            TooMuchOutputError: the notebook has shown too much.
            DeadKernelError: the process has ended.
            OSError: the process has found no room for its files.
        """
        requests = None if forked is False else notebook_server.server_in_use()
        if forked is None and requests is None and (server := notebook_server.start_server()):
            requests = server.requests
        known = PapermillNotebookClient.class_trait_names()
        options = {name: value for name, value in options.items() if name in known}
        options |= {"log": logger, "startup_timeout": start_timeout}
        if execution_timeout:
            options["timeout"] = execution_timeout
        with private_environment(environment or {}) as (folder, variables):
            order = {"environment": variables, "cwd": str(cwd or Path.cwd()), "memory": memory}
            order["folder"] = str(folder)
            if requests is None:
                return _in_ordinary_kernel(PapermillNotebookClient(nb_man, **options), order)
            return ForkedNotebookClient(nb_man, **options).execute(requests, order)


def _in_ordinary_kernel(client: PapermillNotebookClient, order: Mapping[str, Any]) -> NotebookNode:
    """Run all cells in this interpreter's own kernel, whatever kernels the user's folders hold."""
    folder, memory = order["folder"], order["memory"]
    bring_fonts(Path(folder))
    connection = {}
    if sys.platform != "win32" and len(folder) < _LONGEST_FOLDER:
        # Ports are picked before they are used: kernels that start together can pick the same.
        connection = {"transport": "ipc", "connection_file": f"{folder}/kernel.json"}
    client.km = AsyncKernelManager(
        kernel_name="python3", kernel_spec_manager=KernelSpecManager(kernel_dirs=[]), **connection
    )
    if sys.platform == "linux" and memory is not None:
        import resource  # not on Windows, and start-up time

        # The kernel limits itself, before the first cell and without leaving a name.
        limits = resource.RLIMIT_DATA, (int(memory * 1e9),) * 2
        limit = f"__import__('resource').setrlimit(*{limits})"
        client.extra_arguments = [f"--IPKernelApp.exec_lines={limit}"]
    client.shutdown_kernel = "immediate"
    client.iopub_timeout = client.startup_timeout  # nbclient's 4 s are not enough for much output.
    client.record_timing = client.store_widget_state = False
    client.on_cell_executed = _hold_to_limits
    # What the kernel would repeat on the terminal is dropped.
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    nb: NotebookNode = client.execute(env=dict(order["environment"]), cwd=order["cwd"], **quiet)
    return nb


def _hold_to_limits(cell: NotebookNode, cell_index: int, execute_reply: Any) -> None:
    """End an ordinary kernel after the cell that has gone too far; a forked notebook ends itself.

    Raises:
        DeadKernelError: the cell has called `exit()` or `quit()`.
        TooMuchOutputError: the cell has shown too much.
    """
    for payload in execute_reply["content"].get("payload", ()):
        if payload.get("source") == "ask_exit":
            raise DeadKernelError(_EXITED)
    if len(json.dumps(cell.outputs)) > OUTPUT:
        raise TooMuchOutputError


class ForkedNotebook:
    """A notebook's process, by its connections.

    Args:
        requests: the server's socket.
    """

    def __init__(self, requests: socket.socket) -> None:
        self._shown, self._printing = 0, ""
        self._printed: list[str] = []
        self._over, over = multiprocessing.Pipe(duplex=False)
        self._talk, talk = multiprocessing.Pipe()
        acks, self._acks = multiprocessing.Pipe(duplex=False)
        self._streams = {}
        theirs = [over, talk, acks]
        for name in ("stdout", "stderr"):
            stream, printed_to = multiprocessing.Pipe(duplex=False)
            os.set_blocking(stream.fileno(), False)
            self._streams[stream] = name, getincrementaldecoder("utf-8")("replace")
            theirs.append(printed_to)
        socket.send_fds(requests, [b"!"], [end.fileno() for end in theirs])
        for end in theirs:
            end.close()

    def run(self, order: Any, seconds: float | None, tell: Tell) -> dict[str, Any]:
        """Send a cell, tell all that it shows, and return what is known of it when it is done.

        The first thing to send is what `notebook_shell.begin` is to be told.

        Raises:
            TimeoutError: it takes more seconds than it may.
            TooMuchOutputError: the notebook has shown too much.
            DeadKernelError: the process has ended.
        """
        end = math.inf if seconds is None else time.monotonic() + seconds
        try:
            self._talk.send_bytes(json.dumps(order).encode())
            while (left := end - time.monotonic()) > 0:
                ends = [self._talk, self._over, *self._streams]
                ready = wait(ends, None if seconds is None else left)
                # What was printed before a record was sent is in the pipes when the record comes.
                self._read_streams(tell)
                if self._talk in ready:
                    kind, content = self._receive()
                    if kind == "done":
                        return content
                    if kind != "turn":
                        self._flush(tell)
                        tell(kind, content)
                    self._acks.send_bytes(b"")
                elif self._over in ready:
                    raise EOFError
        except (EOFError, ConnectionError):
            raise DeadKernelError("its kernel ended unexpectedly") from None
        finally:
            self._flush(tell)
        raise TimeoutError

    def close(self) -> None:
        """End the process, and wait for the end of all that it has started."""
        self._talk.close()
        wait([self._over], 10)
        for end in (self._over, self._acks, *self._streams):
            end.close()

    def _receive(self) -> tuple[str, dict[str, Any]]:
        try:
            record = self._talk.recv_bytes(OUTPUT)
        except ConnectionError:
            raise
        except OSError:  # It is longer than that.
            raise TooMuchOutputError from None
        self._count(record)
        kind, content = json.loads(record, parse_constant=_NO_NUMBERS.get)
        return kind, content

    def _read_streams(self, tell: Tell) -> None:
        for stream, (name, decoder) in list(self._streams.items()):
            with suppress(BlockingIOError):
                data = os.read(stream.fileno(), _CHUNK)
                if not data:  # Everybody has closed it.
                    del self._streams[stream]
                    continue
                self._count(data)
                if self._printing != name:
                    self._flush(tell)
                self._printing = name
                self._printed.append(decoder.decode(data))

    def _flush(self, tell: Tell) -> None:
        if self._printed:
            text = "".join(self._printed)
            self._printed.clear()
            tell("stream", {"name": self._printing, "text": text})

    def _count(self, shown: bytes) -> None:
        self._shown += len(shown)
        if self._shown > OUTPUT:
            raise TooMuchOutputError


class ForkedNotebookClient(PapermillNotebookClient):  # type: ignore[misc]
    """Runs a notebook's cells in a forked process; what they show is recorded as ever."""

    def execute(self, requests: socket.socket, order: Mapping[str, Any]) -> NotebookNode:
        """Run all cells, as papermill does it, and return the notebook.

        Raises:
            Exception: what `CviEngine.execute_managed_notebook` raises.
        """
        self.reset_execution_trackers()
        with closing(ForkedNotebook(requests)) as self._process:
            try:
                begun = self._process.run(order, self.startup_timeout, lambda *shown: None)
            except TimeoutError:
                raise DeadKernelError("its kernel did not start in time") from None
            if "refused" in begun:
                raise OSError(*begun["refused"])
            self.papermill_execute_cells()
        self.nb.metadata["language_info"] = dict(_LANGUAGE)
        nb: NotebookNode = self.nb
        return nb

    def execute_cell(self, cell: NotebookNode, cell_index: int) -> None:
        """Run a cell.

        Raises:
            CellExecutionError: the cell has raised an exception and is not allowed to.
            CellTimeoutError: it takes longer than the option `timeout` says.
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
            done = self._process.run(cell.source, self.timeout, record)
        except TimeoutError:
            raise CellTimeoutError.error_from_timeout_and_cell(
                "Cell execution timed out", self.timeout, cell
            ) from None
        cell.execution_count = done["execution_count"]
        if done["exit"]:
            raise DeadKernelError(_EXITED)
        if "error" in done and not (self.allow_errors or "raises-exception" in tags):
            raise CellExecutionError.from_cell_and_msg(cell, done["error"])
