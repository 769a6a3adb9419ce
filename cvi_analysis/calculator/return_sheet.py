"""The sheet Send it back: how what was typed here becomes a full report."""

from __future__ import annotations

from cvi_analysis.calculator.sheets import Book
from cvi_analysis.report.dossier import Dossier

SHEET = "Send it back"
_STEP, _WHAT = range(2)


def write_return(book: Book, dossier: Dossier) -> None:
    """Fill the sheet."""
    sheet = book.sheets[SHEET]
    file = f"{dossier.city.slug}.xlsx"
    sheet.title(
        SHEET,
        "What was typed into the yellow cells becomes a full report: page, PDF, Word, data.",
    )
    sheet.header("Step", "What to do", left=(_STEP, _WHAT))
    for step, words in (
        ("1. Save", f"Save this file as .xlsx (Excel 2007-365), without a password, such as {file}."
         " Any name will do."),
        ("2. Send", "Send it to whoever makes the reports, by e-mail or on a stick."),
        ("3. Report", f"They run: cvi report --params {file}"),
        ("4. Check", f"What differs from the report, cell by cell: cvi check {file}"),
        ("5. Compare", f"Two versions beside each other: cvi compare {file} other.xlsx"),
    ):  # fmt: skip
        sheet.text(_STEP, step, "row")
        sheet.text(_WHAT, words, "row", "indent", "wrap")
        sheet.fit((words, 98))
        sheet.row += 1
    sheet.row += 1
    sheet.header("What is read", "How", left=(_STEP, _WHAT))
    for what, how in (
        ("Yellow cells", "The column Value of the sheet Inputs, and the rows of posts and limits "
         "below. A cell counts if it differs from what the report had there; the column Changed? "
         "shows which."),
        ("Formulas", "In a yellow cell the number that the formula gave when the file was saved."),
        ("Switches", "yes or no; TRUE and FALSE, 1 and 0 are understood."),
        ("Empty cells", "The model computes the figure, where the cell may be empty."),
        ("Not read", "Every other cell: notes, colors, sheets and columns of your own."),
        ("Not taken", "Facts about the city (homicides, a published count): they are data. Enter "
         "people at the highest risk instead."),
        ("Refused", "A value outside its range. The message names sheet and cell."),
        ("Leave as they are", "The columns of the sheet Inputs, its rows in their order, "
         "and the names of cells."),
    ):  # fmt: skip
        sheet.text(_STEP, what, "row")
        sheet.text(_WHAT, how, "row", "indent", "wrap")
        sheet.fit((how, 98))
        sheet.row += 1
    sheet.widths(24, 100)
