"""Text files of a bounded size, and where in them a value stands.

Every refusal of this package is made by a `Where`, so it can point to the file and the line.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cvi_analysis import paths
from cvi_analysis.errors import InputError

MAX_BYTES = 1_000_000
"""Size up to which a file is read unless another one is given."""

# What no text of ours needs: control characters, halves of characters, and the marks that turn
# the direction of all that follows, so that a reader sees other figures than a program does.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


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


def read_bounded(path: Path, limit: int = MAX_BYTES) -> bytes:
    """Return a file's content, but never wait for a pipe or read from a device without end.

    Raises:
        InputError: the file is missing, is a folder, a pipe or a device, or is larger than `limit`
            bytes.
    """
    where = Where(str(path))
    try:
        if not (path.is_file() or path.is_dir()) and path.exists():
            raise where.error("this is not a file", allowed="a text file")
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except FileNotFoundError:
        raise where.error("the file does not exist") from None
    except OSError as error:
        raise where.error(f"the file cannot be read ({error.strerror})") from None
    if len(data) > limit:
        raise where.error("the file is too large", allowed=f"at most {limit:,} bytes")
    return data


def read_text(path: Path, limit: int = MAX_BYTES) -> str:
    """Return a UTF-8 text file's content without byte order mark, with line ends as on Unix.

    Raises:
        InputError: as `read_bounded`, or the file is not UTF-8 or holds a character that is not
            shown, such as NUL.
    """
    where = Where(str(path))
    data = read_bounded(path, limit)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise where.at(line).error(
            "the file is not UTF-8 text",
            found=data[error.start : error.start + 1],
            allowed="UTF-8",
            hint="Save it again with the encoding UTF-8.",
        ) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    refuse_hidden(text, where)
    return text


def refuse_hidden(text: str, where: Where) -> None:
    """Raise `InputError` if there is a character in `text` that is not shown.

    Args:
        text: a whole file, or a value in it.
        where: the file, or the file and the value's line.
    """
    hidden = _HIDDEN.search(text)
    if hidden:
        line = where.line or text.count("\n", 0, hidden.start()) + 1
        raise where.at(line).error(
            "the file is not text, it holds a control character",
            found=hidden[0],
            allowed="UTF-8 text",
            hint="Delete the character.",
        )
