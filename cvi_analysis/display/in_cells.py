"""What a cell of a notebook calls to show something: a table of a DataFrame, a chart.

Both display at once, in the page and in the PDF, so a cell may show several things. Text with
figures comes from a report, which knows them: `say = report.say`.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from cvi_analysis.display.formats import assumption_value, number, plain
from cvi_analysis.display.markdown import inline, written
from cvi_analysis.display.prose import Block, Inline, Line, shown
from cvi_analysis.display.svg_chart import Chart
from cvi_analysis.display.tables import Column, Row, Table
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
    small: bool = False,
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
        notes: remarks under the table, in Markdown.
        small: dense type, for a long table.

    Raises:
        InputError: there is no such column, or nothing to add up.
    """
    display(
        frame_table(
            frame,
            caption=caption,
            headers=headers or {},
            rows=rows,
            groups=groups,
            formats={**dict.fromkeys(dollars, "dollars"), **(formats or {})},
            total=total,
            sums=sums,
            figures=figures or {},
            notes=[notes] if isinstance(notes, str) else notes,
            small=small,
        )
    )


def frame_table(
    frame: pd.DataFrame,
    *,
    caption: str,
    headers: Mapping[str, str],
    rows: str | None,
    groups: str | None,
    formats: Mapping[str, Format],
    total: str,
    sums: Sequence[str],
    figures: Mapping[str, str],
    notes: Sequence[str],
    small: bool,
) -> Table:
    """The table that `table` shows."""
    named = [name for name in (rows, groups) if name is not None]
    _known(frame, [*named, *formats, *sums, *figures])
    if total and not sums:
        raise InputError("names no column", parameter="sums", allowed="the columns to add up")
    labels = list(frame.index)
    if rows is None and frame.index.name is None and _only_counts(labels):
        rows = next(str(name) for name in frame.columns if name != groups)
    names = labels if rows is None else list(frame[rows])
    columns = [str(name) for name in frame.columns if name not in (rows, groups)]
    cells = {name: list(frame[name]) for name in columns}
    found = [
        Row.of(
            _label(names[place]),
            *(
                _cell(cells[name][place], formats.get(name), figures.get(name), labels[place])
                for name in columns
            ),
        )
        for place in range(len(frame))
    ]
    if groups is not None:
        over = zip(frame[groups], found, strict=True)
        found = [
            row
            for title, under in groupby(over, key=lambda pair: pair[0])
            for row in (Row.of(_label(title), kind="group"), *(row for _, row in under))
        ]
    if total:
        added = {name: frame[name].sum() for name in sums}
        ends = (_cell(added.get(name), formats.get(name), None, "") for name in columns)
        found.append(Row.of(total, *ends, kind="total"))
    first = str(frame.index.name or "") if rows is None else rows
    return Table(
        caption=caption,
        columns=(
            Column(headers.get(first, first), "left", 3),
            *(_column(headers.get(name, name), cells[name], name in formats) for name in columns),
        ),
        rows=tuple(found),
        notes=tuple(inline(note) for note in notes),
        small=small,
    )


def _known(frame: pd.DataFrame, names: Iterable[str]) -> None:
    for name in names:
        if name not in frame.columns:
            raise InputError(
                "is no column of the table",
                parameter=name,
                allowed=", ".join(str(column) for column in frame.columns),
            )


def _only_counts(labels: Sequence[Hashable]) -> bool:
    return labels == list(range(len(labels)))


def _missing(value: Any) -> bool:
    import pandas as pd  # start-up time: as above

    return value is None or (not isinstance(value, str | Line) and pd.api.types.is_scalar(value)
                             and bool(pd.isna(value)))  # fmt: skip


def _label(value: Any) -> Inline | Line:
    return value if isinstance(value, Line) else assumption_value(_own(value), "year")


def _own(value: Any) -> Any:
    """A NumPy scalar as Python's own number, which JSON can write."""
    return value.item() if hasattr(value, "item") else value


def _cell(value: Any, how: Format | None, figure: str | None, row: Hashable) -> Inline | Line:
    if isinstance(value, Line):
        return value
    if _missing(value):
        return ""
    value = _own(value)
    if callable(how):
        text = how(value)
    elif isinstance(value, str):
        return value
    elif how is None and isinstance(value, float):
        text = number(value) if value.is_integer() else plain(value, 2)
    else:
        text = written(value, how or "")
    return text if figure is None else shown(text, figure.format(row=row), value)


def _column(title: str, cells: Sequence[Any], formatted: bool) -> Column:
    words = [cell for cell in cells if isinstance(cell, str | Line)]
    if not words or formatted:
        return Column(title)
    if len(words) < sum(not _missing(cell) for cell in cells):
        return Column(title)  # figures, with a word where there is none
    longest = max(len(cell if isinstance(cell, str) else cell.plain()) for cell in words)
    return Column(title, "left", 3 if longest >= _LONG else None)
