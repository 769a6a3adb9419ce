"""A report's workbook that somebody has edited, as a case: `cvi report --params norfolk-va.xlsx`.

The workbook names the case that it was made of. Its yellow cells are set beside what stood in them
then: beside the column "In the report" of their row or, for the lists and facts below, beside the
workbook that the same case makes here and now.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cvi_analysis.batch.check_file import Made, same
from cvi_analysis.batch.read_back import Cell, content_of, read
from cvi_analysis.calculator.case_file import CaseFile
from cvi_analysis.calculator.inputs_sheet import (
    DOTTED,
    FACTS,
    REPORT,
    SWITCH_UNIT,
    UNIT,
    VALUE,
)
from cvi_analysis.params.text_files import Where

ENDING = ".xlsx"
_SHEET = "Inputs"
_YES = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_EMPTY = Cell("")
_DIGITS = re.compile(r"-?\d{1,15}(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Edit:
    """One input that somebody has changed.

    Attributes:
        name: dotted name of the assumption.
        cell: its address on the sheet Inputs.
        before: what stood there.
        after: what stands there now; a list for a list.
    """

    name: str
    cell: str
    before: Any
    after: Any


def edited_case(path: Path) -> CaseFile:
    """The case in a workbook: the one it was made of, with what was edited since.

    Says on standard error what was edited, and whether the report has other figures today.

    Raises:
        InputError: the file is no workbook of a report, of no city or scenario of this project,
            or lacks a cell; or a fact of the city was edited, which no case can hold.
    """
    shown = read(ENDING, content_of(path), path)
    case = CaseFile(shown.case["city"], shown.case["scenario"], dict(shown.case["changes"]), path)
    ours = read(ENDING, Made.of(shown.case, path).workbook, path).cells
    found = list(_edits(shown.cells, ours, path))
    moved = [name for name, was, now in _reported(shown.cells, ours) if not same(was, now)]
    if moved:
        names = ", ".join(moved[:3]) + (f" and {len(moved) - 3} more" if len(moved) > 3 else "")
        _say(
            f"{path.name}: was made when the report had other figures ({names}). Only what was "
            "typed into it counts; all else is as the report has it today."
        )
    told = "; ".join(f"{one.name} {_text(one.before)} -> {_text(one.after)}" for one in found)
    _say(f"{path.name}: {told or 'no input was changed.'}")
    return CaseFile(
        city=case.city,
        scenario=case.scenario,
        changes={**case.changes, **{one.name: one.after for one in found}},
        file=path,
        cells={one.name: f"sheet {_SHEET}, cell {one.cell}" for one in found},
    )


def _edits(shown: Mapping[str, Cell], ours: Mapping[str, Cell], path: Path) -> Iterator[Edit]:
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
                allowed=f"a cell on the sheet {_SHEET} with the name of the assumption",
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
        if name in FACTS:
            raise Where(f"{path}, sheet {_SHEET}, cell {address}").error(
                "is a fact about the city, which a case cannot change",
                parameter=name,
                found=_text(after[0]),
                hint="Change the city's row in params/cities.csv, or enter people_at_risk.",
            )
        yield Edit(name, address, old if is_list else old[0], values if is_list else values[0])


def _rows(cells: Mapping[str, Cell]) -> dict[str, int]:
    """The row of each input on the sheet Inputs by its dotted name."""
    found = {
        str(cell.value): _row(place)
        for place, cell in cells.items()
        if _of_inputs(place) and place.startswith(f"{_SHEET}!{_letter(DOTTED)}")
        if "." in str(cell.value) or str(cell.value) in ("population", "people_at_risk")
    }
    named = {cell.name: place for place, cell in cells.items() if cell.name}
    return found | {name: _row(named[name.replace(".", "_")]) for name in FACTS}


def _reported(
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


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_text, value)) + "]"
    return "empty" if value is None or value == "" else f"{value}"


def _letter(column: int) -> str:
    return "ABCDEFGHI"[column]


def _at(column: int, row: int) -> str:
    return f"{_SHEET}!{_letter(column)}{row}"


def _row(place: str) -> int:
    return int("".join(letter for letter in place.partition("!")[2] if letter.isdigit()))


def _of_inputs(place: str) -> bool:
    return place.startswith(f"{_SHEET}!")


def _say(line: str) -> None:
    print("".join(c if c.isprintable() else ascii(c)[1:-1] for c in line), file=sys.stderr)
