"""Fragments of cells, changed as trees: what stays, what goes, and where a fragment ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from cvi_analysis.batch.rendering import render_html
from cvi_analysis.export.html_fragments import contain, read, spoken, written

from .test_html import Page


def test_cells_set_to_the_left_lose_what_the_style_sheet_says_already(tmp_path):
    row = '<table><tr><td{}>a</td><td style="color:red">1</td></tr></table>'
    root = read(row.format(' style="text-align:left"'))
    contain(root, {}, tmp_path, "cell 1")
    assert written(root) == row.format("")


def shown(html: str) -> str:
    root = read(html)
    contain(root, {}, Path(), "cell 1")
    return written(root)


@pytest.mark.parametrize(
    "html",
    [
        "",
        "words alone",
        "words, <b>more</b> &amp; more",
        '<p class="x" data-value="1.5">a</p>\n<p>b</p>',
        '<script type="application/json">{"a": "</b>" , "c": 1}</script>',
        "<script>if (1 < 2 && 3 > 2) { x = '&amp;' }</script>",
        "<style>a > b { color: red }</style>",
        "<details open><summary>s</summary><output>o</output></details><!-- note -->",
        '<input type="text" disabled><br>',
        '<a href="https://example.org/?a=1&amp;b=2">out</a>',
        "<math><mi>x</mi><mo>≤</mo></math>",
    ],
)
def test_what_needs_no_change_stays_as_it_is(html):
    assert shown(html) == html


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<p style="background:URL( http://x )">a</p>', '<p style="background:none">a</p>'),
        ('<p style="fill:url(#a)">a</p>', '<p style="fill:url(#a)">a</p>'),
        ('<svg><use xlink:href="http://x"/></svg>', "<svg><use></use></svg>"),
        ('<svg><use href="#a"/></svg>', '<svg><use href="#a"></use></svg>'),
        ('<a href=" JavaScript:alert(1)">a</a>', '<a href="#main">a</a>'),
        ('<input src="http://x"><i background=y>a</i>', "<input><i>a</i>"),
        ('<link rel="x" href="y"><meta charset="utf-16"><p>é</p>', "<p>é</p>"),
        (
            '<object data="x"><p>instead</p></object> after',
            '<span class="not-shown">[Content not available]</span><p>instead</p> after',
        ),
        ("<p>the property url(https://x) as text</p>",) * 2,
    ],
)
def test_what_would_be_fetched_goes(html, expected):
    assert shown(html) == expected


def test_a_whole_document_keeps_what_its_head_brought():
    html = "<!DOCTYPE html><html><head><style>p {}</style></head><body><p>x</p></body></html>"
    assert shown(html) == "<style>p {}</style><p>x</p>"


def test_a_tag_left_open_ends_with_its_cell(make_notebook):
    open_ended = new_output("display_data", {"text/html": "<div><b><table><tr><td>1"})
    html = render_html(
        make_notebook(new_code_cell("x", outputs=[open_ended]), new_markdown_cell("After."))
    ).decode()
    page = Page(html)
    assert page.errors == []
    assert page.stack == []
    assert html.index("</table>") < html.index('id="cell-2"')


def test_a_second_form_in_markdown(make_notebook):
    output = new_output("display_data", {"image/svg+xml": "no drawing", "text/markdown": "*form*"})
    assert (
        "<em>form</em>" in render_html(make_notebook(new_code_cell("x", outputs=[output]))).decode()
    )


@settings(max_examples=200, deadline=None)
@given(
    st.text(alphabet=st.characters(codec=None) | st.sampled_from("<>/\"'=&;ab \0\r\n"), max_size=60)
)
def test_anything_is_read_and_written_as_the_same_twice(text):
    once = shown(text)
    assert shown(once) == once
    assert spoken(read(once)) == spoken(read(text))
