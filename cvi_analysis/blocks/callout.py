"""A boxed remark that a reader must not miss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cvi_analysis.blocks import escape
from cvi_analysis.blocks.bundle import Block
from cvi_analysis.blocks.prose import Prose
from cvi_analysis.blocks.table import Table


@dataclass(frozen=True, slots=True)
class Callout(Block):
    """A box with a title.

    Attributes:
        title: what it is about, a few words.
        body: prose and tables.
        kind: `note`, or `scenario` for what sets this report apart from the baseline.
    """

    title: str
    body: tuple[Prose | Table, ...]
    kind: Literal["note", "scenario"] = "note"

    def html(self) -> str:
        """An `aside` with class `callout`, named by its title."""
        body = "\n".join(part.html() for part in self.body)
        return (
            f'<aside class="callout {self.kind}" aria-label="{escape.html(self.title)}">'
            f'<p class="title"><strong>{escape.text(self.title)}</strong></p>\n{body}</aside>'
        )

    def typst(self) -> str:
        """A call of the prelude's `callout`."""
        body = "\n".join(part.typst() for part in self.body)
        return f"#callout(title: [{escape.typst(self.title)}])[\n{body}\n]\n"

    def plain(self) -> str:
        """Title and text."""
        return "\n\n".join([self.title.upper(), *(part.plain() for part in self.body)])
