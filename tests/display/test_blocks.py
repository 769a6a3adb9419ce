"""Every block gives HTML, Typst and text, and nothing in it is taken for markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pikepdf
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from cvi_analysis.batch import rendering
from cvi_analysis.batch.rendering import render_html
from cvi_analysis.display.blocks import Callout, Folded, Headline, HeadlineFigure
from cvi_analysis.display.prose import Bullets, Prose, code, line, link, shown, strong
from cvi_analysis.display.tables import Column, Row, Table

from ..export.test_pdf import tags

HOSTILE = (
    '<script>alert(1)</script> & "O\'Fallon" #let $x$ *b* _i_ `c` \\ [a](b) @x ~ =h '
    "//c /*d*/ \x00\u202e"
)


def every_block(text: str):
    table = Table(
        text,
        (Column(text, "left", 2), Column(text)),
        (
            Row.of(text, kind="group"),
            Row.of(text, shown(text, "budget.total", 12)),
            Row.of(strong(text), code(text), kind="total"),
        ),
        notes=(line(text, link(text, "https://example.org/a?b=c&d=e")),),
        small=True,
    )
    prose = Prose.of(
        text, line(strong(text), link(text, "javascript:alert(1)")), Bullets((line(text),))
    )
    return [
        Headline((HeadlineFigure(text, line(shown(text, "budget.total", 1.5)), text, line(text)),)),
        table,
        prose,
        Callout(text, (prose, table)),
        Folded(text, prose),
    ]


class Texts(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.text.append(data)


@pytest.mark.parametrize("block", every_block(HOSTILE), ids=lambda block: type(block).__name__)
def test_hostile_text_is_text_in_html(block):
    html = block.html()
    parser = Texts()
    parser.feed(html)
    assert "script" not in parser.tags
    assert "javascript:" not in html
    assert "\x00" not in html
    assert "<script>alert(1)</script>" in "".join(parser.text)


def test_each_amount_of_dollars_is_an_element_and_the_page_has_the_words_alone():
    data = Prose.of(line("From $20,000 to ", strong("$51,000"), ", or $1.5.")).html()
    assert [text.count("$") for text in re.split(r"<[^>]*>", data)].count(1) == 3
    assert "$20,000 to" not in data
    outputs = [new_output("display_data", data={"text/html": data})]
    cells = [new_markdown_cell("# T\n\n## S"), new_code_cell(outputs=outputs)]
    page = render_html(new_notebook(cells=cells)).decode()
    assert "<p>From $20,000 to <strong>$51,000</strong>, or $1.5.</p>" in page


@pytest.mark.slow
def test_hostile_text_compiles_in_typst():
    outputs = [
        new_output("display_data", data=block._repr_mimebundle_()) for block in every_block(HOSTILE)
    ]
    notebook = new_notebook(
        cells=[new_markdown_cell("# T\n\n## S"), new_code_cell(outputs=outputs)]
    )
    assert rendering.render_pdf(notebook).startswith(b"%PDF")


@pytest.mark.parametrize("block", every_block("plain"), ids=lambda block: type(block).__name__)
def test_bundles_hold_all_three_forms(block):
    data = block._repr_mimebundle_()
    assert set(data) == {"text/html", "text/x-typst", "text/plain"}
    assert all(text.strip() for text in data.values())


def test_tables_have_scopes_a_caption_and_row_headers():
    html = every_block("x")[1].html()
    assert html.count('scope="col"') == 2
    assert html.count('scope="row"') == 2
    assert 'scope="rowgroup" colspan="2"' in html
    # Words stand at the left in viewers that set every cell to the right, figures do not.
    assert html.count('scope="col" style="text-align:left"') == 1
    assert html.count("text-align:left") == 5  # caption, first heading, a group and two rows
    assert ">x</caption>" in html
    assert 'data-output="budget.total" data-value="12"' in html
    assert '<table class="data small n2">' in html, "the second column holds figures"


def test_a_row_with_too_few_cells_is_refused():
    table = Table("t", (Column("a"), Column("b")), (Row.of("only one"),))
    with pytest.raises(ValueError, match="argument"):
        table.html()


def test_a_headline_keeps_the_unit_word_out_of_the_figure():
    figure = HeadlineFigure(
        "q", line(shown("$19.8 million", "budget.total", 19790232)), "a year", line("r")
    )
    html = Headline((figure,)).html()
    assert re.search(r'data-value="19790232">\$19\.8</strong> <small>million</small>', html)


def test_words_that_open_a_list_stay_on_its_page():
    """Wherever a page ends, no page ends with them."""
    import io

    from pypdf import PdfReader

    for lines in range(24, 40):
        before = Prose.of(*("Filler." for _ in range(lines)))
        listed = Prose.of("Opening words:", Bullets(tuple(line(f"Item {n}.") for n in range(9))))
        outputs = [
            new_output("display_data", data=part._repr_mimebundle_()) for part in (before, listed)
        ]
        pdf = rendering.render_pdf(new_notebook(cells=[new_code_cell(outputs=outputs)]))
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
        (page,) = (text for text in pages if "Opening words:" in text)
        assert "Item 0." in page, lines


def test_a_heading_over_rows_spans_the_table_and_stays_with_them():
    rows = [Row.of("Group", kind="group"), Row.of("a", "1"), Row.of("b", "2")]
    table = Table("t", (Column("Name", "left"), Column("Value")), tuple(rows))
    outputs = [new_output("display_data", data=table._repr_mimebundle_())]
    pdf = rendering.render_pdf(new_notebook(cells=[new_code_cell(outputs=outputs)]))
    spans = [
        int(attributes.get("/ColSpan", 1))
        for node in tags(pdf)
        if node.S == "/TH"
        for attributes in ([node.A] if isinstance(node.get("/A"), pikepdf.Dictionary) else node.A)
    ]
    assert sorted(spans)[-1] == 2
