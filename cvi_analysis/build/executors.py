"""Where the batch runs: this machine's cores, or a Dask cluster; both are `Executor`s."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

from cvi_analysis.errors import InputError
from cvi_analysis.kernels import warm

MakeExecutor = Callable[[], Executor]


def default_jobs() -> int:
    """Workers when none are asked for: the processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


PRELOAD = (*warm.PRELOAD, "cvi_analysis.notebook", "cvi_analysis.build.city")
"""What the fork server imports once for all kernels and workers."""


def _begin_worker(address: str | None) -> None:
    # Ctrl-C reaches the whole process group: the parent alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warm.use_server(address)


@contextmanager
def local(jobs: int) -> Iterator[MakeExecutor]:
    """A maker of process pools of `jobs` workers, forked where that is safe.

    The batch asks for a second pool when a worker was killed. On the way out, however it comes,
    every process started from here is ended.
    """
    server = warm.start_server(PRELOAD)
    context = multiprocessing.get_context("forkserver" if server else "spawn")
    address = server.address if server else None

    def make() -> Executor:
        return ProcessPoolExecutor(
            jobs, mp_context=context, initializer=_begin_worker, initargs=(address,)
        )

    try:
        yield make
    finally:
        if server:
            server.stop()
        for child in multiprocessing.active_children():
            child.kill()
            child.join()


@contextmanager
def dask(scheduler: str | None) -> Iterator[MakeExecutor]:
    """A maker of executors on the Dask cluster at `scheduler`, such as `tcp://10.0.0.5:8786`.

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
        from distributed import Client
    except ImportError:
        raise InputError(
            "Dask is not installed", hint="Install the extra: pip install -e '.[dask]'."
        ) from None
    client: Any
    try:
        client = Client(  # type: ignore[no-untyped-call]
            scheduler, timeout=15, set_as_default=False
        )
    except (OSError, ValueError) as error:
        raise InputError(
            "no Dask scheduler answers there",
            parameter="--scheduler",
            found=scheduler,
            hint="Start one with `dask scheduler` and workers with `dask worker ADDRESS`.",
        ) from error
    try:
        # Equal orders must not be merged into one task, and a lost worker's are done again.
        yield lambda: client.get_executor(pure=False, retries=2)
    finally:
        client.close(timeout=2)
