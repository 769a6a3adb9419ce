"""Nothing that a researcher shows runs off the PDF's page or over its neighbor."""

from __future__ import annotations

import itertools
import re
import subprocess
from html import unescape
from typing import NamedTuple

import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from cvi_analysis.batch.rendering import render_pdf

from ..conftest import tool
from .test_pdf import tags, words

LEFT, RIGHT = 57.6, 554.4  # points; the margins of letter paper


class Box(NamedTuple):
    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str


def boxes(pdf: bytes, tmp_path) -> list[Box]:
    """Every word of the PDF and where it stands, as another program than ours finds them."""
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf)
    command = [tool("pdftotext"), "-bbox", str(path), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found, page = [], 0
    for line in text.splitlines():
        page += "<page " in line
        if word := re.search(r'xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*)</w', line):
            left, top, right, bottom = (float(number) for number in word.groups()[:4])
            found.append(Box(page, left, top, right, bottom, unescape(word[5])))
    return found


def cross(one: Box, other: Box) -> bool:
    """Whether two words print over each other, by more than the rounding of their boxes."""
    over = min(one.right, other.right) - max(one.left, other.left)
    deep = min(one.bottom, other.bottom) - max(one.top, other.top)
    return one.page == other.page and over > 0.5 and deep > 0.4 * min(
        one.bottom - one.top, other.bottom - other.top
    )  # fmt: skip


def laid_out(pdf: bytes, tmp_path) -> list[Box]:
    found = boxes(pdf, tmp_path)
    outside = [box for box in found if box.left < LEFT - 1 or box.right > RIGHT + 1]
    assert outside == []
    for _, page in itertools.groupby(found, key=lambda box: box.page):
        crossed = [
            (a.text, b.text) for a, b in itertools.combinations(list(page), 2) if cross(a, b)
        ]
        assert crossed == []
    return found


def frame(columns: int, name: str = "Column_name_{}", factor: float = 123456.789) -> pd.DataFrame:
    return pd.DataFrame(
        [[(row + 1) * (column + 1) * factor for column in range(columns)] for row in range(3)],
        columns=[name.format(column) for column in range(columns)],
    )


NAMED = frame(8)
NAMED.index = pd.Index(["Norfolk, a name of several words", "Winston-Salem", "x" * 60], name="City")
LEVELS = pd.DataFrame(
    [[1e9 + row * column for column in range(12)] for row in range(4)],
    index=pd.MultiIndex.from_product([["Virginia", "Pennsylvania"], ["staff", "people"]]),
    columns=pd.MultiIndex.from_product([range(2019, 2025), ["low", "high"]]),
)
TOKENS = pd.DataFrame({"name": ["x" * 300, "y"], "url": ["https://example.org/" + "a" * 200, "z"]})
WORDS = pd.DataFrame({f"Words {n}": ["some words that go on for a while", "b"] for n in range(12)})


@pytest.mark.parametrize(
    "table",
    [
        frame(1),
        frame(6),
        NAMED,
        frame(10, "Column {}"),
        frame(20),
        frame(40, "a_rather_long_column_name_{}", 12345678.9),
        LEVELS,
        TOKENS,
        WORDS,
        pd.DataFrame([range(60)] * 2),
    ],
    ids=["one", "six", "named", "ten", "twenty", "forty", "levels", "tokens", "words", "sixty"],
)
def test_pandas_tables_of_any_width(make_notebook, tmp_path, table):
    output = new_output("execute_result", {"text/html": table.to_html(), "text/plain": "?"})
    pdf = render_pdf(make_notebook(new_code_cell("t", outputs=[output])))
    laid_out(pdf, tmp_path)
    text = words(pdf).replace(" ", "")
    for value in re.findall(r"<t[dh][^>]*>([^<]+)</t", table.to_html()):
        assert value.replace(" ", "") in text
    assert {str(node.S) for node in tags(pdf)} >= {"/Table", "/TH", "/TD"}


def test_parts_of_a_table_say_which_columns_and_repeat_the_index(make_notebook):
    table = frame(20)
    table.index = pd.Index(["Norfolk", "Dayton", "Flint"], name="City")
    output = new_output("execute_result", {"text/html": table.to_html(), "text/plain": "?"})
    text = words(render_pdf(make_notebook(new_code_cell("t", outputs=[output]))))
    parts = re.findall(r"Columns (\d+) to (\d+) of 20", text)
    assert parts[0][0] == "1"
    assert parts[-1][1] == "20"
    assert all(int(a[1]) + 1 == int(b[0]) for a, b in itertools.pairwise(parts))
    assert text.count("Norfolk") == len(parts) > 1


def test_a_table_that_fits_is_left_as_it_is(make_notebook, tmp_path):
    output = new_output("execute_result", {"text/html": frame(4).to_html(), "text/plain": "?"})
    pdf = render_pdf(make_notebook(new_code_cell("t", outputs=[output])))
    heights = {round(b.bottom - b.top, 1) for b in boxes(pdf, tmp_path) if "." in b.text}
    assert "Columns 1" not in words(pdf)
    assert len(heights) == 1


def test_words_longer_than_a_line_go_on_in_the_next(make_notebook, tmp_path):
    long = {letter: letter * 500 for letter in "ABCDEFGHIJK"}
    outputs = [
        new_output("stream", text=f"{long['A']}\n  indented {long['B']}\n"),
        new_output("execute_result", {"text/plain": long["C"]}),
        new_output("error", ename="Wrong", evalue=long["D"], traceback=[long["E"]]),
    ]
    prose = (
        f"Text {long['F']} and `{long['G']}`, [{long['H']}](https://example.org/).\n\n"
        f"```\n{long['I']}\n```\n\n## {long['J'][:200]}\n\n- > {long['K']}\n"
    )
    made = make_notebook(
        new_code_cell("x", outputs=outputs),
        new_code_cell("y = '" + "Z" * 500 + "'", metadata={"tags": ["show-input"]}),
        new_markdown_cell(prose),
    )
    pdf = render_pdf(made)
    laid_out(pdf, tmp_path)
    text = words(pdf).replace(" ", "")
    for letter in "ABCDEFGHIKZ":
        assert text.count(letter) >= 500, letter
