"""A Dask cluster as an executor. Needs the `dask` extra on every machine.

Nothing here waits without an end: an address is asked for `GREETING` seconds, and a cluster that is
silent, or has no worker that takes orders, is waited for `PATIENCE` seconds. A shorter cut of the
network is gone through. What was finished is kept either way.
"""

from __future__ import annotations

import asyncio
import logging
import pickle
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import dask
import distributed

from cvi_analysis.batch.notebook_server import NotebookServer, start_server
from cvi_analysis.batch.pool import NOTEBOOK_PRELOAD
from cvi_analysis.errors import BuildError, InputError

GREETING = 10.0
"""Seconds in which a scheduler has to answer at first."""

PATIENCE = float(dask.config.get("cvi.patience", 60.0))  # type: ignore[attr-defined,unused-ignore]
"""Seconds without a scheduler or a worker after which a run ends; `DASK_CVI__PATIENCE` sets it."""

READY = 120.0
"""Seconds in which the workers that are there have to be ready for orders."""

FAREWELL = 1.0
"""Seconds that taking leave of a cluster may take, so that Ctrl-C ends a run within two."""

_distributed: Any = distributed  # It has no types.
_START = "Start one with `dask scheduler` and workers with `dask worker ADDRESS`."
_KEPT = "What was finished is kept: run the command again when the cluster is back."


class WarmNotebooks(distributed.WorkerPlugin):
    """Gives a Dask worker its own warm server, where forking is safe.

    Args:
        code: `fingerprint.code_sha256()` of the sender of orders.
        installed: `installed.versions()` of the sender.
    """

    name = "cvi-warm-notebooks"

    def __init__(self, code: str, installed: Mapping[str, str]) -> None:
        self._sender = code, dict(installed)
        self._server: NotebookServer | None = None

    def setup(self, worker: Any) -> None:
        """Start the server; called on every worker, also on one that joins later.

        Raises:
            BuildError: the worker would make other reports than the sender.
        """
        from cvi_analysis.batch.city import unfit  # start-up time: the sender does without it

        if why := unfit(*self._sender):
            raise BuildError(f"{worker.address}: {why}")
        self._server = start_server(NOTEBOOK_PRELOAD)

    def teardown(self, worker: Any) -> None:
        """Stop the server."""
        if self._server is not None:
            self._server.stop()


def packed(work: Callable[..., Any], *order: Any, **options: Any) -> bytes:
    """What the work returns, pickled."""
    return pickle.dumps(work(*order, **options), protocol=pickle.HIGHEST_PROTOCOL)


class ClusterExecutor(Executor):
    """Orders to a cluster, of which none is waited for when no more are given.

    Dask's own executor tells nothing of a result, or of an error, that cannot be unpacked here.
    Results travel as bytes: Dask knows their size and can put them on disk when memory is short,
    and one that cannot be unpacked spoils none of those that come with it.
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Order some work.

        Raises:
            BuildError: the client has given its connection up.
        """
        try:
            # Equal orders must not be merged into one task; those of a lost worker are done again.
            ordered = self._client.submit(packed, fn, *args, **kwargs, pure=False, retries=2)
        except distributed.client.ClosedClientError as error:
            raise BuildError(f"the connection to the Dask scheduler was closed. {_KEPT}") from error

        async def outcome() -> Any:
            return pickle.loads(await ordered)  # noqa: S301 - Dask itself trusts its workers

        return asyncio.run_coroutine_threadsafe(outcome(), self._client.loop.asyncio_loop)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Do nothing: orders that are out end with the client, in `executors`."""


class Pulse:
    """Whether the cluster still answers and has workers; asked without being waited for."""

    def __init__(self, client: Any, address: str) -> None:
        self._client, self._address = client, address
        self._asked: Future[Any] | None = None
        self._heard = self._served = time.monotonic()

    def __call__(self) -> None:
        """Look once.

        Raises:
            BuildError: nothing was heard, or no worker took orders, for `PATIENCE` seconds.
        """
        if self._asked is not None and self._asked.done():
            with suppress(Exception):  # Whatever it is, it is no answer.
                workers = self._asked.result()
                self._heard = time.monotonic()
                if workers:
                    self._served = self._heard
            self._asked = None
        if self._asked is None and self._client.scheduler is not None:
            question = self._client.scheduler.ncores_running()
            self._asked = asyncio.run_coroutine_threadsafe(question, self._client.loop.asyncio_loop)
        now = time.monotonic()
        if now - self._heard > PATIENCE:
            raise BuildError(
                f"{self._address}: the Dask scheduler has not answered for {PATIENCE:.0f} s. "
                f"{_KEPT}"
            )
        if now - self._served > PATIENCE:
            raise BuildError(
                f"{self._address}: for {PATIENCE:.0f} s the Dask scheduler has had no worker that "
                f"takes orders: none is connected, or their memory is full. {_KEPT}"
            )


@contextmanager
def executors(
    scheduler: str, code: str, installed: Mapping[str, str]
) -> Iterator[tuple[Callable[[], Executor], int, Callable[[], None]]]:
    """A maker of executors on the cluster at `scheduler`, such as `tcp://10.0.0.5:8786`.

    Yields:
        The maker; how many orders keep all workers busy, some for each of their threads; and what
        to call while results are waited for (see `Pulse`).

    Raises:
        InputError: this is no address, or no scheduler answers there.
        BuildError: a worker cannot do the orders of this sender.
    """
    address = _address(scheduler)
    for name in ("asyncio", *logging.root.manager.loggerDict):
        # What they have to say of a lost connection, we say in one line.
        if name.partition(".")[0] in ("distributed", "tornado", "asyncio"):
            logging.getLogger(name).disabled = True
    warnings.filterwarnings("ignore", module="distributed")
    try:
        asyncio.run(_greeted(address))
        # It tries to connect again for longer than `Pulse` waits, which says what is the matter.
        client = _distributed.Client(address, timeout=2 * PATIENCE, set_as_default=False)
    except Exception as error:  # A foreign server is answered with errors of any kind.
        raise InputError(
            "no Dask scheduler answers there",
            parameter="--scheduler",
            found=scheduler,
            hint=_START,
        ) from error
    try:
        try:
            _within(READY, lambda: client.register_plugin(WarmNotebooks(code, installed)))
            threads = sum(_within(READY, client.nthreads).values())
        except BuildError:
            raise
        except TimeoutError as error:
            raise BuildError(
                f"{address}: the Dask workers were not ready within {READY:.0f} s. {_KEPT}"
            ) from error
        except Exception as error:
            raise BuildError(
                f"{address}: a worker cannot make reports ({type(error).__name__}: {error}). "
                "Install the same version of the package on every machine."
            ) from error
        window = max(16, 4 * threads)
        yield lambda: ClusterExecutor(client), window, Pulse(client, address)
    finally:
        with suppress(Exception):
            _within(FAREWELL / 2, lambda: client.unregister_worker_plugin(WarmNotebooks.name))
        with suppress(Exception):
            _within(FAREWELL / 2, lambda: client.close(timeout=FAREWELL / 2))


def _address(text: str) -> str:
    """The address as Dask writes it.

    Raises:
        InputError: it names no host and port, or a way of connecting that workers elsewhere lack.
    """
    found = text.strip()
    found = found if "://" in found else f"tcp://{found}"
    with suppress(ValueError):
        parts = urlsplit(found)
        whole = not (parts.path or parts.query or parts.fragment or parts.username)
        if parts.scheme in ("tcp", "tls") and parts.hostname and parts.port and whole:
            return found
    raise InputError(
        "this is no address of a Dask scheduler",
        parameter="--scheduler",
        found=text,
        allowed="an address such as tcp://10.0.0.5:8786, or tls:// with Dask's own settings for it",
    )


async def _greeted(address: str) -> None:
    """Ask whoever listens there who it is.

    Raises:
        ConnectionError: it is not a scheduler.
        Exception: whatever comes of asking something else.
    """

    async def ask() -> Any:
        settings = _distributed.Security().get_connection_args("client")
        async with _distributed.rpc(address, connection_args=settings, timeout=GREETING) as other:
            return await other.identity()

    told = await asyncio.wait_for(ask(), GREETING)
    if told.get("type") != "Scheduler":
        raise ConnectionError(f"a {told.get('type')}")


def _within(seconds: float, work: Callable[[], Any]) -> Any:
    """What `work` returns, done in a thread that is left behind if it takes too long.

    Raises:
        TimeoutError: it took longer.
        Exception: what it raised.
    """
    outcome: Future[Any] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except Exception as error:
            outcome.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return outcome.result(seconds)
