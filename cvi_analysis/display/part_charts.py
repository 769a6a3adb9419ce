"""A chart of one in so many residents."""

from __future__ import annotations

import math

from cvi_analysis.display.canvas import BODY, MUTED, ORANGE, QUIET, WIDTH, Canvas
from cvi_analysis.display.formats import half_up_int, number
from cvi_analysis.display.svg_chart import Chart

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
