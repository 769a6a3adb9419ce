"""Whether a table surely fits on a page of the PDF, or surely does not, by its characters alone.

Typst could measure it, but that lays the table out once more: a tenth of the time of a PDF.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cvi_analysis.blocks.table import Table

WIDTH, HEIGHT = 468.0, 655.2
"""Points of the text on a page, as the PDF's template sets its margins."""

SMALL = 7.6 / 9
"""Size of dense type, as a share of the 9 points of other tables."""

_LETTER, _LINE = 5.6, 12.0  # At 9 points: a letter, on average, is never wider; a line is as high.
_BESIDE, _ABOVE = 14.0, 10.0  # Space between columns and between rows.
_LEAST_ROW = 14.0
_BREAK = re.compile(r"[\s/–—-]")


def fits(table: Table) -> bool | None:
    """True if it surely fits on one page, False if it is surely longer; None if it may."""
    scale = SMALL if table.small else 1.0
    rows: list[Sequence[str]] = [[column.title for column in table.columns]]
    rows += [[cell.plain() for cell in row.cells] for row in table.rows]
    if len(rows) * _LEAST_ROW * scale > HEIGHT:
        return False
    widths = _widths(table, rows, scale)
    high = sum(_LINE * scale * _lines(row, widths, scale) + _ABOVE for row in rows)
    words = [table.caption, *(note.plain() for note in table.notes)]
    high += sum(14.0 * (2 + _length(text) / 70) for text in words)
    return True if high < 0.85 * HEIGHT else None


def _widths(table: Table, rows: Sequence[Sequence[str]], scale: float) -> list[float] | None:
    """Room for letters in each column; None where columns ask for more than there is."""
    full = [row for row in rows if len(row) == len(table.columns)]
    asked = [
        max(_length(row[place]) for row in full) * _LETTER * scale + _BESIDE
        if column.width is None
        else 0.0
        for place, column in enumerate(table.columns)
    ]
    shares = sum(column.width or 0.0 for column in table.columns)
    room = WIDTH - sum(asked)
    if room < (100.0 if shares else 0.0):
        return None
    return [
        (own if column.width is None else room * column.width / shares) - _BESIDE
        for own, column in zip(asked, table.columns, strict=True)
    ]


def _lines(row: Sequence[str], widths: Sequence[float] | None, scale: float) -> int:
    """Lines of the highest cell, at most."""
    if widths is None:
        return max(map(_breaks, row))
    rooms = widths if len(row) == len(widths) else [sum(widths)]
    lines = 1
    for text, room in zip(row, rooms, strict=True):
        full = ceil(_length(text) * _LETTER * scale / max(room, 1.0))
        # A line ends before the word that does not fit.
        lines = max(lines, min(_breaks(text), ceil(1.3 * full) if full > 1 else 1))
    return lines


def _length(text: str) -> int:
    """Letters, those that are wider than Latin ones counted twice or more."""
    return len(text.encode())


def _breaks(text: str) -> int:
    """Lines that a text has however narrow its column is; addresses and CJK break anywhere."""
    if "://" in text or "www." in text:
        return len(text)
    return len(_BREAK.findall(text)) + sum(not c.isascii() for c in text) + 1
