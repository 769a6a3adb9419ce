"""Frozen objects made of what was read; what pydantic refuses becomes one `InputError`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from cvi_analysis.errors import InputError
from cvi_analysis.params.text_files import Where, nearest
from cvi_analysis.params.yaml_files import FieldPath, YamlFile

Model = TypeVar("Model", bound=BaseModel)

Name: TypeAlias = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)
]
"""A name or a title: it stands in headings, charts and links."""

Text: TypeAlias = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)
]
"""Text that is not empty, and that a cell of a spreadsheet holds."""

Words: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000)]
"""Text that may be empty."""

Url: TypeAlias = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$")]
"""A web address."""

UrlOrEmpty: TypeAlias = Annotated[str, StringConstraints(pattern=r"^(https?://[^\s<>\"]+)?$")]
"""A web address, or nothing."""

Share: TypeAlias = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
"""A fraction from 0 to 1."""

Number: TypeAlias = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]
"""A finite number, zero or more."""

Count: TypeAlias = Annotated[int, Field(ge=0)]
"""A whole number, zero or more."""

ReadOn: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?$"),
]
"""When a source was read: a month or a day, `2026-11` or `2026-11-28`."""


class Frozen(BaseModel):
    """Base of every typed parameter: immutable, no unknown field, no silent conversion."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


_SAYS = {
    "missing": "is missing",
    "string_type": "must be text",
    "string_too_short": "is empty",
    "string_pattern_mismatch": "does not have the right form",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "literal_error": "is not one of the accepted words",
    "union_tag_invalid": "is not one of the accepted words",
    "tuple_type": "must be a list",
    "dict_type": "must hold `key: value` lines",
    "model_type": "must hold `key: value` lines",
    "too_short": "has too few items",
    "too_long": "has too many items",
}


def from_entry(model: type[Model], file: YamlFile, *path: str, **given: Any) -> Model:
    """Return `model` made from the mapping at `path` of a file; as `build`.

    The names of the path, joined by dots, go before the fields in messages.
    """
    return build(
        model,
        file.entry(*path),
        where_of=lambda inner: file.where(*path, *inner),
        name=".".join(path) or None,
        given=given,
    )


def build(
    model: type[Model],
    values: Mapping[str, Any],
    *,
    where_of: Callable[[FieldPath], Where],
    name: str | None = None,
    given: Mapping[str, Any] | None = None,
    union: TypeAdapter[Any] | None = None,
) -> Model:
    """Return `model(**values, **given)`; a refusal is placed by `where_of(path of the field)`.

    Args:
        model: the class to make.
        values: fields that the user wrote.
        where_of: gives the place of a field from its path.
        name: dotted name that goes before the field in messages.
        given: fields of the program; to the user, they are unknown fields like any other.
        union: validates into a subclass of `model`, which a field of the values tells.

    Raises:
        InputError: an unknown or missing field, or a value of the wrong type or form.
    """
    given = given or {}
    known = [field for field in model.model_fields if field not in given]
    try:
        for key in values:
            if key in given:
                raise _unknown(key, known, where_of((key,)), name)
        made: Model = (union.validate_python if union else model.model_validate)(
            {**values, **given}
        )
    except ValidationError as refusal:
        errors = refusal.errors(include_url=False)
        # A misspelt field is missing too: its own message says more.
        error = next((one for one in errors if one["type"] == "extra_forbidden"), errors[0])
        path: FieldPath = tuple(error["loc"])
        if error["type"] == "union_tag_invalid":
            tag = error["ctx"]["discriminator"].strip("'")
            path, error = (tag,), {**error, "input": values[tag]}
        elif union:  # pydantic names the member of the union first, which no file does
            path = path[1:]
        if error["type"] == "extra_forbidden":
            raise _unknown(str(path[-1]), known, where_of(path), name) from None
        raise _refusal(model, error, path, name, where_of(path)) from None
    return made


def _refusal(
    model: type[BaseModel], error: Any, path: FieldPath, name: str | None, where: Where
) -> InputError:
    field = model.model_fields.get(str(path[0])) if path else None
    allowed = field.description if field is not None else None
    if error["type"] == "value_error":
        message = str(error["ctx"]["error"])
    elif error["type"] == "none_required" or error.get("ctx", {}).get("max_length") == 0:
        message, allowed = "has no place beside a value of this kind", "leave the field out"
    elif error["type"] == "string_too_long":
        message = f"is too long ({len(error['input']):,} characters)"
        allowed = f"at most {error['ctx']['max_length']:,} characters"
    else:
        message = _SAYS.get(error["type"]) or error["msg"][:1].lower() + error["msg"][1:]
    return where.error(
        message,
        parameter=".".join(str(part) for part in (*([name] if name else []), *path)) or None,
        found=... if error["type"] == "missing" or not path else error["input"],
        allowed=allowed,
    )


def _unknown(key: str, known: list[str], where: Where, name: str | None) -> InputError:
    return where.error(
        "there is no such field",
        parameter=name,
        found=key,
        allowed=", ".join(known),
        hint=nearest(key, known),
    )
