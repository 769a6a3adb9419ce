"""What a cell displays beside text, tables and charts: boxes, headlines, folds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from cvi_analysis.display import formats
from cvi_analysis.display.prose import Block, Line, Prose, Shown
from cvi_analysis.display.tables import Table


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
            f'<aside class="callout {self.kind}" aria-label="{formats.html(self.title)}">'
            f'<p class="title"><strong>{formats.text(self.title)}</strong></p>\n{body}</aside>'
        )

    def typst(self) -> str:
        """A call of the prelude's `callout`."""
        body = "\n".join(part.typst() for part in self.body)
        return f"#callout(title: [{formats.typst(self.title)}])[\n{body}\n]\n"

    def plain(self) -> str:
        """Title and text."""
        return "\n\n".join([self.title.upper(), *(part.plain() for part in self.body)])


@dataclass(frozen=True, slots=True)
class HeadlineFigure:
    """One big figure.

    Attributes:
        question: what it answers, a few words.
        value: the figure, with its name in the report's JSON.
        unit: what is counted.
        detail: its range or what it is made of.
    """

    question: str
    value: Line
    unit: str
    detail: Line


@dataclass(frozen=True, slots=True)
class Headline(Block):
    """Big figures side by side."""

    figures: tuple[HeadlineFigure, ...]

    def html(self) -> str:
        """A list with class `headline`, one item a figure."""
        return f'<div class="headline">{"".join(_html(item) for item in self.figures)}</div>'

    def typst(self) -> str:
        """A call of the prelude's `headline-figures`."""
        items = "".join(
            f"(label: [{formats.typst(item.question)}], value: [{item.value.typst()}], "
            f"range: [#strong[{formats.typst(item.unit)}]#linebreak(){item.detail.typst()}]),\n"
            for item in self.figures
        )
        return f"#headline-figures(\n{items})\n"

    def plain(self) -> str:
        """One line a figure."""
        return "\n".join(
            f"{item.question}: {item.value.plain()} {item.unit} ({item.detail.plain()})"
            for item in self.figures
        )


def _html(item: HeadlineFigure) -> str:
    value = ""
    for part in item.value.parts:
        number, _, scale = part.text.partition(" ") if isinstance(part, Shown) else ("", "", "")
        stands_out = replace(part, text=number, strong=True) if isinstance(part, Shown) else part
        value += Line((stands_out,)).html()
        if scale:
            value += f" <small>{formats.text(scale)}</small>"
    return (
        f'<div class="figure"><p class="label">{formats.text(item.question)}</p>'
        f'<p class="value">{value}</p><p class="unit">{formats.text(item.unit)}</p>'
        f'<p class="range">{item.detail.html()}</p></div>'
    )


@dataclass(frozen=True, slots=True)
class Folded(Block):
    """Text under a heading that opens it in the page.

    Attributes:
        title: the heading, of the fourth level.
        body: the text.
    """

    title: str
    body: Block

    def html(self) -> str:
        """A `details` element."""
        return (
            f'<details class="fold"><summary><h4>{formats.text(self.title)}</h4></summary>\n'
            f"{self.body.html()}</details>"
        )

    def typst(self) -> str:
        """The heading and the text."""
        return f"=== {formats.typst(self.title)}\n{self.body.typst()}"

    def plain(self) -> str:
        """The heading and the text."""
        return f"{self.title}\n\n{self.body.plain()}"
