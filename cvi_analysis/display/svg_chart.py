"""A matplotlib figure as a compact, deterministic SVG with real text, alt text and a caption."""

from __future__ import annotations

import hashlib
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cvi_analysis.display import formats
from cvi_analysis.display.prose import Block, Data

# start-up time: what shows tables and text alone need not wait for it.
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
_DEFS = re.compile(r"<defs>(?:<clipPath\b[^>]*>.*?</clipPath>)+</defs>")
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
            "<svg ", f'<svg role="img" aria-label="{formats.html(self.alt)}" ', 1
        )
        caption = f"<figcaption>{formats.text(self.caption)}</figcaption>" if self.caption else ""
        return f'<figure class="chart" tabindex="0">{svg}{caption}</figure>'

    def typst(self) -> str:
        """Typst markup with the SVG inside it."""
        svg = formats.typst_string(self.svg())
        caption = f", caption: [{formats.typst(self.caption)}]" if self.caption else ""
        return (
            f'#figure(image(bytes({svg}), format: "svg", '
            f"alt: {formats.typst_string(self.alt)}){caption})\n"
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
    # start-up time: as above
    import matplotlib as mpl

    from cvi_analysis.display.svg_renderer import draw_svg

    stream = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        draw_svg(figure, stream)
    text = _PROLOG.sub("", stream.getvalue(), count=1)
    text = _METADATA.sub("", text)
    text = _STYLE_SHEET.sub("", text)
    text = _COMMENT.sub("", text)
    prefix = f"c{hashlib.sha256(name.encode()).hexdigest()[:6]}"
    used = dict.fromkeys(re.findall(r'(?:url\(#|href="#)([^)"]+)', text))
    ids = {own: f"{prefix}{number}" for number, own in enumerate(used)}
    text = _ID.sub(lambda m: f' id="{ids[m[1]]}"' if m[1] in ids else "", text)
    text = re.sub(r'(url\(#|href="#)([^)"]+)', lambda m: m[1] + ids[m[2]], text)
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
    text = _inherited(text)
    text = text.replace("<svg ", f'<svg stroke-linejoin="round" font-family="{FONTS}" ', 1)
    if "xlink:" not in text.replace("xmlns:xlink", ""):
        text = text.replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "", 1)
    return text.strip()


def _shorter(path: str) -> str:
    """A path with the shortest way to write each step: `M0 5L9 5M20 5L29 5` as `M0 5h9m11 0h9`.

    Steps are taken from the rounded points, so that nothing adds up along the path.
    """
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
        right, down = _compact(next_x - x), _compact(next_y - y)
        if letter == "L" and down == "0":
            pieces.append(f"h{right}")
        elif letter == "L" and right == "0":
            pieces.append(f"v{down}")
        else:
            there = letter + _pair(_compact(next_x), _compact(next_y))
            step = letter.lower() + _pair(right, down)
            # After `z` the pen is back at the start, so a step would begin elsewhere.
            pieces.append(step if len(step) < len(there) and pieces[-1:] != ["z"] else there)
        x, y = next_x, next_y
    return "".join(pieces)


def _compact(number: float) -> str:
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text.replace("0.", ".", 1) if abs(number) < 1 else text


def _pair(first: str, second: str) -> str:
    return first + second if second.startswith("-") else f"{first} {second}"


def _inherited(svg: str) -> str:
    """The commonest size, color and line end of a drawing said once, on its root."""
    if re.search(r"<(?:g|use|image)\b", svg) or "<defs>" in _DEFS.sub("", svg):
        return svg  # Parts of parts may inherit something else.
    # What clips inherits in vain: only its outline counts.
    outlines = "".join(_DEFS.findall(svg))
    svg = _DEFS.sub("", svg)
    for name, tag, among in (
        ("font-size", "text", ""),
        ("fill", r"\w+", ""),
        ("stroke-linecap", r"\w+", "stroke="),
    ):
        root, end, drawn = svg.partition(">")
        elements = [e for e in re.findall(rf"<{tag}\b[^>]*>", drawn) if among in e]
        values = Counter(said for e in elements for said in re.findall(rf' {name}="[^"]*"', e))
        if len(elements) > 1 and values.total() == len(elements):
            common = values.most_common(1)[0][0]
            svg = root + common + end + drawn.replace(common, "")
    root, end, drawn = svg.partition(">")
    return root + end + outlines + drawn


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
