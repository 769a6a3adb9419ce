"""The exporters know nothing of this project's subject, nor of its look: both come as options."""

from __future__ import annotations

import ast
import re
import zipfile
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import cvi_analysis.export
from cvi_analysis.export.html_exporter import AccessiblePageExporter
from cvi_analysis.export.pdf_exporter import TaggedPdfExporter

from .conftest import chart
from .test_pdf import words

FOLDER = Path(cvi_analysis.export.__file__).parent
SUBJECT = re.compile(
    r"cvi(?!_analysis\.(?:export|errors|files)\b)|violen|homicid|murder|\bcit(?:y|ies)\b|budget|staff"
    r"|\bcaps\b|\bovp\b|outreach|mediator|caseload|wraparound|resident|census|calculator"
    r"|public ?sans|at a glance",
    re.IGNORECASE,
)


def text_of(path: Path) -> str:
    """The text of a file, or of the files in a document."""
    if path.suffix != ".docx":
        return path.read_text(encoding="utf-8")
    with zipfile.ZipFile(path) as archive:
        return "\n".join(archive.read(name).decode("utf-8") for name in archive.namelist())


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(FOLDER.rglob("*")) if path.is_file() and path.suffix != ".pyc"],
    ids=lambda path: path.relative_to(FOLDER).as_posix(),
)
def test_no_word_of_the_subject(path):
    lines = [line for line in text_of(path).splitlines() if SUBJECT.search(line)]
    assert lines == []


def test_the_words_would_be_found():
    for text in ("CVI report", "the cities", "Public Sans", "from cvi_analysis.params import x"):
        assert SUBJECT.search(text)
    assert not SUBJECT.search("from cvi_analysis.errors import BuildError  # capacity, opacity")


def test_it_imports_nothing_of_the_package_but_errors():
    found = {
        name
        for path in FOLDER.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom | ast.Import)
        for name in (
            [node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        )
        if name and name.startswith("cvi_analysis")
    }
    assert {name for name in found if not name.startswith("cvi_analysis.export")} <= {
        "cvi_analysis.errors", "cvi_analysis.files"
    }  # fmt: skip


def own_notebook():
    drawing = chart().decode().replace("<svg ", '<svg font-family="Georgia, serif" ', 1)
    picture = new_output(
        "display_data", {"image/svg+xml": drawing}, metadata={"image/svg+xml": {"alt": "Bars"}}
    )
    sections = (new_markdown_cell(f"## Part {number}\n\nWords.") for number in range(5))
    return new_notebook(
        cells=[
            new_markdown_cell("## In short\n\nAll of it."),
            *sections,
            new_code_cell("f", outputs=[picture]),
        ],
        metadata={"study": {"title": "Tides", "running_head": "Tides of Lisbon"}},
    )


def test_a_page_of_another_house(tmp_path):
    sheet = tmp_path / "house.css"
    sheet.write_text("h1 { color: teal; } /* ours */")
    exporter = AccessiblePageExporter(
        metadata_key="study", author="The Harbor", generator="tide-tables 1",
        style_sheets=[str(sheet)], drawing_font="Georgia",
    )  # fmt: skip
    page, _ = exporter.from_notebook_node(own_notebook())
    assert "<title>Tides</title>" in page
    assert '<meta name="author" content="The Harbor">' in page
    assert '<meta name="generator" content="tide-tables 1">' in page
    assert "h1{color:teal}" in page
    assert 'class="own" role="img" aria-label="Bars"' in page
    assert "CVI" not in page


def test_a_page_of_no_house():
    page, _ = AccessiblePageExporter().from_notebook_node(own_notebook())
    assert "<title>Notebook</title>" in page
    assert 'name="generator"' not in page
    assert 'class="own"' not in page
    assert "Public Sans" not in page


def test_a_pdf_of_another_house(tmp_path):
    library = tmp_path / "house.typ"
    library.write_text("#let tide(body) = [High water: #body]\n")
    made = own_notebook()
    made.cells.append(
        new_code_cell("t", outputs=[new_output("display_data", {"text/x-typst": "#tide[4.2 m]"})])
    )
    exporter = TaggedPdfExporter(
        metadata_key="study", summary_heading="in short", typst_library=str(library)
    )
    text = words(exporter.from_notebook_node(made)[0])
    assert "High water: 4.2 m" in text
    assert "Tides of Lisbon" in text
    assert text.index("In the full report") < text.index("Part 0 Words.")
    assert "In the full report" not in words(
        TaggedPdfExporter(typst_library=str(library)).from_notebook_node(made)[0]
    )
