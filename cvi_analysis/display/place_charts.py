"""Charts of many places: in order, in strips, and by two measures."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cvi_analysis.display.canvas import (
    BLUE,
    BLUE_LIGHT,
    INK,
    MUTED,
    ORANGE,
    RULE,
    SMALL,
    WIDTH,
    Canvas,
    shortened,
    text_width,
)
from cvi_analysis.display.formats import joined
from cvi_analysis.display.svg_chart import Chart

RANKED_ROW = 10.4
NAME_SIZE = 8.0


@dataclass(frozen=True, slots=True)
class Mark:
    """One place: its name, its value, and whether it stands out."""

    name: str
    value: float
    special: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """A value, or a band, that all places are compared with.

    Attributes:
        value: where the line is.
        words: what it is.
        low: low end of a band, or None.
        high: high end of a band, or None.
    """

    value: float
    words: str
    low: float | None = None
    high: float | None = None


def ranked(
    marks: Sequence[Mark],
    show: Callable[[float], str],
    title: str,
    name: str,
    *,
    reference: Reference | None = None,
    log: bool = False,
) -> Chart | None:
    """One row a place, in the order given; the values of the first, the last and special ones.

    Args:
        marks: places, already in order.
        show: how a value is written.
        title: the finding.
        name: of the chart; no two of a report share it.
        reference: a line, with or without a band, through all rows.
        log: equal steps are equal ratios; only for values above 0.

    Returns:
        The chart, or None without places.
    """
    if not marks:
        return None
    head = 14.0 if reference else 2.0
    canvas = Canvas(RANKED_ROW * len(marks) + head + 6, title)
    names = [shortened(mark.name, NAME_SIZE, WIDTH / 2) for mark in marks]
    left = max(text_width(name, NAME_SIZE) for name in names) + 12
    place = _scale(marks, reference, left + 4, WIDTH - 62, log=log)
    top = canvas.top + head
    bottom = top + RANKED_ROW * len(marks)
    if reference:
        _reference(canvas, reference, place, top, bottom)
    dots: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    lines = []
    for index, mark in enumerate(marks):
        y = top + RANKED_ROW * index + RANKED_ROW / 2
        x = place(mark.value)
        lines.append((left, y, WIDTH - 62, y))
        dots[mark.special].append((x, y))
        color = ORANGE if mark.special else INK
        canvas.text(left - 8, y + 2.6, names[index], size=NAME_SIZE, color=color, align="right")
        if mark.special or index in (0, len(marks) - 1):
            words = show(mark.value)
            canvas.text(x + 7, y + 2.8, words, size=SMALL, bold=True, color=color)
    canvas.ticks(lines, RULE, 0.5)
    canvas.dots(dots[False], BLUE, 5.4)
    canvas.dots(dots[True], ORANGE, 6.4)
    return Chart(canvas.figure, _alt(marks, show, reference), "", name)


def _reference(
    canvas: Canvas,
    reference: Reference,
    place: Callable[[float], float],
    top: float,
    bottom: float,
) -> None:
    if reference.low is not None and reference.high is not None:
        start, end = place(reference.low), place(reference.high)
        canvas.bar(start, top, end - start, bottom - top, BLUE_LIGHT)
    x = place(reference.value)
    canvas.line([(x, top), (x, bottom)], MUTED, 1.0, dashed=True)
    half = text_width(reference.words, SMALL) / 2
    canvas.text(
        min(max(x, half), WIDTH - half), top - 4, reference.words, size=SMALL, color=MUTED,
        align="center",
    )  # fmt: skip


def _scale(
    marks: Sequence[Mark],
    reference: Reference | None,
    left: float,
    right: float,
    *,
    log: bool,
) -> Callable[[float], float]:
    ends = [mark.value for mark in marks]
    if reference:
        ends += [x for x in (reference.low, reference.value, reference.high) if x is not None]
    low, high = min(ends), max(ends)
    if high <= low:
        return lambda _: (left + right) / 2
    if log and low > 0:
        reach = math.log(high / low)
        return lambda value: left + math.log(value / low) / reach * (right - left)
    return lambda value: left + (value - low) / (high - low) * (right - left)


def _alt(marks: Sequence[Mark], show: Callable[[float], str], reference: Reference | None) -> str:
    told = [f"{mark.name} {show(mark.value)}" for mark in marks]
    if len(told) > 8:
        told = [*told[:4], *told[-4:]]
        words = f"First {joined(told[:4])}; last {joined(told[4:])}"
    else:
        words = joined(told)
    against = f" {reference.words}." if reference else ""
    return f"{len(marks)} places in order. {words}.{against}"


STRIP_ROW = 42.0


@dataclass(frozen=True, slots=True)
class MeasureSpread:
    """One measure: its name, and each place's name and value."""

    name: str
    values: Sequence[tuple[str, float]]


def strips(
    spreads: Sequence[MeasureSpread], show: Callable[[float], str], title: str, name: str
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
    canvas = Canvas(STRIP_ROW * len(spreads) + 4, title)
    left, right = 6.0, WIDTH - 8.0
    told = []
    for index, item in enumerate(spreads):
        y = canvas.top + STRIP_ROW * index + 22
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


def _words(item: MeasureSpread, end: tuple[str, float], show: Callable[[float], str]) -> str:
    """An end with the name of its place, or how many places share it."""
    same = [place for place, value in item.values if show(value) == show(end[1])]
    if len(same) == len(item.values):
        return f"{show(end[1])} everywhere"
    if len(same) > 2:
        return f"{show(end[1])} in {len(same)} places"
    return f"{show(end[1])} {' and '.join(same)}"


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
