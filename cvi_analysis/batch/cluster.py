"""A Dask cluster as an executor. Needs the `dask` extra on every machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

from distributed import Client, WorkerPlugin

from cvi_analysis.batch.notebook_server import NotebookServer, start_server
from cvi_analysis.batch.pool import NOTEBOOK_PRELOAD
from cvi_analysis.errors import InputError


class WarmNotebooks(WorkerPlugin):
    """Gives a Dask worker its own warm server, where forking is safe."""

    name = "cvi-warm-notebooks"

    def __init__(self) -> None:
        self._server: NotebookServer | None = None

    def setup(self, worker: Any) -> None:
        """Start the server; called on every worker, also on one that joins later."""
        self._server = start_server(NOTEBOOK_PRELOAD)

    def teardown(self, worker: Any) -> None:
        """Stop the server."""
        if self._server is not None:
            self._server.stop()


@contextmanager
def executors(scheduler: str) -> Iterator[tuple[Callable[[], Executor], int]]:
    """A maker of executors on the cluster at `scheduler`, such as `tcp://10.0.0.5:8786`.

    Yields:
        The maker, and how many orders keep all workers busy: some for each of their threads.

    Raises:
        InputError: no scheduler answers there.
    """
    connect: Any = Client  # distributed has no types.
    try:
        client = connect(scheduler, timeout=15, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(
            "no Dask scheduler answers there",
            parameter="--scheduler",
            found=scheduler,
            hint="Start one with `dask scheduler` and workers with `dask worker ADDRESS`.",
        ) from error
    try:
        client.register_plugin(WarmNotebooks())
        # Equal orders must not be merged into one task; those of a lost worker are done again.
        threads = sum(client.nthreads().values())
        yield lambda: client.get_executor(pure=False, retries=2), max(16, 4 * threads)
    finally:
        client.unregister_worker_plugin(WarmNotebooks.name)
        client.close(timeout=2)
