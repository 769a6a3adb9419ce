"""The budget while a program is built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cvi_analysis.display.canvas import (
    BLUE,
    BLUE_LIGHT,
    INK,
    MUTED,
    SMALL,
    WIDTH,
    Canvas,
)
from cvi_analysis.display.formats import number, short_dollars
from cvi_analysis.display.svg_chart import Chart

ROW = 25.0


@dataclass(frozen=True, slots=True)
class Phase:
    """One year.

    Attributes:
        name: such as `Year 1`.
        planned: dollars to set aside, every planned post filled.
        expected: dollars likely to be spent, with some posts empty.
        posts: planned posts.
    """

    name: str
    planned: int
    expected: int
    posts: int


def phases(years: Sequence[Phase], title: str) -> Chart | None:
    """A bar a year: the dark part is likely to be spent, the whole is to be set aside.

    Returns:
        The chart, or None without years or money.
    """
    most = max((year.planned for year in years), default=0)
    if most <= 0:
        return None
    canvas = Canvas(ROW * len(years) + 20, title)
    left, right = 44.0, WIDTH - 168
    top = canvas.top
    for x, color, words in ((left, BLUE, "likely spent"), (left + 84, BLUE_LIGHT, "set aside")):
        canvas.bar(x, top, 9, 9, color)
        canvas.text(x + 13, top + 8, words, size=SMALL, color=MUTED)
    for index, year in enumerate(years):
        y = top + 17 + ROW * index
        whole = year.planned / most * (right - left)
        part = min(year.expected, year.planned) / most * (right - left)
        canvas.text(0, y + 12, year.name, size=SMALL)
        canvas.bar(left, y, max(whole, 0.3), 17, BLUE_LIGHT)
        canvas.bar(left, y, max(part, 0.3), 17, BLUE)
        words = f"{short_dollars(year.planned)}, {number(year.posts)} posts"
        canvas.text(left + whole + 5, y + 12, words, size=SMALL, color=INK)
    told = "; ".join(
        f"{year.name}: {short_dollars(year.planned)} to set aside, "
        f"{short_dollars(year.expected)} likely spent, {number(year.posts)} posts"
        for year in years
    )
    return Chart(canvas.figure, f"The budget year by year. {told}.", "", "phases")
