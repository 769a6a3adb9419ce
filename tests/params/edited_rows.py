"""Damage to one row of a table, so that a refusal can be held to its line."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from cvi_analysis.errors import InputError


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def change(path: Path, like: Mapping[str, str], cells: Mapping[str, str]) -> int:
    """Write `cells` into the one row that holds all of `like`; its line."""
    rows = rows_of(path)
    (number,) = [i for i, row in enumerate(rows) if like.items() <= row.items()]
    assert cells.keys() <= rows[number].keys()
    rows[number] |= cells
    write_rows(path, rows)
    return number + 2


def repeat(path: Path, like: Mapping[str, str], cells: Mapping[str, str]) -> tuple[int, int]:
    """Add that row once more with `cells` changed; the lines of the first and of the new one."""
    rows = rows_of(path)
    (number,) = [i for i, row in enumerate(rows) if like.items() <= row.items()]
    write_rows(path, [*rows, {**rows[number], **cells}])
    return number + 2, len(rows) + 2


def refused(load: Callable[[], Any], path: Path, line: int, *says: str) -> None:
    """`load` refuses the line in one message that names what was found and what is allowed."""
    with pytest.raises(InputError) as refusal:
        load()
    message = str(refusal.value)
    assert refusal.value.exit_status == 2
    assert "\n" not in message
    for part in (f"{path.name}:{line}: ", "allowed: ", *says):
        assert part in message, message
    assert refusal.value.hint, "what to do"
