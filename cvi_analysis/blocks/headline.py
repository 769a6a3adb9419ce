"""The big figures a reader takes away at a glance."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cvi_analysis.blocks import escape
from cvi_analysis.blocks.bundle import Block
from cvi_analysis.blocks.inline import Line, Shown


@dataclass(frozen=True, slots=True)
class Figure:
    """One big figure.

    Attributes:
        question: what it answers, a few words.
        value: the figure, with its name in the report's JSON.
        unit: what is counted.
        detail: its range or what it is made of.
    """

    question: str
    value: Shown
    unit: str
    detail: Line


@dataclass(frozen=True, slots=True)
class Headline(Block):
    """Big figures side by side."""

    figures: tuple[Figure, ...]

    def html(self) -> str:
        """A list with class `headline`, one item a figure."""
        return f'<div class="headline">{"".join(_html(item) for item in self.figures)}</div>'

    def typst(self) -> str:
        """A call of the prelude's `headline-figures`."""
        items = "".join(
            f"(label: [{escape.typst(item.question)}], value: [{escape.typst(item.value.text)}], "
            f"range: [#strong[{escape.typst(item.unit)}]#linebreak(){item.detail.typst()}]),\n"
            for item in self.figures
        )
        return f"#headline-figures(\n{items})\n"

    def plain(self) -> str:
        """One line a figure."""
        return "\n".join(
            f"{item.question}: {item.value.text} {item.unit} ({item.detail.plain()})"
            for item in self.figures
        )


def _html(item: Figure) -> str:
    number, _, scale = item.value.text.partition(" ")
    value = Line((replace(item.value, text=number, strong=True),)).html()
    if scale:
        value += f" <small>{escape.text(scale)}</small>"
    return (
        f'<div class="figure"><p class="label">{escape.text(item.question)}</p>'
        f'<p class="value">{value}</p><p class="unit">{escape.text(item.unit)}</p>'
        f'<p class="range">{item.detail.html()}</p></div>'
    )
