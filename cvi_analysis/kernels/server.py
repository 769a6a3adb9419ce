"""The warm server: a process that has imported the libraries and forks kernels on request.

It is one thread in one loop, since a forked process inherits memory but not threads. A client
connects to its socket, sends one line of JSON and keeps the connection; the server forks the
kernel and answers with lines of JSON:

    client: {"args": ["-f", "…"], "cwd": "…", "env": {…}}
    server: {"pid": 123}, then {"ready": true} from the kernel, then {"exit": 0}
    client: {"signal": 2}                                  any time between

A closed connection means that the client is gone: its kernel is killed and its files are removed.
When the server's own owner is gone, so is everything.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NoReturn

from cvi_analysis.kernels import child
from cvi_analysis.kernels.orphans import adopt, end_children
from cvi_analysis.kernels.rehearsal import rehearse

SOCKET = "server"
_CHUNK = 65536


@dataclass
class _Client:
    """One connection and the kernel started for it."""

    connection: socket.socket
    received: bytes = b""
    pid: int | None = None
    stem: Path | None = None
    closed: bool = field(default=False)


def serve(folder: str, temporary: str, preload: Sequence[str], report: Connection) -> None:
    """Run the server until its owner ends; the target of a `multiprocessing.Process`.

    Args:
        folder: private folder for the socket, removed at the end.
        temporary: multiprocessing's own folder of the owner, which removes it at its exit and is
            removed here if the owner had no time for that.
        preload: modules to import.
        report: receives one dictionary when the server is ready; see `describe`.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the owner to handle.
    missing = [name for name in preload if not _import(name)]
    rehearse()
    fresh = child.Fresh(_fresh_search_path(), _variables_set_by_imports())
    gc.collect()
    # Moves all objects out of the collector's sight, so that no kernel copies their pages.
    gc.freeze()
    adopt()
    loop = _Loop(Path(folder), Path(temporary), fresh)
    report.send({**describe(), "missing": missing})
    report.close()
    loop.run()


def describe() -> dict[str, Any]:
    """What decides whether forking from this process is safe and repeatable."""
    return {
        "threads": max(threading.active_count(), _system_threads()),
        "random_hashes": bool(sys.flags.hash_randomization),
    }


class _Loop:
    """The server's event loop."""

    def __init__(self, folder: Path, temporary: Path, fresh: child.Fresh) -> None:
        self._folder = folder
        self._temporary = temporary
        self._fresh = fresh
        self._clients: dict[int, _Client] = {}
        self._pid = os.getpid()
        self._stopping = False
        self._selector = selectors.DefaultSelector()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / SOCKET))
        self._listener.listen(64)
        self._wake, self._waker = socket.socketpair()
        self._wake.setblocking(False)
        self._waker.setblocking(False)

    def run(self) -> None:
        """Serve until the owner ends or a signal asks to stop, then end every kernel."""
        owner = parent_process()
        try:
            # Nothing is raised from a signal: inside of a fork it would be lost, and only printed.
            signal.signal(signal.SIGTERM, self._stop)
            signal.signal(signal.SIGCHLD, lambda *_: None)
            signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
            self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
            self._selector.register(self._wake, selectors.EVENT_READ, self._reap)
            if owner is not None:
                self._selector.register(owner.sentinel, selectors.EVENT_READ, self._orphaned)
            while not self._stopping:
                for key, _ in self._selector.select():
                    key.data()
        finally:
            for client in self._clients.values():
                self._signal(client, signal.SIGKILL)
            end_children(but=set())
            shutil.rmtree(self._folder, ignore_errors=True)

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _orphaned(self) -> None:
        shutil.rmtree(self._temporary, ignore_errors=True)
        self._stop()

    def _accept(self) -> None:
        connection, _ = self._listener.accept()
        client = _Client(connection)
        self._clients[connection.fileno()] = client
        self._selector.register(connection, selectors.EVENT_READ, lambda: self._read(client))

    def _read(self, client: _Client) -> None:
        try:
            received = client.connection.recv(_CHUNK)
        except OSError:
            received = b""
        if not received:
            self._drop(client)
            return
        *lines, client.received = (client.received + received).split(b"\n")
        for line in lines:
            request = json.loads(line)
            if "signal" in request:
                self._signal(client, request["signal"])
            else:
                self._start(client, request)

    def _start(self, client: _Client, request: dict[str, Any]) -> None:
        client.stem = Path(request["stem"])
        sys.stdout.flush()
        sys.stderr.flush()
        try:
            pid = os.fork()
        except OSError:  # Too many processes, or no memory.
            self._send(client, {"exit": 1})
            return
        if pid == 0:
            self._become_kernel(client, request)
        client.pid = pid
        self._send(client, {"pid": pid})

    def _become_kernel(self, client: _Client, request: dict[str, Any]) -> NoReturn:
        """Leave the server's files and signals behind, run the kernel, and never return."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            self._selector.close()
            for ours in (self._listener, self._wake, self._waker):
                ours.close()
            for other in self._clients.values():
                if other is not client:
                    other.connection.close()
            code = child.run_kernel(
                client.connection,
                server=self._pid,
                args=request["args"],
                cwd=request["cwd"],
                env=request["env"],
                fresh=self._fresh,
            )
        except BaseException as error:
            child.report_failure(error)
        finally:
            os._exit(code)

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._wake.recv(_CHUNK)
        for client in list(self._clients.values()):
            if client.pid is None:
                continue
            # Look first and collect later: as long as the process is not collected its id,
            # which is its group's id too, cannot become another's.
            look = os.WEXITED | os.WNOWAIT | os.WNOHANG
            if os.waitid(os.P_PID, client.pid, look) is None:
                continue
            self._signal(client, signal.SIGKILL)
            _, status = os.waitpid(client.pid, 0)
            client.pid = None
            self._send(client, {"exit": os.waitstatus_to_exitcode(status)})
            if client.closed:
                self._forget(client)
        # What an ended kernel had started in a session of its own is a child of this process now.
        end_children(but={client.pid for client in self._clients.values() if client.pid})

    def _drop(self, client: _Client) -> None:
        """The client has closed its connection, or ended: its kernel must not outlive it."""
        self._selector.unregister(client.connection)
        client.closed = True
        if client.pid is None:
            self._forget(client)
        else:
            self._signal(client, signal.SIGKILL)

    def _forget(self, client: _Client) -> None:
        self._clients.pop(client.connection.fileno(), None)
        client.connection.close()
        if client.stem is not None and client.stem.parent == self._folder:
            for file in self._folder.glob(f"{client.stem.name}[.-]*"):
                file.unlink(missing_ok=True)

    def _send(self, client: _Client, message: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):
            client.connection.sendall(json.dumps(message).encode() + b"\n")

    def _signal(self, client: _Client, number: int) -> None:
        """Send a signal to the kernel and all it started, which is its process group."""
        if client.pid is None:
            return
        try:
            os.killpg(client.pid, number)
        except OSError:  # It has not made its group yet.
            with contextlib.suppress(OSError):
                os.kill(client.pid, number)


def _import(name: str) -> bool:
    """Import a module; False if that fails, which the notebook that needs it will report."""
    try:
        importlib.import_module(name)
    except Exception:
        return False
    return True


def _fresh_search_path() -> list[str]:
    """`sys.path` of a new interpreter, without what this program's own start has added."""
    command = [sys.executable, "-c", "import json, sys; print(json.dumps(sys.path[1:]))"]
    shown = subprocess.run(command, check=True, capture_output=True, text=True)
    path: list[str] = json.loads(shown.stdout)
    return path


def _variables_set_by_imports() -> dict[str, str]:
    """Environment variables that this process did not start with."""
    started_with = Path("/proc/self/environ").read_bytes().split(b"\0")
    names = {os.fsdecode(entry.partition(b"=")[0]) for entry in started_with}
    return {name: value for name, value in os.environ.items() if name not in names}


def _system_threads() -> int:
    """How many threads the system counts in this process, those of C libraries included."""
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.is_dir() else 1
