"""The PDF as assistive technology and archives find it: tags, texts, headers, bookmarks."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator

import nbformat
import pikepdf
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from pypdf import PdfReader

from cvi_analysis.batch.house_style import CviHtmlExporter, CviPdfExporter
from cvi_analysis.batch.rendering import render_html, render_pdf
from cvi_analysis.errors import BuildError
from cvi_analysis.export.typst_compiler import AttachedFile

from .conftest import HOSTILE


def words(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def tags(pdf: bytes) -> Iterator[pikepdf.Dictionary]:
    def walk(node):
        if isinstance(node, pikepdf.Array):
            for child in node:
                yield from walk(child)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            yield node
            if "/K" in node:
                yield from walk(node.K)

    with pikepdf.open(io.BytesIO(pdf)) as document:
        yield from walk(document.Root.StructTreeRoot.K)


def alternatives(pdf: bytes, tag: str) -> list[str]:
    return [str(node.get("/Alt", "")) for node in tags(pdf) if tag == node.S]


def test_declares_both_standards_language_and_title(report):
    with pikepdf.open(io.BytesIO(report.pdf)) as document:
        xmp = document.Root.Metadata.read_bytes().decode()
        assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
        assert "<pdfaid:part>3</pdfaid:part>" in xmp
        assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
        assert document.Root.Lang == "en-US"
        assert document.Root.MarkInfo.Marked
        assert document.Root.ViewerPreferences.DisplayDocTitle
        assert document.docinfo["/Title"] == "Norfolk, Virginia"
        assert document.docinfo["/Author"] == "CVI city profiles"
        assert "Norfolk" in str(document.docinfo["/Keywords"])
        assert document.docinfo["/Subject"] == "People at risk, staff and budget"
        width, height = (float(n) for n in list(document.pages[0].MediaBox)[2:])
        assert (width, height) == (612, 792)


def test_any_file_can_be_attached_whatever_is_in_it_and_however_it_is_called(make_notebook):
    notebook = make_notebook(new_markdown_cell("# A\n\nWords."))
    every = bytes(range(256)) * 300
    files = [
        AttachedFile('a "b" #c.bin', every, "application/octet-stream", 'Every "byte" #1'),
        AttachedFile("empty.txt", b"", "text/plain", "Nothing", "data"),
    ]
    pdf = render_pdf(notebook, attached=files)
    assert pdf == render_pdf(notebook, attached=files)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        found = dict(document.attachments.items())
        assert set(found) == {file.name for file in files}
        for file in files:
            kept = found[file.name]
            assert kept.get_file().read_bytes() == file.content
            assert kept.description == file.description
            assert kept.get_file().mime_type == file.mime_type
            assert kept.relationship == f"/{file.relation.title()}"
    assert words(pdf) == words(render_pdf(notebook))


@pytest.mark.parametrize(
    ("told", "found"),
    [("2026-11", "20261101"), ("2026-03-09", "20260309"), ("soon", "20000101")],
)
def test_the_date_is_the_one_that_the_notebook_stands_for(make_notebook, told, found):
    notebook = make_notebook(new_markdown_cell("# A"))
    notebook.metadata["date"] = told
    with pikepdf.open(io.BytesIO(render_pdf(notebook))) as document:
        assert str(document.docinfo["/CreationDate"]).startswith(f"D:{found}")
        xmp = document.Root.Metadata.read_bytes().decode()
        assert f"<xmp:CreateDate>{found[:4]}-{found[4:6]}-{found[6:]}" in xmp


def test_every_figure_and_formula_has_alternative_text(report):
    figures = alternatives(report.pdf, "/Figure")
    assert len(figures) == 5
    assert all(figures)
    assert figures.count("Bars: 16 and 17.") == 2
    assert "attached picture" in figures
    assert alternatives(report.pdf, "/Formula") == [
        "H equals p times s",
        "E of T equals the sum from k equals 1 to 4 of the fraction with numerator n sub k and "
        "denominator 1 plus g sub k, end fraction",
        "1 over 2",
        "x squared",
    ]


def cells(row: pikepdf.Dictionary) -> list[pikepdf.Dictionary]:
    return list(row.K) if isinstance(row.K, pikepdf.Array) else [row.K]


def scope(cell: pikepdf.Dictionary) -> str:
    said = cell.get("/A", {})
    return str((said[0] if isinstance(said, pikepdf.Array) else said).get("/Scope", ""))


def test_tables_have_header_cells(report):
    count = Counter(str(node.S) for node in tags(report.pdf))
    assert count["/Table"] == count["/THead"] == 4
    rows = [
        [(str(cell.S), scope(cell)) for cell in cells(node)]
        for node in tags(report.pdf)
        if node.S == "/TR"
    ]
    column, row = ("/TH", "/Column"), ("/TH", "/Row")
    assert (rows.count([column] * 2), rows.count([column] * 3)) == (2, 2)
    # All other rows are named by their first cell.
    data = [found for found in rows if found[0] != column]
    assert len(data) == len(rows) - 4
    assert all(found == [row, *[("/TD", "")] * (len(found) - 1)] for found in data)
    assert count["/TD"] > 180


def test_long_table_repeats_its_header(report):
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(report.pdf)).pages]
    long = [text for text in pages if "City 3\n" in text or "City 80" in text or "City 50" in text]
    assert len(long) >= 2
    assert all("People" in text for text in long)


def test_bookmarks_follow_the_headings(report):
    with pikepdf.open(io.BytesIO(report.pdf)) as document, document.open_outline() as outline:
        top = {item.title: [child.title for child in item.children] for item in outline.root}
    assert top == {
        "People at risk": [],
        "Money": ["A skipped level"],
        "Methodology": ["Norfolk"],
    }


def test_running_head_and_page_numbers(report):
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(report.pdf)).pages]
    assert "Norfolk, Virginia · Baseline" not in pages[0]
    for number, text in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in " ".join(text.split())
        if number > 1:
            assert "Norfolk, Virginia · Baseline" in " ".join(text.split())


def test_text_is_all_there(report):
    text = words(report.pdf)
    for wanted in (
        "Community violence intervention profile", "First words.", "238", "$19,889,880",
        "it costs $5 and $10", "The first note, with a link", "The second note.",
        "Street outreach worker 16", "Policing is not in this budget.", "Outreach & co",
        "--dashes-- and \"quotes\" stay", "<script>alert(2)</script>", "printed Norfolk",
        "careful now", "This cell stopped with an error.", "ValueError: bad <value> #x",
        "strong output", "{'a': 1}", "shown_source = 1", "Own HTML", "raw <text>", "City 89",
        "Staff of Norfolk", "Outreach", "not included, because this report fetches nothing",
    ):  # fmt: skip
        assert wanted in text, wanted
    for unwanted in ("SECRET_SOURCE", "HIDDEN", "calculator", "CELLPREFIX", "\uf5a0"):
        assert unwanted not in text, unwanted


def test_fonts_are_ours_and_embedded(report):
    with pikepdf.open(io.BytesIO(report.pdf)) as document:
        fonts = {
            str(o.FontName).split("+")[-1]
            for o in document.objects
            if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"
        }
    assert any("PublicSans" in name for name in fonts)
    assert all(
        name.startswith(("PublicSans", "DejaVuSans", "NewCM", "LastResort")) for name in fonts
    ), fonts


def test_a_name_full_of_markup_is_text(hostile_report):
    text = words(hostile_report.pdf)
    assert 'Ev`il` #import "x" $a_b$ @ref <script>alert(1)</script> *b*' in text
    with pikepdf.open(io.BytesIO(hostile_report.pdf)) as document:
        assert document.docinfo["/Title"] == f"{HOSTILE}, Virginia"


def test_typst_errors_name_the_cell(make_notebook):
    bad = new_output("display_data", {"text/x-typst": "fine\n#no-such-thing(1)"})
    made = make_notebook(new_markdown_cell("words"), new_code_cell("x", outputs=[bad]))
    with pytest.raises(BuildError, match=r"cell 2 \(cell-1\): .*unknown variable: no-such-thing"):
        render_pdf(made)


def test_damaged_pictures_do_not_stop_the_report(make_notebook):
    short = new_output("display_data", {"image/png": "iVBORw0KGgo=", "text/plain": "instead"})
    cell = new_markdown_cell("![gone](data:image/png;base64,iVBORw0KGgo=) ![x](data:nothing)")
    text = words(render_pdf(make_notebook(new_code_cell("x", outputs=[short]), cell)))
    assert "instead" in text
    assert "Image “gone” not available" in text


def test_unusual_characters_are_no_reason_to_fail(make_notebook):
    odd = "null\x00 private \ue123 lone \ud800 emoji \U0001f9ff 漢字 العربية ∑ \u2028 \ufffe end"
    made = make_notebook(
        new_markdown_cell(odd),
        new_code_cell("x", outputs=[new_output("stream", text=odd)]),
    )
    assert words(render_pdf(made)).count("end") == 2


def test_wide_table_and_long_words_stay_on_the_page(make_notebook):
    columns = 24
    row = "|" + "|".join(f"{1000 + i}" for i in range(columns)) + "|\n"
    table = row + "|" + "--|" * columns + "\n" + row
    made = make_notebook(new_markdown_cell(table), new_markdown_cell("x" * 400))
    assert "1023" in words(render_pdf(made))


def test_exporter_options(report):
    shown, resources = CviPdfExporter(exclude_input=False).from_notebook_node(report.notebook)
    assert "SECRET_SOURCE" in words(shown)
    assert resources["output_extension"] == ".pdf"


def test_cells_for_the_web_or_for_print_alone(make_notebook):
    cells = [new_markdown_cell("Everywhere."), new_markdown_cell("Look here."),
             new_markdown_cell("Write here.")]  # fmt: skip
    cells[1]["metadata"]["tags"] = ["web-only"]
    cells[2]["metadata"]["tags"] = ["print-only"]
    made = make_notebook(*cells)
    printed, (page, _) = words(render_pdf(made)), CviHtmlExporter().from_notebook_node(made)
    assert ("Look here." in printed, "Write here." in printed) == (False, True)
    assert ("Look here." in page, "Write here." in page) == (True, False)
    assert "Everywhere." in printed
    assert "Everywhere." in page


def test_a_link_to_a_file_beside_the_report_is_words_alone(make_notebook):
    made = make_notebook(
        new_markdown_cell("See [the annex](annex.html) and [us](https://a.test/).")
    )
    content = render_pdf(made)
    assert "See the annex and us." in words(content)
    with pikepdf.open(io.BytesIO(content)) as file:
        notes = [note for page in file.pages for note in page.get("/Annots", [])]
    assert [str(note.A.URI) for note in notes if "/A" in note] == ["https://a.test/"]


def test_contents_of_a_long_report(make_notebook):
    made = make_notebook(*(new_markdown_cell(f"## Section {i}\n\nText.") for i in range(5)))
    assert "Contents" in words(render_pdf(made))
    assert Counter(str(n.S) for n in tags(render_pdf(made)))["/TOCI"] == 5


def test_rendering_leaves_the_notebook_as_it_was(make_notebook):
    notebook = make_notebook(new_markdown_cell("# Title\n\n- *one*"), new_code_cell("1 + 1"))
    before = nbformat.writes(notebook)

    render_html(notebook)
    render_pdf(notebook)

    assert nbformat.writes(notebook) == before


@pytest.mark.parametrize("room", [0.4, 0.6, 0.8, 1.0])
def test_a_caption_is_never_alone_at_the_end_of_a_page(make_notebook, room):
    rows = "".join(f"([Row {number}], [\\$1]), " for number in range(80))
    table = f"#v({9.5 - room}in)\n#data-table(caption: [The caption], header: ([A], [B]), short: false, {rows})"  # noqa: E501
    output = new_output("display_data", {"text/x-typst": table, "text/plain": ""})
    pdf = render_pdf(make_notebook(new_code_cell("x", outputs=[output])))

    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    assert "Row 0" in next(text for text in pages if "The caption" in text)
