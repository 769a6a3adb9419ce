"""The Census API key: where it is found, and how it is kept out of everything that is written."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, quote_plus

from dotenv import dotenv_values

from cvi_analysis.errors import InputError

VARIABLE = "CENSUS_API_KEY"
#: What the `census` package is given instead of the key; the transport swaps it at the last moment.
STAND_IN = "CENSUS-API-KEY-IS-NOT-SHOWN"
HIDDEN = "[key hidden]"

#: A real key has 40 characters; a shorter text than this would be found inside ordinary words.
_SHORTEST = 6
_KEY_PARAMETER = re.compile(r"(?i)(\bkey(?:=|%3d))[^&\s'\"<>\\)]+")
#: Loggers that see request addresses after the key has been put in.
_LOGGERS = (
    "urllib3.connectionpool",
    "urllib3.connection",
    "urllib3.poolmanager",
    "urllib3.response",
    "urllib3.util.retry",
)


class ApiKey:
    """A key that does not show itself: `str()` and `repr()` give a mask."""

    __slots__ = ("_secret",)

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def __repr__(self) -> str:
        return f"ApiKey({HIDDEN})"

    __str__ = __repr__

    def sign(self, url: str) -> str:
        """`url` with the key in place of the stand-in: only for the wire, never to be shown."""
        return url.replace(f"key={STAND_IN}", f"key={quote(self._secret, safe='')}")

    def unsign(self, url: str) -> str:
        """`url` with the stand-in in place of the key: a redirect can repeat the address."""
        for form in (quote(self._secret, safe=""), self._secret):
            url = url.replace(f"key={form}", f"key={STAND_IN}")
        return url

    def redact(self, text: str) -> str:
        """`text` without the key in any spelling, and without the value of any `key=`."""
        text = redact(text)
        if len(self._secret) >= _SHORTEST:
            for form in {self._secret, quote(self._secret, safe=""), quote_plus(self._secret)}:
                text = text.replace(form, HIDDEN)
        return text

    def occurs_in(self, body: bytes) -> bool:
        """Whether `body` repeats the key; such bytes must not be stored."""
        return len(self._secret) >= _SHORTEST and self._secret.encode() in body

    @contextmanager
    def hidden_from_logs(self) -> Iterator[None]:
        """While this is open, the HTTP library's log records are redacted before any handler."""
        hide = _HideKey(self)
        loggers = [logging.getLogger(name) for name in _LOGGERS]
        for logger in loggers:
            logger.addFilter(hide)
        try:
            yield
        finally:
            for logger in loggers:
                logger.removeFilter(hide)


class _HideKey(logging.Filter):
    """Rewrites a record's message without the key; it lets every record through."""

    def __init__(self, key: ApiKey) -> None:
        super().__init__()
        self._key = key

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = self._key.redact(record.getMessage())
        record.args = None
        # A traceback on the record would print exception texts, and those hold addresses.
        record.exc_info = None
        record.exc_text = None
        return True


def redact(text: str) -> str:
    """`text` with the value of every `key=` query parameter replaced."""
    return _KEY_PARAMETER.sub(rf"\1{HIDDEN}", text)


def find_key(folder: Path, environ: Mapping[str, str] | None = None) -> ApiKey | None:
    """The key from `CENSUS_API_KEY`, else from `folder/.env`, else None.

    Raises:
        InputError: the value cannot be a key (white space or control characters inside).
    """
    environment = os.environ if environ is None else environ
    value = environment.get(VARIABLE, "").strip()
    origin: Path | None = None
    if not value:
        origin = folder / ".env"
        if origin.is_file():
            try:
                value = (dotenv_values(origin, interpolate=False).get(VARIABLE) or "").strip()
            except (OSError, UnicodeDecodeError):
                value = ""
                unreadable = True
            else:
                unreadable = False
            if unreadable:
                raise InputError("this file cannot be read as text", file=origin)
    if not value:
        return None
    if not value.isprintable() or " " in value or not value.isascii():
        # The value itself is not shown: it may be a real key with something pasted after it.
        raise InputError(
            "this is not a Census API key: it holds spaces or unusual characters",
            file=origin,
            parameter=VARIABLE,
            allowed="the 40 letters and digits the Bureau sent by e-mail",
        )
    return ApiKey(value)
