"""Charts of ranges: the headline figures, and what moves the budget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cvi_analysis.display.canvas import (
    BLUE,
    BLUE_LIGHT,
    INK,
    MUTED,
    RULE,
    SMALL,
    WIDTH,
    Canvas,
    text_width,
    wrapped,
)
from cvi_analysis.display.formats import short_dollars
from cvi_analysis.display.svg_chart import Chart

RANGE_ROW = 38.0


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its range, and how its values are written."""

    name: str
    low: float
    central: float
    high: float
    show: Callable[[float], str]


def ranges(intervals: Sequence[Interval], title: str) -> Chart:
    """One row a figure, all drawn from zero so that widths can be compared with their figures.

    Args:
        intervals: figures, in order.
        title: the finding.
    """
    canvas = Canvas(RANGE_ROW * len(intervals) + 2, title)
    left = max(text_width(item.name, 9.0, True) for item in intervals) + 14
    right = WIDTH - 6
    for index, item in enumerate(intervals):
        y = canvas.top + RANGE_ROW * index + 20
        reach = max(item.high, item.central, 1e-9)
        # The scale ends a little after the high end, so that its label has room.
        scale = (right - left) / (reach * 1.02)
        low, mid, high = (left + value * scale for value in (item.low, item.central, item.high))
        canvas.text(0, y + 3, item.name, bold=True)
        canvas.text(left, y + 15, "0", size=SMALL, color=MUTED)
        canvas.line([(left, y), (right, y)], RULE, 1.0)
        canvas.bar(low, y - 5, max(high - low, 0.5), 10, BLUE_LIGHT)
        canvas.dots([(mid, y)], BLUE, 9.0)
        words = item.show(item.central)
        half = text_width(words, 9.0, True) / 2
        canvas.text(
            min(max(mid, left + half), right - half), y - 9, words, bold=True, color=BLUE,
            align="center",
        )  # fmt: skip
        told = f"{item.show(item.low)} to {item.show(item.high)}"
        told = "no range" if item.low == item.high else told
        half = text_width(told, SMALL) / 2
        center = min(max((low + high) / 2, left + half + 14), right - half)
        canvas.text(center, y + 15, told, size=SMALL, color=MUTED, align="center")
    alt = "Ranges. " + " ".join(
        f"{item.name}: {item.show(item.central)}, from {item.show(item.low)} to "
        f"{item.show(item.high)}."
        for item in intervals
    )
    return Chart(canvas.figure, alt, "", "ranges")


TORNADO_ROW = 27.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One assumption.

    Attributes:
        name: what it is, in words.
        low: how its low end is written.
        high: how its high end is written.
        at_low: the total with the low end, dollars a year.
        at_high: the total with the high end.
    """

    name: str
    low: str
    high: str
    at_low: int
    at_high: int


def tornado(bars: Sequence[Bar], central: int, title: str) -> Chart | None:
    """Bars from the lower to the higher total, the central total as a line through all.

    Args:
        bars: assumptions, the one with the largest effect first.
        central: the total as it is, dollars a year.
        title: the finding.

    Returns:
        The chart, or None without bars.
    """
    if not bars:
        return None
    canvas = Canvas(TORNADO_ROW * len(bars) + 24, title)
    room = 178.0
    ends = [central, *(end for bar in bars for end in (bar.at_low, bar.at_high))]
    low, high = min(ends), max(ends)
    label = max(text_width(bar.low, SMALL) for bar in bars)
    left, right = room + min(label, 70) + 8, WIDTH - 52
    scale = (right - left) / max(high - low, 1)

    def place(total: float) -> float:
        return left + (total - low) * scale

    middle, top = place(central), canvas.top + 14
    canvas.text(middle, top - 3, f"{short_dollars(central)} a year", size=SMALL, color=INK,
                bold=True, align="center")  # fmt: skip
    for index, bar in enumerate(bars):
        y = top + 6 + TORNADO_ROW * index
        words = wrapped(bar.name, SMALL, room - 6)[:2]
        for row, part in enumerate(words):
            canvas.text(0, y + (11 if len(words) == 1 else 6) + 10 * row, part, size=SMALL)
        for total, color, told in (
            (bar.at_low, BLUE_LIGHT, bar.low),
            (bar.at_high, BLUE, bar.high),
        ):
            end = place(total)
            canvas.bar(min(middle, end), y + 2, abs(end - middle), 12, color)
            if total == central:
                continue  # this end is the value in force: no bar, and nothing to say
            before = end < middle
            x = end - 4 if before else end + 4
            canvas.text(
                x, y + 11, told, size=SMALL, color=MUTED, align="right" if before else "left"
            )
    canvas.line([(middle, top + 2), (middle, top + 6 + TORNADO_ROW * len(bars))], INK, 1.0)
    told = "; ".join(
        f"{bar.name}: {short_dollars(bar.at_low)} at {bar.low}, {short_dollars(bar.at_high)} at "
        f"{bar.high}"
        for bar in bars
    )
    alt = f"The total budget is {short_dollars(central)}. With one assumption changed: {told}."
    return Chart(canvas.figure, alt, "", "tornado")
