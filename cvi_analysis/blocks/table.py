"""Tables of figures and words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cvi_analysis.blocks import escape
from cvi_analysis.blocks.bundle import Block
from cvi_analysis.blocks.fit import fits
from cvi_analysis.blocks.inline import Inline, Line, as_line

RowKind = Literal["body", "group", "total"]

_SHORT = {True: "true", False: "false", None: "auto"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, how its cells are aligned, and its share of the width in print.

    Attributes:
        title: heading, a few words.
        align: `right` for figures, `left` for words.
        width: relative width for long text in the PDF; None fits the content.
    """

    title: str
    align: Literal["left", "right"] = "right"
    width: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of a row, the first of which names it.

    Attributes:
        cells: one a column.
        kind: `body`, `group` (a heading over the rows that follow; one cell) or `total`.
    """

    cells: tuple[Line, ...]
    kind: RowKind = "body"

    @classmethod
    def of(cls, *cells: Inline | Line, kind: RowKind = "body") -> Row:
        """A row of any inline content."""
        return cls(tuple(as_line(cell) for cell in cells), kind)


@dataclass(frozen=True, slots=True)
class Table(Block):
    """A captioned table.

    Attributes:
        caption: what the table shows, a sentence or a phrase.
        columns: the columns; the first holds the row headers.
        rows: the rows, in order.
        notes: remarks under the table.
        small: dense type, for long registers.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[Line, ...] = ()
    small: bool = False

    def html(self) -> str:
        """A `table` with caption, column and row headers, and its notes."""
        caption = escape.text(self.caption)
        head = "".join(
            f'<th scope="col">{escape.text(column.title)}</th>' for column in self.columns
        )
        rows = "\n".join(self._html_row(row) for row in self.rows)
        notes = "".join(f'<p class="note">{note.html()}</p>' for note in self.notes)
        kind = " ".join(("data", *(["small"] if self.small else ()), *self._numeric()))
        return (
            f'<table class="{kind}"><caption>{caption}</caption>'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>{notes}"
        )

    def typst(self) -> str:
        """A call of the prelude's `data-table`."""
        widths = "".join(
            "auto, " if column.width is None else f"{column.width}fr, " for column in self.columns
        )
        align = "".join(f"{column.align}, " for column in self.columns)
        header = "".join(f"[{escape.typst(column.title)}], " for column in self.columns)
        rows = "".join(f"({self._typst_row(row)}),\n" for row in self.rows)
        total = "true" if self.rows and self.rows[-1].kind == "total" else "false"
        note = " #parbreak() ".join(note.typst() for note in self.notes)
        table = (
            f"#data-table(caption: [{escape.typst(self.caption)}], columns: ({widths}), "
            f"align: ({align}), header: ({header}), total: {total}, "
            f"short: {_SHORT[fits(self)]}, note: {f'[{note}]' if note else 'none'},\n{rows})"
        )
        size = "#show: small-tables\n" if self.small else ""
        look = "#show table.cell: set align(top)\n#set table.cell(breakable: false)\n"
        return f"#[{look}{size}{table}]\n"

    def plain(self) -> str:
        """Caption, then tab-separated rows."""
        lines = [self.caption, "\t".join(column.title for column in self.columns)]
        lines += ["\t".join(cell.plain() for cell in row.cells) for row in self.rows]
        return "\n".join([*lines, *(note.plain() for note in self.notes)])

    def _numeric(self) -> list[str]:
        """Classes that say which columns hold figures: a class on each cell is a lot of weight."""
        return [
            f"n{place}" for place, column in enumerate(self.columns, 1) if column.align == "right"
        ]

    def _typst_row(self, row: Row) -> str:
        if row.kind == "group":
            # A row of one cell: the prelude sets it as a heading across the table.
            return f"[{row.cells[0].typst()}], "
        return "".join(f"[{cell.typst()}], " for cell in row.cells)

    def _html_row(self, row: Row) -> str:
        if row.kind == "group":
            return (
                f'<tr class="group"><th scope="rowgroup" colspan="{len(self.columns)}">'
                f"<strong>{row.cells[0].html()}</strong></th></tr>"
            )
        first = f'<th scope="row">{row.cells[0].html()}</th>'
        rest = "".join(
            f"<td>{cell.html()}</td>"
            for _, cell in zip(self.columns[1:], row.cells[1:], strict=True)
        )
        css = ' class="total"' if row.kind == "total" else ""
        return f"<tr{css}>{first}{rest}</tr>"
