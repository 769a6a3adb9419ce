"""A small Census API on loopback that can also misbehave in every way the real one is known to."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

KEY = "0123456789abcdef0123456789abcdef01234567"
JSON = "application/json;charset=utf-8"

Row = list[object]
Fault = Callable[["Handler"], None]

MISSING_PAGE = """
<html>
    <head>
        <title>Missing Key</title>
    </head>
    <body>
        <p>
            A valid <em>key</em> must be included with each data API request.
            If you do not have a key, you may sign up for one <a href="key_signup.html">here</a>.
        </p>
    </body>
</html>"""
INVALID_PAGE = """<html style="font-size: 14px;">

<head>
    <title>Invalid Key</title>
    <link rel="icon" type="image/x-icon" href="favicon.ico">
</head>
<body><p>You included a key with this request, however, it is not valid.</p></body></html>"""


class Handler(BaseHTTPRequestHandler):
    """One request; a fault, when one is set, answers instead."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet an answer: no waiting for delayed acknowledgments
    server: Loopback

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.segments = [part for part in parts.path.split("/") if part]
        self.asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.server.log.append(self.path)
        fault = self.server.next_fault()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            if fault is not None:
                fault(self)
            elif self.segments[-1:] == ["missing_key.html"]:
                self.reply(200, MISSING_PAGE, "text/html")
            elif self.segments[-1:] == ["invalid_key.html"]:
                self.reply(200, INVALID_PAGE, "text/html")
            else:
                self.answer()

    def answer(self) -> None:
        """As the API does: the key first, then the dataset, then the variables."""
        key = self.asked.get("key", "")
        if key != self.server.key:
            word = "invalid" if key else "missing"
            self.reply(
                302,
                "",
                "text/html",
                {"Location": f"/data/{word}_key.html", "X-DataWebAPI-KeyError": "1"},
            )
            return
        body = self.body()
        if isinstance(body, str):
            self.reply(404 if body.startswith("<html>") else 400, body, "text/html")
        elif len(body) == 1:
            self.reply(204, "", JSON)
        else:
            self.reply(200, as_json(body), JSON)

    def body(self) -> list[Row] | str:
        """The table, or the text of an error."""
        year, path = self.segments[1], "/".join(self.segments[2:])
        places = self.server.world.get((path, int(year)))
        if places is None:
            return (
                f"<html><body><h1>HTTP Status 404 - {urlsplit(self.path).path}</h1></body></html>"
            )
        names = self.asked["get"].split(",")
        for name in names:
            if name != "NAME" and not all(name in place for place in places[:1]):
                return f"error: unknown variable '{name}'"
        level, _, wanted = self.asked["for"].partition(":")
        state = self.asked.get("in", "").removeprefix("state:")
        digits = 7 if level == "place" else 5
        table: list[Row] = [[*names, "state", level]]
        for place in places:
            geoid = str(place["geoid"])
            if len(geoid) != digits or (state and geoid[:2] != state):
                continue
            if wanted in ("*", geoid[2:]):
                table.append([*(place[name] for name in names), geoid[:2], geoid[2:]])
        return table

    def reply(
        self,
        status: int,
        body: str | bytes,
        content_type: str = "text/html",
        headers: dict[str, str] | None = None,
    ) -> None:
        content = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Quiet."""


class Loopback(ThreadingHTTPServer):
    """`world` is what the API holds; `play` makes it misbehave; `log` is what was asked."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, key: str = KEY) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.key = key
        self.world: dict[tuple[str, int], list[dict[str, object]]] = {}
        self.log: list[str] = []
        self.closing = threading.Event()
        self._fault: Fault | None = None
        self._times = 0
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/data"

    def play(self, fault: Fault, *, times: int = 10**9) -> None:
        """Answer the next `times` requests with `fault`."""
        self._fault, self._times = fault, times

    def next_fault(self) -> Fault | None:
        with self._lock:
            self._times -= 1
            return self._fault if self._times >= 0 else None

    def handle_error(self, request: object, client_address: object) -> None:
        """Broken connections are part of the play."""


@contextlib.contextmanager
def running(server: Loopback) -> Iterable[Loopback]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def as_json(table: list[Row]) -> str:
    """In the layout of the API: one row a line."""
    return "[" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in table) + "]"


# The faults. Each is played instead of an answer.


def page(status: int, text: str, **headers: str) -> Fault:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.reply(status, text, "text/html", named)


def text(status: int, body: str, **headers: str) -> Fault:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.reply(status, body, "text/plain", named)


def data(body: str | bytes) -> Fault:
    return lambda handler: handler.reply(200, body, JSON)


def changed(change: Callable[[list[Row]], object]) -> Fault:
    """The right answer after `change` has been at it (in place, or by what it returns)."""

    def play(handler: Handler) -> None:
        table = handler.body()
        assert isinstance(table, list), table
        result = change(table)
        handler.reply(200, as_json(result if isinstance(result, list) else table), JSON)

    return play


def truncated(handler: Handler) -> None:
    """A whole response whose JSON was cut before it was sent."""
    table = handler.body()
    assert isinstance(table, list)
    handler.reply(200, as_json(table)[:-40], JSON)


def reset_halfway(handler: Handler) -> None:
    table = handler.body()
    assert isinstance(table, list)
    body = as_json(table).encode()
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2])
    handler.wfile.flush()
    # Linger of zero seconds: the close sends RST instead of FIN.
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.rfile.close()
    handler.wfile.close()
    handler.connection.close()


def closed_halfway(handler: Handler) -> None:
    """FIN before Content-Length is reached."""
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(b'[["NAME","B01003_001E"')
    handler.close_connection = True


def silent(handler: Handler) -> None:
    handler.server.closing.wait(20)
    handler.close_connection = True


def drip(handler: Handler) -> None:
    """One byte at a time, faster than any read timeout, slower than anyone can wait."""
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    while not handler.server.closing.wait(0.05):
        handler.wfile.write(b" ")
        handler.wfile.flush()


def drip_headers(handler: Handler) -> None:
    """The same inside the header, where no body limit looks."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not handler.server.closing.wait(0.05):
        handler.wfile.write(b"a")
        handler.wfile.flush()


def endless(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    piece = b'["x","1","01","00001"],' * 1000
    end = time.monotonic() + 10
    while time.monotonic() < end and not handler.server.closing.is_set():
        handler.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")


def redirect_loop(handler: Handler) -> None:
    handler.reply(302, "", "text/html", {"Location": handler.path})


def redirect_elsewhere(handler: Handler) -> None:
    query = urlsplit(handler.path).query
    handler.reply(302, "", "text/html", {"Location": f"https://portal.example/login?{query}"})


def key_page(word: str) -> Fault:
    """A bare 302 to the page, without the header that marks it."""
    return lambda handler: (
        handler.reply(302, "", "text/html", {"Location": f"/data/{word}_key.html"})
        if not handler.path.endswith(".html")
        else handler.reply(200, MISSING_PAGE if word == "missing" else INVALID_PAGE, "text/html")
    )


def echo_key(handler: Handler) -> None:
    """A 400 that repeats the whole address, key included."""
    handler.reply(400, f"error: bad request {handler.path}", "text/plain")
