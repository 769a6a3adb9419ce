"""What a cell displays beside text, tables and charts: stacks, remarks, headlines, jobs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from cvi_analysis.display import formats
from cvi_analysis.display.prose import (
    Block,
    Bullets,
    Inline,
    Line,
    Paragraph,
    Prose,
    Shown,
    line,
    strong,
)
from cvi_analysis.display.svg_chart import Chart
from cvi_analysis.display.tables import Table


@dataclass(frozen=True, slots=True)
class Group(Block):
    """Blocks in one output."""

    blocks: tuple[Block, ...]

    def html(self) -> str:
        """The blocks, one after the other."""
        return "\n".join(block.html() for block in self.blocks)

    def typst(self) -> str:
        """The blocks, one after the other."""
        return "\n".join(block.typst() for block in self.blocks)

    def plain(self) -> str:
        """The blocks with blank lines between."""
        return "\n\n".join(block.plain() for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Stack:
    """Blocks in order.

    Displayed, a chart is an output of its own, so that its alt text goes with it; what stands
    between two charts is one output.
    """

    blocks: tuple[Block, ...]

    @classmethod
    def of(cls, *blocks: Block | Stack | None) -> Stack:
        """The blocks that are there; None is left out, a stack is taken in."""
        flat: list[Block] = []
        for block in blocks:
            if isinstance(block, Stack):
                flat += block.blocks
            elif block is not None:
                flat.append(block)
        return cls(tuple(flat))

    def __iter__(self) -> Iterator[Block]:
        return iter(self.blocks)

    def __len__(self) -> int:
        return len(self.blocks)

    def outputs(self) -> list[Block]:
        """What is displayed: charts, and groups of all else."""
        found: list[Block] = []
        for is_chart, run in groupby(self.blocks, key=lambda block: isinstance(block, Chart)):
            blocks = tuple(run)
            found += blocks if is_chart or len(blocks) == 1 else (Group(blocks),)
        return found

    def _ipython_display_(self) -> None:
        """Display the outputs."""
        # start-up time: workers show nothing themselves.
        from IPython.display import display

        display(*self.outputs())  # type: ignore[no-untyped-call]

    def plain(self) -> str:
        """All text."""
        return "\n\n".join(block.plain() for block in self.blocks)


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
class JobDescription(Block):
    """One role's job description: folded in the page, its function alone in PDF and Word.

    Attributes:
        title: the role with its number of posts.
        function: its part in the ecosystem, one sentence.
        duties: what the person does, in short phrases.
        facts: label and text pairs, such as who it suits and who it reports to.
    """

    title: Line
    function: str
    duties: tuple[str, ...]
    facts: tuple[tuple[str, Inline | Line], ...]

    @property
    def _body(self) -> Prose:
        return Prose.of(
            self.function,
            Bullets(tuple(line(duty) for duty in self.duties)),
            *(Paragraph(line(strong(f"{label}. "), text)) for label, text in self.facts),
        )

    def html(self) -> str:
        """A `details` element that opens to the description."""
        return (
            f'<details class="job" data-short="{formats.html(self.function)}">'
            f"<summary>{self.title.html()}</summary>\n"
            f"{self._body.html()}</details>"
        )

    def typst(self) -> str:
        """A call of the prelude's `job`, with the function."""
        return f"#job(title: [{self.title.typst()}])[{formats.typst(self.function.strip())}]\n"

    def plain(self) -> str:
        """Title and description."""
        return f"{self.title.plain()}\n\n{self._body.plain()}"


@dataclass(frozen=True, slots=True)
class Jobs(Block):
    """Several job descriptions."""

    jobs: tuple[JobDescription, ...]

    def html(self) -> str:
        """The descriptions, one after the other."""
        return "\n".join(job.html() for job in self.jobs)

    def typst(self) -> str:
        """The descriptions, one after the other."""
        jobs = "\n".join(job.typst() for job in self.jobs)
        return f"#[#set text(size: 9.2pt)\n{jobs}]\n"

    def plain(self) -> str:
        """The descriptions with blank lines between."""
        return "\n\n".join(job.plain() for job in self.jobs)
