"""Values given on the command line as `name=value`, turned into typed values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cvi_analysis.params.assumption import Value
from cvi_analysis.params.register import Register
from cvi_analysis.params.where import Where
from cvi_analysis.params.yaml_source import plain_scalar


def parse_override(
    text: str, register: Register, origin: str = "command line"
) -> tuple[str, Value]:
    """Return the name and the checked value of `name=value`.

    A list is written `1,1,2,2,3` or `[1, 1, 2, 2, 3]`; `null` or nothing empties an optional value.

    Raises:
        InputError: no `=`, an unknown name (with the nearest one), or a refused value.
    """
    where = Where(origin)
    name, equals, written = text.partition("=")
    name, written = name.strip(), written.strip()
    if not equals or not name:
        raise where.error(
            "is not a name and a value",
            found=text,
            allowed="name=value, as roles.mediator.caseload=12",
        )
    item = register.lookup(name, where)
    value: Any = plain_scalar(written)
    if item.kind == "choice":
        value = written
    elif item.kind == "list":
        inner = written[1:-1] if written.startswith("[") and written.endswith("]") else written
        value = tuple(plain_scalar(part.strip()) for part in inner.split(","))
    return name, item.check(value, where)


def parse_overrides(
    texts: Iterable[str], register: Register, origin: str = "command line"
) -> dict[str, Value]:
    """Return the values of several `name=value` texts; a name given twice is refused."""
    values: dict[str, Value] = {}
    for text in texts:
        name, value = parse_override(text, register, origin)
        if name in values:
            raise Where(origin).error(
                "is given twice", parameter=name, found=text, allowed="each name once"
            )
        values[name] = value
    return values
