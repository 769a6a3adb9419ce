"""Charts over time: residents, and the budget while a program is built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from cvi_analysis.display.canvas import (
    BLUE,
    BLUE_LIGHT,
    INK,
    MUTED,
    ORANGE,
    RULE,
    SMALL,
    TEAL,
    WIDTH,
    Canvas,
    text_width,
)
from cvi_analysis.display.formats import number, short_dollars
from cvi_analysis.display.svg_chart import Chart

HEIGHT = 168.0
COLORS = {"dec": INK, "pep2019": BLUE, "pep2024": ORANGE, "acs5": TEAL, "acs1": TEAL}


@dataclass(frozen=True, slots=True)
class Series:
    """One dataset's figures.

    Attributes:
        key: dataset.
        name: what it is called on the chart.
        points: year and residents, ascending.
        kind: `line` for yearly series, `marks` for single figures.
    """

    key: str
    name: str
    points: Sequence[tuple[int, int]]
    kind: Literal["line", "marks"]


def trend(series: Sequence[Series], title: str, alt: str) -> Chart | None:
    """All series on one scale that does not start at zero; no two series are joined.

    Args:
        series: datasets with at least one figure each.
        title: the finding.
        alt: the figures in words.

    Returns:
        The chart, or None where there is less than two figures.
    """
    everything = [point for item in series for point in item.points]
    if len(everything) < 2:
        return None
    years = [year for year, _ in everything]
    first, last = min(years), max(max(years), min(years) + 1)
    ticks = _ticks(min(v for _, v in everything), max(v for _, v in everything))
    canvas = Canvas(HEIGHT, title)
    left = max(text_width(number(tick), SMALL) for tick in ticks) + 8
    right = WIDTH - 12
    top, bottom = canvas.top + 14, canvas.top + HEIGHT - 20

    def place(year: float, value: float) -> tuple[float, float]:
        across = (year - first) / (last - first)
        up = (value - ticks[0]) / (ticks[-1] - ticks[0])
        return left + 10 + across * (right - left - 10), bottom - up * (bottom - top)

    for tick in ticks:
        y = place(first, tick)[1]
        canvas.line([(left, y), (WIDTH, y)], RULE, 0.7)
        canvas.text(left - 5, y + 3, number(tick), size=SMALL, color=MUTED, align="right")
    step = 1 if last - first <= 6 else 2
    for year in range(first, last + 1):
        if (year - first) % step == 0:
            canvas.text(
                place(year, ticks[0])[0], bottom + 14, str(year), size=SMALL, color=MUTED,
                align="center",
            )  # fmt: skip
    drawn = [(item, [place(year, value) for year, value in item.points]) for item in series]
    busy: list[tuple[float, float]] = []
    for item, points in drawn:
        color = COLORS.get(item.key, MUTED)
        if item.kind == "line":
            canvas.line(points, color, 1.8)
            canvas.dots(points, color, 3.6)
            busy += _between(points)
        else:
            canvas.dots(points, color, 7.0)
        busy += points
    taken: list[tuple[float, float, float]] = []
    for item, points in drawn:
        color = COLORS.get(item.key, MUTED)
        _label(canvas, item.name, points, color, (left, top, bottom), taken, busy)
    return Chart(canvas.figure, alt, "", "trend")


def _between(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points along a polyline, close enough together that no label fits between them."""
    return [
        (x1 + (x2 - x1) * part, y1 + (y2 - y1) * part)
        for (x1, y1), (x2, y2) in pairwise(points)
        for part in (0.2, 0.4, 0.6, 0.8)
    ]


def _label(
    canvas: Canvas,
    name: str,
    points: Sequence[tuple[float, float]],
    color: str,
    frame: tuple[float, float, float],
    taken: list[tuple[float, float, float]],
    busy: Sequence[tuple[float, float]],
) -> None:
    """Put the name near its series, where it covers least."""
    left, top, bottom = frame
    width = text_width(name, SMALL, True)
    best: tuple[float, float, float] | None = None
    middle = points[len(points) // 2]
    for x, y in (middle, points[-1], points[0], *points):
        for offset in (-9.0, 15.0, -20.0, 26.0, -31.0, 37.0, -42.0):
            start, base = min(max(x - width / 2, left), WIDTH - width), y + offset
            if not top - 4 <= base <= bottom - 2:
                continue
            covered = sum(
                start - 4 < px < start + width + 4 and base - 12 < py < base + 6 for px, py in busy
            )
            clashes = sum(
                abs(base - other) < 11 and start < end and start + width > begin
                for begin, end, other in taken
            )
            cost = covered + 100 * clashes + abs(offset) / 30
            if best is None or cost < best[0]:
                best = (cost, start, base)
    if best is None:
        best = (0.0, left, top)
    _, start, base = best
    taken.append((start - 4, start + width + 4, base))
    canvas.text(start, base, name, size=SMALL, color=color, bold=True)


def _ticks(low: float, high: float) -> list[float]:
    """Three to six round values that enclose `low` to `high`."""
    reach = max(high - low, high * 0.01, 1.0)
    step = next(
        base * 10.0**power
        for power in range(9)
        for base in (1, 2, 2.5, 5)
        if reach / (base * 10.0**power) <= 4
    )
    start = int(low // step)
    ticks = [start * step]
    while ticks[-1] < high:
        ticks.append(ticks[-1] + step)
    return ticks if len(ticks) > 1 else [ticks[0], ticks[0] + step]


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
