"""Charts on ordinary Axes: a cell may change whatever matplotlib can change."""

from __future__ import annotations

import io
import itertools
import re
import xml.etree.ElementTree as ET

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from cvi_analysis.display import charts
from cvi_analysis.display.svg_chart import svg_of
from cvi_analysis.display.svg_renderer import draw_svg

EFFECTS = pd.DataFrame(
    {
        "title": ["Share of residents & $x$ <b>", "How people are counted, with a long name"],
        "low": ["0.05%", "homicides"],
        "high": ["0.2%", "residents"],
        "at_value": [20_000_000, 20_000_000],
        "at_low": [10_000_000, 15_000_000],
        "at_high": [38_000_000, 20_000_000],
    }
)


@pytest.fixture
def drawn():
    with plt.style.context(charts.STYLE):
        fig, ax = plt.subplots(figsize=(6.5, 2))
        charts.tornado(EFFECTS, ax=ax)
        yield fig, ax
        plt.close(fig)


def texts(fig) -> list[str]:
    root = ET.fromstring(svg_of(fig, "x"))
    return ["".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]


def test_a_tornado_says_what_and_how_far(drawn):
    found = texts(drawn[0])
    assert {"Share of residents & $x$ <b>", "0.05%", "0.2%", "homicides"} <= set(found)
    assert {"$10.0 million", "$20.0 million", "$38.0 million"} <= set(found)
    assert "residents" not in found, "the end that is in force has no bar and no words"


def test_bars_are_as_long_as_what_they_stand_for(drawn):
    widths = [bar.get_width() for bar in drawn[1].patches]
    assert widths == [-10_000_000, -5_000_000, 18_000_000], "none for the end that is in force"


def test_its_colors_and_its_axis_can_be_changed(drawn):
    fig, ax = drawn
    ax.set_xlim(0, 40_000_000)
    ax.patches[0].set_color("#123456")
    assert "#123456" in svg_of(fig, "x")
    assert ax.get_xlim() == (0, 40_000_000)
    with plt.style.context(charts.STYLE):
        other, ax = plt.subplots()
        charts.tornado(EFFECTS, ax=ax, high_color="#654321")
    assert "#654321" in svg_of(other, "x")
    plt.close(other)


@pytest.mark.parametrize("near", range(0, 101, 4))
def test_dollars_under_the_bars_never_touch(near):
    """The total may lie at an end, near one, or between both."""
    total = 9_540_000 + near * 99_000
    effects = EFFECTS.assign(at_value=total, at_low=[9_540_000, total], at_high=[19_440_000, total])
    with plt.style.context(charts.STYLE):
        fig, ax = plt.subplots(figsize=(6.5, 2))
        charts.tornado(effects, ax=ax)
        fig.canvas.draw()
        boxes = [label.get_window_extent() for label in ax.get_xticklabels() if label.get_text()]
        spans = sorted((box.x0, box.x1) for box in boxes)
        width = fig.bbox.width
        plt.close(fig)
    assert len(spans) >= 2
    assert spans[-1][1] <= width
    gaps = [after[0] - before[1] for before, after in itertools.pairwise(spans)]
    assert min(gaps) > 3, gaps


def test_a_long_finding_takes_more_lines_from_the_left_edge(drawn):
    fig, ax = drawn
    charts.headline(
        ax, "Share of residents at the highest risk moves all of it: from $5 to $66 million"
    )
    lines = ax.get_title(loc="left").split("\n")
    assert len(lines) == 2
    assert set(lines) < set(texts(fig))
    x, _ = ax.transAxes.transform(ax._left_title.get_position())
    assert abs(x) < 0.01


@pytest.mark.parametrize("layout", ["constrained", None])
def test_a_finding_stands_above_axes_that_a_layout_places(layout):
    with plt.style.context(charts.STYLE):
        fig, ax = plt.subplots(figsize=(6.5, 2), layout=layout)
        charts.headline(
            ax, "A finding of two lines, which it takes because it is as long as this one"
        )
        fig.canvas.draw()
        _, bottom = fig.transFigure.inverted().transform(fig._suptitle.get_window_extent().min)
    plt.close(fig)
    assert ax.get_position().y1 < bottom


def test_its_words_give_every_number():
    words = charts.tornado_words(EFFECTS)
    assert words.startswith("The total is $20.0 million. With one number changed: Share of")
    assert "$38.0 million at 0.2%" in words


def test_the_same_cell_gives_the_same_bytes():
    made = []
    for _ in range(2):
        with plt.style.context(charts.STYLE):
            fig, ax = plt.subplots(figsize=(6.5, 2))
            charts.tornado(EFFECTS, ax=ax)
        made.append(svg_of(fig, "x"))
        plt.close(fig)
    assert made[0] == made[1]
    assert len(made[0]) < 2_500


HELD = pd.DataFrame(
    {
        "dataset": ["dec", "dec", "pep2024", "pep2024", "pep2024"],
        "series": ["Census & $x$ <b>"] * 2 + ["Estimates"] * 3,
        "year": [2010, 2020, 2020, 2021, 2022],
        "residents": [242803, 238005, 237813, 234920, 232766],
        "yearly": [False, False, True, True, True],
    }
)


def test_a_trend_joins_yearly_estimates_alone_and_names_each_series():
    with plt.style.context(charts.STYLE):
        fig, ax = plt.subplots(figsize=(6.5, 2.65))
        charts.trend(HELD, ax=ax, colors={"dec": "#123456"})
        charts.headline(ax, "Finding")
        census, estimates = ax.get_lines()
        svg = svg_of(fig, "x")
    plt.close(fig)
    assert census.get_linestyle() == "None"
    assert estimates.get_linestyle() == "-"
    assert list(estimates.get_ydata()) == [237813, 234920, 232766]
    assert "#123456" in svg
    assert {"Census & $x$ <b>", "Estimates", "Finding", "240,000"} <= set(texts(fig))
    assert "<use" not in svg, "dots of one color are one path"


def test_a_trend_of_equal_figures_still_draws():
    with plt.style.context(charts.STYLE):
        fig, ax = plt.subplots()
        charts.trend(HELD.assign(residents=1000, year=2020), ax=ax)
        assert "1,000" in texts(fig)
    plt.close(fig)


def test_a_trend_in_words_gives_every_figure():
    assert charts.trend_words(HELD) == (
        "Census & $x$ <b>: 242,803 in 2010, 238,005 in 2020; "
        "Estimates: 237,813 in 2020, 234,920 in 2021, 232,766 in 2022."
    )


def test_a_strip_names_its_ends_and_the_one_in_between():
    for values, own, wanted in (
        ({"A <b>": 10.0, "B": 30.0, "C": 90.0}, 77.0, {"A <b> 10", "C 90", "Norfolk 77"}),
        ({"A": 10.0, "B": 30.0}, 5.0, {"B 30", "Norfolk 5"}),
        ({"A": 5.0, "B": 5.0}, 5.0, {"Norfolk 5"}),
    ):
        with plt.style.context(charts.STYLE):
            fig, ax = plt.subplots(figsize=(6.5, 1), layout="none")
            ax.set_xscale("log")
            charts.strip(
                pd.Series(values), own, ax=ax, title="Staff", name="Norfolk", write="{:.0f}".format
            )
            charts.headline(ax, "Finding")
            assert set(texts(fig)) == {"Staff", "Finding", *wanted}
        plt.close(fig)


PLACES = pd.DataFrame(
    {"city": ["A <b>", "B $x$", "C"], "people": [100, 1000, 4000], "cost": [90.0, 20.0, 75.0]},
    index=["a", "b", "c"],
)


def test_dots_are_named_where_asked_and_orange_where_apart():
    with plt.style.context(charts.STYLE):
        fig, ax = plt.subplots(figsize=(6.5, 2))
        ax.set_xscale("log")
        apart = PLACES["cost"] < 50
        charts.dots(PLACES, "people", "cost", ax=ax, apart=apart, named={"a", "b"}, label="All")
        charts.log_ticks(ax.xaxis)
        usual, other = ax.get_lines()
        found, svg = set(texts(fig)), svg_of(fig, "x")
    plt.close(fig)
    assert list(usual.get_xdata()) == [100, 4000]
    assert list(other.get_ydata()) == [20.0]
    assert {"A <b>", "B $x$", "200", "1,000", "2,000"} <= found
    assert "C" not in found
    assert svg.count(charts.ORANGE) == 2, "the dots and a name"


def drawing(svg: str) -> tuple[list[str], list[str], list[float]]:
    """The elements of a drawing, its texts, and where those stand."""
    root = ET.fromstring(svg)
    found = [element for element in root.iter() if element.text and "text" in element.tag]
    places = [
        float(number)
        for element in found
        for number in re.findall(r"-?[\d.]+", element.get("x", "") + element.get("transform", ""))
    ]
    return [element.tag for element in root.iter()], [element.text for element in found], places


@pytest.mark.parametrize("layout", [None, "constrained"])
def test_a_figure_is_drawn_as_matplotlib_does(layout):
    """But for a little where a text is aligned by its middle, and where its width moves others."""
    fig, ax = plt.subplots(figsize=(5, 3), dpi=100, layout=layout)
    ax.plot([0, 1, 4], label="a line of its own")
    ax.imshow([[0, 1], [1, 0]], extent=(0, 1, 0, 1), aspect="auto")
    ax.set_title("Two\nlines", style="italic")
    ax.text(0.5, 0.5, r"$x^2$", rotation=30)
    ax.set_ylabel("Upwards")
    ax.legend()
    with plt.rc_context({"svg.fonttype": "none", "svg.hashsalt": "x"}):
        own, theirs = io.StringIO(), io.StringIO()
        draw_svg(fig, own)
        assert fig.dpi == 100
        fig.savefig(theirs, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(fig)
    tags, words, places = drawing(own.getvalue())
    wanted_tags, wanted_words, wanted_places = drawing(theirs.getvalue())
    assert tags == wanted_tags
    assert words == wanted_words
    assert max(abs(a - b) for a, b in zip(places, wanted_places, strict=True)) < 3
