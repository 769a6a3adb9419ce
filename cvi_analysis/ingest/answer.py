"""What the API answered: the exact bytes, and what kind of answer they are."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_KEY_PAGE = re.compile(rb"<title>\s*(Missing|Invalid)\s+Key\s*</title>", re.IGNORECASE)
_TRANSIENT_STATUS = frozenset({408, 429, 500, 502, 503, 504})
#: The Bureau's own words for a passing failure; they have come with several statuses.
_TRANSIENT_TEXT = (
    b"There was an error while running your query",
    b"currently undergoing maintenance or is busy",
)


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
