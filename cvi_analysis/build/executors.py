"""Where the batch runs: this machine's cores, or a Dask cluster; both are `Executor`s."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, suppress

from cvi_analysis.build.handover import LocalPool
from cvi_analysis.build.work import rehearse
from cvi_analysis.errors import InputError
from cvi_analysis.kernels import warm
from cvi_analysis.kernels.orphans import adopt

MakeExecutor = Callable[[], Executor]


def default_jobs() -> int:
    """Workers when none are asked for: the processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


KERNEL_PRELOAD = (*warm.PRELOAD, "cvi_analysis.notebook")
"""What the server of the kernels imports."""

WORKER_PRELOAD = (
    "cvi_analysis.build.folderless",
    "cvi_analysis.build.lean",
    "cvi_analysis.build.city",
    "cvi_analysis.build.rehearsal",
)
"""What the workers' fork server imports, in this order, at the same time."""


def _begin_worker(address: str | None) -> None:
    # Ctrl-C reaches the whole process group: the parent alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A report is a hundred thousand small objects, nearly none of them in a circle: collecting
    # after every 700 of them, the default, takes a fifth of the time of an execution.
    gc.set_threshold(20_000, 10, 10)
    warm.use_server(address)


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Processes begun inside ignore Ctrl-C from their first moment; what is ignored is inherited.

    Without it one that is still importing would end with a traceback of its own.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class Local:
    """Process pools on this machine, forked from warm servers where that is safe.

    The servers start with the object and import while the caller reads its own files.
    """

    def __init__(self) -> None:
        self._address: str | None = None
        self._waiting = True
        # What a killed server or worker leaves behind comes here, and ends with `close`.
        adopt()
        with _deaf_to_interrupts():
            self._launch = warm.launch_server(KERNEL_PRELOAD)
            if self._launch:
                from multiprocessing import forkserver

                forkserver.set_forkserver_preload(list(WORKER_PRELOAD))
                forkserver.ensure_running()

    def pool(self, jobs: int) -> Executor:
        """A new pool of `jobs` workers; the first one waits for the servers to be ready.

        Its workers start before that, and rehearse while the kernels' server is still importing.
        """
        if self._launch is None or not self._waiting:
            return self._new(jobs)
        self._address = self._launch.address
        pool = self._new(jobs)
        try:
            pool.prepare(rehearse, jobs)
            server = self._launch.wait()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        self._waiting = False
        if server is None:  # Kernels cannot be forked: the workers must not look for the server.
            pool.shutdown(wait=False, cancel_futures=True)
            self._address = None
            pool = self._new(jobs)
        return pool

    def _new(self, jobs: int) -> LocalPool:
        return LocalPool(
            jobs,
            mp_context=multiprocessing.get_context("forkserver" if self._launch else "spawn"),
            initializer=_begin_worker,
            initargs=(self._address,),
        )

    def close(self) -> None:
        """End every process that was started from here, also one that is still importing."""
        import psutil

        if self._launch:
            self._launch.cancel()
        for child in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                # multiprocessing's resource tracker cleans up and ends by itself.
                if not any("resource_tracker" in word for word in child.cmdline()):
                    child.kill()
        for process in multiprocessing.active_children():
            process.join()


@contextmanager
def local() -> Iterator[Local]:
    """This machine; whatever it started has ended when the context is left, however that comes."""
    machine = Local()
    try:
        yield machine
    finally:
        machine.close()


@contextmanager
def dask(scheduler: str | None) -> Iterator[tuple[MakeExecutor, int]]:
    """A maker of executors on the Dask cluster at `scheduler`, and how many orders to give it.

    See `cluster.executors`.

    Raises:
        InputError: the `dask` extra is not installed, no address was given, or nobody answers.
    """
    if not scheduler:
        raise InputError(
            "--executor dask needs the address of a scheduler",
            parameter="--scheduler",
            allowed="an address such as tcp://10.0.0.5:8786",
        )
    try:
        from cvi_analysis.build import cluster
    except ImportError:
        raise InputError(
            "Dask is not installed", hint="Install the extra: pip install -e '.[dask]'."
        ) from None
    with cluster.executors(scheduler) as found:
        yield found
