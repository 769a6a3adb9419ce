"""Where a value was written, so that every refusal can point to the file and the line."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cvi_analysis import paths
from cvi_analysis.errors import InputError


@dataclass(frozen=True, slots=True)
class Where:
    """A place in an input: a file (or a word such as `command line`) and a 1-based line."""

    file: str
    line: int | None = None

    def at(self, line: int | None) -> Where:
        """Return the same file at another line."""
        return Where(self.file, line)

    def error(
        self,
        message: str,
        *,
        parameter: str | None = None,
        found: object = ...,
        allowed: str | None = None,
        hint: str | None = None,
    ) -> InputError:
        """Return (not raise) the `InputError` that points to this place."""
        return InputError(
            message,
            file=shown(self.file),
            line=self.line,
            parameter=parameter,
            found=found,
            allowed=allowed,
            hint=hint,
        )

    def __str__(self) -> str:
        """Return `file:line`, as editors understand it."""
        return shown(self.file) if self.line is None else f"{shown(self.file)}:{self.line}"


def shown(file: str) -> str:
    """Return a file's path relative to the working or the project folder, where it lies in one."""
    path = Path(file)
    if not path.is_absolute():
        return file
    try:
        folders = (Path.cwd(), paths.root())
    except FileNotFoundError:
        return file
    for folder in folders:
        if path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return file


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return "Did you mean …?" with up to three of `names` close to `name`, or None."""
    known = sorted(names)
    close = difflib.get_close_matches(name, known, n=3, cutoff=0.6)
    if not close:
        # A part of a dotted or hyphenated name, such as `caseload` or `norfolk`.
        close = [other for other in known if len(name) > 2 and name.lower() in other][:3]
    if not close:
        return None
    return f"Did you mean {' or '.join(close)}?"
