"""Running text made of words, figures, links: the same line in HTML, Typst and plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from cvi_analysis.blocks import escape


@dataclass(frozen=True, slots=True)
class Strong:
    """Important words."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """A name as it is typed, such as an assumption's dotted name."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to a web address; anything but http(s) stays plain words."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure of the report's JSON.

    Attributes:
        text: as people read it.
        output: its dotted name in `<slug>.json`.
        value: its exact value there.
        strong: whether it stands out.
    """

    text: str
    output: str
    value: float
    strong: bool = False


Inline: TypeAlias = str | Strong | Code | Link | Shown


@dataclass(frozen=True, slots=True)
class Line:
    """One run of text."""

    parts: tuple[Inline, ...]

    def html(self) -> str:
        """The line as phrasing content."""
        return "".join(_html(part) for part in self.parts)

    def typst(self) -> str:
        """The line as Typst markup."""
        return "".join(_typst(part) for part in self.parts)

    def plain(self) -> str:
        """The words alone."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)


def line(*parts: Inline | Line) -> Line:
    """One line of several pieces; a line within a line is taken in."""
    return Line(tuple(_flat(parts)))


def strong(text: str) -> Strong:
    """Important words."""
    return Strong(text)


def code(text: str) -> Code:
    """A name as it is typed."""
    return Code(text)


def link(text: str, url: str) -> Link:
    """Words that lead to a web address."""
    return Link(text, url)


def shown(text: str, output: str, value: float, *, strong: bool = False) -> Shown:
    """A figure that stands in the report's JSON under `output` with this exact value."""
    return Shown(text, output, value, strong)


def as_line(text: Inline | Line) -> Line:
    """Any inline content as a line."""
    return text if isinstance(text, Line) else Line((text,))


def _flat(parts: Iterable[Inline | Line]) -> Iterable[Inline]:
    for part in parts:
        if isinstance(part, Line):
            yield from part.parts
        else:
            yield part


def _html(part: Inline) -> str:
    if isinstance(part, str):
        return escape.text(part)
    if isinstance(part, Code):
        return f"<code>{escape.html(part.text)}</code>"
    if isinstance(part, Shown):
        # One amount in an element of its own, which needs no second one.
        tag = "strong" if part.strong else "span"
        return (
            f'<{tag} data-output="{escape.html(part.output)}" '
            f'data-value="{escape.value(part.value)}">{escape.html(part.text)}</{tag}>'
        )
    text = escape.text(part.text)
    if isinstance(part, Strong):
        return f"<strong>{text}</strong>"
    url = escape.web_address(part.url)
    return f'<a href="{escape.html(url)}">{text}</a>' if url else text


def _typst(part: Inline) -> str:
    if isinstance(part, str):
        return escape.typst(part)
    text = escape.typst(part.text)
    if isinstance(part, Strong) or (isinstance(part, Shown) and part.strong):
        return f"#strong[{text}];"
    if isinstance(part, Code):
        return _typst_code(part.text)
    if isinstance(part, Link):
        url = escape.web_address(part.url)
        return f"#link({escape.typst_string(url)})[{text}];" if url else text
    return text


def _typst_code(name: str) -> str:
    """A name that may break after its dots and underscores, without a character put in."""
    pieces = re.split(r"(?<=[._])(?=.)", name)
    return "".join(f"#box(raw({escape.typst_string(piece)}));" for piece in pieces)
