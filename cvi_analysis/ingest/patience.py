"""When to ask again and how long to wait first: urllib3's retry policy, inside a deadline."""

from __future__ import annotations

import contextlib

from urllib3.exceptions import InvalidHeader, MaxRetryError
from urllib3.util.retry import Retry

from cvi_analysis.ingest.limits import Deadline, Limits


class Patience:
    """Counts the attempts of one request and waits between them.

    The rules are `urllib3.util.Retry`'s: growing waits with jitter, the first repeat at once.
    They are applied here and not inside urllib3 because a body that breaks off halfway, or
    arrives whole but cut, is only seen after urllib3 has handed the response over.
    """

    def __init__(self, limits: Limits, deadline: Deadline) -> None:
        self._connect_retries = limits.connect_retries
        self._deadline = deadline
        self._retry = Retry(
            total=limits.retries,
            backoff_factor=limits.backoff,
            backoff_max=limits.backoff_max,
            backoff_jitter=limits.jitter,
        )
        self.attempts = 1

    def again(self, *, retry_after: float | None = None, refused: bool = False) -> bool:
        """Wait and return True, or return False when the attempts are used up.

        Args:
            retry_after: seconds the server asked for; honored instead of our own wait.
            refused: no connection came about; fewer repeats make sense.

        Raises:
            TimeIsUpError: the wait would outlast the deadline; it is not begun.
        """
        if refused and self.attempts > self._connect_retries:
            return False
        try:
            self._retry = self._retry.increment(method="GET")
        except MaxRetryError:
            return False
        wait = self._retry.get_backoff_time() if retry_after is None else retry_after
        if wait > 0:
            self._deadline.sleep(wait)
        self.attempts += 1
        return True


def seconds_to_wait(header: str | None) -> float | None:
    """`Retry-After` in seconds, from seconds or an HTTP date; None when absent or unreadable."""
    if header is None:
        return None
    with contextlib.suppress(InvalidHeader, ValueError, OverflowError):
        return Retry().parse_retry_after(header)
    return None
