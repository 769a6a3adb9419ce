"""The address of the API, which can be set to another server for tests or a mirror."""

from __future__ import annotations

from urllib.parse import urlsplit

from cvi_analysis.errors import InputError
from cvi_analysis.ingest.session import PACKAGE_URL

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def checked_base_url(text: str | None) -> str:
    """`text` as the address of the API, without a trailing slash; the Bureau's when empty.

    Raises:
        InputError: it is no http or https address.
    """
    if not text or not text.strip():
        return PACKAGE_URL
    url = text.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or parts.query or parts.fragment:
        raise InputError(
            "this is not the address of an API",
            parameter="CENSUS_API_URL",
            allowed="an address such as https://api.census.gov/data",
        )
    return url


def is_unencrypted(url: str) -> bool:
    """Whether a key sent to `url` can be read on the way: plain http beyond this machine."""
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname not in _THIS_MACHINE
