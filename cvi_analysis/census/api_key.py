"""The Census API key: where it is found, and how it is kept out of everything that is written."""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, quote_plus, unquote_to_bytes

from dotenv import dotenv_values

from cvi_analysis.errors import InputError

VARIABLE = "CENSUS_API_KEY"
#: What everything above the socket is given instead of the key: the `census` package, requests,
#: urllib3, their logs and their exceptions.
STAND_IN = "CENSUS-API-KEY-IS-NOT-SHOWN"
HIDDEN = "[key hidden]"

#: A real key has 40 characters; a shorter text than this would be found inside ordinary words.
_SHORTEST = 6
_KEY_PARAMETER = re.compile(r"(?i)(\bkey(?:=|%3d))[^&\s'\"<>\\)]+")
_ESCAPE = re.compile(rb"\\u00([0-7][0-9a-fA-F])")


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
            if len(form) >= _SHORTEST:
                url = url.replace(form, STAND_IN)
        return url

    def redact(self, text: str) -> str:
        """`text` without the key in any spelling, and without the value of any `key=`."""
        text = redact(text)
        if len(self._secret) >= _SHORTEST:
            for form in {self._secret, quote(self._secret, safe=""), quote_plus(self._secret)}:
                text = text.replace(form, HIDDEN)
        return text

    def occurs_in(self, body: bytes) -> bool:
        """Whether `body` repeats the key, plain, escaped or in base64; it must not be stored."""
        if len(self._secret) < _SHORTEST:
            return False
        plain = _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), unquote_to_bytes(body))
        secret = self._secret.encode()
        return secret in body or secret in plain or any(each in body for each in _base64(secret))


def _base64(secret: bytes) -> Iterator[bytes]:
    """What of `secret` shows in base64, wherever it begins in what was encoded."""
    for before in range(3):
        first, last = -(-before * 8 // 6), (before + len(secret)) * 8 // 6
        for others in (b"+/", b"-_"):
            yield b64encode(bytes(before) + secret, others)[first:last]


def redact(text: str) -> str:
    """`text` with the value of every `key=` query parameter replaced."""
    return _KEY_PARAMETER.sub(rf"\1{HIDDEN}", text)


def find_key(folder: Path, environ: Mapping[str, str] | None = None) -> ApiKey | None:
    """The key from `CENSUS_API_KEY`, else from `folder/.env`, else None.

    Raises:
        InputError: the value cannot be a key (white space or control characters inside), or
            `.env` is not text.
    """
    environment = os.environ if environ is None else environ
    value = environment.get(VARIABLE, "").strip()
    origin: Path | None = None
    if not value and (folder / ".env").is_file():
        origin = folder / ".env"
        try:
            values = dotenv_values(origin, interpolate=False)
        except (OSError, UnicodeDecodeError):
            values = None
        if values is None:  # raised out here, since a decoding error holds what is in the file
            raise InputError("this file cannot be read as text", file=origin)
        value = (values.get(VARIABLE) or "").strip()
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


def held_keys(folder: Path, environ: Mapping[str, str] | None = None) -> tuple[ApiKey, ...]:
    """All that `CENSUS_API_KEY` and `folder/.env` hold, right or not, to know it when it is shown.

    What cannot be read holds nothing: a report needs no key, so no key is a reason to stop one.
    """
    environment = os.environ if environ is None else environ
    found = {environment.get(VARIABLE, "").strip()}
    with suppress(OSError, UnicodeDecodeError):
        if (folder / ".env").is_file():
            values = dotenv_values(folder / ".env", interpolate=False)
            found.add((values.get(VARIABLE) or "").strip())
    return tuple(ApiKey(value) for value in sorted(found - {""}))
