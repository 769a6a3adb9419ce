"""Paragraphs and lists."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TypeAlias

from cvi_analysis.blocks.bundle import Block
from cvi_analysis.blocks.inline import Inline, Line, as_line


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
