"""The chart of the results, in the look of the reports' charts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from cvi_analysis.display import formats
from scripts.bench.reading import Reading, middle
from scripts.bench.results import Results

if TYPE_CHECKING:
    from cvi_analysis.display.canvas import Canvas

Rows: TypeAlias = list[tuple[str, float, bool]]
"""Name, seconds, and whether it is this project's, from top to bottom."""

_ROW, _GAP = 22.0, 46.0


def picture(results: Results) -> str:
    """The chart as the text of an SVG file."""
    from cvi_analysis.display.canvas import Canvas
    from cvi_analysis.display.svg_chart import Chart

    panels = list(_panels(results))
    (title, _, _), *others = panels
    rows = sum(len(panel[1]) for panel in panels)
    canvas = Canvas(_ROW * rows + _GAP * len(others) + 4, title)
    y = canvas.top
    for number, (heading, bars, digits) in enumerate(panels):
        if number:
            canvas.text(0, y + 28, heading, size=11, bold=True)
            y += _GAP
        _draw(canvas, y, bars, digits)
        y += _ROW * len(bars)
    words = alt(results)
    svg = Chart(canvas.figure, words, "", "performance").svg()
    return svg.replace("<svg ", f'<svg role="img" aria-label="{formats.html(words)}" ', 1) + "\n"


def alt(results: Results) -> str:
    """What the chart shows, in words with the figures."""
    told = (
        f"{heading}: " + "; ".join(f"{name} {value:.{digits}f} s" for name, value, _ in bars)
        for heading, bars, digits in _panels(results)
    )
    return ". ".join(told) + "."


def _panels(results: Results) -> Iterator[tuple[str, Rows, int]]:
    """Heading, bars, and digits after the point, for each part that was measured."""
    if ways := results.ways:
        bars = [
            ("papermill and nbconvert, shell", _middle(ways.shell), False),
            ("papermill and nbconvert, pool", _middle(ways.pool), False),
            ("This project, with PDFs", _middle(ways.ours), True),
            ("Charts and PDFs alone", _middle(ways.floor), False),
        ]
        yield f"Seconds for the reports of {ways.cities} cities", bars, 0
    if scaling := results.scaling:
        growth = [
            (f"{size.cities:,} cities", _middle(size.runs) / size.cities, True)
            for size in scaling.sizes
        ]
        yield "Seconds a city, by the number of cities", growth, 2


def _middle(readings: list[Reading]) -> float:
    return middle([reading.seconds for reading in readings])


def _draw(canvas: Canvas, top: float, bars: Rows, digits: int) -> None:
    from cvi_analysis.display.canvas import BLUE, INK, QUIET, WIDTH, text_width

    left = max(text_width(name, 9, ours) for name, _, ours in bars) + 12
    scale = (WIDTH - left - 48) / max(value for _, value, _ in bars)
    for number, (name, value, ours) in enumerate(bars):
        y = top + _ROW * number
        canvas.text(left - 8, y + 12, name, align="right", bold=ours, color=INK)
        canvas.bar(left, y + 2, value * scale, _ROW - 8, BLUE if ours else QUIET)
        canvas.text(left + value * scale + 6, y + 12, f"{value:,.{digits}f} s", bold=ours)
