"""What the API answered, exactly, what kind of answer that is, and each failure in words.

A message has three parts: what happened, what was kept, what to do next.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from cvi_analysis.census.api_key import ApiKey
from cvi_analysis.errors import CviError

NOTHING_STORED = "Nothing was stored; the figures in data/ are as they were."
KEY_SIGNUP = "https://api.census.gov/data/key_signup.html"
TRY_LATER = "Run the same command again in a few minutes."

_KEY_PAGE = re.compile(rb"<title>\s*(Missing|Invalid)\s+Key\s*</title>", re.IGNORECASE)
_TRANSIENT_STATUS = frozenset({408, 429, 500, 502, 503, 504})
#: The Bureau's own words for a passing failure; they have come with several statuses.
_TRANSIENT_TEXT = (
    b"There was an error while running your query",
    b"currently undergoing maintenance or is busy",
)


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
    """The same request may well work when it is repeated: the session does so by itself first.

    Attributes:
        retry_after: seconds the server asks to wait first, or None.
        refused: no connection came about, so a repeat is less likely to help.
    """

    retry_after: float | None = None
    refused: bool = False


class BadAnswerError(IngestError):
    """The answer arrived but is not what was asked for, so it is not evidence of anything."""


class NotPublishedError(IngestError):
    """The Bureau has no such dataset and year (HTTP 404)."""

    exit_status = 2


class KeyRefusedError(IngestError):
    """The API wants a key, or a better one."""

    exit_status = 2


def without_key(url: str) -> str:
    """`url` without its `key` parameter and without user name and password."""
    parts = urlsplit(url)
    pairs = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "key"]
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, urlencode(pairs, safe=",:*"), ""))


@dataclass(frozen=True)
class Answer:
    """One answer of the API.

    Attributes:
        address: base URL, path and query as asked, without the key.
        status: HTTP status.
        content_type: as the server named it, lower case, or "".
        body: the bytes received, after transfer decoding only.
        received: when the answer was complete, UTC.
        retry_after: seconds the server asks to wait, or None.
        location: where a redirect points to, without the key, or "".
        key_error: whether the server marked the answer as a key problem.
    """

    address: str
    status: int
    content_type: str
    body: bytes
    received: datetime
    retry_after: float | None = None
    location: str = ""
    key_error: bool = False

    @property
    def query(self) -> str:
        """The query as `get=NAME,B01003_001E&for=place:*`, readable and without the key."""
        pairs = parse_qsl(urlsplit(self.address).query, keep_blank_values=True)
        return "&".join(f"{name}={value}" for name, value in pairs if name != "key")

    @property
    def endpoint(self) -> str:
        """The address without its query: `https://api.census.gov/data/2023/acs/acs5`."""
        return self.address.partition("?")[0]

    def key_trouble(self) -> str | None:
        """`missing` or `invalid` when this is about the key, whichever way it says so."""
        page = _KEY_PAGE.search(self.body[:4096])
        if page:
            return page.group(1).decode().lower()
        target = self.location.lower()
        for word in ("missing", "invalid"):
            if f"{word}_key" in target:
                return word
        return "invalid" if self.key_error else None

    def is_transient(self) -> bool:
        """Whether the server says, one way or another, that it may work later."""
        if self.status in _TRANSIENT_STATUS:
            return True
        return any(text in self.body[:4096] for text in _TRANSIENT_TEXT)

    def fault(self) -> str | None:
        """Why a body of status 200 is not a table of the API, in words; None when it is one."""
        start = self.body[:512].lstrip().lower()
        if not start:
            return "an empty body"
        if start.startswith(b"<") or "html" in self.content_type:
            return "a web page instead of data"
        try:
            content = json.loads(self.body)
        except UnicodeDecodeError:
            return "text that is not UTF-8"
        except ValueError:
            return "JSON that breaks off or is malformed"
        except RecursionError:
            return "JSON nested without end"
        if not isinstance(content, list) or not content:
            return "JSON that is not a table with a header row"
        if not all(isinstance(row, list) for row in content):
            return "a table in which some rows are not rows"
        return None

    def words(self, limit: int = 200) -> str:
        """The start of the body as one line of plain text, for a message."""
        text = self.body[:4096].decode("utf-8", errors="replace")
        text = re.sub(r"(?s)<(script|style).*?</\1>|<[^>]*>", " ", text)
        text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
        return text if len(text) <= limit else text[: limit - 1] + "…"


def failure(answer: Answer, host: str, key: ApiKey, what: str) -> IngestError | None:
    """What is wrong with an answer; None for a table and for an empty 204.

    Args:
        answer: of any status.
        host: the server that was asked.
        key: kept out of every message.
        what: the table that was asked for, in words.
    """
    # What repeats the key in whatever spelling is not quoted at all.
    words = "" if key.occurs_in(answer.body) else key.redact(answer.words())
    said = f': "{words}"' if words else ""
    trouble = answer.key_trouble()
    if trouble is not None:
        return _key_failure(host, trouble)
    if answer.status != 200 and answer.is_transient():
        passing = TransientError(
            f"{host} is busy or failing (HTTP {answer.status}{said}).", next_step=TRY_LATER
        )
        passing.retry_after = answer.retry_after
        return passing
    if answer.status == 204:
        return None
    if answer.status == 404:
        return NotPublishedError(
            f"{host} has no {what} (HTTP 404).",
            next_step="Leave --year out to find the newest year there is.",
        )
    if answer.status == 400:
        quoted = f' It said: "{words}"' if words else ""
        return BadAnswerError(
            f"{host} refused the request for {what} (HTTP 400).{quoted}",
            next_step="The Bureau may have renamed a variable; see docs/ingestion.md.",
        )
    if answer.status != 200:
        return BadAnswerError(
            f"{host} answered with HTTP {answer.status}{said}.",
            next_step="Check CENSUS_API_URL and the key; then run the same command again.",
        )
    wrong = answer.fault()
    if wrong is not None:
        return TransientError(f"{host} answered with {wrong}{said}.", next_step=TRY_LATER)
    if key.occurs_in(answer.body):
        return BadAnswerError(
            f"{host} repeated the key in its answer, which therefore was not kept.",
            next_step="Check CENSUS_API_URL: the Bureau's API does not do this.",
        )
    return None


def _key_failure(host: str, trouble: str) -> KeyRefusedError:
    if trouble == "missing":
        return KeyRefusedError(
            f"{host} says that no key arrived with the request.",
            next_step=f"Check CENSUS_API_KEY or .env; a key is free at {KEY_SIGNUP}.",
        )
    return KeyRefusedError(
        f"{host} does not accept the key.",
        next_step="Check CENSUS_API_KEY or .env for a typing mistake, and that the key was"
        f" activated by the link in the Bureau's e-mail. A new key is free at {KEY_SIGNUP}.",
    )
