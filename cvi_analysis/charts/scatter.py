"""Places by two measures: one dot a place, in one or two series."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cvi_analysis.blocks.chart import Chart
from cvi_analysis.charts.style import (
    BLUE,
    INK,
    MUTED,
    ORANGE,
    RULE,
    SMALL,
    WIDTH,
    Canvas,
    text_width,
)

HEIGHT = 190.0
COLORS = (BLUE, ORANGE)


@dataclass(frozen=True, slots=True)
class Points:
    """One series: what it shows, and for each place its name and two values."""

    name: str
    places: Sequence[tuple[str, float, float]]


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis: what it measures, round values on it, and how a value is written."""

    name: str
    ticks: Sequence[float]
    show: Callable[[float], str]
    log: bool = False

    def place(self, value: float, start: float, end: float) -> float:
        """Where `value` lies from `start` (the first tick) to `end` (the last one)."""
        low, high = self.ticks[0], self.ticks[-1]
        if self.log:
            return start + math.log(value / low) / math.log(high / low) * (end - start)
        return start + (value - low) / (high - low) * (end - start)


def scatter(
    series: Sequence[Points], across: Axis, up: Axis, title: str, alt: str, name: str,
    named: Sequence[str] = (),
) -> Chart | None:  # fmt: skip
    """One or two series of dots.

    Args:
        series: in order; the first is drawn last, on top.
        across: the horizontal axis; its ticks enclose all values.
        up: the vertical axis.
        title: the finding.
        alt: the figures in words.
        name: of the chart.
        named: places whose name stands beside their dot of the first series.

    Returns:
        The chart, or None without places.
    """
    if not any(item.places for item in series):
        return None
    canvas = Canvas(HEIGHT + 18, title)
    left = max(text_width(up.show(tick), SMALL) for tick in up.ticks) + 10
    top, bottom, right = canvas.top + 34, canvas.top + HEIGHT - 16, WIDTH - 14
    x = 0.0
    for item, color in zip(series, COLORS, strict=False):
        canvas.dots([(x + 4, canvas.top + 5)], color, 6.0)
        canvas.text(x + 12, canvas.top + 8, item.name, size=SMALL, bold=True, color=color)
        x += text_width(item.name, SMALL, True) + 30
    canvas.text(0, canvas.top + 24, up.name, size=SMALL, color=MUTED)
    for tick in up.ticks:
        y = up.place(tick, bottom, top)
        canvas.line([(left, y), (WIDTH, y)], RULE, 0.7)
        canvas.text(left - 5, y + 3, up.show(tick), size=SMALL, color=MUTED, align="right")
    for tick in across.ticks:
        at = across.place(tick, left + 8, right)
        words = across.show(tick)
        half = text_width(words, SMALL) / 2
        canvas.text(min(at, WIDTH - half), bottom + 13, words, size=SMALL, color=MUTED,
                    align="center")  # fmt: skip
    canvas.text(left, bottom + 27, across.name, size=SMALL, color=MUTED)
    for item, color in reversed(list(zip(series, COLORS, strict=False))):
        canvas.dots(
            [
                (across.place(a, left + 8, right), up.place(b, bottom, top))
                for _, a, b in item.places
            ],
            color,
            4.6,
        )
    for place, a, b in series[0].places:
        if place in named:
            x, y = across.place(a, left + 8, right), up.place(b, bottom, top)
            side = x > (left + right) / 2
            canvas.text(x - 6 if side else x + 6, y - 5, place, size=SMALL, color=INK,
                        align="right" if side else "left")  # fmt: skip
    return Chart(canvas.figure, alt, "", name)


def round_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Two to `most + 2` round values that enclose `low` to `high`."""
    reach = max(high - low, abs(high) * 0.01, 1e-9)
    power = math.floor(math.log10(reach)) - 1
    step = next(
        base * 10.0 ** (power + more)
        for more in range(4)
        for base in (1, 2, 2.5, 5)
        if reach / (base * 10.0 ** (power + more)) <= most
    )
    first = math.floor(low / step)
    last = max(math.ceil(high / step), first + 1)
    return [step * number for number in range(first, last + 1)]
