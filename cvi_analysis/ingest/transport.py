"""One request on the wire: the key put in, the body read within bounds, the key taken out again."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter

from cvi_analysis.ingest.key import ApiKey
from cvi_analysis.ingest.limits import Deadline, Limits

_CHUNK = 64 * 1024


class BodyTooLargeError(Exception):
    """The body went past the limit. Internal: the session turns it into a message."""


class WireError(Exception):
    """A request failed below HTTP; the text names the kind of failure and holds no address.

    Attributes:
        refused: no connection came about, so a repeat is less likely to help.
    """

    def __init__(self, text: str, *, refused: bool) -> None:
        super().__init__(text)
        self.refused = refused


class CensusAdapter(HTTPAdapter):
    """Sends one request and reads its whole body, within `limits` and the current deadline.

    Everything above this layer, the `census` package included, sees requests and responses with
    a stand-in for the key. Errors leave as `WireError` outside any `except` block, so no chained
    exception carries the true address.
    """

    def __init__(self, key: ApiKey, limits: Limits) -> None:
        super().__init__(max_retries=0)
        self._key = key
        self._limits = limits
        self.deadline = Deadline(limits.total)
        #: Requests that went out, the failed ones included.
        self.sent = 0

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        """The response with its body in memory.

        Raises:
            WireError: no connection, or it broke.
            BodyTooLargeError: the body is longer than `limits.max_bytes`.
            TimeIsUpError: the deadline passed first.
        """
        deadline = self.deadline
        deadline.check()
        self.sent += 1
        signed = request.copy()
        signed.url = self._key.sign(request.url or "")
        kwargs["stream"] = True
        kwargs["timeout"] = (
            min(self._limits.connect, deadline.remaining()),
            min(self._limits.read, deadline.remaining()),
        )
        send = super().send
        failure: WireError
        try:
            return deadline.run(lambda: self._exchange(send, request, signed, deadline, kwargs))
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            failure = _described(error)
        raise failure

    def _exchange(
        self,
        send: Callable[..., requests.Response],
        request: requests.PreparedRequest,
        signed: requests.PreparedRequest,
        deadline: Deadline,
        options: dict[str, Any],
    ) -> requests.Response:
        with self._key.hidden_from_logs():
            response = send(signed, **options)
            try:
                body = self._read(response.raw, deadline)
            finally:
                response.close()
        headers = dict(response.headers)
        # The body below is decoded and whole, so these two no longer describe it.
        for name in ("content-encoding", "transfer-encoding"):
            for header in [key for key in headers if key.lower() == name]:
                del headers[header]
        return self.build_response(
            request,
            urllib3.HTTPResponse(
                body=io.BytesIO(body),
                headers=headers,
                status=response.status_code,
                reason=response.reason,
                preload_content=False,
            ),
        )

    def _read(self, raw: urllib3.BaseHTTPResponse, deadline: Deadline) -> bytes:
        body = bytearray()
        # read1 returns whatever has arrived; read would wait until a whole chunk has dripped in.
        while piece := raw.read1(_CHUNK, decode_content=True):
            body += piece
            if len(body) > self._limits.max_bytes:
                raise BodyTooLargeError
            deadline.check()
        return bytes(body)


def _described(error: Exception) -> WireError:
    """What went wrong, without an address: exception texts of requests repeat the whole URL."""
    reasons: list[BaseException] = []
    reason: object = error
    while isinstance(reason, BaseException) and reason not in reasons:
        reasons.append(reason)
        inner = getattr(reason, "reason", None)
        if not isinstance(inner, BaseException):
            inner = next((arg for arg in reason.args if isinstance(arg, BaseException)), None)
        reason = inner or reason.__cause__ or reason.__context__
    kinds = {type(each).__name__ for each in reasons}
    refused = True
    if "NameResolutionError" in kinds or "gaierror" in kinds:
        text = "the name of the server could not be resolved (is this machine online?)"
    elif "ConnectionRefusedError" in kinds:
        text = "the server refused the connection"
    elif isinstance(error, requests.exceptions.SSLError):
        text = "the secure connection could not be set up (certificate or TLS trouble)"
    elif isinstance(error, requests.exceptions.ProxyError):
        text = "the proxy refused or failed (see HTTPS_PROXY)"
    elif isinstance(error, requests.exceptions.ConnectTimeout):
        text = "the server did not accept a connection in time"
    elif kinds & {"ReadTimeout", "ReadTimeoutError", "TimeoutError", "timeout"}:
        text, refused = "the server fell silent for too long", False
    elif kinds & {"ConnectionResetError", "RemoteDisconnected", "BrokenPipeError"}:
        text, refused = "the server broke the connection off", False
    elif kinds & {"IncompleteRead", "InvalidChunkLength"}:
        text, refused = "the connection ended halfway through the answer", False
    else:
        text = f"the connection failed ({type(reasons[-1]).__name__})"
    return WireError(text, refused=refused)
