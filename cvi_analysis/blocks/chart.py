"""A matplotlib figure as a compact, deterministic SVG with real text, alt text and a caption."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import matplotlib as mpl

from cvi_analysis.blocks import escape
from cvi_analysis.blocks.bundle import Block, Data

if TYPE_CHECKING:
    from matplotlib.figure import Figure as MplFigure

SVG = "image/svg+xml"
FONTS = "Public Sans, system-ui, Segoe UI, Roboto, Helvetica Neue, Arial, DejaVu Sans, sans-serif"
"""The PDF's font, then the page's. Layout is measured with DejaVu Sans, the widest of them."""

_PROLOG = re.compile(r"\A.*?(?=<svg)", re.DOTALL)
_STEP = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_STYLE_SHEET = re.compile(r"<defs>\s*<style[^>]*>.*?</style>\s*</defs>", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ID = re.compile(r' id="([^"]*)"')
_STYLE = re.compile(r' style="([^"]*)"')
_FONT = re.compile(r"(?P<rest>.*?)(?P<size>[\d.]+)px (?P<family>.*)")
_BLANK = re.compile(r">\s+<")
_EMPTY = re.compile(r"<(g|defs)[^>]*></\1>|<(g|defs)[^>]*/>")
_BARE_GROUP = re.compile(r"<g>((?:(?!</?g\b).)*)</g>", re.DOTALL)
_PATH = re.compile(r' d="([^"]*)"')
_LINE_END = re.compile(r"\s*\n\s*")
_NO_TURN = re.compile(r' transform="rotate\(-?0 [^"]*\)"')
_OWN_FONT = "'DejaVu Sans'"
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")


@dataclass(frozen=True, slots=True, eq=False)
class Chart(Block):
    """A chart.

    Attributes:
        figure: the drawn figure; rendered once, on first use.
        alt: what the chart shows, in words with the figures; it replaces the picture for people
            who do not see it.
        caption: a sentence under the chart, or empty.
        name: distinguishes the charts of a report; no two share it.
    """

    figure: MplFigure
    alt: str
    caption: str
    name: str
    _cache: dict[str, str] = field(default_factory=dict, repr=False)

    def svg(self) -> str:
        """The picture: SVG text without ids, style sheets, dates or anything that varies."""
        if "svg" not in self._cache:
            self._cache["svg"] = svg_of(self.figure, self.name)
        return self._cache["svg"]

    def html(self) -> str:
        """A `figure` with the SVG as a labelled image."""
        svg = self.svg().replace(
            "<svg ", f'<svg role="img" aria-label="{escape.html(self.alt)}" ', 1
        )
        caption = f"<figcaption>{escape.html(self.caption)}</figcaption>" if self.caption else ""
        return f'<figure class="chart" tabindex="0">{svg}{caption}</figure>'

    def typst(self) -> str:
        """Typst markup with the SVG inside it."""
        svg = escape.typst_string(self.svg())
        caption = f", caption: [{escape.typst(self.caption)}]" if self.caption else ""
        return (
            f'#figure(image(bytes({svg}), format: "svg", '
            f"alt: {escape.typst_string(self.alt)}){caption})\n"
        )

    def plain(self) -> str:
        """The alt text and the caption."""
        return "\n".join(text for text in (self.alt, self.caption) if text)

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[Data, Data]:
        """The SVG as an image; alt text and caption travel in its metadata."""
        return (
            {SVG: self.svg(), "text/plain": self.plain()},
            {SVG: {"alt": self.alt, "caption": self.caption}},
        )


def svg_of(figure: MplFigure, name: str) -> str:
    """A figure as compact SVG text, the same for the same figure.

    Styles become presentation attributes, so that the SVG needs no `style` permission of a page's
    content security policy and does not style its neighbours.
    """
    stream = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    text = _PROLOG.sub("", stream.getvalue(), count=1)
    text = _METADATA.sub("", text)
    text = _STYLE_SHEET.sub("", text)
    text = _COMMENT.sub("", text)
    prefix = f"c{hashlib.sha256(name.encode()).hexdigest()[:6]}"
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', text))
    text = _ID.sub(lambda m: f' id="{prefix}{m[1]}"' if m[1] in used else "", text)
    text = re.sub(r'(url\(#|href="#)', rf"\g<1>{prefix}", text)
    text = _STYLE.sub(lambda m: _attributes(m[1]), text)
    text = _PATH.sub(lambda m: f' d="{_LINE_END.sub("", m[1])}"', text)
    text = _NO_TURN.sub("", text)
    text = _LONG_NUMBER.sub(lambda m: f"{float(m[0]):.2f}".rstrip("0").rstrip("."), text)
    text = _BLANK.sub("><", text)
    previous = ""
    while previous != text:
        previous = text
        text = _BARE_GROUP.sub(r"\1", _EMPTY.sub("", text))
    text = text.replace(' text-anchor="start"', "")
    text = _PATH.sub(lambda m: f' d="{_shorter(m[1])}"', text)
    text = text.replace("<svg ", f'<svg stroke-linejoin="round" font-family="{FONTS}" ', 1)
    if "xlink:" not in text.replace("xmlns:xlink", ""):
        text = text.replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "", 1)
    return text.strip()


def _shorter(path: str) -> str:
    """A path with level and upright strokes written as such: `M0 5L9 5` as `M0 5h9`."""
    pieces: list[str] = []
    x = y = 0.0
    for letter, rest in _STEP.findall(path):
        numbers = rest.split()
        if letter not in "MLz" or len(numbers) != (0 if letter == "z" else 2):
            return path
        if letter == "z":
            pieces.append("z")
            continue
        next_x, next_y = float(numbers[0]), float(numbers[1])
        if letter == "L" and next_y == y:
            pieces.append(f"h{next_x - x:.2f}".rstrip("0").rstrip("."))
        elif letter == "L" and next_x == x:
            pieces.append(f"v{next_y - y:.2f}".rstrip("0").rstrip("."))
        else:
            pieces.append(f"{letter}{numbers[0]} {numbers[1]}")
        x, y = next_x, next_y
    return "".join(pieces).replace("h0.", "h.").replace("v0.", "v.")


def _attributes(style: str) -> str:
    found: dict[str, str] = {}
    for declaration in style.split(";"):
        key, _, value = declaration.partition(":")
        key, value = key.strip(), value.strip().replace('"', "'")
        if key == "font":
            font = _FONT.match(value)
            if font:
                found["font-size"] = font["size"]
                if not font["family"].startswith(_OWN_FONT):
                    found["font-family"] = font["family"]
                words = font["rest"].split()
                found.update(
                    ("font-style" if word in ("italic", "oblique") else "font-weight", word)
                    for word in words
                    if word != "normal"
                )
        elif key and (key != "font-family" or not value.startswith(_OWN_FONT)):
            found[key] = value
    return "".join(f' {key}="{value}"' for key, value in found.items())
