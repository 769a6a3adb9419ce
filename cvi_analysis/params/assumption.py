"""One assumption: a constant of the model with its range, limits, unit, source and quality."""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Integral, Real
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from cvi_analysis.params.names import Kind
from cvi_analysis.params.reading import Frozen, Name, Text, UrlOrEmpty, Words
from cvi_analysis.params.where import Where, nearest

Value: TypeAlias = bool | int | float | str | tuple[int, ...] | None


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


# The kind decides what a value may be, not pydantic: `Assumption.check` has the clearer messages.
Unchecked: TypeAlias = Annotated[Any, BeforeValidator(_frozen)]


class Assumption(Frozen):
    """A constant by dotted name.

    `low` and `high` are the plausible range used for sensitivity (None: a choice, never varied);
    `allowed` are hard limits, outside which a value is refused wherever it comes from.
    """

    name: str
    title: Name = Field(description="a few words")
    value: Unchecked = Field(description="a value of the right kind")
    low: Unchecked = Field(default=None, description="the low end of the plausible range")
    high: Unchecked = Field(default=None, description="the high end of the plausible range")
    allowed: tuple[float, float] | None = Field(default=None, description="[lowest, highest]")
    unit: Name = Field(description="what one unit is, in words")
    source: Text = Field(description="who published it, in words")
    source_url: UrlOrEmpty = Field(default="", description="a web address, or empty")
    year: int | None = Field(default=None, ge=1900, le=2100, description="a year, or null")
    quality: Literal["A", "B", "C"] = Field(
        description="A (published figure), B (derived) or C (judgment)"
    )
    note: Words = Field(default="", description="text")
    kind: Kind = Field(
        default="number", description="number, integer, switch, choice, list or optional"
    )
    choices: tuple[Text, ...] = Field(default=(), description="a list of words")
    whole: bool = Field(default=False, description="true where a replacing number must be whole")
    length: int | None = Field(default=None, description="number of items of a list")

    @property
    def ranged(self) -> bool:
        """Whether there is a plausible range to vary the value over."""
        return self.low is not None and self.high is not None

    def allowed_text(self) -> str:
        """What `check` accepts, in words, for messages and for the documentation."""
        if self.kind == "switch":
            return "true or false"
        if self.kind == "choice":
            return "one of " + ", ".join(self.choices)
        between = ""
        if self.allowed is not None:
            between = f" from {_shown(self.allowed[0])} to {_shown(self.allowed[1])}"
        if self.kind == "list":
            return f"a list of {self.length} whole numbers{between}"
        number = "a whole number" if self.kind == "integer" or self.whole else "a number"
        if self.kind == "optional":
            return f"null (computed) or {number}{between}"
        return number + between

    def check(self, value: object, where: Where) -> Value:
        """Return `value` in its own type (float, int, bool, str, tuple of int or None).

        Args:
            value: what was given.
            where: where it was given, for the message.

        Raises:
            InputError: wrong kind, not finite, outside the limits, or of the wrong length.
        """
        if self.kind == "switch":
            if isinstance(value, bool):
                return value
            hint = "Write true or false, without quotes." if isinstance(value, str) else None
            raise self._error("must be true or false", value, where, hint)
        if self.kind == "choice":
            if isinstance(value, str) and value in self.choices:
                return value
            near = nearest(value, self.choices) if isinstance(value, str) else None
            raise self._error("is not one of the choices", value, where, near)
        if self.kind == "list":
            return self._list(value, where)
        if self.kind == "optional" and value is None:
            return None
        return self._number(value, where, whole=self.kind == "integer" or self.whole)

    def with_value(self, value: object, where: Where) -> Assumption:
        """Return the assumption with another value, checked.

        The plausible range is widened to hold the new value, so that low <= value <= high stays
        true for sensitivity.
        """
        checked = self.check(value, where)
        low, high = self.low, self.high
        if self.ranged:
            low, high = _ends(low, checked, min), _ends(high, checked, max)
        return self.model_copy(update={"value": checked, "low": low, "high": high})

    def _list(self, value: object, where: Where) -> tuple[int, ...]:
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise self._error("must be a list", value, where)
        if self.length is not None and len(value) != self.length:
            raise self._error(f"has {len(value)} items", list(value), where)
        return tuple(int(self._number(item, where, whole=True)) for item in value)

    def _number(self, value: object, where: Where, *, whole: bool) -> int | float:
        if isinstance(value, bool) or not isinstance(value, Real):
            message = "must be a whole number" if whole else "must be a number"
            raise self._error(message, value, where, _number_hint(value))
        if not math.isfinite(value):
            raise self._error("must be a finite number", value, where)
        if whole and not isinstance(value, Integral) and not float(value).is_integer():
            raise self._error("must be a whole number", value, where)
        number = int(float(value)) if whole else float(value)
        if self.allowed is not None and not self.allowed[0] <= number <= self.allowed[1]:
            raise self._error("is outside the limits", value, where)
        return number

    def _error(
        self, message: str, found: object, where: Where, hint: str | None = None
    ) -> Exception:
        return where.error(
            message, parameter=self.name, found=found, allowed=self.allowed_text(), hint=hint
        )


def _ends(end: Value, value: Value, choose: Any) -> Any:
    if isinstance(end, tuple) and isinstance(value, tuple):
        return tuple(choose(a, b) for a, b in zip(end, value, strict=True))
    return choose(end, value)


def _number_hint(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    text = value.strip()
    if text.endswith("%"):
        return "Write a share as a fraction: 0.25 for 25%."
    if any(sign in text for sign in ",_$ ") and any(digit.isdigit() for digit in text):
        return "Write digits only: 45000, without separators or signs."
    try:
        number = float(text)
    except ValueError:
        return None
    return "Remove the quotes." if math.isfinite(number) else None


def _shown(number: float) -> str:
    return f"{int(number):,}" if float(number).is_integer() else repr(number)
