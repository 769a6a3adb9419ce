"""Charts drawn on ordinary Axes: what is ours in them, where matplotlib has it not.

Each takes `ax` and leaves it open to whatever a cell says next: `ax.set_xlim`, colors, a title. The
look is that of `cvi.mplstyle`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import LogLocator, NullLocator

from cvi_analysis.display.formats import number, short_dollars
from cvi_analysis.display.lettering import (
    BLUE,
    BLUE_LIGHT,
    INK,
    MUTED,
    ORANGE,
    QUIET,
    RULE,
    SMALL,
    TEAL,
    TITLE,
    balanced,
    text_width,
    wrapped,
)

# start-up time: only a cell has either at hand.
if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

STYLE = "cvi_analysis.display.cvi"
"""The style sheet, as `matplotlib.pyplot.style.use` takes it."""

_NAMES = 204.0
"""Points for the names beside the bars of a tornado."""
_DATASETS = {"dec": INK, "pep2019": BLUE, "pep2024": ORANGE, "acs5": TEAL, "acs1": TEAL}


def headline(ax: Axes, text: str) -> None:
    """Write the finding over a chart, in as many lines as it needs, from the figure's left edge."""
    figure, (width, height) = _paper(ax)
    lines = balanced(text, TITLE, width - 4, bold=True)
    top = 1 - (15 * len(lines) + 8) / height
    if ax.get_in_layout():
        figure.suptitle("\n".join(lines), x=0.0, y=1.0 - 2 / height, ha="left")
        engine = figure.get_layout_engine()
        if isinstance(engine, ConstrainedLayoutEngine):
            engine.set(rect=(0, 0, 1, top))  # a title whose place is set gets no room of its own
        elif engine is None:
            figure.subplots_adjust(top=top)
        return
    place = ax.get_position()
    ax.set_position((place.x0, place.y0, place.width, top - place.y0))
    ax.set_title("\n".join(lines), x=-place.x0 / place.width)


def tornado(
    effects: pd.DataFrame, *, ax: Axes, low_color: str = BLUE_LIGHT, high_color: str = BLUE
) -> None:
    """Bars from a total to what it is at both ends of each number's range, the widest on top.

    Args:
        effects: one row a number, the widest first: its `title`, `low` and `high` as they are
            written, and the totals `at_value`, `at_low`, `at_high` in dollars.
        ax: where to draw. The names take four tenths of it, on the left.
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
    _dollar_ticks(ax, least, middle, most)
    ax.set_yticks([])
    ax.tick_params(axis="x", length=0, pad=6)
    ax.spines["left"].set_visible(False)
    for end, color in (("low", low_color), ("high", high_color)):
        totals = effects[f"at_{end}"].to_numpy(dtype=float)
        moved = totals != middle  # an end that is in force has no bar, and nothing to say
        rows = np.flatnonzero(moved).tolist()
        ax.barh(
            rows, totals[moved] - middle, 0.45, left=middle, color=color, label=end, clip_on=False
        )
        for row in rows:
            total, told = float(totals[row]), str(effects[end].iloc[row])
            before = total < middle
            x = total + (-0.012 if before else 0.012) * reach
            align = "right" if before else "left"
            ax.text(x, row, told, ha=align, va="center", color=MUTED)
    ax.axvline(middle, color=INK, linewidth=1.0, clip_on=False)
    # Not as labels of ticks, which take twice as long to draw.
    place = ax.get_position()
    for row, name in enumerate(effects["title"]):
        words = "\n".join(wrapped(name, SMALL, _NAMES - 10)[:2])
        edge = -place.x0 / place.width
        ax.text(edge, row, words, va="center", linespacing=1.05, transform=ax.get_yaxis_transform())


def _dollar_ticks(ax: Axes, least: float, middle: float, most: float) -> None:
    """Ticks at the total and both ends; where one end is near, the total's words stand aside.

    An end so near that even then they would touch has none: a label is a quarter of the reach.
    """
    reach = most - least
    shown = [x for x in (least, most) if abs(x - middle) > 0.15 * reach]
    ax.set_xticks([middle, *shown], [short_dollars(x) for x in (middle, *shown)])
    near = [x for x in shown if abs(x - middle) < 0.28 * reach]
    for x in near:
        ax.get_xticklabels()[0].set_horizontalalignment("left" if x < middle else "right")


def tornado_words(effects: pd.DataFrame) -> str:
    """What a tornado shows, for people who do not see it."""
    told = "; ".join(
        f"{row['title']}: {short_dollars(row['at_low'])} at {row['low']}, "
        f"{short_dollars(row['at_high'])} at {row['high']}"
        for row in effects.to_dict("records")
    )
    middle = short_dollars(effects["at_value"].iloc[0])
    return f"The total is {middle}. With one number changed: {told}."


def trend(held: pd.DataFrame, *, ax: Axes, colors: Mapping[str, str] = _DATASETS) -> None:
    """Residents by year: a line for yearly estimates, marks for single figures, none joined.

    Args:
        held: one row a figure: its `dataset`, the name of its `series`, `year`, `residents`, and
            whether it is one of a line of `yearly` estimates.
        ax: where to draw. It does not start at zero.
        colors: by dataset; one that is not named is gray.
    """
    figure, (width, height) = _paper(ax)
    figure.set_layout_engine("none")  # as above
    first, last = int(held["year"].min()), int(held["year"].max())
    last = max(last, first + 1)
    ticks = _ticks(float(held["residents"].min()), float(held["residents"].max()))
    left = max(text_width(number(tick), SMALL) for tick in ticks) + 8
    bottom, top = 20 / height, 1 - 14 / height
    ax.set_position((left / width, bottom, 1 - left / width, top - bottom))
    year = (last - first) / (width - left - 22)  # a point of paper, in years
    ax.set_xlim(first - 10 * year, last + 12 * year)
    ax.set_ylim(ticks[0] - 0.03 * (ticks[-1] - ticks[0]), ticks[-1])  # a mark is whole
    ax.set_yticks(ticks, [number(tick) for tick in ticks], color=MUTED)
    years = range(first, last + 1, 1 if last - first <= 6 else 2)
    ax.set_xticks(years, [str(year) for year in years])
    ax.tick_params(length=0, pad=5)
    ax.grid(axis="y", linewidth=0.7, clip_on=False)
    ax.spines[["left", "bottom"]].set_visible(False)
    for dataset, figures in held.groupby("dataset", sort=False):
        line = figures["yearly"].iloc[0]
        style = {"markersize": 2.6} if line else {"markersize": 6.0, "linestyle": "none"}
        color = colors.get(str(dataset), MUTED)
        ax.plot(
            figures["year"], figures["residents"], marker="o", color=color, clip_on=False, **style
        )
    _names_by_series(held, ax, colors)


def _names_by_series(held: pd.DataFrame, ax: Axes, colors: Mapping[str, str]) -> None:
    """The name of each series near it, where it covers least under a finding of one line."""
    _, (paper_width, paper_height) = _paper(ax)
    frame = ax.get_position()
    low, high = ax.get_ylim()
    begin, end = ax.get_xlim()
    left, bottom = frame.x0 * paper_width, frame.y0 * paper_height
    top = paper_height - 23

    def place(row: tuple[float, float]) -> tuple[float, float]:
        across, up = (row[0] - begin) / (end - begin), (row[1] - low) / (high - low)
        return left + across * (paper_width - left), bottom + up * (top - bottom)

    drawn = {
        str(dataset): [(float(year), float(residents)) for year, residents in
                       zip(figures["year"], figures["residents"], strict=True)]
        for dataset, figures in held.groupby("dataset", sort=False)
    }  # fmt: skip
    joined = set(held.loc[held["yearly"], "dataset"])
    busy = [place(row) for rows in drawn.values() for row in rows]
    for dataset in sorted(joined):
        busy += _between([place(row) for row in drawn[dataset]])
    taken: list[tuple[float, float, float]] = []
    names = dict(zip(held["dataset"], held["series"], strict=True))
    for dataset in sorted(drawn, key=lambda one: one not in joined):  # lines leave less room
        rows, name = drawn[dataset], names[dataset]
        wide = text_width(name, SMALL, True)
        best: tuple[float, float, float, tuple[float, float]] | None = None
        for row in (rows[len(rows) // 2], rows[-1], rows[0], *rows):
            x, y = place(row)
            for offset in (9.0, -15.0, 20.0, -26.0, 31.0, -37.0, 42.0):
                start, base = min(max(x - wide / 2, left), paper_width - wide), y + offset
                if not bottom + 2 <= base <= top - 7:
                    continue
                covered = sum(
                    start - 4 < px < start + wide + 4 and base - 6 < py < base + 12
                    for px, py in busy
                )
                clashes = sum(
                    abs(base - other) < 11 and start < right and start + wide > begins
                    for begins, right, other in taken
                )
                cost = covered + 100 * clashes + abs(offset) / 30
                if best is None or cost < best[0]:
                    best = (cost, start, base, row)
        assert best is not None, "some place lies inside"
        _, start, base, row = best
        taken.append((start - 4, start + wide + 4, base))
        x, y = place(row)
        ax.annotate(
            name, row, (start - x, base - y), textcoords="offset points", weight="bold",
            color=colors.get(dataset, MUTED),
        )  # fmt: skip


def _between(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points along a polyline, close enough together that no label fits between them."""
    return [
        (x1 + (x2 - x1) * part, y1 + (y2 - y1) * part)
        for (x1, y1), (x2, y2) in pairwise(points)
        for part in (0.2, 0.4, 0.6, 0.8)
    ]


def _ticks(low: float, high: float) -> list[float]:
    """Three to six round values that enclose `low` to `high`."""
    reach = max(high - low, high * 0.01, 1.0)
    step = next(
        base * 10.0**power
        for power in range(9)
        for base in (1, 2, 2.5, 5)
        if reach / (base * 10.0**power) <= 4
    )
    start = int(low // step)
    ticks = [start * step]
    while ticks[-1] < high:
        ticks.append(ticks[-1] + step)
    return ticks if len(ticks) > 1 else [ticks[0], ticks[0] + step]


def trend_words(held: pd.DataFrame) -> str:
    """What a trend shows, for people who do not see it."""
    told = []
    for _, figures in held.groupby("dataset", sort=False):
        pairs = zip(figures["residents"], figures["year"], strict=True)
        counts = ", ".join(f"{number(residents)} in {year}" for residents, year in pairs)
        told.append(f"{figures['series'].iloc[0]}: {counts}")
    return f"{'; '.join(told)}."


def dots(
    places: pd.DataFrame,
    x: str,
    y: str,
    *,
    ax: Axes,
    apart: pd.Series | None = None,
    named: Iterable[Any] = (),
    color: str = BLUE,
    label: str = "",
) -> None:
    """One dot a place, some of them in orange, some with their names.

    Args:
        places: one row a place, with its name as `city`.
        x: the column that is drawn across.
        y: the column that is drawn upwards.
        ax: where to draw. Its scales are set before.
        apart: which are orange.
        named: labels in the index of those whose names stand beside them.
        color: of the others.
        label: what the dots are, for a legend.
    """
    other = places.index.isin(()) if apart is None else apart.to_numpy(dtype=bool)
    mark: dict[str, Any] = {"marker": "o", "linestyle": "none", "markersize": 4.2}
    usual, special = places[~other], places[other]
    ax.plot(usual[x], usual[y], color=color, label=label, **mark)
    if len(special):
        ax.plot(special[x], special[y], color=ORANGE, **mark)
    ax.autoscale_view()
    for index, place in enumerate(sorted(named)):
        row, is_other = places.loc[place], bool(other[places.index.get_loc(place)])
        across, _ = ax.transLimits.transform(ax.transScale.transform((row[x], row[y])))
        side = -1 if across > 0.8 else 1
        ax.annotate(
            row["city"], (row[x], row[y]), (6 * side, -8 if index % 2 else 3),
            textcoords="offset points", ha="left" if side > 0 else "right",
            color=ORANGE if is_other else color,
        )  # fmt: skip
    ax.grid(axis="y")


def log_ticks(*axes: Axis) -> None:
    """Round numbers along axes whose equal steps are equal ratios."""
    for axis in axes:
        axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter("{x:,.10g}")


def strip(
    values: pd.Series,
    own: float,
    *,
    ax: Axes,
    title: str,
    name: str,
    write: Callable[[float], str],
    color: str = ORANGE,
) -> None:
    """Every place as a dot on a line, one of them large with its value, the ends named.

    Args:
        values: of the other places, by name.
        own: of the one.
        ax: where to draw. Its scale may be logarithmic.
        title: what is measured.
        name: of the one place.
        write: how a value is written.
        color: of the one.
    """
    ax.set_axis_off()
    width, height = _paper(ax)[1][0] * ax.get_position().width, 56.0
    numbers: list[float] = values.to_numpy(dtype=float).tolist()
    least, most = min([*numbers, own]), max([*numbers, own])
    ax.set_ylim(0, 1)
    across = 0.5
    if most > least:
        scale: Any = ax.transScale  # it has no type hints
        low, high, at = (float(scale.transform((x, 0.0))[0]) for x in (least, most, own))
        room = 8 * (high - low) / (width - 16)
        left, right = (scale.inverted().transform((x, 0.0))[0] for x in (low - room, high + room))
        ax.set_xlim(left, right)
        across = (8 + (at - low) / (high - low) * (width - 16)) / width
    line = 20 / height
    mark: dict[str, Any] = {"marker": "o", "linestyle": "none", "clip_on": False}
    ax.axhline(line, color=RULE, linewidth=1.0, clip_on=False)
    ax.plot(numbers, [line] * len(numbers), color=QUIET, markersize=4.0, **mark)
    ax.plot([own], [line], color=color, markersize=8.0, **mark)
    words = f"{name} {write(own)}"
    half = text_width(words, SMALL, True) / 2 / width
    x = min(max(across, half), 1 - half)
    place: dict[str, Any] = {"transform": ax.transAxes}
    ax.text(0, 44 / height, title, weight="bold", **place)
    ax.text(x, 29 / height, words, weight="bold", color=color, ha="center", **place)
    # Where the place is itself the lowest or highest, its own words stand there already.
    named = list(zip(numbers, values.index, strict=True))
    (low, first), (high, last) = (end(named, key=lambda pair: pair[0]) for end in (min, max))
    if low < own:
        ax.text(0, 6 / height, f"{first} {write(low)}", color=MUTED, **place)
    if high > own:
        ax.text(1, 6 / height, f"{last} {write(high)}", color=MUTED, ha="right", **place)


def _paper(ax: Axes) -> tuple[Figure, tuple[float, float]]:
    """The figure of Axes, and its width and height in points."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    width, height = figure.get_size_inches() * 72
    return figure, (float(width), float(height))
