"""Ways to read what a city's report shows."""

from __future__ import annotations

import ast
import html
import json
import re
from typing import Any
from unittest import mock

from cvi_analysis.display.blocks import Stack
from cvi_analysis.report.city_report import CityReport
from tests.checkout import ROOT

NOTEBOOK = ROOT / "notebooks" / "city_profile.ipynb"
FIGURE = re.compile(r'data-output="([^"]+)" data-value="([^"]+)">([^<]*)<')
CALL = re.compile(r"report\.(\w+)\(\)")


def _cells() -> list[tuple[str, str]]:
    """The code cells of the notebook: the section that a cell calls, or its id; its source."""
    found = []
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code" and cell["id"] != "calculator":
            source = "".join(cell["source"])
            call = CALL.fullmatch(source.strip())
            found.append((call[1] if call else cell["id"], source))
    return found


CELLS = _cells()


def run(source: str, names: dict[str, Any]) -> None:
    """What a notebook does with a cell; its last value is displayed."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), names)
    if last is not None:
        value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
        if isinstance(value, Stack):
            value._ipython_display_()
        elif value is not None:
            names["displayed"](value)


def shown(dossier, only: str = "") -> dict[str, list[Any]]:
    """The blocks that each cell of the notebook displays for a dossier.

    Args:
        dossier: the city's resolved inputs.
        only: beginning of the ids of the cells to run; without it all are.
    """
    found: dict[str, list[Any]] = {}
    now: list[Any] = []
    names: dict[str, Any] = {"displayed": now.append}
    with mock.patch("IPython.display.display", lambda *blocks: now.extend(blocks)):
        for name, source in CELLS:
            if name in ("setup", "parameters", "report") or name.startswith(only):
                run(source, names)
                if name == "setup":
                    names["open_report"] = lambda *asked: CityReport(dossier)
            if now:
                found[name] = now[:]
                now.clear()
    return found


def plain(dossier, only: str = "") -> str:
    """The words that cells display."""
    return "\n\n".join(
        block.plain() for blocks in shown(dossier, only).values() for block in blocks
    )


def written(dossier) -> dict[str, str]:
    """All text of each cell: HTML and plain text of every block, with the charts' text."""
    found = {}
    for name, blocks in shown(dossier).items():
        texts = []
        for block in blocks:
            data = block._repr_mimebundle_()
            data, metadata = data if isinstance(data, tuple) else (data, {})
            texts += [text for text in data.values() if isinstance(text, str)]
            texts += [str(value) for entry in metadata.values() for value in entry.values()]
        found[name] = "\n".join(texts)
    return found


def words(text: str) -> str:
    """Markup removed."""
    return html.unescape(re.sub(r"<[^>]+>", " ", text))
