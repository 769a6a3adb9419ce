"""Markdown with figures by their dotted name."""

from __future__ import annotations

import re

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from cvi_analysis.batch.rendering import render_html
from cvi_analysis.display.markdown import (
    RichText,
    inline,
    linked,
    literal,
    markdown,
    written,
)
from cvi_analysis.display.prose import Prose
from cvi_analysis.errors import InputError

FIGURES = {
    "budget.total": 19_916_579,
    "budget.training": 2_000_000,
    "people_at_risk.share": 0.001,
    "people_at_risk.estimate": 235.037,
    "city.name": "Norfolk",
    "existing.spending": None,
}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("{budget.total:dollars}", "$19,916,579"),
        ("{budget.total:short_dollars}", "$19.9 million"),
        ("{budget.total:,}", "19,916,579"),
        ("{budget.total}", "19,916,579"),
        ("{people_at_risk.share:share}", "0.1%"),
        ("{people_at_risk.share:.2%}", "0.10%"),
        ("{people_at_risk.estimate}", "235.037"),
        ("{people_at_risk.estimate:number}", "235"),
    ],
)
def test_a_figure_is_marked_with_its_name_and_exact_value(text, read):
    name = re.findall(r"[\w.]+", text)[0]
    html = markdown(f"It is {text}.", FIGURES).html()
    assert html == (
        f'<p>It is <span data-output="{name}" data-value="{FIGURES[name]}">{read}</span>.</p>'
    )


def test_words_and_what_is_not_known_are_words():
    text = "{city.name} spends {existing.spending:dollars}, {{so}} {mine:,.0f} or {less}."
    html = markdown(text, FIGURES, mine=2.5, less=-3).html()
    assert html == "<p>Norfolk spends not known, {so} 3 or −3.</p>"


def test_the_pdf_and_listeners_get_the_same_words():
    block = markdown(
        "A total of **{budget.total:dollars}**.\n\n- `one`\n- [two](https://a.org)", FIGURES
    )
    assert isinstance(block, Prose)
    assert block.plain() == "A total of $19,916,579.\n\n- one\n- two"
    assert '#strong[#"$19,916,579";]' in block.typst()
    assert '<strong data-output="budget.total" data-value="19916579">' in block.html()
    assert '<a href="https://a.org">two</a>' in block.html()


RICH = """### Who pays {budget.total:dollars}

*From* $5 to $6 <script>alert(1)</script>

| Payer | Dollars |
|---|--:|
| {city.name} | {budget.total:dollars} and {budget.training:dollars} |
"""


def test_markdown_that_is_more_than_prose_comes_through():
    block = markdown(RICH, FIGURES)
    assert isinstance(block, RichText)
    data = block._repr_mimebundle_()
    assert "text/x-typst" not in data
    assert "<script" not in data["text/html"]
    cell = new_code_cell("", outputs=[new_output("display_data", data=data)])
    page = render_html(new_notebook(cells=[cell])).decode()
    assert re.search(r"<h\d[^>]*>.*Who pays", page)
    assert page.count('data-output="budget.total"') == 2
    assert "<em>From</em>" in page


@pytest.mark.parametrize("text", [RICH, "From $5 to $6 and {budget.total:dollars} or $7."])
def test_no_two_dollar_signs_stand_in_one_text(text):
    own = re.sub(r"<(span|strong)[^>]*>[^<]*</\1>", "", markdown(text, FIGURES).html())
    assert all(piece.count("$") == 0 for piece in re.findall(r"[^<>]+", own))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{budget.totl:,}", "budget.totl: is no figure of this report. Did you mean budget.total?"),
        ("{total}", "Did you mean budget.total"),
        ("{}", "is no figure"),
        ("{budget.total:dollar}", "allowed: dollars, short_dollars"),
        ("{city.name:dollars}", "can not be written this way"),
        ("{budget.total", "written twice"),
    ],
)
def test_a_mistake_is_refused_in_one_message(text, says):
    with pytest.raises(InputError) as caught:
        markdown(text, FIGURES)
    assert says in str(caught.value)
    assert caught.value._render_traceback_() == [f"InputError: {caught.value}"]


def test_halves_are_rounded_up_as_everywhere():
    assert [written(x, ",.0f") for x in (0.5, 1.5, 2.5, 1234.5)] == ["1", "2", "3", "1,235"]


def test_a_note_may_have_a_link_and_is_else_what_was_typed():
    assert inline("See [here](https://a.org).").html() == 'See <a href="https://a.org">here</a>.'
    assert inline("# no heading {{x}}").html() == "# no heading {x}"


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:x) ![i](http://evil.invalid/i) **b** ~~s~~ `c` | a | [^1]",
        "# not a heading",
        "1. not a list",
        "- nor this",
        "<b>bold</b> &amp; \\* {name} $5 and $6",
    ],
)
def test_text_from_a_file_stays_text(text):
    assert inline(literal(text)).plain() == text
    assert markdown("{text}", {}, text=text).plain() == text
    link = inline(linked(text, "https://example.org/a_(b)"))
    assert [type(part).__name__ for part in link.parts] == ["Link"]
    assert link.parts[0].url == "https://example.org/a_(b)"
    for address in ("javascript:alert(1)", "https://example.org/>[x](http://evil.invalid)"):
        words = inline(linked(text, address))
        assert words.plain() == text
        assert all(isinstance(part, str) for part in words.parts)
