"""Measures over all places: one strip of dots each, the lowest and the highest named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cvi_analysis.blocks.chart import Chart
from cvi_analysis.charts.style import (
    BLUE,
    INK,
    MUTED,
    RULE,
    SMALL,
    WIDTH,
    Canvas,
    text_width,
)

ROW = 42.0


@dataclass(frozen=True, slots=True)
class Spread:
    """One measure: its name, and each place's name and value."""

    name: str
    values: Sequence[tuple[str, float]]


def strips(
    spreads: Sequence[Spread], show: Callable[[float], str], title: str, name: str
) -> Chart | None:
    """All strips on one scale from zero, so that they can be compared.

    Args:
        spreads: measures of one kind, in order.
        show: how a value is written.
        title: the finding.
        name: of the chart.

    Returns:
        The chart, or None without values above zero.
    """
    highest = max((value for item in spreads for _, value in item.values), default=0.0)
    if highest <= 0:
        return None
    canvas = Canvas(ROW * len(spreads) + 4, title)
    left, right = 6.0, WIDTH - 8.0
    told = []
    for index, item in enumerate(spreads):
        y = canvas.top + ROW * index + 22
        canvas.text(0, y - 9, item.name, bold=True)
        canvas.line([(left, y), (right, y)], RULE, 1.0)
        places = [left + value / highest * (right - left) for _, value in item.values]
        canvas.dots([(x, y) for x in places], BLUE, 4.6)
        first = min(item.values, key=lambda place: place[1])
        last = max(item.values, key=lambda place: place[1])
        low, high = _words(item, first, show), _words(item, last, show)
        x = left + first[1] / highest * (right - left)
        end = left + last[1] / highest * (right - left)
        low_start = min(max(x - text_width(low, SMALL) / 2, 0), WIDTH)
        high_start = min(end - text_width(high, SMALL) / 2, WIDTH - text_width(high, SMALL))
        if first[1] == last[1]:
            canvas.text(max(high_start, 0), y + 14, high, size=SMALL, color=MUTED)
        else:
            high_start = max(high_start, low_start + text_width(low, SMALL) + 14)
            if high_start + text_width(high, SMALL) > WIDTH:
                high_start = WIDTH - text_width(high, SMALL)
                low_start = max(0, min(low_start, high_start - text_width(low, SMALL) - 14))
            canvas.text(low_start, y + 14, low, size=SMALL, color=MUTED)
            canvas.text(high_start, y + 14, high, size=SMALL, color=INK)
        told.append(f"{item.name}: from {low} to {high}")
    return Chart(canvas.figure, f"One dot a place. {'; '.join(told)}.", "", name)


def _words(item: Spread, end: tuple[str, float], show: Callable[[float], str]) -> str:
    """An end with the name of its place, or how many places share it."""
    same = [place for place, value in item.values if show(value) == show(end[1])]
    if len(same) == len(item.values):
        return f"{show(end[1])} everywhere"
    if len(same) > 2:
        return f"{show(end[1])} in {len(same)} places"
    return f"{show(end[1])} {' and '.join(same)}"
