"""The place that a user means: a listed city by slug, or any other by GEOID or name."""

from __future__ import annotations

from pathlib import Path

from cvi_analysis.dossier import Library
from cvi_analysis.errors import InputError
from cvi_analysis.params.cities import City


def place(text: str, library: Library) -> City:
    """The city that `text` names.

    Raises:
        InputError: there is none, with the nearest names, or there are several.
    """
    return library.params.city(text)


def places_in_file(path: Path, library: Library) -> list[City]:
    """The cities of a file with one place a line; blank lines and `#` comments are skipped.

    Raises:
        InputError: the file cannot be read, or a line names no place.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            "this list of places cannot be read", file=path, hint=f"{error}."
        ) from error
    found: list[City] = []
    for number, line in enumerate(lines, 1):
        text = line.split("#", 1)[0].strip()
        if not text:
            continue
        try:
            found.append(place(text, library))
        except InputError as error:
            raise InputError(
                error.message, file=path, line=number, found=text, hint=error.hint
            ) from error
    if not found:
        raise InputError("this list names no place", file=path, allowed="one place a line")
    return found
