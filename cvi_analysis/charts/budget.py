"""The annual budget as parts of a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cvi_analysis.blocks.chart import Chart
from cvi_analysis.blocks.format import dollars, percent, short_dollars
from cvi_analysis.charts.style import (
    BLUE,
    INK,
    ORANGE,
    SLATE,
    SMALL,
    TEAL,
    TEALS,
    WIDTH,
    Canvas,
    text_width,
)

HEIGHT = 34.0
STAFF_COLORS = (BLUE, ORANGE, SLATE, "#8a94a3")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the budget: its name and dollars a year."""

    name: str
    dollars: int


def budget(wraparound: Sequence[tuple[str, int]], staff: Sequence[tuple[str, int]]) -> Chart | None:
    """One bar: wraparound by kind on the left, staff and support of staff on the right.

    Args:
        wraparound: kinds of wraparound services, dollars a year.
        staff: pay, training and evaluation lines, dollars a year.

    Returns:
        The chart, or None if the budget is zero.
    """
    kinds = [Part(*item) for item in wraparound]
    lines = [Part(*item) for item in staff]
    services = sum(part.dollars for part in kinds)
    total = services + sum(part.dollars for part in lines)
    if total <= 0:
        return None
    unnamed = [p for p in kinds if p.dollars > 0 and not _fits(p, WIDTH / total)]
    below = [*unnamed, *(part for part in lines if part.dollars > 0)]
    title = (
        f"{percent(services / total)} of {short_dollars(total)} a year goes to services for "
        f"people at risk and their families"
    )
    canvas = Canvas(30 + HEIGHT + 10 + 14 * len(below), title)
    y = canvas.top + 26
    scale = WIDTH / total
    x = 0.0
    if services:
        width = services * scale
        words = f"Wraparound services {short_dollars(services)}, {percent(services / total)}"
        canvas.line([(0.5, y - 4), (0.5, y - 8), (width - 1.5, y - 8), (width - 1.5, y - 4)], TEAL)
        canvas.text(0, y - 13, words, bold=True, color=TEAL)
    centers: list[tuple[float, Part, str]] = []
    for part, color in zip(kinds, TEALS, strict=True):
        ink = "white" if color in TEALS[:2] else INK
        start, x = x, _segment(canvas, x, y, part, scale, color, ink)
        if part in unnamed:
            centers.append(((start + x) / 2, part, TEAL))
    for part, color in zip(lines, STAFF_COLORS, strict=True):
        start, x = x, _segment(canvas, x, y, part, scale, color, None)
        if part.dollars > 0:
            centers.append(((start + x) / 2, part, color))
    for index, (center, part, color) in enumerate(centers):
        base = y + HEIGHT + 14 + 14 * index
        canvas.line([(center, y + HEIGHT), (center, base - 3), (center - 4, base - 3)], color)
        words = f"{part.name} {short_dollars(part.dollars)}, {percent(part.dollars / total)}"
        canvas.text(center - 7, base, words, align="right", color=INK, size=8.5)
    everything = [*lines, Part("Wraparound services", services)]
    named = "; ".join(
        f"{part.name} {dollars(part.dollars)} ({percent(part.dollars / total)})"
        for part in everything
    )
    by_kind = "; ".join(f"{part.name} {dollars(part.dollars)}" for part in kinds)
    alt = (
        f"The annual budget of {dollars(total)} as parts of one bar: {named}. "
        f"Wraparound services by kind: {by_kind}."
    )
    return Chart(canvas.figure, alt, "", "budget")


def _fits(part: Part, scale: float) -> bool:
    return text_width(part.name, SMALL) + 8 < part.dollars * scale


def _segment(
    canvas: Canvas, x: float, y: float, part: Part, scale: float, color: str, ink: str | None
) -> float:
    width = part.dollars * scale
    if width > 0:
        canvas.bar(x, y, max(width - 1, 0.3), HEIGHT, color)
    if ink is not None and _fits(part, scale):
        canvas.text(x + 5, y + 14, part.name, size=SMALL, color=ink, bold=False)
        amount = short_dollars(part.dollars)
        if text_width(amount, SMALL) + 8 < width:
            canvas.text(x + 5, y + 26, amount, size=SMALL, color=ink)
    return x + width
