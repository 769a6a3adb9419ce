"""A preview's pages on this machine's own address, for who knows the token in it.

A page on the web can have a browser ask any address of this machine. It learns nothing here: it
does not know the token; a name of its own that leads here (DNS rebinding) is refused by the `Host`
header, a request from its script by `Origin`; and nothing allows another origin to read an answer.
"""

from __future__ import annotations

import errno
import hmac
import html
import json
import re
import secrets
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from cvi_analysis.batch.report_formats import MEDIA_TYPES
from cvi_analysis.errors import InputError

ADDRESS = "127.0.0.1"
PORT = 8471
"""The port that is tried first."""

_TRIES = 20
_HEARTBEAT = 5.0
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*\.(html|pdf|docx|xlsx|json|ipynb|csv)")
_KINDS = {
    **MEDIA_TYPES,
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "ipynb": "application/json",
}
_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",  # The address is a secret.
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}
_EVENTS = {"Content-Type": "text/event-stream", "Connection": "close"}
_SHELL = Path(__file__).parent / "templates" / "preview.html"


class Board:
    """What browsers are told: the last good files, and what is wrong with the newest state."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._files: dict[str, bytes] = {}
        self._state: dict[str, Any] = {"number": 0, "page": 0, "pdf": 0, "error": "", "detail": ""}

    def put(self, files: Mapping[str, bytes] | None = None, **state: Any) -> None:
        """Replace files and parts of the state, and have every browser told."""
        with self._changed:
            self._files.update(files or {})
            self._state.update(state, number=self._state["number"] + 1)
            self._changed.notify_all()

    def file(self, name: str) -> bytes | None:
        """The last good content of a file, if this preview made it."""
        with self._changed:
            return self._files.get(name)

    def state(self, after: int = -1, seconds: float = 0.0) -> dict[str, Any] | None:
        """The state, once its number is higher than `after`; None if that takes too long."""
        with self._changed:
            self._changed.wait_for(lambda: self._state["number"] > after, seconds)
            return dict(self._state) if self._state["number"] > after else None


class PreviewServer(ThreadingHTTPServer):
    """The server; `address` is where a browser finds the preview.

    Args:
        board: what to show.
        port: where to listen; None for the first free one from `PORT` on.
        folder: tells the folder with the files that a build has made.
        pdf: whether the PDF is shown beside the page.

    Raises:
        InputError: the port is in use, or not allowed.
    """

    daemon_threads = True
    request_queue_size = 128  # With the usual 5, a browser's burst of requests waits for seconds.
    block_on_close = False
    allow_reuse_address = True

    def __init__(
        self, board: Board, port: int | None, folder: Callable[[], Path | None], *, pdf: bool
    ) -> None:
        self.board, self.folder, self.pdf = board, folder, pdf
        self.token = secrets.token_urlsafe(24)
        ports = range(PORT, PORT + _TRIES) if port is None else (port,)
        for number in ports:
            try:
                super().__init__((ADDRESS, number), _Handler)
                break
            except OSError as error:
                if error.errno == errno.EADDRINUSE and number != ports[-1]:
                    continue
                raise InputError(
                    f"this port cannot be used ({error.strerror})",
                    parameter="--port",
                    found=number,
                    allowed="a free port from 1024 to 65535; without --port one is looked for",
                ) from error
        self.address = f"http://{ADDRESS}:{self.server_port}/{self.token}/"

    def server_bind(self) -> None:
        """Bind without the look-up of a name that the standard library makes."""
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows lets two servers have one port.
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = ADDRESS, self.socket.getsockname()[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a browser that has gone is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: PreviewServer
    protocol_version = "HTTP/1.1"
    timeout = 60

    def version_string(self) -> str:
        return "cvi"

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the terminal is for what happens to the report."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        if self.headers.get_all("Host") not in self._hosts():
            return self._say(421, "This server answers to its own address only.")
        origin = self.headers.get("Origin")
        if origin is not None and origin not in self._origins():
            return self._say(403, "This server answers no other origin.")
        if not self.path.startswith("/"):  # A proxy is asked for an address with a host in it.
            return self._say(400, "This server is no proxy.")
        token, _, rest = self.path.partition("?")[0].removeprefix("/").partition("/")
        if not hmac.compare_digest(token.encode(), self.server.token.encode()):
            return self._say(403, "The address lacks the preview's token. Copy it as a whole.")
        if rest == "":
            return self._shell()
        if rest == "events":
            return self._events()
        folder, _, name = unquote(rest).partition("/")
        if folder == "page" and _NAME.fullmatch(name):
            return self._file(name)
        return self._say(404, "There is nothing at this address.")

    def _hosts(self) -> tuple[list[str], ...]:
        return tuple([f"{name}:{self.server.server_port}"] for name in (ADDRESS, "localhost"))

    def _origins(self) -> tuple[str, ...]:
        return tuple(f"http://{host}" for (host,) in self._hosts())

    def _shell(self) -> None:
        nonce = secrets.token_urlsafe(16)
        page = _SHELL.read_text(encoding="utf-8")
        page = page.replace("{nonce}", nonce).replace("{pdf}", json.dumps(self.server.pdf))
        policy = (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; "
            "frame-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'none'"
        )
        self._send(200, _KINDS["html"], page.encode(), {"Content-Security-Policy": policy})

    def _file(self, name: str) -> None:
        content = self.server.board.file(name)
        if content is None:
            content = _built(self.server.folder(), name)
        if content is None:
            words = f"The preview does not make {name}. `cvi report`, or `cvi reports`, makes it."
            return self._say(404, words)
        self._send(200, _KINDS[name.rpartition(".")[2]], content)

    def _events(self) -> None:
        """Every state, as server-sent events, until the browser goes."""
        self.close_connection = True
        self.send_response(200)
        for name, value in {**_HEADERS, **_EVENTS}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        number = -1
        with suppress(OSError):
            self.wfile.write(b"retry: 500\n\n")
            while True:
                state = self.server.board.state(number, _HEARTBEAT)
                if state is None:
                    self.wfile.write(b": still here\n\n")  # Fails where the browser has gone.
                    continue
                number = state["number"]
                self.wfile.write(f"data: {json.dumps(state)}\n\n".encode())

    def _say(self, status: int, words: str) -> None:
        title = f"{status} {HTTPStatus(status).phrase}"
        page = (
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
            f"<p>{html.escape(words)}</p></html>"
        )
        self._send(status, _KINDS["html"], page.encode())

    def _send(
        self, status: int, kind: str, content: bytes, more: Mapping[str, str] | None = None
    ) -> None:
        self.send_response(status)
        length = str(len(content))
        told = {**_HEADERS, "Content-Type": kind, "Content-Length": length, **(more or {})}
        for name, value in told.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


def _built(folder: Path | None, name: str) -> bytes | None:
    """A file of the scenario's folder as a build left it; a link or a pipe is none."""
    if folder is None or (folder / name).is_symlink() or not (folder / name).is_file():
        return None
    try:
        return (folder / name).read_bytes()
    except OSError:
        return None
