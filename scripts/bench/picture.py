"""The chart of the results, in the look of the reports' charts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from cvi_analysis.display import formats
from scripts.bench.reading import Reading, middle
from scripts.bench.results import Results

Rows: TypeAlias = list[tuple[str, float, bool]]
"""Name, seconds, and whether it is this project's, from top to bottom."""


def picture(results: Results) -> str:
    """The chart as the text of an SVG file."""
    import matplotlib.pyplot as plt  # start-up time: only the picture needs it
    from matplotlib.ticker import NullLocator

    from cvi_analysis.display.charts import STYLE
    from cvi_analysis.display.lettering import BLUE, QUIET
    from cvi_analysis.display.svg_chart import Chart

    panels = list(_panels(results))
    heights = [len(bars) + 1 for _, bars, _ in panels]
    with plt.style.context(STYLE):
        fig, axes = plt.subplots(
            len(panels), figsize=(6.5, 0.32 * sum(heights)), height_ratios=heights, squeeze=False
        )
        for ax, (heading, bars, digits) in zip(axes.flat, panels, strict=True):
            names, seconds, ours = zip(*bars, strict=True)
            drawn = ax.barh(names, seconds, color=[BLUE if own else QUIET for own in ours])
            ax.bar_label(drawn, [f"{value:,.{digits}f} s" for value in seconds], padding=4)
            ax.invert_yaxis()
            ax.xaxis.set_major_locator(NullLocator())
            ax.spines[:].set_visible(False)
            ax.set_title(heading, x=0)
        words = alt(results)
        svg = Chart(fig, words, "", "performance").svg()
        plt.close(fig)
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
