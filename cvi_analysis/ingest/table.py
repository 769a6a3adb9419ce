"""A body of the API read as a table: strict about its form, honest about what is missing."""

from __future__ import annotations

import json
import re
from collections.abc import Container
from dataclasses import dataclass

from cvi_analysis.populations.state_names import STATES

#: Annotation values of the Bureau: special cases written in place of a number.
SENTINELS: dict[int, str] = {
    -666666666: "too few observations for an estimate",
    -999999999: "too few cases in the area",
    -888888888: "not applicable or not available",
    -555555555: "controlled",
    -333333333: "the median lies in an open interval",
    -222222222: "no margin of error can be computed",
}
#: An estimate controlled to an independent count has no sampling error: no margin is not unknown.
CONTROLLED = -555555555
_MARKS = frozenset({"*", "**", "***", "*****", "(X)", "X", "N", "-", "null", ""})
_WHOLE = re.compile(r"-?[0-9]{1,10}(\.0+)?")
_LONGEST_NAME = 200


class MalformedTableError(ValueError):
    """The body is not a table of the API; the text says where. Nothing of it is used."""


@dataclass(frozen=True)
class Figure:
    """One row: a place and its total population.

    Attributes:
        geoid: 7 digits for a place, 5 for a county.
        name: NAME, exactly as answered.
        population: residents, or None when the Bureau gives none.
        moe: 90% margin of error, 0 never guessed, or None.
        note: why a value is None, or `controlled`; "" otherwise.
    """

    geoid: str
    name: str
    population: int | None
    moe: int | None
    note: str = ""


@dataclass(frozen=True)
class Table:
    """Every row of one body, by GEOID, in the order of the body."""

    figures: dict[str, Figure]

    @classmethod
    def read(
        cls,
        body: bytes,
        *,
        variable: str,
        moe_variable: str | None,
        level: str = "place",
        only: Container[str] | None = None,
    ) -> Table:
        """Read `body`, in which every row must be sound, asked for or not.

        With `only`, other GEOIDs are passed over unread: for a body that was read once before.

        Raises:
            MalformedTableError: the body is no table, lacks a column, has a short or doubled
                row, a GEOID that is none, or a value that is neither a whole number nor one of
                the Bureau's signs for a missing one.
        """
        try:
            content = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise MalformedTableError("it is not JSON") from error
        if not isinstance(content, list) or not content or not isinstance(content[0], list):
            raise MalformedTableError("it is not a table with a header row")
        header = [str(cell) for cell in content[0]]
        at: dict[str, int] = {}
        for name in ("NAME", variable, moe_variable, "state", level):
            if name is None:
                continue
            if header.count(name) != 1:
                how_often = "no" if name not in header else "more than one"
                raise MalformedTableError(f"it has {how_often} column {name}")
            at[name] = header.index(name)
        digits = 5 if level == "place" else 3
        figures: dict[str, Figure] = {}
        for number, row in enumerate(content[1:], start=2):
            if not isinstance(row, list) or len(row) != len(header):
                cells = len(row) if isinstance(row, list) else 1
                raise MalformedTableError(
                    f"row {number} has {cells} cells instead of {len(header)}"
                )
            if only is not None and _digits(row[at["state"]], row[at[level]], digits) not in only:
                continue
            geoid = _geoid(row[at["state"]], row[at[level]], digits, number)
            if geoid in figures:
                raise MalformedTableError(f"row {number} repeats the GEOID {geoid}")
            name = row[at["NAME"]]
            if not isinstance(name, str) or not name.strip():
                raise MalformedTableError(f"row {number} ({geoid}) has no NAME")
            if len(name) > _LONGEST_NAME or not name.replace("\xa0", " ").isprintable():
                raise MalformedTableError(f"row {number} ({geoid}) has a NAME that is no name")
            moe_cell = row[at[moe_variable]] if moe_variable is not None else None
            figures[geoid] = _figure(
                geoid, name, row[at[variable]], moe_cell, moe_variable, f"row {number} ({name})"
            )
        return cls(figures)


def _digits(state: object, local: object, digits: int) -> str:
    # A number instead of text has lost its leading zeros; they can be put back for certain.
    return f"{str(state).zfill(2)}{str(local).zfill(digits)}"


def _geoid(state: object, local: object, digits: int, number: int) -> str:
    geoid = _digits(state, local, digits)
    if not (geoid.isascii() and geoid.isdigit() and len(geoid) == 2 + digits):
        raise MalformedTableError(f"row {number} has no GEOID ({state!r}, {local!r})")
    if geoid[:2] not in STATES:
        raise MalformedTableError(f"row {number} has GEOID {geoid}, of a state that is none")
    return geoid


def _figure(
    geoid: str, name: str, cell: object, moe_cell: object, moe_variable: str | None, where: str
) -> Figure:
    population, why = _whole(cell, where)
    if population == 0:
        # Some census-designated places are empty; there is nobody to make a profile for.
        return Figure(geoid, name, None, None, "no residents")
    if moe_variable is None:
        return Figure(geoid, name, population, None, why)
    moe, why_no_moe = _whole(moe_cell, where)
    if population is None:
        return Figure(geoid, name, None, None, why)
    if moe is None and why_no_moe == "*****":
        why_no_moe = SENTINELS[CONTROLLED]
    if moe is None and why_no_moe != SENTINELS[CONTROLLED]:
        why_no_moe = "margin of error not available"
    return Figure(geoid, name, population, moe, why_no_moe)


def _whole(cell: object, where: str) -> tuple[int | None, str]:
    """The cell as a whole number, or (None, why it is missing)."""
    if cell is None:
        return None, "no value"
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise MalformedTableError(f"{where} holds {cell!r}, which is no number")
    text = str(cell).strip()
    if text in _MARKS:
        return None, text or "no value"
    if not _WHOLE.fullmatch(text):
        raise MalformedTableError(f"{where} holds {text[:40]!r}, which is no whole number")
    value = int(text.partition(".")[0])
    if value in SENTINELS:
        return None, SENTINELS[value]
    if value < 0:
        raise MalformedTableError(f"{where} holds {value}, which is negative and no known sign")
    return value, ""
