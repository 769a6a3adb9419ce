"""The base of all blocks, and running text: the same line in HTML, Typst and plain text."""

from __future__ import annotations

import itertools
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from cvi_analysis.display import formats

Data = dict[str, Any]


class Block(ABC):
    """Something a cell displays."""

    __slots__ = ()

    @abstractmethod
    def html(self) -> str:
        """An HTML fragment."""

    @abstractmethod
    def typst(self) -> str:
        """Typst markup that needs only the PDF template's prelude."""

    @abstractmethod
    def plain(self) -> str:
        """Plain text."""

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> Data | tuple[Data, Data]:
        """What Jupyter asks for. Front ends choose the richest form they know."""
        return {
            "text/html": self.html(),
            "text/x-typst": self.typst(),
            "text/plain": self.plain(),
        }


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
        return formats.text(part)
    if isinstance(part, Code):
        return f"<code>{formats.html(part.text)}</code>"
    if isinstance(part, Shown):
        # One amount in an element of its own, which needs no second one.
        tag = "strong" if part.strong else "span"
        return (
            f'<{tag} data-output="{formats.html(part.output)}" '
            f'data-value="{formats.value(part.value)}">{formats.html(part.text)}</{tag}>'
        )
    text = formats.text(part.text)
    if isinstance(part, Strong):
        return f"<strong>{text}</strong>"
    url = formats.web_address(part.url)
    return f'<a href="{formats.html(url)}">{text}</a>' if url else text


def _typst(part: Inline) -> str:
    if isinstance(part, str):
        return formats.typst(part)
    text = formats.typst(part.text)
    if isinstance(part, Strong) or (isinstance(part, Shown) and part.strong):
        return f"#strong[{text}];"
    if isinstance(part, Code):
        return _typst_code(part.text)
    if isinstance(part, Link):
        url = formats.web_address(part.url)
        return f"#link({formats.typst_string(url)})[{text}];" if url else text
    return text


def _typst_code(name: str) -> str:
    """A name that may break after its dots and underscores, without a character put in."""
    pieces = re.split(r"(?<=[._])(?=.)", name)
    return "".join(f"#box(raw({formats.typst_string(piece)}));" for piece in pieces)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; `note` sets it smaller, as a remark on what stands above."""

    text: Line
    note: bool = False

    def html(self) -> str:
        """A `p` element."""
        return f'<p class="note">{self.text.html()}</p>' if self.note else _p(self.text)

    def typst(self) -> str:
        """A Typst paragraph."""
        return f"#muted[{self.text.typst()}]\n" if self.note else f"{self.text.typst()}\n"

    def plain(self) -> str:
        """The words."""
        return self.text.plain()


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list, with bullets or numbers."""

    items: tuple[Line, ...]
    ordered: bool = False

    def html(self) -> str:
        """A `ul` or `ol` element."""
        tag = "ol" if self.ordered else "ul"
        return f"<{tag}>{''.join(f'<li>{item.html()}</li>' for item in self.items)}</{tag}>"

    def typst(self) -> str:
        """A Typst list."""
        name = "enum" if self.ordered else "list"
        return f"#{name}({''.join(f'[{item.typst()}],' for item in self.items)})\n"

    def plain(self) -> str:
        """One line an item."""
        marks = [f"{number}." if self.ordered else "-" for number in range(1, len(self.items) + 1)]
        return "\n".join(
            f"{mark} {item.plain()}" for mark, item in zip(marks, self.items, strict=True)
        )


Piece: TypeAlias = Paragraph | Bullets


@dataclass(frozen=True, slots=True)
class Prose(Block):
    """Paragraphs and lists, one after the other."""

    pieces: tuple[Piece, ...]

    @classmethod
    def of(cls, *pieces: Inline | Line | Piece) -> Prose:
        """Prose of paragraphs (anything inline) and ready pieces."""
        return cls(
            tuple(
                piece if isinstance(piece, Paragraph | Bullets) else Paragraph(as_line(piece))
                for piece in pieces
            )
        )

    def html(self) -> str:
        """The pieces, one a line."""
        return "\n".join(piece.html() for piece in self.pieces)

    def typst(self) -> str:
        """The pieces as paragraphs; the words that open a list stay on its page."""
        found = [piece.typst() for piece in self.pieces]
        for index, (piece, after) in enumerate(itertools.pairwise(self.pieces)):
            if isinstance(piece, Paragraph) and isinstance(after, Bullets):
                found[index] = (
                    f"#block(sticky: true, spacing: 1.05em)[#par[{found[index].strip()}]]\n"
                )
        return "\n".join(found)

    def plain(self) -> str:
        """The pieces with blank lines between."""
        return "\n\n".join(piece.plain() for piece in self.pieces)


def _p(text: Line) -> str:
    return f"<p>{text.html()}</p>"
