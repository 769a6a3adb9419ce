"""`--cities-file`: the places of a batch of their own, and what is known of each on the spot."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cvi_analysis.batch.requested_places import place, taken_in
from cvi_analysis.errors import InputError
from cvi_analysis.params.cities import City
from cvi_analysis.params.register import Register, typed_value
from cvi_analysis.params.text_files import Where, read_text
from cvi_analysis.report.library import Library

PLACE, STATE, GEOID = "place", "state", "geoid"
_NAMES_STATE = re.compile(r"[0-9]*|[a-z0-9-]+-[a-z]{2}")
"""A GEOID or a slug, which need no state beside them."""
MOST = 5_000
"""Places of a list: there are 4,200 of 10,000 residents or more, which the model is meant for."""
_MISSES = 100
"""How many lines are refused at once; looking for what each may have meant takes time."""
_LIKELY = 3
"""How many places that may have been meant are named of a line among many."""


@dataclass(frozen=True, slots=True)
class PlaceList:
    """The places of a file.

    Attributes:
        name: the file's, as it can be part of a folder's name.
        cities: the places, each once, in the order of the file.
        facts: assumptions by dotted name that hold for one place alone, by its slug.
    """

    name: str
    cities: tuple[City, ...]
    facts: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class _Row:
    where: Where
    text: str
    facts: Mapping[str, str] = field(default_factory=dict)
    wrong: InputError | None = None


def read_place_list(
    path: Path, library: Library, scenario: str, overrides: Mapping[str, Any]
) -> PlaceList:
    """Read a list: one place a line, or CSV with a header.

    The columns of CSV are `place` (a slug, a GEOID or a name), `state` beside names without one,
    or `geoid`; any other is the dotted name of an assumption, and a cell that is not empty replaces
    it for that place. Lines that begin with `#` are comments.

    Args:
        path: the file.
        library: parameters and populations.
        scenario: the scenario of the batch.
        overrides: assumptions by dotted name that hold for all places; those of a row come first.

    Raises:
        InputError: the file cannot be read or names too many places, or lines of it are refused:
            the first 100 are named.
    """
    where = Where(str(path))
    register = library.params.resolve(scenario, None, overrides)
    found: dict[str, City] = {}
    facts: dict[str, dict[str, Any]] = {}
    lines: dict[str, Where] = {}
    refused: list[InputError] = []
    rows = list(_rows(where, read_text(path), register))
    asked = len({row.text for row in rows})
    if asked > MOST:
        raise where.error(
            "this list is too long",
            found=f"{asked:,} places",
            allowed=f"at most {MOST:,}",
            hint="Part it, and make a batch of each part.",
        )
    # Once for all: the table is written anew for it.
    if taken_in((row.text for row in rows if row.wrong is None), library):
        library = Library.load()
    for row in rows:
        try:
            city, own = _taken(row, library, register, scenario, overrides)
            if city.slug in found and own != facts[city.slug]:
                first = lines[city.slug].line
                raise row.where.error(
                    f"the place is given twice with different facts, first on line {first}"
                )
        except InputError as error:
            refused.append(_placed(error, row))
            if len(refused) == _MISSES:
                break
        else:
            found.setdefault(city.slug, city)
            facts.setdefault(city.slug, own)
            lines.setdefault(city.slug, row.where)
    if len(refused) == 1:
        raise refused[0]
    if refused:
        unread = len(refused) == _MISSES and row is not rows[-1]
        raise InputError(
            f"{len(refused)} lines of this list are refused",
            file=path,
            hint=f"What follows line {row.where.line} was not looked at." if unread else None,
            choices=[str(_in_short(error)) for error in refused],
        )
    if not found:
        raise InputError("this list names no place", file=path, allowed="one place a line")
    name = re.sub(r"[^a-z0-9]+", "-", path.stem.lower())[:60].strip("-") or "list"
    known = {slug: own for slug, own in facts.items() if own}
    return PlaceList(name, tuple(found.values()), known)


def _rows(where: Where, text: str, register: Register) -> Iterator[_Row]:
    # A comment leaves its line empty, so that all others keep their numbers.
    lines = ["" if line.lstrip().startswith("#") else line for line in text.split("\n")]
    start = next((number for number, line in enumerate(lines) if line.strip()), None)
    if start is None:
        return
    if re.match(rf"\s*({PLACE}|{STATE}|{GEOID})\s*[;\t]", lines[start], re.IGNORECASE):
        raise where.at(start + 1).error("the file is not separated by commas", allowed=",")
    header = [cell.strip() for cell in lines[start].split(",")]
    if {PLACE, GEOID} & {cell.strip('" ').lower() for cell in header}:
        yield from _table(where, lines, start, register)
        return
    for number, line in enumerate(lines, 1):
        told = line.split("#", 1)[0].strip().strip('"')
        if told:
            yield _Row(where.at(number), told)


def _table(where: Where, lines: list[str], start: int, register: Register) -> Iterator[_Row]:
    reader = csv.reader((f"{line}\n" for line in lines[start:]), strict=True)
    columns: list[str] = []
    here = where.at(start + 1)
    try:
        for cells in reader:
            if not columns:
                columns = [_column(cell.strip(), here, register) for cell in cells]
                for name in columns:
                    if columns.count(name) > 1:
                        raise here.error("the column occurs twice", parameter=name, allowed="once")
            elif any(cell.strip() for cell in cells):
                yield _row([cell.strip() for cell in cells], columns, here)
            here = where.at(start + reader.line_num + 1)
    except csv.Error as error:
        raise here.error(f"this is not valid CSV: {error}") from None


def _row(cells: list[str], columns: list[str], here: Where) -> _Row:
    if len(cells) != len(columns):
        wrong = here.error(
            "the row does not fit the header",
            found=f"{len(cells)} cells",
            allowed=f"{len(columns)} cells",
            hint='Put a cell that holds a comma in "quotes".',
        )
        return _Row(here, ",".join(cells), wrong=wrong)
    row = dict(zip(columns, cells, strict=True))
    named, state, geoid = (row.pop(column, "") for column in (PLACE, STATE, GEOID))
    asked = geoid or named
    whole = not state or "," in asked or _NAMES_STATE.fullmatch(asked)
    text = asked if whole else f"{asked}, {state}"
    return _Row(here, text, {name: cell for name, cell in row.items() if cell})


def _column(name: str, where: Where, register: Register) -> str:
    if name.lower() in (PLACE, STATE, GEOID):
        return name.lower()
    return register.lookup(name, where).name


def _taken(
    row: _Row, library: Library, register: Register, scenario: str, overrides: Mapping[str, Any]
) -> tuple[City, dict[str, Any]]:
    """The place of a row with its own facts, checked as far as its report needs them."""
    if row.wrong is not None:
        raise row.wrong
    own: dict[str, Any] = {
        name: typed_value(register[name], written, row.where) for name, written in row.facts.items()
    }
    places = dict.fromkeys(own, row.where)
    city = place(row.text, library, register.replace(own, str(row.where), places))
    entered = own.get("population", register["population"].value) is not None
    if own and (entered or library.populations.series(city.geoid)):
        library.dossier(city, scenario, {**overrides, **own})
    return city, own


def _placed(error: InputError, row: _Row) -> InputError:
    """The same refusal with the row's file and line."""
    found = row.text if error.parameter is None and error.found is ... else error.found
    return error.but(file=row.where.file, line=row.where.line, found=found)


def _in_short(error: InputError) -> InputError:
    """A refusal as one line among others, with what may have been meant."""
    meant = next(iter(re.findall(r"Did you mean .+?\?", error.hint or "")), None)
    if error.choices:
        likely = (" ".join(choice.split()) for choice in error.choices[:_LIKELY])
        meant = f"It may be {' or '.join(likely)}."
    return error.but(allowed=error.allowed if error.parameter else None, hint=meant, choices=())
