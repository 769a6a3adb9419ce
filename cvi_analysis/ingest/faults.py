"""What can go wrong between this program and the Census Bureau, each as one clear message.

A message has three parts: what happened, what was kept, what to do next.
"""

from __future__ import annotations

from cvi_analysis.errors import CviError

NOTHING_STORED = "Nothing was stored; the figures in data/ are as they were."
KEY_SIGNUP = "https://api.census.gov/data/key_signup.html"
TRY_LATER = "Run the same command again in a few minutes."


class IngestError(CviError):
    """Ingestion stopped. The evidence already in `data/raw/` is untouched.

    Args:
        happened: what happened, as a sentence.
        next_step: what the user can do about it, as a sentence.
        kept: what is in `data/` now, as a sentence.
    """

    exit_status = 1

    def __init__(self, happened: str, *, next_step: str, kept: str = NOTHING_STORED) -> None:
        self.happened = happened
        self.next_step = next_step
        self.kept = kept
        super().__init__(f"{happened} {kept} {next_step}")


class TransientError(IngestError):
    """The same request may well work when it is repeated: the session does so by itself first."""


class UnreachableError(TransientError):
    """The service could not be reached, or the connection broke."""


class DeadlineError(IngestError):
    """The total time allowed for one pull is used up."""


class BadAnswerError(IngestError):
    """The answer arrived but is not what was asked for, so it is not evidence of anything."""


class NotPublishedError(IngestError):
    """The Bureau has no such dataset and year (HTTP 404)."""

    exit_status = 2


class KeyRefusedError(IngestError):
    """The API wants a key, or a better one."""

    exit_status = 2


class NeedsAcceptanceError(IngestError):
    """The answer is sound but surprising: a person has to look before it is stored."""
