"""Several blocks that one cell displays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from cvi_analysis.blocks.bundle import Block
from cvi_analysis.blocks.chart import Chart


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
        from IPython.display import display

        display(*self.outputs())  # type: ignore[no-untyped-call]

    def plain(self) -> str:
        """All text."""
        return "\n\n".join(block.plain() for block in self.blocks)
