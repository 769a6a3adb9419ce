"""Where the batch runs: this machine's cores, or a Dask cluster; both are `Executor`s."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess

from cvi_analysis.errors import InputError
from cvi_analysis.kernels import warm

MakeExecutor = Callable[[], Executor]


def default_jobs() -> int:
    """Workers when none are asked for: the processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


KERNEL_PRELOAD = (*warm.PRELOAD, "cvi_analysis.notebook")
"""What the server of the kernels imports."""

WORKER_PRELOAD = ("cvi_analysis.build.city", "cvi_analysis.build.rehearsal")
"""What the workers' fork server imports, at the same time."""


def _begin_worker(address: str | None) -> None:
    # Ctrl-C reaches the whole process group: the parent alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warm.use_server(address)


def _nothing() -> None:
    """A first task for multiprocessing's fork server, which begins its imports with it."""


class Local:
    """Process pools on this machine, forked from warm servers where that is safe.

    The servers start with the object and import while the caller reads its own files.
    """

    def __init__(self) -> None:
        self._launch = warm.launch_server(KERNEL_PRELOAD)
        self._first: BaseProcess | None = None
        self._address: str | None = None

    def pool(self, jobs: int) -> Executor:
        """A new pool of `jobs` workers; the first one waits for the servers to be ready."""
        if self._launch is None:
            context: BaseContext = multiprocessing.get_context("spawn")
        else:
            context = multiprocessing.get_context("forkserver")
            if self._first is None:
                context.set_forkserver_preload(list(WORKER_PRELOAD))
                self._first = context.Process(target=_nothing)
                self._first.start()
                server = self._launch.wait()
                self._address = server.address if server else None
        return ProcessPoolExecutor(
            jobs, mp_context=context, initializer=_begin_worker, initargs=(self._address,)
        )

    def close(self) -> None:
        """End every process that was started from here."""
        if self._launch:
            self._launch.cancel()
        for child in multiprocessing.active_children():
            child.kill()
            child.join()


@contextmanager
def local(jobs: int) -> Iterator[MakeExecutor]:
    """A maker of process pools of `jobs` workers; the batch asks for another if one breaks."""
    machine = Local()
    try:
        yield lambda: machine.pool(jobs)
    finally:
        machine.close()


@contextmanager
def dask(scheduler: str | None) -> Iterator[MakeExecutor]:
    """A maker of executors on the Dask cluster at `scheduler`; see `cluster.executors`.

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
    with cluster.executors(scheduler) as make:
        yield make
