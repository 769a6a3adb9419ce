"""The cells of the report's notebook, run in this process on a dossier that is at hand.

What Jupyter would display is collected. It is how charts are drawn again to be timed, and how tests
read what a report shows, without a kernel for each.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import CodeType
from typing import Any
from unittest import mock

from cvi_analysis import paths
from cvi_analysis.batch.fingerprint import NOTEBOOK
from cvi_analysis.report.city_report import CityReport
from cvi_analysis.report.dossier import Dossier

_SETUP, _CALCULATOR = "setup", "calculator"
_OPENING = (_SETUP, "parameters", "report")


def sources(notebook: str = NOTEBOOK) -> dict[str, str]:
    """The source of each code cell by its id, but that of the calculator, which is no chart."""
    book = json.loads((paths.root() / notebook).read_text(encoding="utf-8"))
    return {
        cell["id"]: "".join(cell["source"])
        for cell in book["cells"]
        if cell["cell_type"] == "code" and cell["id"] != _CALCULATOR
    }


def compiled(cells: Mapping[str, str]) -> dict[str, CodeType]:
    """The cells as Jupyter runs them: the value of a last expression is displayed."""
    return {name: _displaying(source) for name, source in cells.items()}


def _displaying(source: str) -> CodeType:
    tree = ast.parse(source)
    if tree.body and isinstance(last := tree.body[-1], ast.Expr):
        call = ast.Call(ast.Name("_displayed", ast.Load()), [last.value], [])
        tree.body[-1] = ast.fix_missing_locations(ast.copy_location(ast.Expr(call), last))
    return compile(tree, NOTEBOOK, "exec")


@dataclass
class Cells:
    """The names of a notebook that runs on one dossier.

    Attributes:
        dossier: the city's resolved inputs, in place of those that the notebook would open; None
            for a notebook on many cities.
        opened: what is put in place of other functions that the first cell imports, by name.
        names: what the cells have defined.
    """

    dossier: Dossier | None = None
    opened: Mapping[str, Any] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=dict)

    def run(self, name: str, code: CodeType) -> list[Any]:
        """Run one of `compiled`; the blocks that it displays, in order."""
        shown: list[Any] = []

        def displayed(value: Any) -> None:
            if value is not None:
                shown.append(value)

        self.names["_displayed"] = displayed
        with mock.patch("IPython.display.display", lambda *blocks: shown.extend(blocks)):
            exec(code, self.names)  # noqa: S102 - the project's own notebook
        if name == _SETUP:
            self.names |= self.opened
            if (dossier := self.dossier) is not None:
                self.names["open_report"] = lambda *_asked: CityReport(dossier)
        return shown

    def run_all(
        self, code: Mapping[str, CodeType], only: str | tuple[str, ...] = ""
    ) -> dict[str, list[Any]]:
        """Run the cells that open the report, and those with ids that begin with `only`."""
        found = {
            name: self.run(name, cell)
            for name, cell in code.items()
            if name in _OPENING or name.startswith(only)
        }
        return {name: blocks for name, blocks in found.items() if blocks}
