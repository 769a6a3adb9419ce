"""The picture that stands for a city's page where somebody shares its address: its three answers.

PNG of 1200 by 630 pixels, as the Open Graph protocol's readers want it, in the charts' style.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from matplotlib import style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from cvi_analysis.display.charts import STYLE
from cvi_analysis.display.formats import number, short_dollars, span
from cvi_analysis.display.lettering import BLUE, INK, MUTED, RULE, text_width
from cvi_analysis.report.document import staff_of

WIDTH, HEIGHT = 1200, 630
"""Pixels."""

_DPI = 100
_POINTS = WIDTH * 72 / _DPI
_COLORS = 32
_LEFT, _RIGHT = 0.055, 0.945
_COLUMNS = (_LEFT, 0.375, 0.575, _RIGHT)
"""Where the three answers begin, and the last ends, as shares of the width."""

_LABELS = ("people at the highest risk", "full-time staff", "a year, all posts filled")


def place_of(document: Mapping[str, Any]) -> str:
    """`Norfolk, VA`."""
    return ", ".join(filter(None, (document["city"]["name"], document["city"]["state"])))


def answers(document: Mapping[str, Any]) -> tuple[str, str, str]:
    """People at the highest risk, staff and annual budget of a city's document, as written."""
    people, total = document["people_at_risk"]["rounded"], document["budget"]["total"]
    return number(people), number(staff_of(document)), short_dollars(total)


def cards(documents: Iterable[Mapping[str, Any]], scenario: str = "") -> Iterator[bytes]:
    """The picture of each document, the same bytes for the same document.

    Args:
        documents: parsed `<slug>.json`.
        scenario: its title, written under the city's name; empty for the baseline.
    """
    with style.context(STYLE):
        figure = Figure(figsize=(WIDTH / _DPI, HEIGHT / _DPI), dpi=_DPI)
        figure.set_layout_engine("none")  # every place is set
        canvas: Any = FigureCanvasAgg(figure)  # it has no type hints
        figure.text(_LEFT, 0.9, "Community violence intervention", size=17, color=MUTED, va="top")
        figure.text(_LEFT, 0.65, scenario, size=19, color=MUTED, va="top")
        name = figure.text(_LEFT, 0.72, "", weight="bold", color=INK)
        columns = _COLUMNS[:-1]
        values = [figure.text(x, 0.36, "", weight="bold", color=BLUE) for x in columns]
        for x, label in zip(columns, _LABELS, strict=True):
            figure.text(x, 0.265, label, size=17, color=INK)
        ranges = [figure.text(x, 0.2, "", size=15, color=MUTED) for x in columns]
        note = figure.text(_LEFT, 0.065, "", size=13, color=MUTED)
        rule = figure.add_axes((_LEFT, 0.125, _RIGHT - _LEFT, 0.02))
        rule.set_axis_off()
        rule.axhline(0, color=RULE, linewidth=1.5)
        for document in documents:
            place = place_of(document)
            name.set(text=place, size=_fitting(place, 50, (_RIGHT - _LEFT) * _POINTS))
            for text, answer, start, end in zip(
                values, answers(document), columns, _COLUMNS[1:], strict=True
            ):
                text.set(text=answer, size=_fitting(answer, 44, (end - start) * _POINTS - 20))
            for text, told in zip(ranges, _ranges(document), strict=True):
                text.set_text(told)
            note.set_text(
                "Ranges hold 9 of 10 results when what is uncertain varies. "
                f"CVI city profiles, edition {document['edition']}"
            )
            canvas.draw()
            yield _png(canvas)


def _ranges(document: Mapping[str, Any]) -> Iterator[str]:
    """The range of each answer; figures of a document are numbers, as the index writes them."""
    for name, write in (("people_at_risk", number), ("staff", number), ("total", short_dollars)):
        ends = document["ranges"][name]
        yield span(write(ends["low"]), write(ends["high"]))


def _fitting(text: str, size: float, width: float) -> float:
    """The size in points, or the smaller one at which `text` is `width` points wide."""
    return min(size, size * width / text_width(text, size, bold=True))


def _png(canvas: Any) -> bytes:
    """What is drawn, with few colors and without a date or a program's name."""
    pixels = np.asarray(canvas.buffer_rgba())[..., :3]
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    target = io.BytesIO()
    picture.quantize(_COLORS, method=Image.Quantize.FASTOCTREE).save(target, "PNG", optimize=True)
    return target.getvalue()
