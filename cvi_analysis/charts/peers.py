"""A city among the listed cities, one strip of dots a measure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cvi_analysis.blocks.chart import Chart
from cvi_analysis.charts.style import (
    MUTED,
    ORANGE,
    QUIET,
    RULE,
    SMALL,
    WIDTH,
    Canvas,
    text_width,
)

ROW = 56.0


@dataclass(frozen=True, slots=True)
class Strip:
    """One measure over all cities.

    Attributes:
        name: what is measured.
        values: the other cities' values with their names.
        own: this city's value.
        show: how a value is written.
        log: whether equal steps are equal ratios, for measures that span a wide range.
    """

    name: str
    values: Sequence[tuple[str, float]]
    own: float
    show: Callable[[float], str]
    log: bool


def peers(strips: Sequence[Strip], city: str, title: str) -> Chart:
    """Each strip shows every city as a dot, this one highlighted, the ends named.

    Args:
        strips: measures, in order.
        city: this city's name.
        title: the finding.
    """
    canvas = Canvas(ROW * len(strips) + 2, title)
    left, right = 8.0, WIDTH - 8.0
    alts = []
    for index, strip in enumerate(strips):
        y = canvas.top + ROW * index + 36
        values = [value for _, value in strip.values]
        low, high = min([*values, strip.own]), max([*values, strip.own])
        place = _scale(low, high, left, right, log=strip.log)
        canvas.line([(left, y), (right, y)], RULE, 1.0)
        canvas.dots([(place(value), y) for value in values], QUIET, 5.0)
        own = place(strip.own)
        canvas.dots([(own, y)], ORANGE, 9.0)
        canvas.text(0, y - 24, strip.name, bold=True)
        words = f"{city} {strip.show(strip.own)}"
        half = text_width(words, 9.0, True) / 2
        x = min(max(own, half), WIDTH - half)
        canvas.text(x, y - 9, words, bold=True, color=ORANGE, align="center")
        first = min(strip.values, key=lambda item: item[1])
        last = max(strip.values, key=lambda item: item[1])
        # Where this city is itself the lowest or highest, its own label stands there already.
        if first[1] < strip.own:
            words = f"{first[0]} {strip.show(first[1])}"
            canvas.text(0, y + 14, words, size=SMALL, color=MUTED)
        if last[1] > strip.own:
            words = f"{last[0]} {strip.show(last[1])}"
            canvas.text(WIDTH, y + 14, words, size=SMALL, color=MUTED, align="right")
        middle = sorted([*values, strip.own])[len(values) // 2]
        alts.append(
            f"{strip.name}: {city} {strip.show(strip.own)}; lowest of the others {first[0]} "
            f"{strip.show(first[1])}, middle {strip.show(middle)}, highest of the others {last[0]} "
            f"{strip.show(last[1])}"
        )
    alt = f"{city} among the listed cities. {'. '.join(alts)}."
    return Chart(canvas.figure, alt, "", "peers")


def _scale(
    low: float, high: float, left: float, right: float, *, log: bool
) -> Callable[[float], float]:
    if high <= low:
        return lambda _: (left + right) / 2
    if log and low > 0:
        base, reach = math.log(low), math.log(high) - math.log(low)
        return lambda value: left + (math.log(value) - base) / reach * (right - left)
    return lambda value: left + (value - low) / (high - low) * (right - left)
