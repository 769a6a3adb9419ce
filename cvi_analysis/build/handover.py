"""How a worker on this machine hands its result over: in a file, with only the name in the pipe.

A worker that is killed while it writes a large result into the pipe that all workers share leaves
half of it there; the parent would wait for the other half for ever, and so would every worker that
wants to write. A name is short enough to be written in one step.
"""

from __future__ import annotations

import os
import pickle
import tempfile
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cvi_analysis.build.spec import CityResult


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


class LocalPool(ProcessPoolExecutor):
    """Worker processes that hand results over with `leave`."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Order some work; its result is for `taken`."""
        return super().submit(leave, fn, *args, **kwargs)

    def prepare(self, work: Callable[[], None], workers: int) -> None:
        """Have as many workers as that start now and do some work that leaves no result.

        A fork server that is killed meanwhile is noticed by the first order that matters.
        """
        with suppress(BrokenExecutor, EOFError, ConnectionError):
            for _ in range(workers):
                super().submit(work)
