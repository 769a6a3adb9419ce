"""Which input cells of a report's workbook somebody has changed, and what the report had there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cvi_analysis.batch.read_back import Cell, same
from cvi_analysis.calculator.inputs_sheet import (
    CHANGED,
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
_CHANGED = "changed"
"""What stands under Changed? beside an input that is not the report's."""
_CHANGE = re.compile(r"([^-+*/()]+)-([^-+*/()]+)")
"""A cell that is one other less another: a change from the report."""


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

    @property
    def told(self) -> str:
        """The change in words, with its cell."""
        before, after = value_text(self.before), value_text(self.after)
        return (
            f"{SHEET}!{self.cell} {self.title} ({self.name}): {before} in the report, {after} here"
        )


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


def followed(
    shown: Mapping[str, Cell],
    ours: Mapping[str, Cell],
    typed: Sequence[Edit],
    theirs: Mapping[str, Cell],
) -> dict[str, Cell]:
    """The report's workbook as it should be once these inputs stand in it.

    Args:
        shown: the workbook's cells, from which the inputs are taken.
        ours: those that the report's case makes here and now; texts and formulas stay theirs.
        typed: the inputs changed.
        theirs: the cells of the workbook that a case with these inputs makes, for what follows.
    """
    found = {
        place: cell._replace(value=theirs.get(place, _EMPTY).value) if cell.formula else cell
        for place, cell in ours.items()
    }
    for one in typed:
        row = _row(f"{SHEET}!{one.cell}")
        for column in range(VALUE, VALUE + (len(one.after) if isinstance(one.after, list) else 1)):
            place = _at(column, row)
            found[place] = shown.get(place, _EMPTY)
        place = _at(CHANGED, row)
        if ours.get(place, _EMPTY).formula:
            # Programs hold an empty cell for equal to 0 and a word for equal to it in capitals.
            word = shown.get(place, _EMPTY).value
            found[place] = found[place]._replace(value=word if word == "" else _CHANGED)
    names = {cell.name: place for place, cell in ours.items() if cell.name}
    for place, cell in ours.items():
        if match := _CHANGE.fullmatch(cell.formula):
            sheet = place.partition("!")[0]
            here, report = (_place(text, sheet, names) for text in match.groups())
            now, was = (found.get(at, _EMPTY).value for at in (here, report))
            if isinstance(now, float) and isinstance(was, float):
                found[place] = cell._replace(value=now - was)
    return found


def _place(text: str, sheet: str, names: Mapping[str, str]) -> str:
    """The place that a formula on a sheet means by a name or an address."""
    text = text.replace("'", "").replace("$", "")
    return names.get(text) or (text if "!" in text else f"{sheet}!{text}")


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
