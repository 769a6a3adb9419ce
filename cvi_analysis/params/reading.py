"""Turn what was read into typed objects; what pydantic refuses becomes one `InputError`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from cvi_analysis.errors import InputError
from cvi_analysis.params.where import Where, nearest
from cvi_analysis.params.yaml_source import Node

Model = TypeVar("Model", bound=BaseModel)
Path: TypeAlias = tuple[int | str, ...]

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
    "tuple_type": "must be a list",
    "dict_type": "must hold `key: value` lines",
    "model_type": "must hold `key: value` lines",
    "too_short": "has too few items",
}


def from_node(model: type[Model], name: str | None, node: Node, /, **more: Any) -> Model:
    """Return `model` made from the mapping at `node` and `more` fields that are not in the file.

    Raises:
        InputError: an unknown or missing field, or a value of the wrong type or form.
    """
    fields = node.mapping(name)
    for key in fields:
        if key in more:  # given by the program, so to the user an unknown field like any other
            raise _unknown(model, key, fields[key].where, name, set(more))
    return build(
        model,
        {**node.plain(), **more},
        name=name,
        where_of=lambda path: node.find(path).where,
        hidden=set(more),
    )


def build(
    model: type[Model],
    values: Mapping[str, Any],
    *,
    name: str | None,
    where_of: Callable[[Path], Where],
    hidden: set[str] | None = None,
) -> Model:
    """Return `model(**values)`; a refusal is placed by `where_of(path of the field)`.

    Args:
        model: the class to make.
        values: field values.
        name: dotted name that goes before the field in messages.
        where_of: gives the place of a field from its path.
        hidden: fields not to be offered in "did you mean" hints.
    """
    try:
        return model.model_validate(dict(values))
    except ValidationError as refusal:
        errors = refusal.errors(include_url=False)
        # A misspelt field is missing too: its own message says more.
        error = next((one for one in errors if one["type"] == "extra_forbidden"), errors[0])
        raise _refusal(model, error, name, where_of, hidden or set()) from None


def _refusal(
    model: type[BaseModel],
    error: Any,
    name: str | None,
    where_of: Callable[[Path], Where],
    hidden: set[str],
) -> InputError:
    path: Path = tuple(error["loc"])
    where = where_of(path)
    if error["type"] == "extra_forbidden":
        return _unknown(model, str(path[-1]), where, name, hidden)
    parameter = ".".join(str(part) for part in (*([name] if name else []), *path)) or None
    field = model.model_fields.get(str(path[0])) if path else None
    allowed = field.description if field is not None else None
    if error["type"] == "value_error":
        message = str(error["ctx"]["error"])
    elif error["type"] == "string_too_long":
        message = f"is too long ({len(error['input']):,} characters)"
        allowed = f"at most {error['ctx']['max_length']:,} characters"
    else:
        message = _SAYS.get(error["type"]) or _lower(error["msg"])
    missing = error["type"] == "missing"
    return where.error(
        message,
        parameter=parameter,
        found=... if missing or not path else error["input"],
        allowed=allowed,
    )


def _unknown(
    model: type[BaseModel], key: str, where: Where, name: str | None, hidden: set[str]
) -> InputError:
    known = [field for field in model.model_fields if field not in hidden]
    return where.error(
        "there is no such field",
        parameter=name,
        found=key,
        allowed=", ".join(known),
        hint=nearest(key, known),
    )


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
