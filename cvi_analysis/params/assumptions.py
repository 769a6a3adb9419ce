"""Assumptions: a constant of the model with its range, limits, unit, source and quality.

There is a class for each kind of value; in a file the field `kind`, or else the value itself,
tells which one an entry is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Integral, Real
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import BeforeValidator, Field, field_validator

from cvi_analysis.params.expectations import Kind
from cvi_analysis.params.frozen import Frozen, Name, Text, UrlOrEmpty, Words
from cvi_analysis.params.text_files import Where, nearest

MEANS: dict[Kind, str] = {
    "number": "a number",
    "integer": "a whole number (kind: integer)",
    "switch": "true or false",
    "choice": "one of several words (with choices)",
    "list": "a list of whole numbers",
    "optional": "null or a number (kind: optional)",
}
"""Each kind in words, for messages."""

Grade: TypeAlias = Literal["A", "B", "C"]
Value: TypeAlias = bool | int | float | str | tuple[int, ...] | None
Schema: TypeAlias = dict[str, Any]


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


# The kind decides what a value may be, not pydantic: `check` has the clearer messages.
Unchecked: TypeAlias = Annotated[Any, BeforeValidator(_frozen)]


class Constant(Frozen):
    """What all kinds of assumptions have in common.

    `low` and `high` are the plausible range used for sensitivity (None: a choice, never varied);
    `allowed` are hard limits, outside which a value is refused wherever it comes from. `quality`
    grades the figure, `fit` how well it stands here.
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
    quality: Grade = Field(description="A (published figure), B (derived) or C (judgment)")
    fit: Grade | None = Field(
        default=None, description="A (about this very thing), B (near) or C (far)"
    )
    note: Words = Field(default="", description="text")
    kind: Kind = Field(
        default="number", description="number, integer, switch, choice, list or optional"
    )
    choices: tuple[Text, ...] = Field(
        default=(), max_length=0, description="a list of different words"
    )
    whole: bool = Field(default=False, description="true where a replacing number must be whole")
    length: int | None = Field(default=None, description="number of items of a list")

    @property
    def ranged(self) -> bool:
        """Whether there is a plausible range to vary the value over."""
        return self.low is not None and self.high is not None

    def allowed_text(self) -> str:
        """What `check` accepts, in words, for messages and for the documentation."""
        raise NotImplementedError

    def check(self, value: object, where: Where) -> Value:
        """Return `value` in its own type (float, int, bool, str, tuple of int or None).

        Args:
            value: what was given.
            where: where it was given, for the message.

        Raises:
            InputError: wrong kind, not finite, outside the limits, or of the wrong length.
        """
        raise NotImplementedError

    def value_schema(self) -> Schema:
        """The JSON Schema of what `check` accepts."""
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        about = {"title": self.title, "description": f"{self.unit}. {self.note}", "default": value}
        return {**about, **self._accepts()}

    def _accepts(self) -> Schema:
        raise NotImplementedError

    def with_value(self, value: object, where: Where) -> Self:
        """Return the assumption with another value, checked.

        The plausible range is widened to hold the new value, so that low <= value <= high stays
        true for sensitivity.
        """
        checked = self.check(value, where)
        low, high = self.low, self.high
        if self.ranged:
            low, high = _ends(low, checked, min), _ends(high, checked, max)
        return self.model_copy(update={"value": checked, "low": low, "high": high})

    def _error(
        self, message: str, found: object, where: Where, hint: str | None = None
    ) -> Exception:
        return where.error(
            message, parameter=self.name, found=found, allowed=self.allowed_text(), hint=hint
        )


class SwitchAssumption(Constant):
    """True or false."""

    kind: Literal["switch"] = "switch"
    low: None = None
    high: None = None
    allowed: None = None

    def allowed_text(self) -> str:
        """What `check` accepts."""
        return "true or false"

    def check(self, value: object, where: Where) -> bool:
        """Return `value` if it is true or false; raises `InputError`."""
        if isinstance(value, bool):
            return value
        hint = "Write true or false, without quotes." if isinstance(value, str) else None
        raise self._error("must be true or false", value, where, hint)

    def _accepts(self) -> Schema:
        return {"type": "boolean"}


class ChoiceAssumption(Constant):
    """One of several words."""

    kind: Literal["choice"] = "choice"
    low: None = None
    high: None = None
    allowed: None = None
    choices: tuple[Text, ...] = Field(min_length=1, description="a list of different words")

    @field_validator("choices")
    @classmethod
    def _different(cls, choices: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(choices)) != len(choices):
            raise ValueError("must be different words")
        return choices

    def allowed_text(self) -> str:
        """What `check` accepts."""
        return "one of " + ", ".join(self.choices)

    def check(self, value: object, where: Where) -> str:
        """Return `value` if it is one of the words; raises `InputError` with the nearest one."""
        if isinstance(value, str) and value in self.choices:
            return value
        near = nearest(value, self.choices) if isinstance(value, str) else None
        raise self._error("is not one of the choices", value, where, near)

    def _accepts(self) -> Schema:
        return {"enum": list(self.choices)}


class Numeric(Constant):
    """What all kinds that hold numbers have in common."""

    allowed: tuple[float, float] = Field(description="[lowest, highest]")

    def allowed_text(self) -> str:
        """What `check` accepts."""
        return ("a whole number" if self._is_whole else "a number") + self._between()

    def check(self, value: object, where: Where) -> Value:
        """Return `value` as a finite number within the limits; raises `InputError`."""
        return self._number(value, where, whole=self._is_whole)

    @property
    def _is_whole(self) -> bool:
        return self.whole

    def _between(self) -> str:
        return f" from {_shown(self.allowed[0])} to {_shown(self.allowed[1])}"

    def _limits(self) -> Schema:
        return {"minimum": self.allowed[0], "maximum": self.allowed[1]}

    def _accepts(self) -> Schema:
        return {"type": "integer" if self._is_whole else "number", **self._limits()}

    def _number(self, value: object, where: Where, *, whole: bool) -> int | float:
        if isinstance(value, bool) or not isinstance(value, Real):
            message = "must be a whole number" if whole else "must be a number"
            raise self._error(message, value, where, _number_hint(value))
        if not math.isfinite(value):
            raise self._error("must be a finite number", value, where)
        if whole and not isinstance(value, Integral) and not float(value).is_integer():
            raise self._error("must be a whole number", value, where)
        number = int(float(value)) if whole else float(value)
        if not self.allowed[0] <= number <= self.allowed[1]:
            raise self._error("is outside the limits", value, where)
        return number


class NumberAssumption(Numeric):
    """A number."""

    kind: Literal["number"] = "number"


class IntegerAssumption(Numeric):
    """A whole number."""

    kind: Literal["integer"] = "integer"

    @property
    def _is_whole(self) -> bool:
        return True


class ListAssumption(Numeric):
    """Several whole numbers."""

    kind: Literal["list"] = "list"

    def allowed_text(self) -> str:
        """What `check` accepts."""
        count = "" if self.length is None else f"{self.length} "
        return f"a list of {count}whole numbers{self._between()}"

    def check(self, value: object, where: Where) -> tuple[int, ...]:
        """Return `value` as a tuple of whole numbers within the limits; raises `InputError`."""
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise self._error("must be a list", value, where)
        if self.length is not None and len(value) != self.length:
            raise self._error(f"has {len(value)} items", list(value), where)
        return tuple(int(self._number(item, where, whole=True)) for item in value)

    def _accepts(self) -> Schema:
        return {
            "type": "array",
            "items": {"type": "integer", **self._limits()},
            "minItems": self.length,
            "maxItems": self.length,
        }


class OptionalAssumption(Numeric):
    """A number that takes the place of one the model computes, or None."""

    kind: Literal["optional"] = "optional"
    low: None = None
    high: None = None

    def allowed_text(self) -> str:
        """What `check` accepts."""
        return f"null (computed) or {super().allowed_text()}"

    def check(self, value: object, where: Where) -> int | float | None:
        """Return None or `value` as a number within the limits; raises `InputError`."""
        return None if value is None else self._number(value, where, whole=self.whole)

    def _accepts(self) -> Schema:
        return {"type": ["integer" if self.whole else "number", "null"], **self._limits()}


class OwnSource(Frozen):
    """Where a city's own values come from."""

    source: Text = Field(description="who published it, in words")
    source_url: UrlOrEmpty = Field(default="", description="a web address, or empty")
    year: int | None = Field(default=None, ge=1900, le=2100, description="a year, or null")


class OwnValue(OwnSource):
    """A city's own value of an assumption, with the source that stands for it there.

    `low` and `high` are its plausible range; without them the assumption's own range stands,
    widened to hold the value. Without `fit` that of the assumption stands.
    """

    value: Unchecked = Field(description="a value of the right kind")
    low: Unchecked = Field(default=None, description="the low end of the plausible range")
    high: Unchecked = Field(default=None, description="the high end of the plausible range")
    quality: Grade = Field(
        default="A", description="A (published figure), B (derived) or C (judgment)"
    )
    fit: Grade | None = Field(
        default=None, description="A (about this very thing), B (near) or C (far)"
    )
    note: Words = Field(default="", description="text")


Assumption: TypeAlias = Annotated[
    SwitchAssumption
    | ChoiceAssumption
    | NumberAssumption
    | IntegerAssumption
    | ListAssumption
    | OptionalAssumption,
    Field(discriminator="kind"),
]
"""An assumption of any kind."""


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
