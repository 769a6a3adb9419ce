"""What a cell of a notebook calls to show something: text, a table of a DataFrame, a chart.

All display at once, in the page and in the PDF, so a cell may show several things. In a city's
notebook the text comes from its report, which knows its figures: `say = report.say`.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import inf
from typing import TYPE_CHECKING, Any

from cvi_analysis.display.formats import number, plain
from cvi_analysis.display.markdown import inline, markdown, written
from cvi_analysis.display.prose import Block, Inline, Line, shown
from cvi_analysis.display.svg_chart import Chart
from cvi_analysis.display.tables import Column, Row, Sortable, Table
from cvi_analysis.errors import InputError

# start-up time: only a cell has either at hand.
if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

Format = str | Callable[[Any], str]
"""A name such as `dollars`, a format of Python's such as `,.1f`, or a function."""

_LONG = 28
"""Letters from which on the cells of a column of words may break."""


def display(*blocks: Block) -> None:
    """Show blocks, in a notebook as Jupyter shows them."""
    from IPython.display import display as show_in_notebook  # start-up time: as above

    show_in_notebook(*blocks)  # type: ignore[no-untyped-call]


def say(text: str, /, **own: Any) -> None:
    """Show Markdown in which `{name}` stands for a value given as `name=…`.

    Raises:
        InputError: no value of that name is given.
    """
    display(markdown(text, {}, **own))


def show(fig: Figure, *, alt: str, caption: str = "") -> None:
    """Show a matplotlib figure.

    Args:
        fig: the figure. It is closed, so that Jupyter does not show it once more.
        alt: what it shows, in words with the figures, beginning with the finding: it is read to
            people who do not see it, and PDF/UA requires it.
        caption: a sentence under it.

    Raises:
        InputError: there is no `alt`.
    """
    if not alt.strip():
        raise InputError(
            "is missing", parameter="alt", allowed="words that say what the chart shows"
        )
    name = hashlib.sha256(alt.encode()).hexdigest()[:12]
    display(Chart(fig, alt, caption, name))
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(fig)


def table(
    frame: pd.DataFrame,
    *,
    caption: str,
    headers: Mapping[str, str] | None = None,
    rows: str | None = None,
    groups: str | None = None,
    dollars: Sequence[str] = (),
    formats: Mapping[str, Format] | None = None,
    total: str = "",
    sums: Sequence[str] = (),
    figures: Mapping[str, str] | None = None,
    notes: str | Sequence[str] = (),
    right: Sequence[str] = (),
    widths: Mapping[str, float] | None = None,
    small: bool = False,
    sortable: bool = False,
) -> None:
    """Show a DataFrame as a table that can be read by ear, in the page and in the PDF.

    Args:
        frame: one row a row. Its index names the rows, unless `rows` does, or it only counts.
        caption: what the table shows.
        headers: the heading of a column; without one its name is the heading. That of the index
            goes by its name.
        rows: the column that names the rows, in place of the index, which is not shown then.
        groups: the column whose words stand as a heading over the rows that share them.
        dollars: the columns that hold dollars.
        formats: how the figures of a column are written.
        total: the name of a last row that adds up `sums`.
        sums: the columns that can be added up.
        figures: by column the dotted name in the city's JSON of its figures, with `{row}` for the
            label in the index: `{"count": "staffing.{row}.count"}`.
        notes: remarks under the table, in Markdown; a brace that is to be seen is written twice.
        right: columns of figures that are words already, such as `5 to 10`.
        widths: in the PDF the share of the width of columns; one that is not named is as wide as
            its words.
        small: dense type, for a long table.
        sortable: on the page a click on a heading sorts the rows by its column.

    Raises:
        InputError: there is no such column, or nothing to add up.
    """
    made = FrameTable(
        frame,
        caption,
        headers=headers or {},
        rows=rows,
        groups=groups,
        formats={**dict.fromkeys(dollars, "dollars"), **(formats or {})},
        total=total,
        sums=sums,
        figures=figures or {},
        notes=[notes] if isinstance(notes, str) else notes,
        right=right,
        widths=widths or {},
        small=small,
    )
    display(Sortable(made.block()) if sortable else made.block())


@dataclass(frozen=True, slots=True)
class FrameTable:
    """What `table` is asked for; the attributes are its arguments."""

    frame: pd.DataFrame
    caption: str
    headers: Mapping[str, str] = field(default_factory=dict)
    rows: str | None = None
    groups: str | None = None
    formats: Mapping[str, Format] = field(default_factory=dict)
    total: str = ""
    sums: Sequence[str] = ()
    figures: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()
    right: Sequence[str] = ()
    widths: Mapping[str, float] = field(default_factory=dict)
    small: bool = False

    def block(self) -> Table:
        """The table as a block.

        Raises:
            InputError: there is no such column, or nothing to add up.
        """
        named = [name for name in (self.rows, self.groups) if name is not None]
        _known(self.frame, [*named, *self.formats, *self.sums, *self.figures, *self.right])
        if self.total and not self.sums:
            raise InputError("names no column", parameter="sums", allowed="columns to add up")
        names = self._names_of_rows()
        columns = [str(name) for name in self.frame.columns if name not in (names, self.groups)]
        rows = self._body(names, columns)
        if self.groups is not None:
            rows = _grouped(list(self.frame[self.groups]), rows)
        if self.total:
            added = {name: self.frame[name].sum() for name in self.sums}
            ends = (_cell(added.get(name), self.formats.get(name), None, "") for name in columns)
            rows.append(Row.of(self.total, *ends, kind="total"))
        first = str(self.frame.index.name or "") if names is None else names
        return Table(
            caption=self.caption,
            columns=(
                Column(self.headers.get(first, first), "left", self.widths.get(first, 3)),
                *(self._column(name) for name in columns),
            ),
            rows=tuple(rows),
            notes=tuple(inline(note) for note in self.notes),
            small=self.small,
        )

    def _column(self, name: str) -> Column:
        title, cells = self.headers.get(name, name), list(self.frame[name])
        words = [cell for cell in cells if isinstance(cell, str | Line)]
        # A word stands among figures where there is none.
        figures = len(words) < sum(not _missing(cell) for cell in cells)
        if not words or figures or name in {*self.formats, *self.right}:
            return Column(title, width=self.widths.get(name))
        if self.widths:
            return Column(title, "left", self.widths.get(name))
        longest = max(len(cell if isinstance(cell, str) else cell.plain()) for cell in words)
        return Column(title, "left", 3 if longest >= _LONG else None)

    def _names_of_rows(self) -> str | None:
        """The column that names the rows; None for the index."""
        index = self.frame.index
        if self.rows is None and index.name is None and list(index) == list(range(len(index))):
            return next(str(name) for name in self.frame.columns if name != self.groups)
        return self.rows

    def _body(self, names: str | None, columns: Sequence[str]) -> list[Row]:
        labels = list(self.frame.index)
        heads = labels if names is None else list(self.frame[names])
        made = [
            [
                _cell(value, self.formats.get(name), self.figures.get(name), label)
                for value, label in zip(self.frame[name], labels, strict=True)
            ]
            for name in columns
        ]
        return [Row.of(*cells) for cells in zip(map(_label, heads), *made, strict=True)]


def _grouped(titles: Sequence[Any], rows: Sequence[Row]) -> list[Row]:
    """The rows with a heading over each run of the same title."""
    found: list[Row] = []
    for title, run in groupby(zip(titles, rows, strict=True), key=lambda pair: pair[0]):
        found += [Row.of(_label(title), kind="group"), *(row for _, row in run)]
    return found


def _known(frame: pd.DataFrame, names: Iterable[str]) -> None:
    for name in names:
        if name not in frame.columns:
            raise InputError(
                "is no column of the table",
                parameter=name,
                allowed=", ".join(str(column) for column in frame.columns),
            )


def _missing(value: Any) -> bool:
    import pandas as pd  # start-up time: as above

    return value is None or (not isinstance(value, str | Line) and pd.api.types.is_scalar(value)
                             and bool(pd.isna(value)))  # fmt: skip


def _label(value: Any) -> Inline | Line:
    if isinstance(value, str | Line):
        return value
    return written(_own(value), "plain" if isinstance(value, float) else "d")


def _own(value: Any) -> Any:
    """A NumPy scalar as Python's own number, which JSON can write."""
    return value.item() if hasattr(value, "item") else value


def _cell(value: Any, how: Format | None, figure: str | None, row: Hashable) -> Inline | Line:
    if isinstance(value, Line):
        return value
    if _missing(value):
        return ""
    value = _own(value)
    if value in (inf, -inf):
        return "no limit"
    if callable(how):
        text = how(value)
    elif isinstance(value, str):
        return value
    elif how is None and isinstance(value, float):
        text = number(value) if value.is_integer() else plain(value, 2)
    else:
        text = written(value, how or "")
    return text if figure is None else shown(text, figure.format(row=row), value)
