"""The sheet Sources: where each assumption comes from and what stands behind the file."""

from __future__ import annotations

from cvi_analysis.blocks.escape import web_address
from cvi_analysis.dossier import Dossier
from cvi_analysis.place import census_place
from cvi_analysis.workbook.book import Book, Sheet
from cvi_analysis.workbook.inputs import number_format

QUALITY = {"A": "A published", "B": "B derived", "C": "C judgment"}
WIDTHS = (38, 14, 22, 13, 42, 46, 76, 42)
MAX_URL = 2000
_SKIPPED = ("population.", "comparison.")


def write(book: Book, dossier: Dossier) -> None:
    """Fill the sheet."""
    sheet = book.sheets["Sources"]
    sheet.title(
        "Sources",
        "Quality: A a published figure, carried unchanged; B derived from published figures; "
        "C this project's judgment.",
    )
    sheet.header(
        "Assumption", "In the report", "Unit", "Quality", "Source", "Address", "Note",
        "Name in the report", left=tuple(range(8)),
    )  # fmt: skip
    top = sheet.row
    for name, item in dossier.assumptions.items():
        if name.startswith(_SKIPPED):
            continue
        shape = number_format(item.unit)
        sheet.text(0, item.title, "row", "wrap")
        if isinstance(item.value, bool):
            sheet.sheet.write_boolean(sheet.row, 1, item.value, book.format("row"))
        elif isinstance(item.value, tuple):
            sheet.text(1, ", ".join(map(str, item.value)), "row", "right")
        elif isinstance(item.value, str):
            sheet.text(1, item.value, "row")
        else:
            sheet.number(1, item.value, "row", shape)
        sheet.text(2, item.unit, "row", "indent", "wrap")
        sheet.text(3, QUALITY.get(item.quality, item.quality), "row", "indent")
        sheet.text(4, item.source, "row", "indent", "wrap")
        _address(sheet, 5, item.source_url)
        sheet.text(6, item.note, "row", "indent", "wrap")
        sheet.text(7, name, "row", "indent", "muted")
        texts = (item.title, "", item.unit, "", item.source, item.source_url, item.note)
        sheet.fit(*((text, width - 2) for text, width in zip(texts, WIDTHS, strict=False)))
        sheet.row += 1
    sheet.row += 1
    sheet.heading("What this file stands on")
    sheet.header("Item", "Value", left=(0, 1))
    sheet.text(0, "Census place (GEOID)", "row")
    sheet.text(1, census_place(dossier), "row")
    sheet.row += 1
    for key, text in dossier.provenance.items():
        sheet.text(0, key, "row")
        sheet.text(1, text, "row")
        sheet.row += 1
    look = sheet.sheet
    look.freeze_panes(top, 1)
    look.repeat_rows(top - 1)
    sheet.widths(*WIDTHS, printed=7)


def _address(sheet: Sheet, column: int, url: str) -> None:
    if not url or web_address(url) is None or len(url) > MAX_URL:
        sheet.text(column, url, "row", "indent", "wrap")
        return
    sheet.sheet.write_url(sheet.row, column, url, sheet.book.format("row", "indent", "wrap"), url)
