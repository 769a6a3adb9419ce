"""The whole workbook of one report, with its sheets Summary and Send it back."""

from __future__ import annotations

from cvi_analysis.calculator import budget_sheet, inputs_sheet, staffing_sheet, years_sheet
from cvi_analysis.calculator.budget_sheet import LINES, TITLES
from cvi_analysis.calculator.case_file import properties
from cvi_analysis.calculator.sheets import ACCENT, INK, RULE, Book, Sheet
from cvi_analysis.report.document import Document
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.wording import cited, place_name, titled

NAME, HERE, REPORT, CHANGE, LOW, HIGH = range(6)
_STEP, _WHAT = range(2)


def write_summary(book: Book, dossier: Dossier, document: Document) -> None:
    """Fill the sheet."""
    sheet = book.sheets["Summary"]
    sheet.title(
        f"{place_name(dossier)}: community violence intervention budget",
        f"Scenario: {dossier.scenario.title}. Residents: {cited(dossier.population)}.",
        "Change a yellow cell on the sheet Inputs and every figure here follows. The report's own "
        "figures stand beside.",
    )
    _figures(sheet, dossier, document)
    first = sheet.row
    _lines(sheet, dossier)
    _methods(sheet, document)
    _chart(book, sheet, first)
    _about(sheet, dossier)
    sheet.widths(46, 18, 18, 16, 16, 16)
    sheet.sheet.activate()


def _figures(sheet: Sheet, dossier: Dossier, document: Document) -> None:
    result, ranges = dossier.profile, document.ranges
    sheet.header("Figure", "Here", "In the report", "Difference", "Report, low", "Report, high")
    figures = (
        ("Residents", "population_value", result.population, "count", None),
        ("People at the highest risk", "people_at_risk_rounded", result.people.rounded, "count",
         ranges.people_at_risk),
        ("People served at one time", "people_at_risk_served", result.people.served, "people",
         None),
        ("Full-time posts", "staffing_total", result.staff, "count", ranges.staff),
        ("Total budget, dollars a year", "budget_total", result.budget.total, "dollars",
         ranges.total),
        ("Budget for each resident, dollars", "per_resident", result.per_resident, "cents", None),
        ("Budget for each person served, dollars", "per_person", result.per_person, "dollars",
         None),
    )  # fmt: skip
    for title, name, value, shape, span in figures:
        change = "dollar_change" if shape in ("dollars", "cents") else "change"
        sheet.text(NAME, title, "row")
        here = sheet.formula(HERE, name, value, "row", "bold", shape)
        sheet.number(REPORT, value, "row", "muted", shape)
        sheet.formula(CHANGE, f"{here}-{sheet.address(REPORT)}", 0, "row", change)
        if span is None:
            sheet.text(LOW, "", "row")
            sheet.text(HIGH, "", "row")
        else:
            sheet.number(LOW, span.low, "row", "muted", shape)
            sheet.number(HIGH, span.high, "row", "muted", shape)
        sheet.row += 1
    sheet.text(
        NAME,
        "Low and high: 90% of the report's simulated cases lie between. They do not follow the "
        "inputs.",
        "note",
    )
    sheet.row += 2


def _lines(sheet: Sheet, dossier: Dossier) -> None:
    budget = dossier.profile.budget
    sheet.header("Budget line", "Here", "In the report", "Difference")
    for line in LINES:
        amount = int(getattr(budget, line))
        sheet.text(NAME, TITLES[line], "row")
        here = sheet.formula(HERE, f"budget_{line}", amount, "row", "dollars")
        sheet.number(REPORT, amount, "row", "muted", "dollars")
        sheet.formula(CHANGE, f"{here}-{sheet.address(REPORT)}", 0, "row", "dollar_change")
        sheet.row += 1
    sheet.text(NAME, TITLES["total"], "total")
    here = sheet.formula(HERE, "budget_total", int(budget.total), "total", "dollars")
    sheet.number(REPORT, int(budget.total), "total", "dollars")
    sheet.formula(CHANGE, f"{here}-{sheet.address(REPORT)}", 0, "total", "dollar_change")
    sheet.row += 2


def _methods(sheet: Sheet, document: Document) -> None:
    """The report's people, staff and money by each way of counting people."""
    sheet.header(
        "People counted by", "People, report", "Served, report", "Posts, report", "Total, report"
    )
    for part in document.methods:
        sheet.text(NAME, titled(part.method), "row")
        sheet.number(1, part.estimate, "row", "muted", "people")
        sheet.number(2, part.served, "row", "muted", "people")
        sheet.number(3, part.staff, "row", "muted", "count")
        sheet.number(4, part.total, "row", "muted", "dollars")
        sheet.row += 1
    sheet.text(
        NAME,
        "The first stands behind the report. These are the report's figures and do not follow the "
        "inputs: choose another way on the sheet Inputs to see it here.",
        "note",
    )
    sheet.row += 2


def _chart(book: Book, sheet: Sheet, header: int) -> None:
    """The lines here and in the report, as bars."""
    chart = book.file.add_chart({"type": "bar"})
    first, last = header + 1, header + len(LINES)
    for column, name, color in ((HERE, "Here", ACCENT), (REPORT, "In the report", "#B9C6CF")):
        chart.add_series(
            {
                "name": name,
                "categories": [sheet.name, first, NAME, last, NAME],
                "values": [sheet.name, first, column, last, column],
                "fill": {"color": color},
                "border": {"none": True},
                "gap": 60,
            }
        )
    font = {"color": INK, "size": 9}
    chart.set_title({"name": "Budget by line, dollars a year", "name_font": {"size": 11}})
    chart.set_x_axis(
        {
            "num_format": '$#,##0.0,,"M"',
            "num_font": font,
            "label_position": "high",
            "major_gridlines": {"visible": True, "line": {"color": RULE}},
        }
    )
    chart.set_y_axis({"reverse": True, "num_font": font, "line": {"none": True}})
    chart.set_legend({"position": "bottom", "font": font})
    chart.set_size({"width": 820, "height": 300})
    sheet.sheet.insert_chart(
        sheet.row,
        NAME,
        chart,
        {
            "description": "Bars of the budget lines, here and in the report. The table above "
            "has the same figures.",
            "object_position": 1,
        },
    )
    sheet.row += 17


def _about(sheet: Sheet, dossier: Dossier) -> None:
    for text in (
        "An independent implementation of the public method of the CVI Ecosystem profiles by the "
        "Coalition to Advance Public Safety (CAPS); not endorsed or checked by CAPS.",
        "Population figures are those of the U.S. Census Bureau, which has not endorsed or "
        "certified this product.",
        f"Software version {dossier.version}; parameters {dossier.params_sha256[:12]}.",
    ):
        sheet.text(NAME, text, "note")
        sheet.row += 1


def write_return(book: Book, dossier: Dossier) -> None:
    """Fill the sheet that says how what was typed here becomes a full report."""
    sheet = book.sheets["Send it back"]
    file = f"{dossier.city.slug}.xlsx"
    sheet.title(
        "Send it back",
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


def workbook(dossier: Dossier, document: Document, title: str = "") -> bytes:
    """The bytes of `<slug>.xlsx`; the same dossier gives the same bytes.

    Args:
        dossier: the report's inputs and profile.
        document: its JSON, for the ranges.
        title: name of the case it is of, if it has one.
    """
    place = place_name(dossier)
    book = Book(
        title=f"{place}: community violence intervention budget",
        subject="People at the highest risk, staff and annual budget",
        keywords=f"community violence intervention, {place}, {dossier.scenario.title}",
        footer=f"{place} · {dossier.scenario.title} · version {dossier.version}",
        properties=properties(dossier, title),
    )
    inputs_sheet.write_inputs(book, dossier)
    staffing_sheet.write_staffing(book, dossier)
    budget_sheet.write_budget(book, dossier)
    years_sheet.write_years(book, dossier)
    write_return(book, dossier)
    inputs_sheet.write_sources(book, dossier)
    write_summary(book, dossier, document)
    return book.to_bytes()
