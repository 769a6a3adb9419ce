"""The team, drawn as people by role."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cvi_analysis.blocks.chart import Chart
from cvi_analysis.blocks.format import counted, number
from cvi_analysis.charts.style import (
    BLUE,
    BODY,
    MUTED,
    ORANGE,
    SMALL,
    TEAL,
    WIDTH,
    Canvas,
    shortened,
    text_width,
)

COLORS = {"frontline": BLUE, "supervision": ORANGE, "ovp": TEAL}
PALE = {"frontline": "#bcd0e2", "supervision": "#ecc6b2", "ovp": "#b4d6d2"}
ROW, PITCH = 16.0, 8.6


@dataclass(frozen=True, slots=True)
class Crew:
    """The people of one role: its name in the plural, its group key and how many there are."""

    name: str
    group: str
    count: int


def team(crews: Sequence[Crew], groups: dict[str, str], city: str) -> Chart:
    """One figure a person; in large teams one figure for 2, 5, 10 or more people.

    Args:
        crews: roles with at least one person, in order, grouped.
        groups: title of each group key, in order.
        city: name in use.
    """
    total = sum(crew.count for crew in crews)
    largest = max(crews, key=lambda crew: crew.count)
    names = {crew.name: shortened(crew.name, BODY, WIDTH / 2) for crew in crews}
    left = max(text_width(name, BODY) for name in names.values()) + 40
    room = int((WIDTH - left) // PITCH)
    unit = next(u for u in _steps() if math.ceil(largest.count / u) <= room)
    frontline = sum(crew.count for crew in crews if crew.group == "frontline")
    title = (
        f"{city}’s team: {counted(total, 'person', 'people')}, "
        f"{number(frontline)} of whom work directly with people at risk"
    )
    shown = [key for key in groups if any(crew.group == key for crew in crews)]
    canvas = Canvas(ROW * len(crews) + 18 * len(shown) + (14 if unit > 1 else 2), title)
    y = canvas.top
    for key in shown:
        members = [crew for crew in crews if crew.group == key]
        subtotal = sum(crew.count for crew in members)
        y += 12
        canvas.text(0, y, groups[key], bold=True, color=COLORS[key])
        canvas.text(left - 12, y, number(subtotal), bold=True, color=COLORS[key], align="right")
        y += 6
        for crew in members:
            canvas.text(8, y + 10, names[crew.name])
            canvas.text(left - 12, y + 10, number(crew.count), align="right")
            _people(canvas, left, y, crew, unit)
            y += ROW
    if unit > 1:
        note = f"One figure stands for {unit} people; a pale one for fewer than {unit}."
        canvas.text(0, y + 10, note, size=SMALL, color=MUTED)
    listed = "; ".join(f"{number(crew.count)} {crew.name.lower()}" for crew in crews)
    alt = f"The recommended team of {counted(total, 'person', 'people')} by role: {listed}."
    return Chart(canvas.figure, alt, "", "team")


def _people(canvas: Canvas, x: float, y: float, crew: Crew, unit: int) -> None:
    whole, rest = divmod(crew.count, unit)
    for start, figures, color in (
        (0, whole, COLORS[crew.group]),
        (whole, 1 if rest else 0, PALE[crew.group]),
    ):
        centers = [x + PITCH * (start + index) + 3 for index in range(figures)]
        canvas.dots([(center, y + 2.0) for center in centers], color, 4.2)
        canvas.ticks([(center, y + 7.2, center, y + 10.2) for center in centers], color, 5.2)


def _steps() -> tuple[int, ...]:
    return tuple(base * 10**power for power in range(7) for base in (1, 2, 5))
