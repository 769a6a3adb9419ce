"""The Word document: native tables, headings, texts for pictures, and the same bytes every time."""

from __future__ import annotations

import base64
import hashlib
import io
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pypdf
import pytest
from lxml import etree
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from PIL import Image

from cvi_analysis.batch.rendering import render_word
from cvi_analysis.export.word_exporter import WordDocumentExporter
from cvi_analysis.export.word_file import packed
from tests.checkout import ROOT
from tests.conftest import tool

from .conftest import HOSTILE, HTML_TABLE, chart

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NAMES = {
    "w": W[1:-1],
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
}


class Word:
    """A document taken apart."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert archive.testzip() is None
            self.times = {entry.date_time for entry in archive.infolist()}
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        for name, part in self.parts.items():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(part)
        self.root = etree.fromstring(self.parts["word/document.xml"])

    def find(self, path: str, part: str = "word/document.xml") -> list[Any]:
        return etree.fromstring(self.parts[part]).xpath(path, namespaces=NAMES)

    def paragraphs(self, style: str = "") -> list[str]:
        found = self.root.iter(f"{W}p")
        return [said(p) for p in found if not style or style_of(p) == style]

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs())


def said(element: Any) -> str:
    return "".join(element.itertext(f"{W}t"))


def style_of(paragraph: Any) -> str:
    found = paragraph.find(f"{W}pPr/{W}pStyle")
    return "" if found is None else found.get(f"{W}val")


@pytest.fixture(scope="module")
def word(report) -> Word:
    return Word(render_word(report.notebook))


def shown(kind: str, data: Any, **metadata: Any) -> Any:
    return new_code_cell("x", outputs=[new_output("display_data", {kind: data}, metadata=metadata)])


def test_titles_are_titles_and_sections_are_headings(word):
    assert word.paragraphs("Title") == ["Norfolk, Virginia"]
    assert word.paragraphs("Subtitle") == ["People at risk, staff and budget"]
    assert word.paragraphs("Scenario") == ["Scenario: Baseline"]
    assert word.paragraphs("Kicker") == ["Community violence intervention profile"]
    assert word.paragraphs("Heading1") == ["People at risk", "Money", "Methodology"]
    assert "A skipped level" in word.paragraphs("Heading2"), "and no level is skipped"


def test_properties_and_no_time_of_a_clock(word, report):
    core = "docProps/core.xml"
    assert word.find("//dc:title/text()", core) == ["Norfolk, Virginia"]
    assert word.find("//dc:creator/text()", core) == ["CVI city profiles"]
    assert word.find("//dc:language/text()", core) == ["en-US"]
    assert set(word.find("//dcterms:*/text()", core)) == {"2000-01-01T00:00:00Z"}
    assert word.times == {(1980, 1, 1, 0, 0, 0)}
    dated = report.notebook.copy()
    dated["metadata"] = {"cvi": {**report.notebook.metadata["cvi"], "date": "2026-11"}}
    times = Word(render_word(dated)).find("//dcterms:*/text()", core)
    assert set(times) == {"2026-11-01T00:00:00Z"}


def test_the_foot_of_a_page_has_the_running_head_and_page_numbers(word):
    foot = word.parts["word/footer1.xml"].decode()
    assert "Norfolk, Virginia · Baseline · version 0.1.0" in foot
    assert " PAGE " in foot
    assert " NUMPAGES " in foot
    assert word.find("//w:sectPr/w:footerReference")


def test_every_table_has_a_header_row_that_is_repeated(word):
    tables = word.find("//w:tbl")
    assert len(tables) == 4
    for table in tables:
        heads = table.xpath("w:tr/w:trPr/w:tblHeader", namespaces=NAMES)
        first = table.find(f"{W}tr")
        assert len(heads) == 1
        assert first.find(f"{W}trPr/{W}tblHeader") is not None
        assert {style_of(p) for p in first.iter(f"{W}p")} == {"TableHeading"}
        assert table.find(f"{W}tblPr/{W}tblLook").get(f"{W}firstRow") == "1"
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in table.iter(f"{W}tr"))


def test_a_table_keeps_its_caption_row_headings_figures_and_total(make_notebook):
    made = HTML_TABLE.replace('class="data"', 'class="data n2"').replace(' class="num"', "")
    group = '<tr class="group"><th scope="rowgroup" colspan="2"><strong>People</strong></th></tr>'
    made = made.replace("<tbody>", f"<tbody>{group}")
    found = Word(render_word(make_notebook(shown("text/html", made))))
    (table,) = found.find("//w:tbl")
    assert found.paragraphs("TableCaption") == ["Annual budget"]
    assert table.find(f"{W}tblPr/{W}tblCaption").get(f"{W}val") == "Annual budget"
    assert table.find(f"{W}tblPr/{W}tblLook").get(f"{W}firstColumn") == "1"
    rows = [[said(cell) for cell in row.iter(f"{W}tc")] for row in table.iter(f"{W}tr")]
    assert rows == [
        ["Line", "Dollars"], ["People"], ["Frontline staff", "$4,120,400"],
        ["Total", "$19,889,880"],
    ]  # fmt: skip
    total = list(table.iter(f"{W}tr"))[-1]
    assert all(run.find(f"{W}rPr/{W}b") is not None for run in total.iter(f"{W}r"))
    for row in table.xpath("w:tr[not(.//w:gridSpan)]", namespaces=NAMES):
        assert row.xpath("w:tc[2]//w:jc/@w:val", namespaces=NAMES) == ["right"]
        assert row.xpath("w:tc[1]//w:jc/@w:val", namespaces=NAMES) != ["right"]
    widths = [int(column.get(f"{W}w")) for column in table.iter(f"{W}gridCol")]
    assert sum(widths) == pytest.approx(6.5 * 1440, abs=2)
    assert widths[0] > widths[1] > 1440
    cells = table.xpath("w:tr[last()]/w:tc/w:tcPr/w:tcW/@w:w", namespaces=NAMES)
    assert [int(width) for width in cells] == widths


def test_two_tables_in_a_row_stay_two(word):
    tables = word.find("//w:tbl")
    assert not [table for table in tables if table.getnext().tag == f"{W}tbl"]
    before = [table for table in tables if table.getprevious().tag == f"{W}tbl"]
    assert before == [], "Word would make one of them"


def test_every_picture_says_what_it_shows_and_can_be_shown(word):
    pictures = word.find("//wp:inline")
    assert len(pictures) == 5
    alts = [picture.find("wp:docPr", NAMES).get("descr") for picture in pictures]
    assert alts[:2] == ["Bars: 16 and 17."] * 2
    assert "attached picture" in alts
    assert all(alts)
    for picture in pictures:
        inner = picture.find(".//pic:cNvPr", NAMES)
        assert inner.get("descr") == picture.find("wp:docPr", NAMES).get("descr")
        assert 0 < int(picture.find("wp:extent", NAMES).get("cx")) <= 6.5 * 914_400
    assert word.paragraphs("ImageCaption") == ["Staff of Norfolk"] * 2
    media = [name for name in word.parts if name.startswith("word/media/")]
    assert media
    for name in media:  # Word shows no SVG before its version of 2019
        with Image.open(io.BytesIO(word.parts[name])) as image:
            assert image.format in {"PNG", "JPEG", "GIF"}
            assert image.size[0] > 100


def test_text_is_all_there_and_formulas_are_words_own(word):
    for words in ("First words.", "it costs $5 and $10.", "printed Norfolk", "careful now",
                  "Own HTML", "raw <text>", "shown_source = 1", "<script>alert(2)</script>",
                  "This cell stopped with an error. ValueError: bad <value> #x",
                  "not included, because this page fetches nothing", "open", "done"):  # fmt: skip
        assert words in word.text, words
    for words in ("SECRET_SOURCE", "HIDDEN", "let calculator", "@import"):
        assert words not in word.text, words
    marks = word.find("//w:lvlText/@w:val", "word/numbering.xml")
    assert {"☐", "☒"} <= set(marks), "boxes of tasks are Word's own bullets"
    assert len(word.find("//m:oMath")) >= 3
    assert word.find('//w:hyperlink[@w:anchor="methodology"]')


def test_what_a_script_would_show_is_said_and_what_is_there_without_it_is_shown(make_notebook):
    live = (
        "<section><div class='static'><p>The sheet</p></div><div class='live' hidden>Loading</div>"
        "<button>Go</button><script>run()</script></section>"
    )
    made = make_notebook(shown("text/html", live), shown("text/html", "<p hidden>Quiet</p>"))
    text = Word(render_word(made)).text
    assert "The sheet" in text
    assert "The calculator itself is in the web page of this report" in text
    assert text.count("The calculator itself") == 1
    assert not {"Loading", "Go", "run()", "Quiet"} & set(text.split("\n"))
    other = Word(WordDocumentExporter().from_notebook_node(made)[0]).text
    assert "This part works in the web page of this report." in other


def test_what_is_folded_becomes_a_heading_with_its_text_and_code_is_left_out(make_notebook):
    folded = "".join(
        f"<details><summary>{name}: <span>2 posts</span></summary><p>{name} does.</p></details>"
        for name in ("Mediator", "Director")
    )
    code = "<details><summary>How</summary><pre><code>x = 1</code></pre></details>"
    found = Word(render_word(make_notebook(
        new_markdown_cell("## Staff\n\n### Jobs"), shown("text/html", folded),
        shown("text/html", code), new_markdown_cell("### After"),
    )))  # fmt: skip
    assert found.paragraphs("Heading2") == ["Jobs", "After"]
    assert found.paragraphs("Heading3") == ["Mediator: 2 posts", "Director: 2 posts"]
    assert "Mediator does." in found.text
    assert "x = 1" not in found.text


def test_a_link_to_a_file_beside_the_document_is_words_alone(make_notebook):
    made = make_notebook(
        new_markdown_cell("See [the annex](annex.html) and [us](https://a.test/).")
    )
    with zipfile.ZipFile(io.BytesIO(render_word(made))) as parts:
        document = parts.read("word/document.xml").decode()
        targets = parts.read("word/_rels/document.xml.rels").decode()
    assert "annex" in document
    assert "annex.html" not in document + targets
    assert "https://a.test/" in targets


def test_drawings_within_html_are_pictures_too(make_notebook):
    drawing = (
        '<svg viewBox="0 0 20 10" width="20" aria-label="A bar"><rect width="9" height="9"/></svg>'
    )
    found = Word(render_word(make_notebook(shown("text/html", f"<p>Before {drawing} after</p>"))))
    (picture,) = found.find("//wp:inline")
    assert picture.find("wp:docPr", NAMES).get("descr") == "A bar"
    assert "Before  after" in found.text


def test_a_name_full_of_markup_is_text(hostile_report):
    found = Word(render_word(hostile_report.notebook))
    assert found.paragraphs("Title") == [f"{HOSTILE}, Virginia"]
    assert HOSTILE in found.text


def test_damaged_pictures_do_not_stop_the_report(make_notebook):
    made = make_notebook(
        shown("image/png", base64.b64encode(b"no picture").decode()),
        shown("image/svg+xml", "<not an svg"),
        new_markdown_cell("![lost](lost.png) after"),
    )
    text = Word(render_word(made)).text
    assert "after" in text
    assert "not available" in text


def test_the_same_bytes_in_any_process(report, tmp_path):
    first = render_word(report.notebook)
    assert render_word(report.notebook) == first
    code = (
        "import hashlib, sys\nfrom cvi_analysis.batch.rendering import render_word\n"
        "from tests.export.conftest import notebook\n"
        "print(hashlib.sha256(render_word(notebook())).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == hashlib.sha256(first).hexdigest()


def test_another_reference_document_is_taken(report, tmp_path):
    from scripts import word_reference

    other = tmp_path / "other.docx"
    with zipfile.ZipFile(word_reference.TARGET) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["word/styles.xml"] = parts["word/styles.xml"].replace(b"14506B", b"AA0000")
    other.write_bytes(packed(parts))
    exporter = WordDocumentExporter(reference_document=str(other), metadata_key="cvi")
    found = Word(exporter.from_notebook_node(report.notebook)[0])
    assert b"AA0000" in found.parts["word/styles.xml"]
    assert b"14506B" not in found.parts["word/styles.xml"]


def test_the_reference_document_is_what_its_script_makes():
    from scripts import word_reference

    made = io.BytesIO(word_reference.reference())
    with zipfile.ZipFile(word_reference.TARGET) as kept, zipfile.ZipFile(made) as again:
        assert kept.namelist() == again.namelist()
        for name in kept.namelist():
            assert kept.read(name) == again.read(name), name
    assert Path(word_reference.TARGET).stat().st_size < 20_000


@pytest.mark.libreoffice
@pytest.mark.slow
def test_libreoffice_lays_it_out(report, tmp_path):
    office = tool("soffice", "libreoffice")
    (tmp_path / "report.docx").write_bytes(render_word(report.notebook))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    done = subprocess.run(
        [office, profile, "--headless", "--convert-to", "pdf", "report.docx"],
        cwd=tmp_path, capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    if not (tmp_path / "report.pdf").exists():
        tool("lowriter")  # LibreOffice without its Writer loads no text
        pytest.fail(done.stdout + done.stderr)
    pages = pypdf.PdfReader(tmp_path / "report.pdf").pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    for words in ("Norfolk, Virginia", "People at risk", "$19,889,880", "Page 1 of"):
        assert words in text, words
    assert any(page.images for page in pages)


def test_a_picture_of_a_chart_is_as_wide_as_the_drawing_says(make_notebook):
    found = Word(render_word(make_notebook(shown("image/svg+xml", chart().decode()))))
    (extent,) = found.find("//wp:extent")
    assert int(extent.get("cx")) == pytest.approx(6.0 * 914_400, rel=0.01)
