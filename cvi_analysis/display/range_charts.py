"""Charts of ranges: the headline figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cvi_analysis.display.canvas import (
    BLUE,
    BLUE_LIGHT,
    MUTED,
    RULE,
    SMALL,
    WIDTH,
    Canvas,
    text_width,
)
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
