"""Which input cells of a report's workbook somebody has changed, and what the report had there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cvi_analysis.batch.read_back import Cell, same
from cvi_analysis.calculator.inputs_sheet import (
    DOTTED,
    FACTS,
    NAME,
    REPORT,
    SWITCH_UNIT,
    UNIT,
    VALUE,
)
from cvi_analysis.params.text_files import Where

SHEET = "Inputs"
_YES = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_EMPTY = Cell("")
_DIGITS = re.compile(r"-?\d{1,15}(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Edit:
    """One input that somebody has changed.

    Attributes:
        name: dotted name of the assumption.
        cell: its address on the sheet Inputs.
        title: what it is, in words.
        before: what stood there.
        after: what stands there now; a list for a list.
    """

    name: str
    cell: str
    title: str
    before: Any
    after: Any


def edits(shown: Mapping[str, Cell], ours: Mapping[str, Cell], path: Path) -> Iterator[Edit]:
    """The inputs that somebody changed in a workbook, facts about the city among them.

    Args:
        shown: the workbook's cells.
        ours: those that the same case makes here and now.
        path: the file, for messages.

    Raises:
        InputError: the workbook lacks the cell of an input.
    """
    places = {cell.name: place for place, cell in shown.items() if cell.name}
    for name, row in _rows(ours).items():
        columns = [VALUE]
        is_list = isinstance(ours.get(_at(UNIT, row), _EMPTY).value, float)
        if is_list:
            columns = [
                column
                for column in range(VALUE, DOTTED)
                if isinstance(ours.get(_at(column, row), _EMPTY).value, float)
            ]
            place = next((p for p, c in shown.items() if c.value == name and _of_inputs(p)), "")
        else:
            place = places.get(name.replace(".", "_"), "")
        if not _of_inputs(place):
            raise Where(str(path)).error(
                "the workbook has no such cell any more",
                parameter=name,
                allowed=f"a cell on the sheet {SHEET} with the name of the assumption",
                hint="Type the figures into a fresh workbook of the report.",
            )
        there = _row(place)
        cells = [shown.get(_at(column, there), _EMPTY) for column in columns]
        before = [ours.get(_at(column, row), _EMPTY).value for column in columns]
        if not is_list and name not in FACTS:
            before = [shown.get(_at(REPORT, there), _EMPTY).value]
        after = [cell.value for cell in cells]
        switch = ours.get(_at(UNIT, row), _EMPTY).value == SWITCH_UNIT
        values = [_typed(value, switch=switch) for value in after]
        old = [_typed(value, switch=switch) for value in before]
        pairs = (values, old) if switch else (after, before)
        if all(same(one, other) for one, other in zip(*pairs, strict=True)):
            continue
        address = _at(VALUE, there).partition("!")[2]
        title = str(ours.get(_at(NAME, row), _EMPTY).value)
        before, now = (old, values) if is_list else (old[0], values[0])
        yield Edit(name, address, title, before, now)


def _rows(cells: Mapping[str, Cell]) -> dict[str, int]:
    """The row of each input on the sheet Inputs by its dotted name."""
    found = {
        str(cell.value): _row(place)
        for place, cell in cells.items()
        if _of_inputs(place) and place.startswith(f"{SHEET}!{_letter(DOTTED)}")
        if "." in str(cell.value) or str(cell.value) in ("population", "people_at_risk")
    }
    named = {cell.name: place for place, cell in cells.items() if cell.name}
    return found | {name: _row(named[name.replace(".", "_")]) for name in FACTS}


def reported(
    shown: Mapping[str, Cell], ours: Mapping[str, Cell]
) -> Iterator[tuple[str, str | float, str | float]]:
    """Each input's value in the report, then and now."""
    places = {cell.name: place for place, cell in shown.items() if cell.name}
    for name, row in _rows(ours).items():
        place = places.get(name.replace(".", "_"), "")
        if _of_inputs(place) and name not in FACTS:
            was = shown.get(_at(REPORT, _row(place)), _EMPTY).value
            now = ours.get(_at(REPORT, row), _EMPTY).value
            if ours.get(_at(UNIT, row), _EMPTY).value == SWITCH_UNIT:
                was, now = _typed(was, switch=True), _typed(now, switch=True)
            yield name, was, now


def _typed(value: str | float, *, switch: bool) -> Any:
    """A cell's value as a case has it; what is no number stays the text that is refused."""
    if switch:
        word = f"{value:g}" if isinstance(value, float) else value.strip().lower()
        return _YES.get(word, value)
    if isinstance(value, str) and _DIGITS.fullmatch(value.strip()):
        value = float(value)  # A number that the program has kept as text.
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    return value.strip() or None


def value_text(value: Any) -> str:
    """A value as messages show it."""
    if isinstance(value, list):
        return "[" + ", ".join(map(value_text, value)) + "]"
    return "empty" if value is None or value == "" else f"{value}"


def _letter(column: int) -> str:
    return "ABCDEFGHI"[column]


def _at(column: int, row: int) -> str:
    return f"{SHEET}!{_letter(column)}{row}"


def _row(place: str) -> int:
    return int("".join(letter for letter in place.partition("!")[2] if letter.isdigit()))


def _of_inputs(place: str) -> bool:
    return place.startswith(f"{SHEET}!")
