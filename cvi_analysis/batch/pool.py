"""Where the batch runs: this machine's cores, or a Dask cluster; both are `Executor`s."""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
import socket
import tempfile
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import forkserver
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cvi_analysis import paths
from cvi_analysis.batch.notebook_environment import clean_environment
from cvi_analysis.batch.notebook_server import (
    SCIENCE,
    adopt,
    children_of_this_process,
    fork_is_safe,
    start_server,
    use_server,
)
from cvi_analysis.errors import InputError

# start-up time: the servers begin before the rest is imported.
if TYPE_CHECKING:
    from cvi_analysis.batch.orders import CityResult
    from cvi_analysis.census.api_key import ApiKey

MakeExecutor = Callable[[], Executor]
Watch = Callable[[], None]
"""Called now and then while results are waited for; raises a `BuildError` where none will come."""


def unwatched() -> None:
    """Of this machine's own workers: one that ends is noticed without looking."""


def default_jobs() -> int:
    """Workers when none are asked for: the processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


NOTEBOOK_PRELOAD = (
    *SCIENCE,
    "cvi_analysis.report.city_report",
    "cvi_analysis.calculator.widget",
    "cvi_analysis.batch.notebook_rehearsal",
)
"""What the notebooks' server imports."""

WORKER_PRELOAD = "cvi_analysis.batch.worker_start"
"""What the workers' fork server imports at the same time."""


def _begin_worker(requests: socket.socket | None, keys: tuple[ApiKey, ...]) -> None:
    # Ctrl-C reaches the whole process group: the parent alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A report is a hundred thousand small objects, nearly none of them in a circle: collecting
    # after every 700 of them, the default, takes a fifth of the time of an execution.
    gc.set_threshold(20_000, 10, 10)
    gc.enable()
    use_server(requests)
    from cvi_analysis.batch import shown_secrets  # start-up time: only workers need it

    shown_secrets.look_for(keys)


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


@contextmanager
def _only(variables: Mapping[str, str]) -> Iterator[None]:
    """Processes begun inside get these environment variables and no others."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class Local:
    """Process pools on this machine, forked from warm servers where that is safe.

    The servers start with the object and import while the caller reads its own files.
    """

    def __init__(self) -> None:
        # What a killed server or worker leaves behind comes here, and ends with `close`.
        adopt()
        self._others = children_of_this_process()
        self._server = None
        if not fork_is_safe():
            return
        with _deaf_to_interrupts():
            self._server = start_server(NOTEBOOK_PRELOAD)
            with _only(clean_environment()):
                forkserver.set_forkserver_preload([WORKER_PRELOAD])
                forkserver.ensure_running()

    def pool(self, jobs: int) -> Executor:
        """A new pool of `jobs` workers."""
        # start-up time: the servers begin before it is needed.
        from cvi_analysis.census.api_key import held_keys

        workers = partial(
            ProcessPoolExecutor,
            jobs,
            mp_context=multiprocessing.get_context("forkserver" if self._server else "spawn"),
            initializer=_begin_worker,
            initargs=(self._server.requests if self._server else None, held_keys(paths.root())),
        )
        return LocalPool(jobs, workers)

    def close(self) -> None:
        """End every process that was started from here, also one that is still importing."""
        if self._server:
            # It ends, and removes its folders, when the workers that could ask it have ended.
            _end_children(but={self._server.pid, *self._others})
            self._server.stop()
        _end_children(but=self._others)
        for process in multiprocessing.active_children():
            process.join()


def _end_children(but: Collection[int]) -> None:
    """End all children and theirs, but for some children and their own."""
    import psutil  # start-up time: the servers begin before it is needed

    for child in psutil.Process().children():
        if child.pid in but:
            continue
        with suppress(psutil.Error):
            # multiprocessing's resource tracker cleans up and ends by itself.
            if not any("resource_tracker" in word for word in child.cmdline()):
                for process in (*child.children(recursive=True), child):
                    process.kill()


@contextmanager
def local() -> Iterator[Local]:
    """This machine; whatever it started has ended when the context is left, however that comes."""
    machine = Local()
    try:
        yield machine
    finally:
        machine.close()


@contextmanager
def dask(
    scheduler: str | None, code: str, installed: Mapping[str, str]
) -> Iterator[tuple[MakeExecutor, int, Watch]]:
    """The Dask cluster at `scheduler`: a maker of executors, how many orders to give, the watch.

    See `cluster.executors`.

    Raises:
        InputError: the `dask` extra is not installed, no address was given, or nobody answers.
        BuildError: a worker cannot do this project's orders.
    """
    if not scheduler:
        raise InputError(
            "--executor dask needs the address of a scheduler",
            parameter="--scheduler",
            allowed="an address such as tcp://10.0.0.5:8786",
        )
    try:
        # start-up time: it takes a second, and need not be installed.
        from cvi_analysis.batch import cluster
    except ImportError:
        raise InputError(
            "Dask is not installed", hint="Install the extra: pip install -e '.[dask]'."
        ) from None
    with cluster.executors(scheduler, code, installed) as found:
        yield found


@dataclass(frozen=True, slots=True)
class Left:
    """A result that waits in a file of the run's temporary folder."""

    path: str


def leave(work: Callable[..., CityResult], *order: Any) -> CityResult | Left:
    """Do the work and leave the result in a file; where there is no room it goes the usual way."""
    result = work(*order)
    path = None
    try:
        handle, path = tempfile.mkstemp(prefix="result-")
        with os.fdopen(handle, "wb") as file:
            pickle.dump(result, file, protocol=pickle.HIGHEST_PROTOCOL)
    except OSError:
        if path is not None:
            Path(path).unlink(missing_ok=True)
        return result
    return Left(path)


def taken(result: CityResult | Left) -> CityResult:
    """The result itself; its file is removed.

    Raises:
        OSError: somebody else has removed the file.
    """
    if not isinstance(result, Left):
        return result
    path = Path(result.path)
    found: CityResult = pickle.loads(path.read_bytes())  # noqa: S301 - from our own worker
    path.unlink()
    return found


RENEWED_AFTER = 100
"""Orders for each worker before another takes its place."""


class LocalPool(Executor):
    """Worker processes that hand results over with `leave`, and are replaced now and then.

    A worker keeps half a megabyte of every PDF that it makes, in the libraries that make it. With
    new ones a thousand places need no more memory than the first hundred. ProcessPoolExecutor's own
    `max_tasks_per_child` can wait for ever before Python 3.13.

    Args:
        jobs: how many workers.
        make: a pool of them.
    """

    def __init__(self, jobs: int, make: Callable[[], ProcessPoolExecutor]) -> None:
        self._make, self._most = make, jobs * RENEWED_AFTER
        self._pool, self._given = make(), 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Order some work; its result is for `taken`."""
        if self._given == self._most:
            self._pool.shutdown()  # Not beside the new ones, which would be the most memory of all.
            self._pool, self._given = self._make(), 0
        self._given += 1
        return self._pool.submit(leave, fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers; see `Executor.shutdown`."""
        self._pool.shutdown(wait, cancel_futures=cancel_futures)
