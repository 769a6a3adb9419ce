"""What a model asks of the files: which assumptions of which kind, which fit together, which roles.

The files hold values and sources, and may narrow what is allowed. Nothing that the model reads may
be missing or of another kind, because the arithmetic relies on it. The list itself belongs to the
model (`cvi_analysis.model.assumptions_read`), which this package does not know.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["number", "integer", "switch", "choice", "list", "optional"]


@dataclass(frozen=True, slots=True)
class Expected:
    """What the model needs of one assumption, whatever the file says.

    Attributes:
        kind: type of the value.
        least, most: widest limits the file may set.
        above: `least` itself is refused too (the value divides something).
        length: number of items of a list.
        whole: a number that replaces a computed one must be whole.
    """

    kind: Kind
    least: float = 0.0
    most: float | None = None
    above: bool = False
    length: int | None = None
    whole: bool = False

    @property
    def bounds(self) -> str:
        """The widest limits in words, for messages."""
        text = f"[lowest, highest], {'above' if self.above else 'from'} {self.least:g}"
        return text if self.most is None else f"{text} to {self.most:g}"

    def holds(self, low: float, high: float) -> bool:
        """Whether these are finite limits between which the model can take every number."""
        if not (math.isfinite(low) and math.isfinite(high) and low <= high):
            return False
        if low < self.least or (self.above and low <= self.least):
            return False
        return self.most is None or high <= self.most


Rule: TypeAlias = Literal["increasing", "not decreasing", "adding to 1"]

_RULES: dict[Rule, str] = {
    "increasing": "numbers that increase",
    "not decreasing": "numbers that never decrease",
    "adding to 1": "a sum of 1",
}


@dataclass(frozen=True, slots=True)
class Together:
    """Assumptions that depend on each other, or the items of one list.

    Attributes:
        names: dotted names, in the order of the rule.
        rule: what must hold for their numbers one after the other.
        message: what is wrong where it does not.
    """

    names: tuple[str, ...]
    rule: Rule
    message: str

    @property
    def allowed(self) -> str:
        """The rule in words, for messages."""
        return _RULES[self.rule]

    def holds(self, numbers: Sequence[float]) -> bool:
        """Whether the rule holds for these numbers."""
        if self.rule == "adding to 1":
            return abs(sum(numbers) - 1.0) <= 1e-9
        equal = self.rule == "not decreasing"
        return all(
            before < after or (equal and before == after) for before, after in pairwise(numbers)
        )


@dataclass(frozen=True, slots=True)
class Expectations:
    """All that a model asks of `params/`.

    Attributes:
        assumptions: every assumption it reads, by dotted name.
        together: which of them must fit together.
        roles: the group of each role key, in the model's order.
    """

    assumptions: Mapping[str, Expected]
    together: tuple[Together, ...]
    roles: Mapping[str, str]

    @property
    def roots(self) -> tuple[str, ...]:
        """The first parts of the assumptions' dotted names."""
        return tuple(dict.fromkeys(name.partition(".")[0] for name in self.assumptions))
