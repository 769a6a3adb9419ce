"""What an answer, or the lack of one, means: each failure put into words once."""

from __future__ import annotations

from cvi_analysis.ingest.answer import Answer
from cvi_analysis.ingest.faults import (
    KEY_SIGNUP,
    TRY_LATER,
    BadAnswerError,
    DeadlineError,
    IngestError,
    KeyRefusedError,
    TransientError,
    UnreachableError,
)
from cvi_analysis.ingest.key import ApiKey
from cvi_analysis.ingest.limits import Limits

_CHECK_URL = f"{TRY_LATER} If it stays so, check CENSUS_API_URL."


class Diagnosis:
    """Turns what came back from `host` into a fault with a message, or into None."""

    def __init__(self, host: str, key: ApiKey, limits: Limits) -> None:
        self._host = host
        self._key = key
        self._limits = limits

    def of_answer(self, answer: Answer) -> IngestError | None:
        """What is wrong with the answer; None for a table, an empty 204, a 400 and a 404.

        Those last three are left to the `census` package, which knows them.
        """
        trouble = answer.key_trouble()
        if trouble is not None:
            return self._key_problem(trouble)
        if answer.status != 200 and answer.is_transient():
            return TransientError(
                f"{self._host} is busy or failing (HTTP {answer.status}{self._quoted(answer)}).",
                next_step=TRY_LATER,
            )
        if answer.status in (204, 400, 404):
            return None
        if answer.status != 200:
            return BadAnswerError(
                f"{self._host} answered with HTTP {answer.status}{self._quoted(answer)}.",
                next_step="Check CENSUS_API_URL and the key; then run the same command again.",
            )
        wrong = answer.fault()
        if wrong is not None:
            return TransientError(
                f"{self._host} answered with {wrong}{self._quoted(answer)}.",
                next_step=TRY_LATER,
            )
        if self._key.occurs_in(answer.body):
            return BadAnswerError(
                f"{self._host} repeated the key in its answer, which therefore was not kept.",
                next_step="Check CENSUS_API_URL: the Bureau's API does not do this.",
            )
        return None

    def broken_connection(self, reason: str, attempts: int) -> UnreachableError:
        """No answer at all; `reason` holds no address."""
        tries = f" (after {attempts} attempts)" if attempts > 1 else ""
        return UnreachableError(
            f"No answer from {self._host}: {reason}{tries}.",
            next_step="Reports, comparisons and the calculator work offline with those figures."
            " When the connection is back, run the same command again.",
        )

    def too_large(self) -> BadAnswerError:
        """A body past the limit."""
        return BadAnswerError(
            f"The answer of {self._host} went past {self._limits.max_bytes:,} bytes"
            " and was cut off here.",
            next_step=_CHECK_URL,
        )

    def redirect_elsewhere(self, host: str) -> BadAnswerError:
        """A redirect to another server, which is not followed."""
        return BadAnswerError(
            f"{self._host} redirects to another server ({self._key.redact(host)}),"
            " and the key is not sent there.",
            next_step="Check CENSUS_API_URL and the network you are in (a log-in page?).",
        )

    def redirect_loop(self) -> BadAnswerError:
        """More redirects than are followed."""
        return BadAnswerError(f"{self._host} redirects in circles.", next_step=_CHECK_URL)

    def too_long(
        self, last: IngestError | None = None, retry_after: float | None = None
    ) -> DeadlineError:
        """The deadline passed, or a wait would outlast it; `last` is what went wrong before."""
        before = "" if last is None else f"{last.happened} "
        if retry_after is not None:
            return DeadlineError(
                f"{before}It asks to wait {retry_after:.0f} seconds, longer than the"
                f" {self._limits.total:g} seconds one pull may take.",
                next_step=f"Run the same command again in {retry_after:.0f} seconds or later.",
            )
        return DeadlineError(
            f"{before}{self._host} did not finish its answer within the"
            f" {self._limits.total:g} seconds that one pull may take.",
            next_step=f"{TRY_LATER} A slow line may need a longer --deadline.",
        )

    def _key_problem(self, trouble: str) -> KeyRefusedError:
        if trouble == "missing":
            return KeyRefusedError(
                f"{self._host} says that no key arrived with the request.",
                next_step=f"Check CENSUS_API_KEY or .env; a key is free at {KEY_SIGNUP}.",
            )
        return KeyRefusedError(
            f"{self._host} does not accept the key.",
            next_step="Check CENSUS_API_KEY or .env for a typing mistake, and that the key was"
            f" activated by the link in the Bureau's e-mail. A new key is free at {KEY_SIGNUP}.",
        )

    def _quoted(self, answer: Answer) -> str:
        words = self._key.redact(answer.words())
        return f': "{words}"' if words else ""
