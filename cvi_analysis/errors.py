"""The root of every exception of this package; what each means to a user, and its exit status.

Those of one topic stand with the topic and derive from one of these, so that nothing which the
package raises on purpose gets past the command line as a traceback.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any


class CviError(Exception):
    """Base of every error that is shown as a message instead of a traceback.

    The command line does so, and IPython, which asks for `_render_traceback_`.
    """

    exit_status = 1

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


class BuildError(CviError):
    """A report could not be built although its inputs were accepted."""


class InputError(CviError):
    """The user's input is wrong: a file, a parameter, a name. Nothing has been written.

    Args:
        message: what is wrong, in one sentence.
        file: the file at fault, shown first so that editors can jump to it.
        line: 1-based line in that file.
        parameter: dotted name, column or option at fault.
        found: what was found, shown with repr.
        allowed: what would be accepted, in words.
        hint: what to do, such as the nearest right name.
        choices: what may have been meant, shown below the message, one a line.
    """

    exit_status = 2

    def __init__(
        self,
        message: str,
        *,
        file: Path | str | None = None,
        line: int | None = None,
        parameter: str | None = None,
        found: object = ...,
        allowed: str | None = None,
        hint: str | None = None,
        choices: Sequence[str] = (),
    ) -> None:
        self.message = message
        self.file = str(file) if file is not None else None
        self.line = line
        self.parameter = parameter
        self.found = found
        self.allowed = allowed
        self.hint = hint
        self.choices = tuple(choices)
        super().__init__(self._sentence())

    def but(self, **changes: Any) -> InputError:
        """The same error with other arguments."""
        own = ("message", "file", "line", "parameter", "found", "allowed", "hint", "choices")
        return InputError(**{**{name: getattr(self, name) for name in own}, **changes})

    def _sentence(self) -> str:
        place = ""
        if self.file is not None:
            place = f"{self.file}:{self.line}: " if self.line is not None else f"{self.file}: "
        text, name = place, self.parameter
        if name is not None:
            text += f"{name if name.strip() else repr(name)}: "
        text += self.message
        if self.found is not ...:
            text += f"; found {_short(self.found)}"
        if self.allowed is not None:
            text += f"; allowed: {self.allowed}"
        if not text.endswith((".", "?", "!")):
            text += "."
        if self.hint is not None:
            text += f" {self.hint}"
        return "\n  ".join(_on_one_line(line) for line in (text, *self.choices))


def require_choice(option: str, found: str, allowed: Sequence[str]) -> None:
    """Check that an option is one of the values that it may have.

    Raises:
        InputError: it is none of them.
    """
    if found not in allowed:
        raise InputError(
            "there is no such choice", parameter=option, found=found, allowed=" or ".join(allowed)
        )


def _on_one_line(text: str) -> str:
    """`text` with what would end the line or steer a terminal written as an escape."""
    return "".join(c if c.isprintable() or c == "\xa0" else ascii(c)[1:-1] for c in text)


def _short(value: object, limit: int = 120) -> str:
    shown = repr(value)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"
