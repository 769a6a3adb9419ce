"""Where a number of a report comes from: the chain of steps from source figures to it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cvi_analysis.display.formats import assumption_value, at_the_head, plain
from cvi_analysis.errors import InputError
from cvi_analysis.params.text_files import nearest
from cvi_analysis.report.document import document
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.quantities import ASSUMPTION, QUANTITIES, Made, Quantity

NAMED = re.compile(r"\{([^{}]+)\}")
"""A name in a formula."""


@dataclass(frozen=True, slots=True)
class Step:
    """A figure of one report and how it comes about.

    Attributes:
        name: its dotted name, as in the city's JSON or in `params/assumptions.yaml`.
        value: its exact value.
        title: what it is, in words, with its unit.
        rule: the formula in words; empty for a source figure.
        formula: the formula with names in braces; empty for a source figure.
        numbers: the formula with the numbers in it.
        source: where a source figure comes from; empty for a computed one.
        uses: names of the steps it is computed from.
    """

    name: str
    value: Any
    title: str
    rule: str = ""
    formula: str = ""
    numbers: str = ""
    source: str = ""
    uses: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """The step as lines of text, the last of which is `name = value` as the JSON has it."""
        found = [at_the_head(self.title)]
        found += [f"    {text}" for text in (self.source, self.rule) if text]
        if self.numbers:
            found.append(f"    = {self.numbers}")
        value = json.dumps(self.value, ensure_ascii=False)
        return [*found, f"    {self.name.removeprefix(ASSUMPTION)} = {value}"]


class Chain:
    """Explains the numbers of one city under one scenario.

    Attributes:
        dossier: the city's resolved inputs.
    """

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier

    @cached_property
    def outputs(self) -> dict[str, Any]:
        """Every value of the city's JSON document by dotted name; posts by their role key."""
        data = document(self.dossier).model_dump(mode="json")
        data["staffing"] = {
            post["role"]: {k: v for k, v in post.items() if k != "role"}
            for post in data["staffing"]
        }
        data["methods"] = {by["method"]: by for by in data["methods"]}
        return dict(_flat("", data))

    def steps(self, name: str) -> list[Step]:
        """The steps that lead to `name`, each after those it uses; `name` itself is the last.

        Raises:
            InputError: there is no such number, with the nearest names.
        """
        if name not in self.outputs:
            if name not in self.dossier.assumptions:
                raise InputError(
                    "there is no such number",
                    parameter="name",
                    found=name,
                    allowed="a dotted name of the city's JSON, such as budget.total",
                    hint=nearest(name, {**self.outputs, **self.dossier.assumptions}),
                )
            name = f"{ASSUMPTION}{name}"
        found: dict[str, Step] = {}
        self._visit(name, found)
        return list(found.values())

    def text(self, name: str) -> str:
        """The explanation: the answer, then each step, source figures first.

        The first line and the last have `name = value`.
        """
        city, scenario = self.dossier.city, self.dossier.scenario
        steps = [step.lines() for step in self.steps(name)]
        answer = steps[-1][-1].strip()
        head = f"{city.name}, scenario {scenario.name}: how {answer} comes about"
        parts = [f"{number}. " + "\n".join(lines) for number, lines in enumerate(steps, 1)]
        return "\n\n".join([head, *parts])

    def step(self, name: str) -> Step:
        """How one number comes about.

        Raises:
            LookupError: the table of quantities does not know it.
        """
        if name.startswith(ASSUMPTION):
            return self._assumption(name)
        quantity, key = self._quantity(name)
        formula = (
            self._made(quantity.formula, key).replace("*.", f"{key}.").replace("*_", f"{key}_")
        )
        uses = [
            *NAMED.findall(formula),
            *(quantity.uses(self.dossier, key) if quantity.uses else ()),
        ]
        unit = f", {quantity.unit}" if quantity.unit else ""
        return Step(
            name=name,
            value=self.value(name),
            title=quantity.title.format(**self._words(key)) + unit,
            rule=quantity.rule,
            formula=formula,
            numbers=NAMED.sub(lambda found: plain(self.value(found[1]), 6), formula).replace(
                " * ", " x "
            ),
            source=self._made(quantity.source, key),
            uses=tuple(dict.fromkeys(self._plainest(used) for used in uses)),
        )

    def _visit(self, name: str, found: dict[str, Step]) -> None:
        if name in found:
            return
        step = self.step(name)
        for used in step.uses:
            self._visit(used, found)
        found[name] = step

    def _plainest(self, name: str) -> str:
        """What a number is, if it is an assumption as it stands: that needs no step of its own."""
        if not name.startswith("staffing."):
            return name
        step = self.step(name)
        same = step.formula.removeprefix("{").removesuffix("}")
        return same if step.uses == (same,) and same.startswith(ASSUMPTION) else name

    def _quantity(self, name: str) -> tuple[Quantity, str]:
        for quantity in QUANTITIES:
            before, star, after = quantity.name.partition("*")
            if not star:
                if name == before and quantity.holds(self.dossier, ""):
                    return quantity, ""
            elif name.startswith(before) and name.endswith(after):
                key = name.removeprefix(before).removesuffix(after)
                if key and quantity.holds(self.dossier, key):
                    return quantity, key
        raise LookupError(f"{name} stands in no row of report/quantities.py")

    def value(self, name: str) -> Any:
        """The exact value of a number, of an assumption (`ASSUMPTION` before its name) too.

        Raises:
            LookupError: there is no such number.
        """
        if name.startswith(ASSUMPTION):
            return self.dossier.values[name.removeprefix(ASSUMPTION)]
        if name in self.outputs:
            return self.outputs[name]
        quantity, key = self._quantity(name)
        if quantity.value is None:
            raise LookupError(f"{name} is neither in the JSON nor known to report/quantities.py")
        return quantity.value(self.dossier, key)

    def _made(self, text: str | Made, key: str) -> str:
        return text if isinstance(text, str) else str(text(self.dossier, key))

    def _words(self, key: str) -> dict[str, str]:
        role = self.dossier.roles.get(key)
        posts = role.plural if role else ""
        return {
            "key": key.replace("_", " "),
            "posts": posts if posts[:2].isupper() else posts[:1].lower() + posts[1:],
            "place": self.dossier.population.census_name,
        }

    def _assumption(self, name: str) -> Step:
        """An assumption with its range, grades and source, and what the scenario did to it."""
        bare = name.removeprefix(ASSUMPTION)
        item = self.dossier.assumptions[bare]
        grades = f"grade {item.quality}" + (f", fit {item.fit}" if item.fit else "")
        told = [f"assumption, {grades}: {item.source.rstrip('.')}"]
        if item.year is not None and str(item.year) not in item.source:
            told.append(f"({item.year})")
        if item.source_url:
            told.append(f"<{item.source_url}>")
        if item.low is not None and item.high is not None:
            low, high = (assumption_value(end, item.unit) for end in (item.low, item.high))
            told.append(f"; plausible {low} to {high}")
        change = next((c for c in self.dossier.scenario.changes if c.name == bare), None)
        if change is not None:
            before = assumption_value(change.baseline, item.unit)
            told.append(f"; changed by this scenario from {before}")
        return Step(
            name=name,
            value=list(item.value) if isinstance(item.value, tuple) else item.value,
            title=f"{item.title} ({item.unit})",
            source=" ".join(told).replace(" ;", ";"),
        )


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _flat(f"{name}.{key}" if name else str(key), item)
    else:
        yield name, value
