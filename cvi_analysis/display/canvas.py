"""One look for all charts: colors, type sizes, letters' widths, and a canvas to draw on."""

from __future__ import annotations

import string
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

FAMILY = "DejaVu Sans"

_EM = 100
"""Points of the size at which a letter is measured."""


@lru_cache(maxsize=8192)
def advance(letter: str, bold: bool = False) -> float:
    """Width of one letter, as a share of the type size.

    A letter that the font lacks, which another font will show, counts as wide as the type is
    high; a mark that combines with the letter before it is 0 wide.
    """
    font = get_font(findfont(font_properties(_EM, bold)))
    index = font.get_char_index(ord(letter))
    if not index:
        return 1.0
    font.set_size(_EM, 72)
    glyph = font.load_glyph(index, flags=LoadFlags.NO_HINTING)
    return glyph.linearHoriAdvance / 65536 / _EM


@lru_cache
def font_properties(size: float, bold: bool = False) -> FontProperties:
    """The font of the charts at a size in points."""
    return FontProperties(family=FAMILY, weight="bold" if bold else "normal", size=size)


def learn_letters() -> None:
    """Measure the letters that nearly all texts are made of."""
    for letter in string.ascii_letters + string.digits + string.punctuation + " –—…×−·’“”":
        for bold in (False, True):
            advance(letter, bold)


INK = "#1c2430"
MUTED = "#56606d"
RULE = "#d5dae1"
QUIET = "#aab4c0"
BLUE = "#1f5a8c"
BLUE_LIGHT = "#c7dbec"
ORANGE = "#b3470c"
TEAL = "#0d655d"

WIDTH = 468.0
"""Points: 6.5 inches, the text width of a letter page."""

TITLE, BODY, SMALL = 11.0, 9.0, 8.0

Point = tuple[float, float]


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, bold: bool = False) -> float:
    """Width of `text` in points."""
    return size * sum(advance(letter, bold) for letter in text)


def wrapped(text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
    """`text` in lines of at most `width` points; a single longer word stays whole."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def shortened(text: str, size: float, width: float) -> str:
    """`text`, cut and ended with "…" where it is wider than `width` points."""
    if text_width(text, size) <= width:
        return text
    words = text[: int(width)]  # no letter that shows is narrower than a point
    while words and text_width(f"{words}…", size) > width:
        words = words[: int(len(words) * 0.9)]
    return f"{words.rstrip()}…"


def balanced(text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
    """`text` in as few lines as `wrapped` needs, of about the same length."""
    lines = wrapped(text, size, width, bold=bold)
    if len(lines) < 2:
        return lines
    narrower = text_width(text, size, bold) / len(lines)
    while narrower < width:
        tried = wrapped(text, size, narrower, bold=bold)
        if len(tried) == len(lines):
            return tried
        narrower += width / 12
    return lines


class _Label(Text):
    """A line of text, set on its baseline.

    SVG readers align text by themselves, so for SVG no glyph has to be measured, which would take
    longer than drawing all else. Other renderers get what `Text` does.
    """

    def draw(self, renderer: RendererBase) -> None:
        """Hand the text over; `ha` and the font travel with it."""
        # What draws for SVG is told by its `writer`; it is wrapped in one that can mix in images.
        as_text = hasattr(renderer, "writer") and mpl.rcParams["svg.fonttype"] == "none"
        if not as_text or "\n" in self.get_text():
            super().draw(renderer)
            return
        style = renderer.new_gc()
        style.set_foreground(self.get_color())
        x, y = self.get_transform().transform(self.get_unitless_position())
        _, height = renderer.get_canvas_width_height()
        renderer.draw_text(
            style, x, height - y, self.get_text(), self.get_fontproperties(), 0, mtext=self
        )
        style.restore()


class Canvas:
    """A page of 468 points width, origin at the top left, y downwards.

    Attributes:
        figure: the matplotlib figure.
        top: y under the title.
    """

    def __init__(self, height: float, title: str) -> None:
        lines = balanced(title, TITLE, WIDTH - 4, bold=True)
        self.top = 15.0 * len(lines) + 6
        self.height = height + self.top
        self.figure = Figure(figsize=(WIDTH / 72, self.height / 72), dpi=72, facecolor="white")
        # Straight on the figure: axes would cost more time than all that is drawn on them.
        self._points = (
            Affine2D().scale(1 / 72, -1 / 72).translate(0, self.height / 72)
            + self.figure.dpi_scale_trans
        )
        for index, words in enumerate(lines):
            self.text(0, 11 + 15 * index, words, size=TITLE, bold=True)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = BODY,
        color: str = INK,
        bold: bool = False,
        align: Literal["left", "center", "right"] = "left",
    ) -> None:
        """Text with its baseline at `y`. Dollar signs and markup characters are plain text."""
        self.figure.add_artist(
            _Label(
                x,
                y,
                text,
                transform=self._points,
                fontproperties=font_properties(size, bold),
                color=color,
                horizontalalignment=align,
                parse_math=False,
            )
        )

    def bar(self, x: float, y: float, width: float, height: float, color: str) -> None:
        """A filled rectangle."""
        corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
        codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
        self._add(Path(corners, codes), facecolor=color, edgecolor="none", linewidth=0)

    def line(
        self, points: Sequence[Point], color: str, width: float = 1.0, *, dashed: bool = False
    ) -> None:
        """A polyline."""
        style: Any = (0, (3.0, 2.5)) if dashed else "solid"
        self._stroke(Path(points), color, width, "butt" if dashed else "round", style)

    def dots(self, points: Iterable[Point], color: str, size: float) -> None:
        """Round dots of `size` points across, all in one path."""
        self.ticks([(x, y, x + 0.01, y) for x, y in points], color, size)

    def ticks(
        self, segments: Iterable[tuple[float, float, float, float]], color: str, width: float
    ) -> None:
        """Separate straight strokes with round ends, all in one path."""
        vertices = [point for x1, y1, x2, y2 in segments for point in ((x1, y1), (x2, y2))]
        if vertices:
            codes = [Path.MOVETO, Path.LINETO] * (len(vertices) // 2)
            self._stroke(Path(vertices, codes), color, width, "round", "solid")

    def _stroke(self, path: Path, color: str, width: float, cap: Any, style: Any) -> None:
        self._add(
            path,
            facecolor="none",
            edgecolor=color,
            linewidth=width,
            capstyle=cap,
            joinstyle="round",
            linestyle=style,
        )

    def _add(self, path: Path, **style: Any) -> None:
        patch = PathPatch(path, clip_on=False, snap=False, **style)
        patch.set_transform(self._points)
        self.figure.add_artist(patch)
