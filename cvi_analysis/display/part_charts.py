"""Charts of parts of a whole: the budget, the team, one in so many residents."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cvi_analysis.display.canvas import (
    BLUE,
    BODY,
    INK,
    MUTED,
    ORANGE,
    QUIET,
    SLATE,
    SMALL,
    TEAL,
    TEALS,
    WIDTH,
    Canvas,
    shortened,
    text_width,
)
from cvi_analysis.display.formats import (
    counted,
    half_up_int,
    number,
    percent,
    short_dollars,
    within,
)
from cvi_analysis.display.svg_chart import Chart

HEIGHT = 34.0
STAFF_COLORS = (BLUE, ORANGE, SLATE, "#8a94a3")


@dataclass(frozen=True, slots=True)
class BudgetSlice:
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
    kinds = [BudgetSlice(*item) for item in wraparound]
    lines = [BudgetSlice(*item) for item in staff]
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
        words = (
            f"Wraparound services {short_dollars(services)}, {percent(services / total)}; "
            "by kind as we divide them"
        )
        canvas.line([(0.5, y - 4), (0.5, y - 8), (width - 1.5, y - 8), (width - 1.5, y - 4)], TEAL)
        canvas.text(0, y - 13, words, bold=True, color=TEAL)
    centers: list[tuple[float, BudgetSlice, str]] = []
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
    everything = [*lines, BudgetSlice("Wraparound services", services)]
    named = "; ".join(
        f"{part.name} {short_dollars(part.dollars)} ({percent(part.dollars / total)})"
        for part in everything
    )
    by_kind = "; ".join(f"{part.name} {short_dollars(part.dollars)}" for part in kinds)
    alt = (
        f"The annual budget of {short_dollars(total)} as parts of one bar: {named}. "
        f"Wraparound services by kind, our assumption: {by_kind}."
    )
    return Chart(canvas.figure, alt, "", "budget")


def _fits(part: BudgetSlice, scale: float) -> bool:
    return text_width(part.name, SMALL) + 8 < part.dollars * scale


def _segment(
    canvas: Canvas, x: float, y: float, part: BudgetSlice, scale: float, color: str, ink: str | None
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


COLORS = {"frontline": BLUE, "supervision": ORANGE, "ovp": TEAL}
PALE = {"frontline": "#bcd0e2", "supervision": "#ecc6b2", "ovp": "#b4d6d2"}
ROW, PITCH = 16.0, 8.6


@dataclass(frozen=True, slots=True)
class Crew:
    """The people of one role: its name for so many, its group key and how many there are."""

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
    listed = "; ".join(f"{number(crew.count)} {within(crew.name)}" for crew in crews)
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


FEWEST, MOST = 20, 10_000


def one_in(people: float, population: float, city: str) -> Chart | None:
    """One dot for each of the residents among whom one is at the highest risk.

    Args:
        people: people at the highest risk, unrounded.
        population: residents.
        city: name in use.

    Returns:
        The chart, or None where such a picture says nothing: more than 1 in 20 residents or
        fewer than 1 in 10,000.
    """
    if people <= 0 or not FEWEST <= half_up_int(population / people) <= MOST:
        return None
    count = half_up_int(population / people)
    columns = 100 if count <= 2_500 else 200
    columns = min(columns, max(20, count // 4)) if count < 400 else columns
    pitch = min(WIDTH / columns, 9.0)
    size = pitch * 0.62
    rows = math.ceil(count / columns)
    title = f"About 1 in every {number(count)} residents of {city} is at the highest risk"
    canvas = Canvas(rows * pitch + 26, title)
    left, top = size / 2 + 1, canvas.top + size / 2 + 2
    # The highlighted dot takes the place of one in the middle of the first row.
    spot = min(columns, count) // 2
    places = [(left, top + row * pitch, min(columns, count - row * columns)) for row in range(rows)]
    x, y, first = places[0]
    before, after = (x, y, spot), (x + (spot + 1) * pitch, y, first - spot - 1)
    canvas.dotted_rows([before, after, *places[1:]], QUIET, size, pitch)
    canvas.dots([(x + spot * pitch, y)], ORANGE, max(size * 1.9, 7))
    base = top + rows * pitch + 12
    canvas.dots([(5, base - 3)], ORANGE, 7)
    canvas.text(13, base, "1 person at the highest risk", size=BODY, color=ORANGE, bold=True)
    canvas.dots([(203, base - 3)], QUIET, 6)
    canvas.text(211, base, f"{number(count - 1)} other residents", size=BODY, color=MUTED)
    alt = (
        f"{number(count)} dots stand for {number(count)} residents of {city}; one of them is "
        f"highlighted as a person at the highest risk of violence. In the whole city that is "
        f"about {number(people)} of {number(population)} residents."
    )
    return Chart(canvas.figure, alt, "", "one-in")
