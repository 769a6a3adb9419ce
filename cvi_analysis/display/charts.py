"""Charts drawn on ordinary Axes: what is ours in them, where matplotlib has it not.

Each takes `ax` and leaves it open to whatever a cell says next: `ax.set_xlim`, colors, a title. The
look is that of `cvi.mplstyle`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cvi_analysis.display.canvas import (
    BLUE,
    BLUE_LIGHT,
    INK,
    MUTED,
    SMALL,
    TITLE,
    balanced,
    wrapped,
)
from cvi_analysis.display.formats import short_dollars

# start-up time: only a cell has either at hand.
if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STYLE = "cvi_analysis.display.cvi"
"""The style sheet, as `matplotlib.pyplot.style.use` takes it."""

_NAMES = 172.0
"""Points for the names beside the bars of a tornado."""


def headline(ax: Axes, text: str) -> None:
    """Write the finding over a chart, in as many lines as it needs, from the figure's left edge."""
    figure, (width, height) = _paper(ax)
    lines = balanced(text, TITLE, width - 4, bold=True)
    if ax.get_in_layout():
        figure.suptitle("\n".join(lines), x=0.0, ha="left")
        return
    place = ax.get_position()
    top = 1 - (15 * len(lines) + 8) / height
    ax.set_position((place.x0, place.y0, place.width, top - place.y0))
    ax.set_title("\n".join(lines), x=-place.x0 / place.width)


def tornado(
    effects: pd.DataFrame, *, ax: Axes, low_color: str = BLUE_LIGHT, high_color: str = BLUE
) -> None:
    """Bars from a total to what it is at both ends of each number's range, the widest on top.

    Args:
        effects: one row a number, the widest first: its `title`, `low` and `high` as they are
            written, and the totals `at_value`, `at_low`, `at_high` in dollars.
        ax: where to draw. The names take its left third.
        low_color: of the bars to the low ends.
        high_color: of the bars to the high ends.
    """
    figure, (width, height) = _paper(ax)
    # Places that are set: to find room, a layout would measure every text.
    figure.set_layout_engine("none")
    left, bottom, top = _NAMES / width, 22 / height, 1 - 14 / height
    ax.set_position((left, bottom, 0.97 - left, top - bottom))
    middle = float(effects["at_value"].iloc[0])
    least = min(middle, *effects["at_low"], *effects["at_high"])
    most = max(middle, *effects["at_low"], *effects["at_high"])
    reach = most - least
    ax.set_ylim(len(effects) - 0.5, -0.5)
    ax.set_xlim(least - 0.18 * reach, most + 0.18 * reach)
    ax.set_xticks([least, middle, most], [short_dollars(x) for x in (least, middle, most)])
    ax.set_yticks([])
    ax.tick_params(axis="x", length=0, pad=6)
    ax.spines["left"].set_visible(False)
    for end, color in (("low", low_color), ("high", high_color)):
        totals = effects[f"at_{end}"].to_numpy(dtype=float)
        moved = totals != middle  # an end that is in force has no bar, and nothing to say
        rows = np.flatnonzero(moved).tolist()
        ax.barh(rows, totals[moved] - middle, 0.45, left=middle, color=color, label=end)
        for row in rows:
            total, told = float(totals[row]), str(effects[end].iloc[row])
            before = total < middle
            x = total + (-0.012 if before else 0.012) * reach
            align = "right" if before else "left"
            ax.text(x, row, told, ha=align, va="center", color=MUTED)
    ax.axvline(middle, color=INK, linewidth=1.0)
    # Not as labels of ticks, which take twice as long to draw.
    place = ax.get_position()
    for row, name in enumerate(effects["title"]):
        words = "\n".join(wrapped(name, SMALL, _NAMES - 10)[:2])
        edge = -place.x0 / place.width
        ax.text(edge, row, words, va="center", transform=ax.get_yaxis_transform())


def tornado_words(effects: pd.DataFrame) -> str:
    """What a tornado shows, for people who do not see it."""
    told = "; ".join(
        f"{row['title']}: {short_dollars(row['at_low'])} at {row['low']}, "
        f"{short_dollars(row['at_high'])} at {row['high']}"
        for row in effects.to_dict("records")
    )
    middle = short_dollars(effects["at_value"].iloc[0])
    return f"The total is {middle}. With one number changed: {told}."


def _paper(ax: Axes) -> tuple[Figure, tuple[float, float]]:
    """The figure of Axes, and its width and height in points."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    width, height = figure.get_size_inches() * 72
    return figure, (float(width), float(height))
