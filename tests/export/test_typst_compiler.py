"""Any text comes out of Typst as that text."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvi_analysis.errors import BuildError
from cvi_analysis.export.typst_compiler import compile_pdf, escape, printable, quote

from .test_pdf import words

HEAD = '#set document(title: "t", date: datetime(year: 2000, month: 1, day: 1))\n'


def compiled(markup: str) -> bytes:
    return compile_pdf({"main.typ": (HEAD + markup).encode()}, {})


@pytest.mark.parametrize(
    "text",
    [
        '#import "x"', "$a_b$", "*b* _i_ `c`", "@ref <label>", "= Not a heading", "- not a list",
        "1. not either", "https://example.org/a", "\\ [x] {y} (z)", "a--b ... 'q' \"r\"", "// no",
        "/* no */", "~", "\\u{41}",
    ],
)  # fmt: skip
def test_markup_is_text(text):
    assert words(compiled(escape(text))) == text
    assert words(compiled(f"#{quote(text)}")) == text


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30))
def test_anything_compiles(text):
    compiled(f"x{escape(text)}y #text({quote(text)})")


def test_characters_that_no_font_places_do_not_stop_the_report(caplog):
    rare = "x\U0001f3fby e\u1ab0 \u20d2 \u2728 end"
    assert "end" in words(compiled("#" + quote(rare)))
    assert "none of the fonts" in caplog.text


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_fork_after_typst_is_refused_instead_of_hanging():
    compiled("warm")
    pid = os.fork()
    if pid == 0:
        try:
            compiled("in the child")
        except BuildError as error:
            os._exit(0 if "forkserver" in str(error) else 2)
        os._exit(3)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_printable():
    assert printable("a\x00b\ue000c\r\nd") == "a\ufffdb\ufffdc\nd"


def test_errors_name_the_part_and_show_the_line():
    files = {"main.typ": b'#include "part.typ"', "part.typ": b"ok\n#let x = \n"}
    with pytest.raises(BuildError, match="cell 9: the PDF could not be made: expected expression"):
        compile_pdf(files, {"part.typ": "cell 9"})


def test_a_fault_of_typsts_own_is_an_error_like_any_other(capfd):
    with pytest.raises(BuildError, match=r"Typst itself has failed \(overflow"):
        compiled("#duration(weeks: 9223372036854775807)")
    assert compiled("And it goes on."), "in the same process"
