"""How wide letters are in the font of the charts.

The font itself would tell the width of a whole line, but it lays the line out for that and reads
every glyph from its file, and a forked kernel has to open the file anew. Advances of letters are
asked once and travel with the fork. Kerning is left out: it moves a line's end by less than 1%.
"""

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
