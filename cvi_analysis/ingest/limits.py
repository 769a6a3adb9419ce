"""How long and how much: every bound on one conversation with the API, and the clock for it."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True)
class Limits:
    """Bounds on one pull (one dataset, year and geography), the metadata calls included.

    Attributes:
        connect: seconds to open a connection.
        read: seconds of silence before a read gives up.
        total: seconds for everything together, waits between attempts included.
        metadata: seconds for the package's calls about variables, which are not essential.
        retries: repeats of a request after the first attempt.
        connect_retries: repeats when no connection could be opened at all.
        backoff: seconds that the growing waits start from.
        backoff_max: longest wait in seconds that this program chooses by itself.
        jitter: up to this many random seconds are added to each wait.
        redirects: redirects followed on the same server.
        max_bytes: largest body accepted. All places of the country take about 2,500,000.
    """

    connect: float = 5.0
    read: float = 20.0
    total: float = 60.0
    metadata: float = 10.0
    retries: int = 4
    connect_retries: int = 2
    backoff: float = 0.5
    backoff_max: float = 10.0
    jitter: float = 0.5
    redirects: int = 3
    max_bytes: int = 32 * 1024 * 1024


class TimeIsUpError(Exception):
    """The total time is used up. Internal: the session turns it into a message."""


class Deadline:
    """A point in time after which nothing more is waited for."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._end - time.monotonic())

    def check(self) -> None:
        """Raise TimeIsUpError when no time is left."""
        if self.remaining() <= 0:
            raise TimeIsUpError

    def sleep(self, seconds: float) -> None:
        """Wait; or raise TimeIsUpError at once when the wait would outlast the deadline."""
        if seconds >= self.remaining():
            raise TimeIsUpError
        time.sleep(seconds)

    def run(self, work: Callable[[], Result]) -> Result:
        """`work()`, waited for until the deadline and no longer.

        Socket timeouts bound the silence between two bytes, not a name look-up, a handshake or
        headers that drip in one byte a second. So the work runs in a daemon thread that is left
        behind when time is up; it holds nothing but a socket.

        Raises:
            TimeIsUpError: the work was not done in time.
        """
        self.check()
        box: queue.SimpleQueue[tuple[Result | None, BaseException | None]] = queue.SimpleQueue()

        def worker() -> None:
            try:
                box.put((work(), None))
            except BaseException as error:  # handed to the waiting thread, whatever it is
                box.put((None, error))

        threading.Thread(target=worker, name="census-request", daemon=True).start()
        try:
            result, error = box.get(timeout=self.remaining())
        except queue.Empty:
            error = TimeIsUpError()
            result = None
        if error is not None:
            raise error
        return result  # type: ignore[return-value]
