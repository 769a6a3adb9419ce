"""Where a number of a report comes from: the chain of steps from source figures to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from cvi_analysis.errors import InputError
from cvi_analysis.params.text_files import nearest
from cvi_analysis.report import quantities
from cvi_analysis.report.document import Document, document
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.quantities import ASSUMPTION, Step, label


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
        found: Document = document(self.dossier, self.dossier.ranges)
        data = found.model_dump(mode="json")
        data["staffing"] = {
            post["role"]: {k: v for k, v in post.items() if k != "role"}
            for post in data["staffing"]
        }
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
        """The explanation, source figures first; the last line is `name = value`."""
        city, scenario = self.dossier.city, self.dossier.scenario
        head = f"{city.name}, scenario {scenario.name}: how {name} comes about"
        parts = [
            f"{number}. " + "\n".join(step.lines())
            for number, step in enumerate(self.steps(name), 1)
        ]
        return "\n\n".join([head, *parts])

    def _visit(self, name: str, found: dict[str, Step]) -> None:
        if name in found:
            return
        step = self._step(name)
        for used in step.uses:
            self._visit(used, found)
        found[name] = step

    def _step(self, name: str) -> Step:
        if name.startswith(ASSUMPTION):
            return quantities.assumption(self.dossier, label(name))
        for maker in MAKERS:
            step = maker(self.dossier, name)
            if step is not None:
                return step
        return quantities.fact(self.dossier, name, self.outputs[name])


Maker = Callable[[Dossier, str], Step | None]

MAKERS: tuple[Maker, ...] = (
    quantities.residents,
    quantities.city,
    quantities.explain_people,
    quantities.explain_staff,
    quantities.explain_money,
    quantities.explain_ranges,
)


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _flat(f"{name}.{key}" if name else str(key), item)
    else:
        yield name, value
