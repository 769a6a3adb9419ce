"""The HTTP session given to the `census` package: patient, bounded, and suspicious.

requests follows redirects and tenacity repeats. What is ours here, and why: redirects stay on the
same server and scheme, since the key travels with them; the answer is kept as it was received,
since it is evidence; and the package's questions about columns are answered here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import tenacity
import urllib3

from cvi_analysis.census.api_answer import (
    TRY_LATER,
    Answer,
    BadAnswerError,
    IngestError,
    TransientError,
    failure,
    without_key,
)
from cvi_analysis.census.api_key import ApiKey
from cvi_analysis.census.api_wire import BELOW_HTTP, CHECK_URL, Limits, Wire, described
from cvi_analysis.errors import InputError

#: The address inside the `census` package.
PACKAGE_URL = "https://api.census.gov/data"
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")

Send = Callable[[], requests.Response]


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


def seconds_to_wait(header: str | None) -> float | None:
    """`Retry-After` in seconds, from seconds or an HTTP date; None when absent or unreadable."""
    if header is None:
        return None
    with contextlib.suppress(urllib3.exceptions.InvalidHeader, ValueError, OverflowError):
        return urllib3.Retry().parse_retry_after(header)
    return None


class CensusSession(requests.Session):
    """Carries every request of the `census` package to `base_url` and keeps the answer.

    - A request for data is repeated with growing waits while the failure looks passing.
    - What is not a table of the API raises an `IngestError` before the package sees it.
    - The package asks for the type of each column. It is told "not found" without a request, and
      then leaves the figures as text, which is read here anyway.

    Args:
        key: the API key; everything above the socket sees a stand-in for it.
        base_url: address of the API.
        limits: bounds on time and size of each pull.
    """

    def __init__(
        self,
        key: ApiKey,
        base_url: str = PACKAGE_URL,
        limits: Limits | None = None,
    ) -> None:
        super().__init__()
        self._key = key
        self._base = base_url.rstrip("/")
        self._limits = limits or Limits()
        self._wire = Wire(key, self._limits)
        self._attempts = 0
        self._what = ""
        #: The server that is asked, for messages.
        self.host = urlsplit(self._base).netloc.rpartition("@")[2]
        #: The last good answer to a request for data: a table, or a 204.
        self.answer: Answer | None = None
        self.max_redirects = self._limits.redirects
        self.mount("https://", self._wire)
        self.mount("http://", self._wire)
        # The stored evidence is then what was on the wire, byte for byte.
        self.headers["Accept-Encoding"] = "identity"

    @property
    def sent(self) -> int:
        """Requests sent so far, the failed ones included."""
        return self._wire.sent

    @contextlib.contextmanager
    def pulling(self, what: str) -> Iterator[None]:
        """One pull, of `what` in words: the clock of the total time starts."""
        self._what, self.answer = what, None
        with self._wire.in_time():
            yield

    def request(self, method: str, url: str, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        """Called by the package for every request.

        Raises:
            IngestError: the answer is not one the package should see.
        """
        url = str(url)
        if url.startswith(PACKAGE_URL):
            url = self._base + url.removeprefix(PACKAGE_URL)
        if "/variables/" in urlsplit(url).path:
            return _not_found(url)
        send = partial(super().request, method, url, **kwargs)
        limits = self._limits
        growing = tenacity.wait_exponential_jitter(
            multiplier=limits.backoff, max=limits.backoff_max, jitter=limits.jitter
        )
        self._attempts = 0
        patiently = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(TransientError),
            wait=_as_asked(tenacity.wait_chain(tenacity.wait_none(), growing)),
            stop=self._give_up,
            reraise=True,
        )
        return patiently(self._data, send)

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Where a redirect leads, without the key; None for one to the page about the key.

        Raises:
            BadAnswerError: it leads to another server, or from https to http.
        """
        target = super().get_redirect_target(resp)
        if target is None or self._answer_of(resp).key_trouble():
            return None
        url = urljoin(resp.url, self._key.unsign(target))
        if _origin(url) != _origin(self._base):
            there = urlsplit(url).netloc.rpartition("@")[2]
            raise BadAnswerError(
                f"{self.host} redirects to another server ({self._key.redact(there)}),"
                " and the key is not sent there.",
                next_step="Check CENSUS_API_URL and the network you are in (a log-in page?).",
            )
        return url

    def _data(self, send: Send) -> requests.Response:
        """One attempt at a table."""
        self._attempts += 1
        try:
            response = send()
        except requests.TooManyRedirects:
            raise BadAnswerError(
                f"{self.host} redirects in circles.", next_step=CHECK_URL
            ) from None
        except BELOW_HTTP as error:
            raise self._broken(error) from None
        answer = self._answer_of(response)
        wrong = failure(answer, self.host, self._key, self._what)
        if wrong is not None:
            raise wrong
        self.answer = answer
        return response

    def _give_up(self, state: tenacity.RetryCallState) -> bool:
        """Whether to ask no more.

        Raises:
            IngestError: the wait would outlast the time that is left; it is not begun.
        """
        fault = state.outcome.exception() if state.outcome else None
        assert isinstance(fault, TransientError)
        limits = self._limits
        if state.attempt_number > (limits.connect_retries if fault.refused else limits.retries):
            return True
        if state.upcoming_sleep >= self._wire.remaining():
            raise self._too_long(fault)
        return False

    def _too_long(self, last: TransientError | None = None) -> IngestError:
        before = "" if last is None else f"{last.happened} "
        asked = None if last is None else last.retry_after
        if asked is not None:
            return IngestError(
                f"{before}It asks to wait {asked:.0f} seconds, longer than the"
                f" {self._limits.total:g} seconds one pull may take.",
                next_step=f"Run the same command again in {asked:.0f} seconds or later.",
            )
        return IngestError(
            f"{before}{self.host} did not finish its answer within the"
            f" {self._limits.total:g} seconds that one pull may take.",
            next_step=f"{TRY_LATER} A slow line may need a longer --deadline.",
        )

    def _broken(self, error: Exception) -> IngestError:
        if self._wire.remaining() <= 0:
            return self._too_long()
        reason, refused = described(error)
        tries = f" (after {self._attempts} attempts)" if self._attempts > 1 else ""
        fault = TransientError(
            f"No answer from {self.host}: {reason}{tries}.",
            next_step="Reports, comparisons and the calculator work offline with those figures."
            " When the connection is back, run the same command again.",
        )
        fault.refused = refused
        return fault

    def _answer_of(self, response: requests.Response) -> Answer:
        headers = response.headers
        return Answer(
            address=self._key.redact(without_key(response.request.url or "")),
            status=response.status_code,
            content_type=headers.get("Content-Type", "").lower(),
            body=response.content,
            received=datetime.now(UTC).replace(microsecond=0),
            retry_after=seconds_to_wait(headers.get("Retry-After")),
            location=self._key.redact(headers.get("Location", "")),
            key_error=headers.get("X-DataWebAPI-KeyError", "0") not in ("", "0"),
        )


def _as_asked(usual: tenacity.wait.wait_base) -> Callable[[tenacity.RetryCallState], float]:
    """The wait that a server asks for, else the usual one."""

    def wait(state: tenacity.RetryCallState) -> float:
        fault = state.outcome.exception() if state.outcome else None
        asked = fault.retry_after if isinstance(fault, TransientError) else None
        return usual(state) if asked is None else asked

    return wait


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _not_found(url: str) -> requests.Response:
    response = requests.Response()
    response.status_code = 404
    response.url = url
    return response
