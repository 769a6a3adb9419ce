"""The coprocess: kept, restarted, survived."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import subprocess
import sys
import time

import pytest

from cvi_analysis.errors import BuildError
from cvi_analysis.export.pandoc_process import PandocProcess, PandocRequest


@pytest.fixture
def pandoc():
    made = PandocProcess()
    yield made
    made.close()


def html(text: str) -> PandocRequest:
    return PandocRequest(text, "markdown", "html")


def test_order_and_repeats(pandoc):
    found = pandoc.convert([html("*a*"), html("b"), html("*a*")])
    assert [f.text for f in found] == ["<p><em>a</em></p>", "<p>b</p>", "<p><em>a</em></p>"]


def test_known_texts_are_not_asked_for_again(pandoc):
    first = pandoc.convert([html("once")])
    pandoc._process.kill()
    pandoc._process.wait()
    assert pandoc.convert([html("once")]) == first
    assert pandoc._process.poll() is not None


def test_nothing_is_started_for_nothing(pandoc):
    assert pandoc.convert([]) == []
    assert pandoc._process is None


def test_restarts_when_killed(pandoc):
    pandoc.convert([html("a")])
    first = pandoc._process.pid
    os.kill(first, signal.SIGKILL)
    assert pandoc.convert([html("c")])[0].text == "<p>c</p>"
    assert pandoc._process.pid != first


def test_gives_up_with_one_clear_message():
    dead = PandocProcess(command=[sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(BuildError, match="Pandoc stopped twice"):
        dead.convert([html("a")])
    absent = PandocProcess(command=["/no/such/pandoc"])
    with pytest.raises(BuildError, match="could not be started"):
        absent.convert([html("a")])


def test_a_silent_pandoc_is_ended():
    silent = PandocProcess(
        command=[sys.executable, "-c", "import time; time.sleep(60)"], timeout=0.2
    )
    with pytest.raises(BuildError, match=r"no answer within 0\.2 seconds"):
        silent.convert([html("a")])
    assert silent._process is None


def test_large_texts_pass(pandoc):
    text = "word *word* 城 word\n\n" * 20_000
    assert pandoc.convert([html(text)])[0].text.count("<em>") == 20_000


def test_odd_characters_pass(pandoc):
    found = pandoc.convert([html("\ud800 \x00 \u2028 \uf5a0M1\uf5a1 end")])
    assert "end" in found[0].text
    assert "\uf5a0" not in found[0].text


def _in_child(pandoc: PandocProcess, parent_pid: int, queue: multiprocessing.Queue) -> None:
    text = pandoc.convert([html("in the child")])[0].text
    queue.put((text, pandoc._process.pid != parent_pid))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_has_its_own(pandoc):
    pandoc.convert([html("in the parent")])
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_in_child, args=(pandoc, pandoc._process.pid, queue))
    child.start()
    assert queue.get(timeout=20) == ("<p>in the child</p>", True)
    child.join(20)
    assert pandoc.convert([html("parent again")])[0].text == "<p>parent again</p>"


@pytest.mark.skipif(os.name != "posix", reason="looks for a process id")
def test_dies_with_its_owner():
    code = (
        "import os; from cvi_analysis.export.pandoc_process import PandocProcess, PandocRequest\n"
        "p = PandocProcess(); p.convert([PandocRequest('a', 'markdown', 'html')])\n"
        "print(p._process.pid, flush=True); os._exit(0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    pid = int(done.stdout)
    for _ in range(50):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123
            if stat.read().split()[2] == "Z":
                return
        time.sleep(0.1)
    pytest.fail("pandoc outlived its owner")


def test_typst_tokens_point_into_lists(pandoc):
    text = "# T $x$\n\n![alt](a.png) [in](#t) $\\frac{1}{2}$"
    found = pandoc.convert([PandocRequest(text, "markdown", "typst")])[0]
    tex = [re.search("<annotation[^>]*>(.*)</annotation>", formula)[1] for formula in found.math]
    assert tex == ["x", "\\frac{1}{2}"]
    assert [i.src for i in found.images] == ["a.png"]
    assert found.links == ("t",)
    assert found.headings[0].level == 1
    assert 'set math.equation(alt: "\uf5a0M2\uf5a1")' in found.text


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("x\n- a", "<p>x</p>\n<ul>\n<li>a</li>\n</ul>"),
        ("costs $5 and $10", "<p>costs $5 and $10</p>"),
        ("~~gone~~", "<p><del>gone</del></p>"),
        ('a--b "c" ...', '<p>a--b "c" ...</p>'),
        ("<kbd>K</kbd>", "<p><kbd>K</kbd></p>"),
    ],
)
def test_dialect(pandoc, markdown, expected):
    assert pandoc.convert([html(markdown)])[0].text == expected


def test_html_tables_become_typst_tables_with_headers(pandoc):
    table = (
        "<table><thead><tr><th></th><th>n</th></tr></thead><tr><th>a</th><td>1.5</td></tr></table>"
    )
    found = pandoc.convert([PandocRequest(table, "html", "typst")])[0].text
    assert "table.header([], [#strong[n]],)" in found
    assert "align: (auto,right,)" in found


@pytest.mark.parametrize("form", ["html", "typst"])
def test_a_table_that_ends_a_cell_keeps_its_last_row(pandoc, form):
    table = "| a | b |\n|---|---|\n| first | 1 |\n| last | 2 |"
    found = pandoc.convert([PandocRequest(table, "markdown", form)])[0].text
    assert "first" in found
    assert "last" in found
