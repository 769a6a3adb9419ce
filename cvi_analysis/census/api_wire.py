"""One request on the wire: the key put in on the socket, the answer bounded in time and size.

What is ours here beside requests and urllib3, and why:

- the key goes in on the socket itself, so that no address, log or exception above it has one;
- everything together has a limit, since socket timeouts bound only the silence between two bytes;
- the size of a body has one, since an answer may be a bomb.
"""

from __future__ import annotations

import contextlib
import io
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

from cvi_analysis.census.api_answer import TRY_LATER, BadAnswerError
from cvi_analysis.census.api_key import ApiKey

#: What a request below HTTP fails with.
BELOW_HTTP = (requests.RequestException, urllib3.exceptions.HTTPError, OSError)
CHECK_URL = f"{TRY_LATER} If it stays so, check CENSUS_API_URL."
_CHUNK = 64 * 1024


@dataclass(frozen=True)
class Limits:
    """Bounds on one pull (one dataset, year and geography).

    Attributes:
        connect: seconds to open a connection.
        read: seconds of silence before a read gives up.
        total: seconds for everything together, waits between attempts included.
        retries: repeats of a request after the first attempt.
        connect_retries: repeats when no connection could be opened at all.
        backoff: seconds that the growing waits start from.
        backoff_max: longest wait in seconds that this program chooses by itself.
        jitter: up to this many random seconds are added to each wait.
        redirects: redirects followed on the same server.
        max_bytes: largest body accepted. All places of the country take about 2,500,000.
    """

    connect: float = 5.0
    read: float = 20.0
    total: float = 60.0
    retries: int = 4
    connect_retries: int = 2
    backoff: float = 0.5
    backoff_max: float = 10.0
    jitter: float = 0.5
    redirects: int = 3
    max_bytes: int = 32 * 1024 * 1024


class Wire(HTTPAdapter):
    """Sends one request and reads its whole body, within `limits` and the time that is left."""

    def __init__(self, key: ApiKey, limits: Limits) -> None:
        self._limits = limits
        self._pools = _signing_pools(key, self)
        self._end = time.monotonic() + limits.total
        #: The connection that is in use.
        self.connection: HTTPConnection | None = None
        #: Requests that went out, the failed ones included.
        self.sent = 0
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """As requests does, with connections that sign."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """As requests does, with connections that sign."""
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager

    def remaining(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._end - time.monotonic())

    @contextlib.contextmanager
    def in_time(self) -> Iterator[None]:
        """All that is sent inside ends after `limits.total` seconds, whatever the server does.

        A handshake ends by its own timeout. Headers that drip in one byte a second do not: the
        connection is cut when the time is up.
        """
        self._end = time.monotonic() + self._limits.total
        timer = threading.Timer(self._limits.total, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        used = None if self.connection is None else self.connection.sock
        if used is not None:
            with contextlib.suppress(OSError):
                used.shutdown(socket.SHUT_RDWR)

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        """The response with its body in memory.

        Raises:
            requests.RequestException, urllib3.exceptions.HTTPError, OSError: it failed below HTTP,
                or the time is up.
            BadAnswerError: the body is longer than `limits.max_bytes`.
        """
        left = self.remaining()
        if left <= 0:
            raise TimeoutError
        self.sent += 1
        timeout = (min(self._limits.connect, left), min(self._limits.read, left))
        response = super().send(request, **{**kwargs, "stream": True, "timeout": timeout})
        with contextlib.closing(response.raw) as raw:
            response.raw = io.BytesIO(self._body(raw, urlsplit(request.url or "").hostname))
        return response

    def _body(self, raw: urllib3.BaseHTTPResponse, host: str | None) -> bytes:
        body = bytearray()
        # read1 returns whatever has arrived; read would wait until a whole chunk has dripped in.
        while piece := raw.read1(_CHUNK, decode_content=True):
            body += piece
            if len(body) > self._limits.max_bytes:
                raise BadAnswerError(
                    f"The answer of {host} went past {self._limits.max_bytes:,} bytes"
                    " and was cut off here.",
                    next_step=CHECK_URL,
                )
        if self.remaining() <= 0:  # then the end may be where the connection was cut
            raise TimeoutError
        return bytes(body)


def _signing_pools(key: ApiKey, wire: Wire) -> dict[str, type[urllib3.HTTPConnectionPool]]:
    """Connection pools whose connections put the key in place of the stand-in, and nowhere else."""

    class Signing(HTTPConnection):
        def putrequest(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:
            wire.connection = self
            super().putrequest(method, key.sign(url), *args, **kwargs)

    class SigningEncrypted(Signing, HTTPSConnection):
        pass

    class Pool(urllib3.HTTPConnectionPool):
        ConnectionCls = Signing

    class EncryptedPool(urllib3.HTTPSConnectionPool):
        ConnectionCls = SigningEncrypted

    return {"http": Pool, "https": EncryptedPool}


def described(error: Exception) -> tuple[str, bool]:
    """What went wrong below HTTP, and whether no connection came about at all."""
    reasons: list[BaseException] = []
    reason: object = error
    while isinstance(reason, BaseException) and reason not in reasons:
        reasons.append(reason)
        inner = getattr(reason, "reason", None)
        if not isinstance(inner, BaseException):
            inner = next((arg for arg in reason.args if isinstance(arg, BaseException)), None)
        reason = inner or reason.__cause__ or reason.__context__
    kinds = {type(each).__name__ for each in reasons}
    if kinds & {"NameResolutionError", "gaierror"}:
        return "the name of the server could not be resolved (is this machine online?)", True
    if "ConnectionRefusedError" in kinds:
        return "the server refused the connection", True
    if isinstance(error, requests.exceptions.SSLError):
        return "the secure connection could not be set up (certificate or TLS trouble)", True
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy refused or failed (see HTTPS_PROXY)", True
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return "the server did not accept a connection in time", True
    if kinds & {"ReadTimeout", "ReadTimeoutError", "TimeoutError", "timeout"}:
        return "the server fell silent for too long", False
    if kinds & {"ConnectionResetError", "RemoteDisconnected", "BrokenPipeError"}:
        return "the server broke the connection off", False
    if kinds & {"IncompleteRead", "InvalidChunkLength"}:
        return "the connection ended halfway through the answer", False
    return f"the connection failed ({type(reasons[-1]).__name__})", True
