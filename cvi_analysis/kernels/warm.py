"""Start the warm server, find it, and stop it."""

from __future__ import annotations

import atexit
import contextlib
import logging
import multiprocessing
import os
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from multiprocessing.process import BaseProcess
from multiprocessing.util import get_temp_dir

from cvi_analysis.kernels import server
from cvi_analysis.kernels.environment import server_environment
from cvi_analysis.kernels.folder import RuntimeFolder, short_base

log = logging.getLogger(__name__)

# What a kernel and a report's notebook import, at once or at the first table or figure.
# `matplotlib_inline` is left out: it looks for the running IPython when it is imported.
PRELOAD = (
    "ipykernel.kernelapp",
    "cvi_analysis.kernels.stream",
    "ipykernel.debugger",
    "ipykernel.zmqshell",
    "IPython",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.core.pylabtools",
    "IPython.extensions.storemagic",
    "faulthandler",
    "pdb",
    "sqlite3",
    "tornado.platform.asyncio",
    "numpy",
    "pandas",
    "pandas.io.formats.html",
    "pandas.io.formats.string",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
)
_START_SECONDS = 120.0

_address: str | None = None


class Server:
    """A running warm server. `address` is what `use_server` needs in another process."""

    def __init__(self, address: str, process: BaseProcess, folder: RuntimeFolder) -> None:
        self.address = address
        self._process = process
        self._folder = folder

    @property
    def pid(self) -> int | None:
        """Process id of the server."""
        return self._process.pid

    def stop(self) -> None:
        """End the server and every kernel it has started; a second call does nothing."""
        global _address
        if _address == self.address:
            _address = None
        if self._process.pid is not None and self._process.is_alive():
            self._process.terminate()
            self._process.join(10)
        self._folder.remove()
        atexit.unregister(self.stop)


def fork_is_safe() -> bool:
    """Whether kernels may be forked here: on Linux, unless `CVI_ENGINE=standard` says no.

    macOS has frameworks that break in forked processes, Windows cannot fork, and a daemonic
    process may not start any.
    """
    return (
        sys.platform == "linux"
        and os.environ.get("CVI_ENGINE") != "standard"
        and not multiprocessing.current_process().daemon
    )


class Launch:
    """A warm server that is starting; meanwhile the caller can do other things."""

    def __init__(self, preload: Sequence[str]) -> None:
        self._folder = RuntimeFolder()
        self._address = str(self._folder.path / server.SOCKET)
        # An interpreter of its own, not a fork of multiprocessing's fork server: workers need
        # other libraries than kernels, and both sets are imported at the same time.
        context = multiprocessing.get_context("spawn")
        self._receiver, sender = context.Pipe(duplex=False)
        # debugpy, which the kernel imports, would print that it cannot look into frozen modules.
        with _environment({**server_environment(), "PYDEVD_DISABLE_FILE_VALIDATION": "1"}):
            self._process = context.Process(
                target=server.serve,
                args=(str(self._folder.path), _short_temporary_folder(), list(preload), sender),
                name="cvi-kernels",
                daemon=True,
            )
            self._server = Server(self._address, self._process, self._folder)
            atexit.register(self._server.stop)
            self._process.start()
        sender.close()

    @property
    def address(self) -> str:
        """Where the server will listen once it is ready; see `use_server`."""
        return self._address

    def wait(self) -> Server | None:
        """The server when it is ready, or None if kernels cannot be forked from it."""
        global _address
        try:
            report = self._receiver.recv() if self._receiver.poll(_START_SECONDS) else {}
        except (EOFError, OSError):  # A module could not be imported, or there is no socket.
            report = {}
        if report.get("threads") != 1 or report.get("random_hashes"):
            log.warning(
                "Kernels cannot be forked here (%s); using ordinary ones.", report or "no reply"
            )
            self._server.stop()
            return None
        log.debug("Warm server %s: %s", self._server.pid, report)
        _address = self._address
        return self._server

    def cancel(self) -> None:
        """End the server, ready or not; a second call does nothing."""
        self._server.stop()


def launch_server(preload: Sequence[str] = PRELOAD) -> Launch | None:
    """Begin to start the warm server; None if forking is not safe here.

    Args:
        preload: names of modules to import beforehand. A name that is no module is left out.
    """
    return Launch(preload) if fork_is_safe() else None


def start_server(preload: Sequence[str] = PRELOAD) -> Server | None:
    """Start the warm server for this process and for the workers it starts afterwards.

    Takes as long as the imports, about two seconds; `launch_server` does not wait for them.

    Returns:
        The server, or None if forking is not safe and kernels are to be ordinary ones.
    """
    launch = launch_server(preload)
    return launch.wait() if launch else None


def use_server(address: str | None) -> None:
    """Make this process start its kernels from the server at `address`; None for ordinary ones.

    Meant as the initializer of a pool of worker processes. A worker whose parent ends, even by
    being killed, ends too, and with it its kernel.
    """
    global _address
    _address = address
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def address() -> str | None:
    """The socket of the server in use, or None if kernels are ordinary ones.

    A server that no longer answers is given up for good: ordinary kernels are slower but work.
    """
    global _address
    if _address is not None:
        with socket.socket(socket.AF_UNIX) as trial:
            try:
                trial.connect(_address)
            except OSError:
                log.warning("The warm server has ended; using ordinary kernels.")
                _address = None
    return _address


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _short_temporary_folder() -> str:
    """The folder of multiprocessing's own sockets, made where its name cannot get too long."""
    before = tempfile.tempdir
    tempfile.tempdir = str(short_base())
    try:
        return get_temp_dir()
    finally:
        tempfile.tempdir = before


@contextlib.contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for the processes started meanwhile."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
