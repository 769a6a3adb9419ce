"""All cities side by side: what `notebooks/comparison.ipynb` displays."""

from __future__ import annotations

from functools import cached_property

from cvi_analysis.blocks import (
    Stack,
)
from cvi_analysis.compare import overview, questions
from cvi_analysis.compare.lines import Line
from cvi_analysis.compare.panel import Panel
from cvi_analysis.uncertainty import Effect, effects, intervals


class Cities:
    """All cities side by side.

    Attributes:
        panel: every city's resolved inputs.
    """

    def __init__(self, panel: Panel) -> None:
        self.panel = panel

    def __repr__(self) -> str:
        return f"<Cities: {len(self.lines)}; scenario {self.panel.scenario.name}>"

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every city's figures, in the order of `params/cities.csv`."""
        cases = list(self.panel.cases.values())
        return tuple(
            Line(place, case, case.profile(), found)
            for place, case, found in zip(self.panel.places, cases, intervals(cases), strict=True)
        )

    @cached_property
    def effects(self) -> tuple[tuple[Effect, ...], ...]:
        """What each assumption alone does to each city's total."""
        return tuple(effects(line.case) for line in self.lines)

    def at_a_glance(self) -> Stack:
        """The scenario, and all cities together."""
        return overview.at_a_glance(self)

    def table(self) -> Stack:
        """Every city's figures in a table that can be sorted."""
        return overview.table(self)

    def ranges(self) -> Stack:
        """How sure the totals are."""
        return overview.ranges(self)

    def per_resident(self) -> Stack:
        """Who needs most per resident."""
        return questions.per_resident(self)

    def scale(self) -> Stack:
        """How economies of scale act."""
        return questions.scale(self)

    def assumptions(self) -> Stack:
        """Which assumption matters where."""
        return questions.assumptions(self)

    def homicides(self) -> Stack:
        """How the count of people compares with homicides."""
        return questions.homicides(self)

    def register(self) -> Stack:
        """What differs from the baseline, and who made this."""
        return overview.register(self)
