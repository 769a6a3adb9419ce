"""What this project's reports look like: the exporters of any notebook, with options of our own.

These are the entry points `cvi-html`, `cvi-pdf` and `cvi-docx` of `jupyter nbconvert`.
"""

from __future__ import annotations

from pathlib import Path

from traitlets import Bool, List, Unicode

from cvi_analysis import __project__, __version__
from cvi_analysis.batch.page_design import STYLE_SHEETS
from cvi_analysis.export.html_exporter import AccessiblePageExporter
from cvi_analysis.export.pdf_exporter import TaggedPdfExporter
from cvi_analysis.export.word_exporter import WordDocumentExporter

FOLDER = Path(__file__).parent
FONT = "Public Sans"
METADATA = "cvi"
"""The entry of a report's metadata with its title, subtitle, running head and the like."""


class CviHtmlExporter(AccessiblePageExporter):
    """`jupyter nbconvert --to cvi-html`: any executed notebook as a page in our design."""

    export_from_notebook = "CVI report (HTML)"

    metadata_key = Unicode(METADATA).tag(config=True)
    author = Unicode(__project__).tag(config=True)
    generator = Unicode(f"cvi-analysis {__version__}").tag(config=True)
    fold_code = Bool(True).tag(config=True)
    style_sheets = List(Unicode(), [*map(str, STYLE_SHEETS)]).tag(config=True)
    drawing_font = Unicode(FONT).tag(config=True)


class CviPdfExporter(TaggedPdfExporter):
    """`jupyter nbconvert --to cvi-pdf`: any executed notebook as a PDF in our design."""

    export_from_notebook = "CVI report (PDF)"

    metadata_key = Unicode(METADATA).tag(config=True)
    author = Unicode(__project__).tag(config=True)
    summary_heading = Unicode("At a glance").tag(config=True)
    fonts = List(Unicode(), [FONT, "DejaVu Sans"]).tag(config=True)
    font_folders = List(Unicode(), [str(FOLDER / "fonts")]).tag(config=True)


class CviWordExporter(WordDocumentExporter):
    """`jupyter nbconvert --to cvi-docx`: any executed notebook as a Word document of ours."""

    export_from_notebook = "CVI report (Word)"

    metadata_key = Unicode(METADATA).tag(config=True)
    author = Unicode(__project__).tag(config=True)
    script_note = Unicode(
        "The calculator itself is in the web page of this report, which works without a network, "
        "and as formulas in its Excel workbook."
    ).tag(config=True)
    font_folders = List(Unicode(), [str(FOLDER / "fonts")]).tag(config=True)
