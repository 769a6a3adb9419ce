"""Places in the order of one measure, a dot each, with a reference drawn through all of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cvi_analysis.blocks.chart import Chart
from cvi_analysis.blocks.format import joined
from cvi_analysis.charts.style import (
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

ROW = 10.4
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
    canvas = Canvas(ROW * len(marks) + head + 6, title)
    names = [shortened(mark.name, NAME_SIZE, WIDTH / 2) for mark in marks]
    left = max(text_width(name, NAME_SIZE) for name in names) + 12
    place = _scale(marks, reference, left + 4, WIDTH - 62, log=log)
    top = canvas.top + head
    bottom = top + ROW * len(marks)
    if reference:
        _reference(canvas, reference, place, top, bottom)
    dots: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    lines = []
    for index, mark in enumerate(marks):
        y = top + ROW * index + ROW / 2
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
