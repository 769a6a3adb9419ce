"""One step of an explanation: a figure, how it comes about, and what it rests on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """A figure.

    Attributes:
        name: its dotted name, as in the city's JSON or in `params/assumptions.yaml`.
        value: its exact value.
        title: what it is, in words, with its unit.
        rule: the formula in words; empty for a source figure.
        numbers: the formula with the numbers in it; empty for a source figure.
        source: where a source figure comes from; empty for a computed one.
        uses: names of the steps it is computed from.
    """

    name: str
    value: Any
    title: str
    rule: str = ""
    numbers: str = ""
    source: str = ""
    uses: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """The step as lines of text, the last of which is `name = value` as the JSON has it."""
        found = [self.title[0].upper() + self.title[1:]]
        found += [f"    {text}" for text in (self.source, self.rule) if text]
        if self.numbers:
            found.append(f"    = {self.numbers}")
        return [*found, f"    {label(self.name)} = {exact(self.value)}"]


ASSUMPTION = "assumption "
"""Before the name of an assumption, since some outputs have the name of one."""


def label(name: str) -> str:
    """A step's name as a user types it."""
    return name.removeprefix(ASSUMPTION)


def exact(value: Any) -> str:
    """A value as the JSON writes it."""
    return json.dumps(value, ensure_ascii=False)
