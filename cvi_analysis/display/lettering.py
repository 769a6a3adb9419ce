"""One look for all charts: colors, sizes of type, and how wide words are in it."""

from __future__ import annotations

import string
from functools import lru_cache

from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import LoadFlags

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

TITLE, SMALL = 11.0, 8.0
"""Sizes of type in points, as in `cvi.mplstyle`."""


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
