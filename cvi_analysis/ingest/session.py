"""The HTTP session given to the `census` package: patient, bounded, and suspicious."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from cvi_analysis.ingest.answer import Answer, without_key
from cvi_analysis.ingest.diagnosis import Diagnosis
from cvi_analysis.ingest.faults import IngestError, TransientError
from cvi_analysis.ingest.key import ApiKey
from cvi_analysis.ingest.limits import Deadline, Limits, TimeIsUpError
from cvi_analysis.ingest.patience import Patience, seconds_to_wait
from cvi_analysis.ingest.transport import BodyTooLargeError, CensusAdapter, WireError

#: The address inside the `census` package.
PACKAGE_URL = "https://api.census.gov/data"
#: Types the package can turn into text or numbers without losing a cell.
_SAFE_TYPES = frozenset({"fips-for", "fips-in", "int", "long", "string"})
_BELOW_HTTP = (WireError, BodyTooLargeError, TimeIsUpError)


class CensusSession(requests.Session):
    """Carries every request of the `census` package to `base_url` and keeps the answer.

    - A request for data is repeated with growing waits while the failure looks passing.
    - What is not a table of the API raises one of the faults before the package sees it.
    - The package's calls about variables are not essential: when one fails, it and the rest are
      answered "not found" here, and the package then leaves the figures as text.
    - Redirects are followed on the same server only: the key must not travel elsewhere.
    """

    def __init__(
        self,
        key: ApiKey,
        base_url: str = PACKAGE_URL,
        limits: Limits | None = None,
        note: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__()
        self._key = key
        self._base = base_url.rstrip("/")
        self._limits = limits or Limits()
        self._note = note or (lambda text: None)
        self._adapter = CensusAdapter(key, self._limits)
        self._metadata_failed = False
        #: The server that is asked, for messages.
        self.host = urlsplit(self._base).netloc.rpartition("@")[2]
        self._diagnosis = Diagnosis(self.host, key, self._limits)
        #: The last good answer to a request for data (a table, a 204, a 400 or a 404).
        self.answer: Answer | None = None
        self.mount("https://", self._adapter)
        self.mount("http://", self._adapter)
        # The stored evidence is then what was on the wire, byte for byte.
        self.headers["Accept-Encoding"] = "identity"

    @property
    def sent(self) -> int:
        """Requests sent so far, the package's own and the failed ones included."""
        return self._adapter.sent

    def begin(self) -> None:
        """Start the clock of a new pull."""
        self._adapter.deadline = Deadline(self._limits.total)
        self._metadata_failed = False
        self.answer = None

    def request(self, method: str, url: str, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        """Called by the package for every request.

        Raises:
            IngestError: the answer is not one the package should see.
        """
        url = str(url)
        if url.startswith(PACKAGE_URL):
            url = self._base + url.removeprefix(PACKAGE_URL)
        kwargs["allow_redirects"] = False
        if "/variables/" in urlsplit(url).path:
            return self._about_variable(method, url, kwargs)
        return self._data(method, url, kwargs)

    def _data(self, method: str, url: str, options: dict[str, Any]) -> requests.Response:
        patience = Patience(self._limits, self._adapter.deadline)
        while True:
            outcome = self._attempt(method, url, options, patience.attempts)
            if isinstance(outcome, requests.Response):
                return outcome
            fault, retry_after, refused = outcome
            if not isinstance(fault, TransientError):
                break
            try:
                if not patience.again(retry_after=retry_after, refused=refused):
                    break
            except TimeIsUpError:
                fault = self._diagnosis.too_long(fault, retry_after)
                break
        # Raised here, outside every `except`, so that no chained exception tells more.
        raise fault

    def _attempt(
        self, method: str, url: str, options: dict[str, Any], number: int
    ) -> requests.Response | tuple[IngestError, float | None, bool]:
        """The response, or (what went wrong, seconds the server asks to wait, refused)."""
        try:
            response = self._follow(method, url, options)
        except WireError as error:
            return self._diagnosis.broken_connection(str(error), number), None, error.refused
        except BodyTooLargeError:
            return self._diagnosis.too_large(), None, False
        except TimeIsUpError:
            return self._diagnosis.too_long(), None, False
        except IngestError as error:
            return error, None, False
        answer = self._answer_of(response)
        fault = self._diagnosis.of_answer(answer)
        if fault is not None:
            return fault, answer.retry_after, False
        self.answer = answer
        return response

    def _follow(self, method: str, url: str, options: dict[str, Any]) -> requests.Response:
        """The response after redirects on the same server; a key page's redirect is returned."""
        for _ in range(self._limits.redirects + 1):
            response = super().request(method, url, **options)
            if not response.is_redirect or self._answer_of(response).key_trouble():
                return response
            url = self._key.unsign(urljoin(url, response.headers["Location"]))
            options = {**options, "params": None}
            if urlsplit(url)[:2] != urlsplit(self._base)[:2]:
                raise self._diagnosis.redirect_elsewhere(urlsplit(url).netloc)
        raise self._diagnosis.redirect_loop()

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

    def _about_variable(self, method: str, url: str, options: dict[str, Any]) -> requests.Response:
        """The package's question about a column's type, never worth failing for."""
        if self._metadata_failed:
            return _not_found(url)
        outer = self._adapter.deadline
        self._adapter.deadline = Deadline(min(self._limits.metadata, outer.remaining()))
        try:
            response = super().request(method, url, **options)
        except _BELOW_HTTP as error:
            why: str | None = str(error) or "no answer in time"
        else:
            why = _trouble_with_variable(response)
            if why is None:
                return response
        finally:
            self._adapter.deadline = outer
        self._metadata_failed = True
        self._note(
            f"{self.host} did not describe its variables ({why}); the figures themselves"
            " arrived and are read as text, which changes nothing."
        )
        return _not_found(url)


def _trouble_with_variable(response: requests.Response) -> str | None:
    if response.status_code == 404:
        return None  # usual for NAME and margins; the package then keeps the text
    if response.status_code != 200:
        return f"HTTP {response.status_code}"
    try:
        content = json.loads(response.content)
    except ValueError:
        return "not JSON"
    kind = content.get("predicateType", "string") if isinstance(content, dict) else None
    return None if kind in _SAFE_TYPES else "a type the package does not know"


def _not_found(url: str) -> requests.Response:
    response = requests.Response()
    response.status_code = 404
    response.url = url
    return response
