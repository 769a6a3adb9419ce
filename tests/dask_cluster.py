"""A real Dask scheduler with workers that share no folder with the client, and a network to cut."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.checkout import Checkout

HERE = ("--host", "127.0.0.1", "--no-dashboard")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(port: int, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"nothing listens on port {port}")


@dataclass
class Cluster:
    """Processes that were started, each in its own folder and group."""

    folder: Path
    package: Path
    port: int = field(default_factory=free_port)
    scheduler: subprocess.Popen | None = None
    workers: list[subprocess.Popen] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def begin(self, workers: int = 2, *words: str, **files: str) -> Cluster:
        """Start the scheduler and workers, whose folders get these files."""
        options = (*HERE, "--port", str(self.port), "--no-show")
        self.scheduler = self._start("scheduler", "dask_scheduler", *options)
        wait_for(self.port)
        usual = ("dask_worker", self.address, "--nthreads", "1", "--no-nanny", *HERE, *words)
        for number in range(workers):
            self.workers.append(self._start(f"worker {number}", *usual, **files))
        return self

    def _start(self, name: str, module: str, *words: str, **files: str) -> subprocess.Popen:
        folder = self.folder / name
        (folder / "tmp").mkdir(parents=True)
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(self.package, folder / "cvi_analysis", ignore=ignore)
        for file, text in files.items():
            (folder / f"{file}.py").write_text(text, encoding="utf-8")
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{module}", *words],
            cwd=folder,
            env={
                **os.environ,
                "PYTHONPATH": os.fspath(folder),
                "CVI_ROOT": os.fspath(folder),
                "TMPDIR": os.fspath(folder / "tmp"),
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill(self, *processes: subprocess.Popen | None) -> None:
        """SIGKILL to all of these and what they started."""
        for process in processes:
            if process is not None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@contextmanager
def dask_cluster(folder: Path, checkout: Checkout) -> Iterator[Cluster]:
    """A cluster of the checkout's package, not begun; whatever was started ends with it."""
    cluster = Cluster(folder, checkout.folder / "cvi_analysis")
    try:
        yield cluster
    finally:
        cluster.kill(cluster.scheduler, *cluster.workers)


class Proxy:
    """A way to a port on this machine that can be made to forward nothing for a while."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._open = threading.Event()
        self._open.set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Forward nothing, and close nothing, as a cable that was pulled out."""
        self._open.clear()

    def mend(self) -> None:
        """Forward again, also what has come meanwhile."""
        self._open.set()

    def _accept(self) -> None:
        while True:
            near, _ = self._listener.accept()
            far = socket.create_connection(("127.0.0.1", self._to))
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._forward, args=(one, other), daemon=True).start()

    def _forward(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                self._open.wait()
                other.sendall(data)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
