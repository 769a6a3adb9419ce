"""Ways to read what a city's report shows."""

from __future__ import annotations

import html
import re
from typing import Any

from cvi_analysis.report.annex import Annex
from cvi_analysis.report.many_cities import Cities
from cvi_analysis.report.scenario_change import compare
from scripts.notebook_cells import Cells, compiled, sources
from tests.checkout import ROOT

NOTEBOOK = ROOT / "notebooks" / "city_profile.ipynb"
ANNEX = "notebooks/annex.ipynb"
FIGURE = re.compile(r'data-output="([^"]+)" data-value="([^"]+)">([^<]*)<')
CALL = re.compile(r"report\.(\w+)\(\)")


def _label(name: str, source: str) -> str:
    """The section that a cell calls, or its id."""
    call = CALL.fullmatch(source.strip())
    return call[1] if call else name


CELLS = {_label(name, source): source for name, source in sources().items()}
_CODE = compiled(CELLS)
STEPS = ("staff", "budget", "step")
"""How the ids of the cells begin that work out staff and budget, and tell how."""


def shown(dossier, only: str | tuple[str, ...] = "") -> dict[str, list[Any]]:
    """The blocks that each cell of the notebook displays for a dossier.

    Args:
        dossier: the city's resolved inputs.
        only: beginning of the ids of the cells to run, or several; without it all are.
    """
    return Cells(dossier).run_all(_CODE, only)


def plain(dossier, only: str | tuple[str, ...] = "") -> str:
    """The words that cells display."""
    return "\n\n".join(
        block.plain() for blocks in shown(dossier, only).values() for block in blocks
    )


def annex(only: str = "") -> dict[str, list[Any]]:
    """The blocks that each cell of the annex displays for the baseline.

    Args:
        only: beginning of the ids of the cells to run; without it all are.
    """
    found = sources(ANNEX)
    opening = ("setup", "parameters", "annex")
    names = {name: cell for name, cell in found.items() if name in opening or name.startswith(only)}
    cells = Cells(None)
    return {name: cells.run(name, code) for name, code in compiled(names).items()}


def side_by_side(panel) -> dict[str, list[Any]]:
    """The blocks that each cell of the notebook on all cities displays for a panel."""
    cells = Cells(opened={"open_cities": lambda *_asked: Cities(panel)})
    return cells.run_all(compiled(sources("notebooks/comparison.ipynb")))


def difference(first, second) -> dict[str, list[Any]]:
    """The blocks that each cell of the notebook on two scenarios displays for two panels."""
    cells = Cells(opened={"open_difference": lambda *_asked: compare(first, second)})
    return cells.run_all(compiled(sources("notebooks/compare.ipynb")))


def annex_of(inputs) -> dict[str, list[Any]]:
    """The blocks that each cell of the annex displays for inputs of one's own."""
    cells = Cells(opened={"open_annex": lambda *_asked: Annex(inputs)})
    return cells.run_all(compiled(sources(ANNEX)))


def words_of(blocks: list[Any]) -> str:
    """The words of a cell's blocks."""
    return "\n\n".join(block.plain() for block in blocks)


def written(dossier) -> dict[str, str]:
    """All text of each cell: HTML and plain text of every block, with the charts' text."""
    return texts(shown(dossier))


def texts(cells: dict[str, list[Any]]) -> dict[str, str]:
    """The same of cells that have been run."""
    found = {}
    for name, blocks in cells.items():
        told = []
        for block in blocks:
            data = block._repr_mimebundle_()
            data, metadata = data if isinstance(data, tuple) else (data, {})
            told += [text for text in data.values() if isinstance(text, str)]
            told += [str(value) for entry in metadata.values() for value in entry.values()]
        found[name] = "\n".join(told)
    return found


def words(text: str) -> str:
    """Markup removed."""
    return html.unescape(re.sub(r"<[^>]+>", " ", text))
