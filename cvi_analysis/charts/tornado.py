"""Which assumptions move the budget most: one bar each, from its low to its high end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cvi_analysis.blocks.chart import Chart
from cvi_analysis.blocks.format import short_dollars
from cvi_analysis.charts.style import (
    BLUE,
    BLUE_LIGHT,
    INK,
    MUTED,
    SMALL,
    WIDTH,
    Canvas,
    text_width,
    wrapped,
)

ROW = 27.0


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
    canvas = Canvas(ROW * len(bars) + 24, title)
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
        y = top + 6 + ROW * index
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
    canvas.line([(middle, top + 2), (middle, top + 6 + ROW * len(bars))], INK, 1.0)
    told = "; ".join(
        f"{bar.name}: {short_dollars(bar.at_low)} at {bar.low}, {short_dollars(bar.at_high)} at "
        f"{bar.high}"
        for bar in bars
    )
    alt = f"The total budget is {short_dollars(central)}. With one assumption changed: {told}."
    return Chart(canvas.figure, alt, "", "tornado")
