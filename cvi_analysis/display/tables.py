"""Tables of figures and words, and sortable ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cvi_analysis.display import formats
from cvi_analysis.display.prose import Block, Inline, Line, as_line

TOGETHER = 5
"""Up to this many rows a table in print stays on one page; a longer one may go on on the next."""

LEFT = ' style="text-align:left"'
"""Jupyter and GitHub set every cell to the right. A page that has a style sheet leaves it out."""

RowKind = Literal["body", "group", "total"]


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
        caption = formats.text(self.caption)
        head = "".join(
            f'<th scope="col"{_side(column)}>{formats.text(column.title)}</th>'
            for column in self.columns
        )
        rows = "\n".join(self._html_row(row) for row in self.rows)
        notes = "".join(f'<p class="note">{note.html()}</p>' for note in self.notes)
        kind = " ".join(("data", *(["small"] if self.small else ()), *self._numeric()))
        return (
            f'<table class="{kind}"><caption{LEFT}>{caption}</caption>'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>{notes}"
        )

    def typst(self) -> str:
        """A call of the prelude's `data-table`."""
        widths = "".join(
            "auto, " if column.width is None else f"{column.width}fr, " for column in self.columns
        )
        align = "".join(f"{column.align}, " for column in self.columns)
        header = "".join(f"[{formats.typst(column.title)}], " for column in self.columns)
        rows = "".join(f"({self._typst_row(row)}),\n" for row in self.rows)
        total = "true" if self.rows and self.rows[-1].kind == "total" else "false"
        note = " #parbreak() ".join(note.typst() for note in self.notes)
        short = "auto" if len(self.rows) <= TOGETHER else "false"
        table = (
            f"#data-table(caption: [{formats.typst(self.caption)}], columns: ({widths}), "
            f"align: ({align}), header: ({header}), total: {total}, "
            f"short: {short}, note: {f'[{note}]' if note else 'none'},\n{rows})"
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
                f'<tr class="group"><th scope="rowgroup" colspan="{len(self.columns)}"{LEFT}>'
                f"<strong>{row.cells[0].html()}</strong></th></tr>"
            )
        first = f'<th scope="row"{LEFT}>{row.cells[0].html()}</th>'
        rest = "".join(
            f"<td{_side(column)}>{cell.html()}</td>"
            for column, cell in zip(self.columns[1:], row.cells[1:], strict=True)
        )
        css = ' class="total"' if row.kind == "total" else ""
        return f"<tr{css}>{first}{rest}</tr>"


def _side(column: Column) -> str:
    return LEFT if column.align == "left" else ""


# Reads the text of the cells: figures with $ , % * and signs are numbers, all else is words, and
# what is not known goes last. The page's policy allows exactly this text, by its hash.
SCRIPT = """
for (const table of document.querySelectorAll(".sortable table")) {
  if (table.dataset.ready) continue;
  table.dataset.ready = "yes";
  const body = table.tBodies[0];
  const value = (row, index) => {
    const text = row.cells[index].textContent.trim();
    const plain = text.replace("\\u2212", "-").replace(/[$,%+*]/g, "");
    return plain !== "" && !isNaN(plain) ? Number(plain) : text;
  };
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.style.cssText = "all:unset;cursor:pointer;text-decoration:underline dotted;" +
      "text-underline-offset:.25em";
    button.addEventListener("focus", () => {
      if (button.matches(":focus-visible")) button.style.outline = "3px solid";
    });
    button.addEventListener("blur", () => { button.style.outline = ""; });
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const rows = [...body.rows].filter((row) => !row.classList.contains("total"));
      const rest = [...body.rows].filter((row) => row.classList.contains("total"));
      const figures = rows.some((row) => typeof value(row, index) === "number");
      const now = head.getAttribute("aria-sort");
      const down = now ? now === "ascending" : figures;
      rows.sort((one, other) => {
        const a = value(one, index), b = value(other, index);
        if (figures && typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
        const order = typeof a === "number" ? a - b : String(a).localeCompare(String(b));
        return down ? -order : order;
      });
      body.replaceChildren(...rows, ...rest);
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
    });
  });
}
"""


@dataclass(frozen=True, slots=True)
class Sortable(Block):
    """A table with headings that sort it: figures from the largest, words from A, first.

    Attributes:
        table: a table whose rows are `body` and `total` rows.
    """

    table: Table

    def html(self) -> str:
        """The table in a `div` of class `sortable`, and the script that sorts it."""
        return f'<div class="sortable">{self.table.html()}</div>\n<script>{SCRIPT}</script>'

    def typst(self) -> str:
        """The table as it is."""
        return self.table.typst()

    def plain(self) -> str:
        """The table as it is."""
        return self.table.plain()
