"""A preview: a real server, real saves, a real browser."""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest

from tests.accessibility.browser import chromium
from tests.checkout import Checkout, copy_checkout
from tests.conftest import tool
from tests.processes import alive, family, wait_until

CITY = "norfolk-va"
PAGE = f"page/{CITY}.html"


class Preview:
    """A started preview; `state` is what a browser has been told last."""

    def __init__(self, checkout, *words: str, environment: dict[str, str] | None = None) -> None:
        self.checkout = checkout
        self.run = checkout.start("preview", CITY, "--no-browser", *words, **(environment or {}))
        self.said: list[str] = []
        while "http" not in (line := self.run.stdout.readline()):
            self.said.append(line)
            assert line, self.said
        self.said.append(line)
        self.address = line.split()[-1]
        threading.Thread(target=self._hear, daemon=True).start()

    def _hear(self) -> None:
        self.said.extend(self.run.stdout)

    @property
    def state(self) -> dict:
        with urllib.request.urlopen(f"{self.address}events", timeout=20) as events:
            for line in events:
                if line.startswith(b"data: "):
                    return json.loads(line.removeprefix(b"data: "))
        raise AssertionError("no state was told")

    def get(self, name: str) -> bytes:
        with urllib.request.urlopen(self.address + name, timeout=20) as answer:
            return answer.read()

    def page_after(self, edit) -> bytes:
        """The page that a save brings."""
        before = self.state["page"]
        edit()
        assert wait_until(lambda: self.state["page"] > before, 90), self.said
        return self.get(PAGE)

    def ask(self, path: str, **headers: str) -> int:
        parts = urlsplit(self.address)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
        connection.putrequest("GET", path, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        return connection.getresponse().status

    def end(self) -> None:
        if self.run.poll() is None:
            os.killpg(self.run.pid, signal.SIGINT)
        self.run.wait(60)


@pytest.fixture(scope="module")
def preview(tmp_path_factory):
    shown = Preview(copy_checkout(tmp_path_factory.mktemp("preview") / "a project"))
    assert wait_until(lambda: shown.state["page"], 120), shown.said
    yield shown
    shown.end()


def built(preview) -> bytes:
    """The page that a build makes of the same state."""
    out = preview.checkout.folder / "built"
    done = preview.checkout.run("report", CITY, "--out", str(out), "--force")
    assert done.returncode == 0, done.stderr
    return (out / "baseline" / f"{CITY}.html").read_bytes()


def test_only_who_knows_the_token_sees_the_page(preview):
    path = urlsplit(preview.address).path
    port = urlsplit(preview.address).port
    assert preview.ask(path) == 200
    assert preview.ask(path + PAGE) == 200
    for wrong in (
        "/",
        f"/{PAGE}",
        "/events",
        f"{path[:-2]}/{PAGE}",
        "/%C3%A9/",
    ):
        assert preview.ask(wrong) == 403, wrong
    for name in ("evil.example", f"evil.example:{port}", "127.0.0.1", f"127.0.0.1:{port + 1}", ""):
        assert preview.ask(path, Host=name) == 421, name
    for origin in ("http://evil.example", "null", f"http://127.0.0.1:{port + 1}"):
        assert preview.ask(path + PAGE, Origin=origin) == 403, origin
    assert preview.ask(path + PAGE, Origin=f"http://127.0.0.1:{port}") == 200


def test_no_path_leads_out_and_nothing_is_kept_or_shared(preview):
    secret = preview.checkout.folder / "reports" / "secret.html"
    secret.parent.mkdir(exist_ok=True)
    secret.write_text("secret")
    path = urlsplit(preview.address).path
    for trick in ("../secret.html", "%2e%2e%2fsecret.html", "..%5csecret.html", "/etc/passwd"):
        assert preview.ask(f"{path}page/{trick}") == 404, trick
    with pytest.raises(HTTPError, match="404") as refused:
        preview.get("page/annex.html")
    assert "cvi report" in refused.value.read().decode()
    with urllib.request.urlopen(preview.address + PAGE, timeout=20) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        assert not any(name.lower().startswith("access-control") for name in answer.headers)
    secret.unlink()
    secret.parent.rmdir()


def test_the_page_is_the_one_that_a_build_writes(preview):
    pages = edited_at_random(preview, edits=2, seed=2)
    assert len(set(pages)) == len(pages)
    assert pages[-1] == built(preview)
    assert not preview.checkout.reports.exists()


@pytest.mark.reliability
def test_the_page_is_the_one_that_a_build_writes_after_each_of_many_edits(preview):
    """Five in CI, for its time; CVI_EDITS=100 takes half an hour."""
    for seed in range(int(os.environ.get("CVI_EDITS", "5"))):
        (page,) = edited_at_random(preview, edits=1, seed=seed + 10)
        assert page == built(preview)


SHEETS = ("batch/house.css", "export/templates/report/report.css", "calculator/calculator.css")
# Files of the package, words in them, and what is put behind those.
SHOWN = (
    ("calculator/calculator.html.j2", '<section class="cvi"', " data-number='{}'"),
    ("calculator/typed.js", "\n", "// {}\n"),
    ("display/cvi.mplstyle", "\n", "# {}\n"),
    ("batch/city.py", "community violence intervention profile", " {}"),
    ("display/formats.py", '"""', "{} "),
    ("export/html_fragments.py", '"""', "{} "),
    ("model/people.py", '"""', "{} "),
    ("report/first_page.py", "The ranges show", " ({})"),
)


def edited_at_random(preview, edits: int, seed: int) -> list[bytes]:
    """The pages after so many edits of a sentence, an assumption, a style or the code."""
    chance, pages = random.Random(seed), []
    checkout = preview.checkout
    package = checkout.folder / "cvi_analysis"
    for _ in range(edits):
        number = chance.randrange(10**6, 10**7)
        kind = chance.choice(("sentence", "assumption", "style", "code", "code"))
        if kind == "sentence":
            path = checkout.folder / "notebooks/city_profile.ipynb"
            notebook = json.loads(path.read_text(encoding="utf-8"))
            cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
            cell = chance.choice(cells)
            text = "".join(cell["source"]) + f"\n\nA sentence of number {number}."
            cell["source"] = text.splitlines(keepends=True)
            text = json.dumps(notebook)
        elif kind == "assumption":
            path = checkout.folder / "params/assumptions.yaml"
            text, count = re.subn(
                r"(?m)^(budget\.training_share:\n(?:  .*\n)*?  value: )[\d.]+$",
                rf"\g<1>{chance.uniform(0.2, 0.3):.4f}",
                path.read_text(encoding="utf-8"),
            )
            assert count == 1
        elif kind == "style":
            path = package / chance.choice(SHEETS)
            text = path.read_text(encoding="utf-8") + f"\nnav{{order:{number}}}\n"
        else:
            name, words, more = chance.choice(SHOWN)
            path = package / name
            before, found, after = path.read_text(encoding="utf-8").partition(words)
            assert found, name
            text = before + found + more.format(number) + after
            # Not every change of code shows; a style goes with it.
            style = package / "batch/house.css"
            more = style.read_text(encoding="utf-8") + f"\nnav{{order:{number}}}\n"
            style.write_text(more, encoding="utf-8")
        pages.append(preview.page_after(lambda p=path, t=text: p.write_text(t, encoding="utf-8")))
    return pages


@pytest.mark.chromium
def test_a_refresh_keeps_place_folds_and_case_and_a_banner_comes_and_goes(preview):
    with chromium() as browser:
        tab, other = browser.new_page(), browser.new_page()
        complaints: list[str] = []
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        for each in (tab, other):
            each.goto(preview.address)
            each.wait_for_selector("html[data-page]")
        frame = page_of(tab)
        frame.evaluate("() => document.querySelectorAll('details').forEach(d => d.open = false)")
        frame.evaluate("() => document.querySelectorAll('details')[1].open = true")
        field = frame.locator('[data-input="population"]').first
        field.evaluate("f => { const d = f.closest('details'); if (d) d.open = true; }")
        field.fill("212345")
        frame.wait_for_function("() => location.hash.includes('=')")
        case = frame.evaluate("() => location.hash")
        frame.evaluate("() => scrollTo({top: 1234, behavior: 'instant'})")
        opened = frame.evaluate(OPEN)

        write_cell(preview, "# A new heading of a new cell\n")
        frame = fresh(tab, frame)
        assert "A new heading of a new cell" in frame.locator("body").inner_text()
        assert frame.evaluate("() => location.hash") == case
        assert frame.evaluate("() => scrollY") == pytest.approx(1234, abs=1)
        assert [key for key in opened if key not in frame.evaluate(OPEN)] == []
        assert "212" in frame.locator('[data-input="population"]').first.input_value()
        other.wait_for_function("() => document.documentElement.dataset.page > 1")

        good = preview.checkout.folder / "params/assumptions.yaml"
        text = good.read_text(encoding="utf-8")
        good.write_text(re.sub(r"value: [\d.]+", "value: -5", text, count=1), encoding="utf-8")
        banner = tab.get_by_role("alert")
        place = re.compile(r"assumptions\.yaml:\d+")
        banner.filter(has_text=place).wait_for(timeout=90_000)
        assert "found" in banner.inner_text()
        assert page_of(tab).evaluate("() => location.hash") == case
        good.unlink()
        banner.filter(has_text="missing").or_(banner.filter(has_text="not")).first.wait_for()
        good.write_text(text, encoding="utf-8")
        banner.wait_for(state="hidden", timeout=90_000)
        write_cell(preview, "fine = 1\nfine / 0\n", kind="code")
        banner.filter(has_text="ZeroDivisionError").wait_for(timeout=90_000)
        assert re.search(r"cell \d+.*line 2 of the cell", banner.inner_text(), re.S)
        write_cell(preview, None)
        banner.wait_for(state="hidden", timeout=90_000)
        assert complaints == []


OPEN = """() => [...document.querySelectorAll('details')].filter(d => d.open)
    .map(d => d.querySelector('summary').textContent.trim())"""


def page_of(tab):
    return tab.locator("#pages iframe:not(.next)").element_handle().content_frame()


def fresh(tab, before):
    """The page's frame once another has taken its place."""
    assert wait_until(lambda: tab.wait_for_timeout(20) or before.is_detached(), 90)
    return page_of(tab)


def write_cell(preview, source: str | None, kind: str = "markdown") -> None:
    """Save the notebook with this as its second cell from the end; None takes it out again."""
    path = preview.checkout.folder / "notebooks/city_profile.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["id"] != "of-a-test"]
    if source is not None:
        cell = {"id": "of-a-test", "cell_type": kind, "metadata": {}, "source": source}
        code = {"outputs": [], "execution_count": None} if kind == "code" else {}
        cells.insert(-1, {**cell, **code})
    path.write_text(json.dumps({**notebook, "cells": cells}), encoding="utf-8")


def test_a_port_in_use_is_named(checkout):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = checkout.invoke("preview", CITY, "--no-browser", "--port", port)
    assert done.returncode == 2
    assert f"--port: this port cannot be used (Address already in use); found {port}" in done.stderr
    assert "Traceback" not in done.stderr


def stops_and_leaves_nothing(shown: Preview, stop: signal.Signals, before: set[Path]) -> None:
    children = family(shown.run)
    assert children
    os.killpg(shown.run.pid, stop)
    assert shown.run.wait(60) == 0
    assert not alive(children)
    assert "Traceback" not in "".join(shown.said)
    assert {path for path in files(shown.checkout) - before if ".cache" not in path.parts} == set()


def files(checkout: Checkout) -> set[Path]:
    return {path for path in checkout.folder.rglob("*") if "__pycache__" not in path.parts}


def test_stopping_it_at_its_beginning_leaves_nothing(checkout):
    before = files(checkout)
    stops_and_leaves_nothing(Preview(checkout), signal.SIGTERM, before)


def test_another_scenario_a_notebook_of_ones_own_and_what_happens_to_its_file(checkout, tmp_path):
    """Saves in a burst, a machine that sleeps, a notebook that goes and comes; then Ctrl-C."""
    own = tmp_path / "mine.ipynb"
    shutil.copy(checkout.folder / "notebooks/city_profile.ipynb", own)
    text = own.read_text(encoding="utf-8")

    def save(words: str) -> None:
        own.write_text(text.replace("reaches them", f"reaches {words} them", 1), encoding="utf-8")

    before = files(checkout)
    shown = Preview(checkout, "--scenario", "field-pay", "--notebook", str(own), "--pdf")
    try:
        assert wait_until(lambda: shown.state["pdf"], 120), shown.said
        assert shown.get(f"page/{CITY}.pdf").startswith(b"%PDF")

        first = shown.state["page"]
        for number in range(12):  # Quicker than a page is made.
            save(f"burst{number}")
            time.sleep(0.03)
        assert wait_until(lambda: b"burst11" in shown.get(PAGE), 90), shown.said
        assert wait_until(lambda: b"burst11" in _text(shown.get(f"page/{CITY}.pdf")), 90)
        assert shown.state["page"] - first <= 4

        save("awake")
        os.killpg(shown.run.pid, signal.SIGSTOP)
        save("asleep")
        time.sleep(1)
        os.killpg(shown.run.pid, signal.SIGCONT)
        assert wait_until(lambda: b"reaches asleep" in shown.get(PAGE), 90), shown.said

        own.unlink()
        assert wait_until(lambda: "mine.ipynb" in shown.state["error"], 90), shown.said
        assert b"reaches asleep" in shown.get(PAGE)
        save("back")
        assert wait_until(lambda: b"reaches back" in shown.get(PAGE), 90), shown.said
        assert shown.state["error"] == ""
        page = shown.get(PAGE)
        stops_and_leaves_nothing(shown, signal.SIGINT, before)
    finally:
        shown.end()
    out = tmp_path / "out"
    words = ("--scenario", "field-pay", "--notebook", str(own), "--out", str(out))
    done = checkout.invoke("report", CITY, *words)
    assert done.returncode == 0, done.stderr
    assert page == (out / "field-pay" / f"{CITY}.html").read_bytes()


def _text(pdf: bytes) -> bytes:
    return subprocess.run([tool("pdftotext"), "-", "-"], input=pdf, stdout=subprocess.PIPE).stdout
