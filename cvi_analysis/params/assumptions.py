"""Assumptions: a constant of the model with its range, limits, unit, source and quality.

There is a class for each kind of value; in a file the field `kind`, or else the value itself,
tells which one an entry is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from numbers import Integral, Real
from typing import Annotated, Any, ClassVar, Literal, Self, TypeAlias, cast

from pydantic import BeforeValidator, Field, TypeAdapter, field_validator

from cvi_analysis.params.expectations import Expected, Kind
from cvi_analysis.params.frozen import Frozen, Name, Text, UrlOrEmpty, Words, from_entry
from cvi_analysis.params.text_files import Where, nearest
from cvi_analysis.params.yaml_files import YamlFile

Value: TypeAlias = bool | int | float | str | tuple[int, ...] | None
Schema: TypeAlias = dict[str, Any]


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


# The kind decides what a value may be, not pydantic: `check` has the clearer messages.
Unchecked: TypeAlias = Annotated[Any, BeforeValidator(_frozen)]
_NOTHING = Field(default=None, description="leave the field out")


class Constant(Frozen):
    """What all kinds of assumptions have in common.

    `low` and `high` are the plausible range used for sensitivity (None: a choice, never varied);
    `allowed` are hard limits, outside which a value is refused wherever it comes from.
    """

    means: ClassVar[str]
    """The kind in words, for messages."""

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
    choices: tuple[Text, ...] = Field(
        default=(), max_length=0, description="choices only where the value is a word"
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

    means = "true or false"
    kind: Literal["switch"] = "switch"
    low: None = _NOTHING
    high: None = _NOTHING
    allowed: None = _NOTHING

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

    means = "one of several words (with choices)"
    kind: Literal["choice"] = "choice"
    low: None = _NOTHING
    high: None = _NOTHING
    allowed: None = _NOTHING
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

    means = "a number"
    kind: Literal["number"] = "number"


class IntegerAssumption(Numeric):
    """A whole number."""

    means = "a whole number (kind: integer)"
    kind: Literal["integer"] = "integer"

    @property
    def _is_whole(self) -> bool:
        return True


class ListAssumption(Numeric):
    """Several whole numbers."""

    means = "a list of whole numbers"
    kind: Literal["list"] = "list"

    def allowed_text(self) -> str:
        """What `check` accepts."""
        return f"a list of {self.length} whole numbers{self._between()}"

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

    means = "null or a number (kind: optional)"
    kind: Literal["optional"] = "optional"
    low: None = _NOTHING
    high: None = _NOTHING

    def allowed_text(self) -> str:
        """What `check` accepts."""
        return f"null (computed) or {super().allowed_text()}"

    def check(self, value: object, where: Where) -> int | float | None:
        """Return None or `value` as a number within the limits; raises `InputError`."""
        return None if value is None else self._number(value, where, whole=self.whole)

    def _accepts(self) -> Schema:
        return {"type": ["integer" if self.whole else "number", "null"], **self._limits()}


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

_UNION: TypeAdapter[Any] = TypeAdapter(Assumption)
_MEANS: dict[Kind, str] = {
    member.model_fields["kind"].default: member.means
    for member in (
        SwitchAssumption,
        ChoiceAssumption,
        NumberAssumption,
        IntegerAssumption,
        ListAssumption,
        OptionalAssumption,
    )
}


def read_assumption(name: str, file: YamlFile, expected: Expected | None = None) -> Assumption:
    """Return the assumption that stands under `name`.

    Args:
        name: its dotted name.
        file: `params/assumptions.yaml`.
        expected: what the model needs of it; None where no model is at hand, as for a look at the
            file alone.

    Raises:
        InputError: with file and line of the field at fault.
    """
    entry = file.entry(name)
    kind = entry.get("kind", _kind_of(entry))
    length = len(entry["value"]) if isinstance(entry.get("value"), tuple) else None
    made: Constant = from_entry(
        Constant,
        file,
        name,
        union=_UNION,
        default={"kind": kind if expected is None else expected.kind},
        name=name,
        whole=expected is not None and expected.whole,
        length=length if expected is None else expected.length,
    )
    item = cast(Assumption, made)

    def where(field: str) -> Where:
        return file.where(name, field)

    if expected is not None and kind != expected.kind:
        raise where("value").error(
            f"must be {_MEANS[expected.kind]}, but this is {_MEANS[kind]}",
            parameter=name,
            found=entry["value"],
            allowed=_MEANS[expected.kind],
        )
    if isinstance(item, Numeric):
        _check_limits(item, expected, where)
    value = item.check(item.value, where("value"))
    low, high = _range(item, value, where)
    return item.model_copy(update={"value": value, "low": low, "high": high})


def _kind_of(entry: Mapping[str, Any]) -> Kind:
    """The kind that a value has by itself."""
    value = entry.get("value")
    if entry.get("choices"):
        return "choice"
    if isinstance(value, bool):
        return "switch"
    return "list" if isinstance(value, tuple) else "number"


def _check_limits(item: Numeric, expected: Expected | None, where: Callable[[str], Where]) -> None:
    low, high = item.allowed
    possible = math.isfinite(low) and math.isfinite(high) and low <= high
    if not possible or (expected is not None and not expected.holds(low, high)):
        raise where("allowed").error(
            "the limits are not acceptable",
            parameter=f"{item.name}.allowed",
            found=[low, high],
            allowed="[lowest, highest]" if expected is None else expected.bounds,
        )


def _range(item: Assumption, value: Value, where: Callable[[str], Where]) -> tuple[Value, Value]:
    """Return `low` and `high` in the type of the value, checked to hold it."""
    ends: dict[str, Value] = {}
    for field in ("low", "high"):
        end = getattr(item, field)
        if end is not None:
            named = item.model_copy(update={"name": f"{item.name}.{field}"})
            ends[field] = named.check(end, where(field))
    if not ends:
        return None, None
    if len(ends) == 1:
        other = "high" if "low" in ends else "low"
        raise where(other).error(
            "is missing", parameter=f"{item.name}.{other}", allowed="both low and high, or neither"
        )
    low, high = ends["low"], ends["high"]
    for lower, middle, upper in zip(_items(low), _items(value), _items(high), strict=True):
        if lower > upper:
            raise where("low").error(
                "low is above high",
                parameter=item.name,
                found=[lower, upper],
                allowed="low <= value <= high",
            )
        if not lower <= middle <= upper:
            raise where("value").error(
                "the value is outside its range",
                parameter=item.name,
                found=middle,
                allowed=f"a value from low ({lower}) to high ({upper})",
            )
    return low, high


def _items(value: Value) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


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
