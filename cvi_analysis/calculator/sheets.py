"""A workbook under construction: sheets, formats, named cells, formulas with their values."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from cvi_analysis import __edition__, __project__

SHEETS = ("Summary", "Inputs", "Staffing", "Budget", "Five years", "Send it back", "Sources")
PORTRAIT = ("Summary",)
CREATED = datetime.strptime(__edition__, "%Y-%m")
"""The edition's month is the date of every workbook, so that equal content gives equal bytes."""

LINE = 15.0
"""Points of a line of text."""

INK, MUTED, ACCENT, RULE = "#17222C", "#51606D", "#14506B", "#C3CDD4"
TINT, INPUT, INPUT_EDGE, INPUT_INK = "#EAF0F4", "#FFF8DC", "#C9B458", "#1F3FA8"

NUMBERS = {
    "dollars": "$#,##0;[Red]-$#,##0",
    "cents": "$#,##0.00",
    "exact": "$#,##0.00",
    "count": "#,##0",
    "change": '+#,##0;-#,##0;"–"',
    "dollar_change": '+$#,##0;-$#,##0;"–"',
    "people": "#,##0.0",
    "share": "0.0##%",
    "factor": "0.0000",
    "plain": "General",
    "year": "0",
}


class ExactSheet(Worksheet):  # type: ignore[misc]
    """A worksheet that writes each number in full: 17 digits where a float needs them, not 16.

    Formulas are taken as they are. The stock class looks for thirty functions of later Excels in
    each of them; none is used here, and a workbook without that takes half the time. There is no
    public way to either, so the methods replaced here are private ones, and `pyproject.toml`
    names the one version of XlsxWriter that they are known to fit.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")

    def _xml_number_element(self, number: Any, attributes: Any = ()) -> None:
        shown = "".join(f' {key}="{self._escape_attributes(value)}"' for key, value in attributes)
        self.fh.write(f"<c{shown}><v>{number!r}</v></c>")


class Book:
    """An XlsxWriter workbook with this project's look, and the values of its named cells."""

    def __init__(
        self,
        title: str,
        subject: str,
        keywords: str,
        footer: str,
        properties: Mapping[str, str] | None = None,
    ) -> None:
        self._buffer = io.BytesIO()
        self.file = xlsxwriter.Workbook(
            self._buffer,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
            },
        )
        self.file.set_properties(
            {
                "title": cut(title, 255),
                "subject": subject,
                "author": __project__,
                "keywords": cut(keywords, 255),
                "comments": "An independent implementation of the public method of the CVI "
                "Ecosystem profiles. Yellow cells are inputs; all other figures are formulas.",
                "created": CREATED,
            }
        )
        for name, text in (properties or {}).items():
            self.file.set_custom_property(name, text, "text")
        self.file.set_calc_mode("auto")
        self.names: dict[str, str] = {}
        self._formats: dict[tuple[str, ...], Any] = {}
        self.sheets = {name: Sheet(self, name, title, footer) for name in SHEETS}

    def format(self, *kinds: str) -> Any:
        """The cell format of these kinds together, such as `("input", "dollars")`."""
        if kinds not in self._formats:
            properties: dict[str, Any] = {"valign": "top", "font_color": INK}
            for kind in kinds:
                properties.update(_look(kind))
            self._formats[kinds] = self.file.add_format(properties)
        return self._formats[kinds]

    def name(self, name: str, sheet: str, address: str) -> str:
        """Define a name for an address; returns the name as formulas write it."""
        key = name.replace(".", "_")
        if key in self.names:
            raise ValueError(f"two cells would be called {key}")
        self.names[key] = f"='{sheet}'!{address}"
        return key

    def to_bytes(self) -> bytes:
        """The finished file."""
        for name, address in self.names.items():
            self.file.define_name(name, address)
        self.file.close()
        return self._buffer.getvalue()


class Sheet:
    """One sheet, written from top to bottom; `row` is the next free row, counted from 0."""

    def __init__(self, book: Book, name: str, title: str, footer: str) -> None:
        self.book = book
        self.name = name
        self.row = 0
        self.sheet = book.file.add_worksheet(name, worksheet_class=ExactSheet)
        sheet = self.sheet
        sheet.hide_gridlines(2)
        sheet.set_paper(1)
        if name not in PORTRAIT:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.8)
        sheet.set_header(f"&L&9{_printed(title)}&R&9&A")
        sheet.set_footer(f"&L&8{_printed(footer)}&R&8Page &P of &N")

    def title(self, text: str, *notes: str) -> None:
        """The sheet's title and lines of explanation under it."""
        self.sheet.set_row(self.row, 24)
        self.text(0, text, "title")
        self.row += 1
        for note in notes:
            self.text(0, note, "note")
            self.row += 1
        self.row += 1

    def heading(self, text: str) -> None:
        """A heading over the table that follows."""
        self.text(0, text, "heading")
        self.row += 1

    def header(self, *words: str, left: tuple[int, ...] = (0,)) -> None:
        """Column headings, over figures; those of the columns `left` stand over words."""
        for column, word in enumerate(words):
            if column in left:
                self.text(column, word, "header", *(("indent",) if column else ()))
            else:
                self.text(column, word, "header", "right")
        if any(len(word) > 14 for word in words[1:]):
            self.sheet.set_row(self.row, 2 * LINE)
        self.row += 1

    def text(self, column: int, words: str, *kinds: str) -> None:
        """Words as words, whatever they begin with."""
        self.sheet.write_string(self.row, column, words, self.book.format(*kinds))

    def number(self, column: int, value: float | None, *kinds: str) -> None:
        """A constant, or an empty cell."""
        if value is None:
            self.sheet.write_blank(self.row, column, None, self.book.format(*kinds))
        else:
            self.sheet.write_number(self.row, column, value, self.book.format(*kinds))

    def formula(
        self, column: int, formula: str, value: Any, *kinds: str, name: str | None = None
    ) -> str:
        """A formula, the value it has now, and a name if given; returns how others refer to it."""
        self.sheet.write_formula(
            self.row, column, f"={formula}", self.book.format(*kinds), _cached(value)
        )
        return self.refer(column, name)

    def refer(self, column: int, name: str | None = None) -> str:
        """How formulas refer to a cell of this row: by its name (defined here), else address."""
        if name is None:
            return f"'{self.name}'!{self.address(column)}"
        return self.book.name(name, self.name, self.address(column))

    def fit(self, *texts: tuple[str, float]) -> None:
        """Make the row as high as its wrapped texts need at their columns' widths.

        Spreadsheet programs do not all do so when they open a file.
        """
        lines = max(_lines(text, width) for text, width in texts)
        if lines > 1:
            self.sheet.set_row(self.row, LINE * lines)

    def widths(self, *widths: float, printed: int | None = None) -> None:
        """Column widths, in characters; columns from `printed` on are left out of the print."""
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)
        if printed is not None:
            self.sheet.print_area(0, 0, max(self.row - 1, 0), printed - 1)

    def address(self, column: int, row: int | None = None) -> str:
        """`$B$7`."""
        return cell(self.row if row is None else row, column)


def is_on(name: str) -> str:
    """The test of a switch in a formula: `yes`, and what people type besides."""
    return f'OR({name}="yes",{name}=TRUE,{name}=1)'


def yes_or_no(value: object) -> str:
    """A switch as cells show it."""
    return "yes" if value else "no"


@cache
def cell(row: int, column: int) -> str:
    """`$B$7` of row and column counted from 0."""
    return str(xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True))


def cut(text: str, most: int) -> str:
    """The beginning of `text` that has at most `most` characters as Excel counts them."""
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", errors="ignore")


def _printed(text: str) -> str:
    """`text` for the head or foot of a page: its `&` as text, within the 255 that Excel allows."""
    space = " " if text[:1].isdigit() else ""  # "&9" before it would read it as a font size
    return space + cut(text, 110).replace("&", "&&")


def _lines(text: str, width: float) -> int:
    """Lines that `text` takes in a column, words kept whole; a little generous."""
    lines, left = 1, width - 1
    for word in text.split():
        while len(word) > width - 1:  # A long address is broken anywhere.
            lines, word = lines + 1, word[int(width) - 1 :]
        if len(word) > left:
            lines, left = lines + 1, width - 1
        left -= len(word) + 1
    return lines


def _cached(value: Any) -> Any:
    if isinstance(value, bool | str):
        return value
    return int(value) if float(value).is_integer() else float(value)


def _look(kind: str) -> dict[str, Any]:
    looks: dict[str, dict[str, Any]] = {
        "title": {"bold": True, "font_size": 16, "font_color": ACCENT},
        "heading": {"bold": True, "font_size": 12, "font_color": ACCENT},
        "note": {"font_color": MUTED},
        "header": {
            "bold": True,
            "bottom": 2,
            "bottom_color": INK,
            "bg_color": TINT,
            "text_wrap": True,
            "valign": "bottom",
        },
        "right": {"align": "right"},
        "row": {"bottom": 1, "bottom_color": RULE},
        "group": {"bold": True, "bottom": 1, "bottom_color": RULE},
        "wrap": {"text_wrap": True},
        "indent": {"indent": 1, "align": "left"},
        "muted": {"font_color": MUTED},
        "bold": {"bold": True},
        "big": {"bold": True, "font_size": 14},
        "total": {"bold": True, "top": 2, "top_color": INK},
        "input": {
            "bg_color": INPUT,
            "border": 1,
            "border_color": INPUT_EDGE,
            "font_color": INPUT_INK,
            "locked": False,
            "align": "right",
        },
    }
    return looks.get(kind) or {"num_format": NUMBERS[kind]}
