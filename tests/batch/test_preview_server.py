"""The preview's server by itself: what a browser never sends, and clients that never end."""

from __future__ import annotations

import os
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from cvi_analysis.batch.preview_server import ADDRESS, Board, PreviewServer
from tests.processes import wait_until


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Files that a build has made, one of them a link out of the folder, one a pipe."""
    made = tmp_path_factory.mktemp("built") / "baseline"
    made.mkdir()
    (made / "annex.html").write_text("the annex", encoding="utf-8")
    (made.parent / "secret.html").write_text("secret", encoding="utf-8")
    if os.name != "nt":
        (made / "link.html").symlink_to(made.parent / "secret.html")
        os.mkfifo(made / "pipe.html")
    return made


@pytest.fixture(scope="module")
def server(folder) -> Iterator[PreviewServer]:
    board = Board()
    board.put({"norfolk-va.html": b"the page"}, page=1)
    with PreviewServer(board, None, lambda: folder, pdf=False) as running:
        threading.Thread(target=running.serve_forever, args=(0.05,), daemon=True).start()
        yield running
        running.shutdown()


def connected(server: PreviewServer) -> socket.socket:
    return socket.create_connection((ADDRESS, server.server_port), timeout=20)


def answer(server: PreviewServer, request: str) -> bytes:
    """All that the server says to these bytes, `{token}` and `{host}` put in."""
    host = f"{ADDRESS}:{server.server_port}"
    with connected(server) as client:
        client.sendall(request.format(token=server.token, host=host).encode("latin-1"))
        client.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: client.recv(65536), b""))


def get(server: PreviewServer, path: str, more: str = "") -> bytes:
    return answer(server, f"GET {path} HTTP/1.1\r\nHost: {{host}}\r\n{more}\r\n")


PAGE = "/{token}/page/norfolk-va.html"


def test_what_a_browser_asks_for_is_there(server):
    assert get(server, PAGE).endswith(b"\r\n\r\nthe page")
    assert get(server, "/{token}/page/annex.html").endswith(b"\r\n\r\nthe annex")
    assert b"page" in get(server, "/{token}/?from=a#b")
    told = answer(server, "HEAD /{token}/events HTTP/1.1\r\nHost: {host}\r\n\r\n")
    assert told.endswith(b"\r\n\r\n"), "a stream where only its head was asked for"


MANY = "X: a\r\n" * 1000
REFUSED = {
    "HTTP/1.0 without a host": (f"GET {PAGE} HTTP/1.0\r\n\r\n", 421),
    "HTTP/1.1 without a host": (f"GET {PAGE} HTTP/1.1\r\n\r\n", 421),
    "no version at all": (f"GET {PAGE}\r\n\r\n", 421),
    "two hosts": (f"GET {PAGE} HTTP/1.1\r\nHost: {{host}}\r\nHost: {{host}}\r\n\r\n", 421),
    "a proxy's address": (f"GET http://{{host}}{PAGE} HTTP/1.1\r\nHost: {{host}}\r\n\r\n", 400),
    "a proxy's address elsewhere": (
        f"GET http://evil.example{PAGE} HTTP/1.1\r\nHost: {{host}}\r\n\r\n",
        400,
    ),
    "no address": ("GET http://[ HTTP/1.1\r\nHost: {host}\r\n\r\n", 400),
    "an asterisk": ("GET * HTTP/1.1\r\nHost: {host}\r\n\r\n", 400),
    "another method": (f"POST {PAGE} HTTP/1.1\r\nHost: {{host}}\r\n\r\n", 501),
    "a tunnel": ("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n", 501),
    "an origin that is none": (
        f"GET {PAGE} HTTP/1.1\r\nHost: {{host}}\r\nOrigin: \r\n\r\n",
        403,
    ),
    "an origin with a path": (
        f"GET {PAGE} HTTP/1.1\r\nHost: {{host}}\r\nOrigin: http://{{host}}/\r\n\r\n",
        403,
    ),
    "the token in capitals": (f"GET /{'A' * 32}/ HTTP/1.1\r\nHost: {{host}}\r\n\r\n", 403),
    "the token as a parameter": ("GET /?{token}/ HTTP/1.1\r\nHost: {host}\r\n\r\n", 403),
    "a long address": (f"GET /{'a' * 70_000} HTTP/1.1\r\nHost: {{host}}\r\n\r\n", 414),
    "a long header": (f"GET {PAGE} HTTP/1.1\r\nX: {'a' * 70_000}\r\n\r\n", 431),
    "a thousand headers": (f"GET {PAGE} HTTP/1.1\r\n{MANY}\r\n", 431),
    "HTTP/2": (f"GET {PAGE} HTTP/2.0\r\nHost: {{host}}\r\n\r\n", 505),
}


@pytest.mark.parametrize("attack", REFUSED)
def test_what_a_browser_never_sends_is_refused(server, attack):
    request, status = REFUSED[attack]
    told = answer(server, request)
    # A client of before HTTP/1.0 and one of HTTP/2 get no line of status.
    assert re.match(rb"(?s)(HTTP/1.1 |.*[>\s])%d\b" % status, told), told[:300]
    assert b"the page" not in told
    assert server.token.encode() not in told


@pytest.mark.skipif(os.name == "nt", reason="links and pipes as on Unix")
@pytest.mark.parametrize(
    "name",
    [
        *("link.html", "pipe.html", "../secret.html", "%2e%2e/secret.html", "..%2fsecret.html"),
        *("%252e%252e%252fsecret.html", "..%5csecret.html", "%2fetc%2fpasswd", "//etc/passwd"),
        *("annex.html%00", "annex.html%0a", "annex.html/", ".cvi-lock", ".cvi.html", "annex.HTML"),
        *("./annex.html", "%ff.html", "annex.html%2f..%2f..%2fsecret.html", "con.txt", ""),
    ],
)
def test_no_path_leads_out(server, name):
    told = get(server, f"/{{token}}/page/{name}")
    assert told.startswith(b"HTTP/1.1 404 "), told[:200]
    assert b"secret\n" not in told
    assert not told.endswith(b"secret")


def test_clients_that_never_end_block_nobody(server):
    """Idle, in the middle of a header, deaf to the answer, or listening: the next one is served."""
    host = f"{ADDRESS}:{server.server_port}"
    events = f"GET /{server.token}/events HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    with ExitStack() as stack:
        idle, slow, deaf = (
            [stack.enter_context(connected(server)) for _ in range(many)] for many in (100, 20, 50)
        )
        for client in slow:
            client.sendall(b"GET / HTTP/1.1\r\nHost: ")
        for client in deaf:
            client.sendall(events)
        told = [client.recv(4096) for client in deaf]
        assert all(one.startswith(b"HTTP/1.1 200 ") for one in told)
        for client in slow:
            client.sendall(b"1")  # as it would, byte by byte, for an hour
            assert get(server, PAGE).endswith(b"the page")
        server.board.put({"norfolk-va.html": b"the page once more"}, page=2)
        assert get(server, PAGE).endswith(b"the page once more")
        heard = b""
        while b'"page": 2' not in heard:
            piece = deaf[-1].recv(4096)
            assert piece
            heard += piece
        server.board.put({"norfolk-va.html": b"the page"}, page=3)
        assert idle[0].getpeername()
    # What they leave, ends.
    assert wait_until(lambda: get(server, PAGE).endswith(b"the page"), 20)
