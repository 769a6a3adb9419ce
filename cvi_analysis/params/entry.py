"""Read one entry of `params/assumptions.yaml`: its kind, limits, value and range."""

from __future__ import annotations

import math
from typing import Any

from cvi_analysis.params.assumption import Assumption, Value
from cvi_analysis.params.names import Expected, Kind
from cvi_analysis.params.reading import from_node
from cvi_analysis.params.where import Where
from cvi_analysis.params.yaml_source import Node


def read_assumption(name: str, node: Node, expected: Expected) -> Assumption:
    """Return the assumption written at `node`, checked against what the model expects.

    Raises:
        InputError: with file and line of the field at fault.
    """
    raw = from_node(Assumption, name, node, name=name, whole=expected.whole, length=expected.length)
    where = _Places(node)
    kind = _kind(raw, node)
    if kind != expected.kind:
        raise where["value"].error(
            f"must be {_KINDS[expected.kind]}, but this is {_KINDS[kind]}",
            parameter=name,
            found=node.mapping()["value"].plain(),
            allowed=_KINDS[expected.kind],
        )
    item = raw.model_copy(update={"kind": kind})
    _check_limits(item, node, expected, where)
    value = item.check(item.value, where["value"])
    low, high = _range(item, value, node, where)
    return item.model_copy(update={"value": value, "low": low, "high": high})


_KINDS: dict[Kind, str] = {
    "number": "a number",
    "integer": "a whole number (kind: integer)",
    "switch": "true or false",
    "choice": "one of several words (with choices)",
    "list": "a list of whole numbers",
    "optional": "null or a number (kind: optional)",
}


class _Places:
    """Where each field of an entry is written; the entry itself for one that is absent."""

    def __init__(self, node: Node) -> None:
        self.node = node

    def __getitem__(self, field: str) -> Where:
        return self.node.find((field,)).where


def _kind(item: Assumption, node: Node) -> Kind:
    fields = node.mapping()
    if "kind" in fields:
        return item.kind
    if item.choices:
        return "choice"
    if isinstance(item.value, bool):
        return "switch"
    if isinstance(item.value, tuple):
        return "list"
    return "number"


def _check_limits(item: Assumption, node: Node, expected: Expected, where: _Places) -> None:
    fields = node.mapping()
    if item.kind == "choice":
        if len(set(item.choices)) != len(item.choices) or not item.choices:
            raise where["choices"].error(
                "must be different words",
                parameter=f"{item.name}.choices",
                found=list(item.choices),
                allowed="a list of different words",
            )
    elif "choices" in fields:
        raise where["choices"].error(
            f"has no place beside {_KINDS[item.kind]}",
            parameter=f"{item.name}.choices",
            found=list(item.choices),
            allowed="choices only where the value is a word",
        )
    if item.kind in ("switch", "choice"):
        for field in ("allowed", "low", "high"):
            if fields.get(field) is not None and fields[field].content is not None:
                raise where[field].error(
                    f"has no place beside {_KINDS[item.kind]}",
                    parameter=f"{item.name}.{field}",
                    found=fields[field].plain(),
                    allowed="leave the field out",
                )
        return
    bounds = f"[lowest, highest], {'above' if expected.above else 'from'} {expected.least:g}"
    if expected.most is not None:
        bounds += f" to {expected.most:g}"
    if item.allowed is None:
        raise where["allowed"].error("is missing", parameter=f"{item.name}.allowed", allowed=bounds)
    low, high = item.allowed
    finite = math.isfinite(low) and math.isfinite(high)
    wide = low < expected.least or (expected.above and low <= expected.least)
    if (
        not finite
        or not low <= high
        or wide
        or (expected.most is not None and high > expected.most)
    ):
        raise where["allowed"].error(
            "the limits are not acceptable",
            parameter=f"{item.name}.allowed",
            found=[low, high],
            allowed=bounds,
        )


def _range(item: Assumption, value: Value, node: Node, where: _Places) -> tuple[Value, Value]:
    """Return `low` and `high` in the type of the value, checked to hold it."""
    fields = node.mapping()
    given = [
        name for name in ("low", "high") if name in fields and fields[name].content is not None
    ]
    if not given:
        return None, None
    if item.kind == "optional":
        raise where[given[0]].error(
            "has no place beside a value that is computed when empty",
            parameter=f"{item.name}.{given[0]}",
            found=fields[given[0]].plain(),
            allowed="leave the field out",
        )
    if len(given) == 1:
        other = "high" if given == ["low"] else "low"
        raise node.where.error(
            "is missing", parameter=f"{item.name}.{other}", allowed="both low and high, or neither"
        )
    ends = []
    for name in ("low", "high"):
        end = item.model_copy(update={"name": f"{item.name}.{name}"})
        ends.append(end.check(fields[name].plain(), where[name]))
    low, high = ends
    triples = zip(_items(low), _items(value), _items(high), strict=True)
    for lower, middle, upper in triples:
        if lower > upper:
            raise where["low"].error(
                "low is above high",
                parameter=item.name,
                found=[lower, upper],
                allowed="low <= value <= high",
            )
        if not lower <= middle <= upper:
            raise where["value"].error(
                "the value is outside its range",
                parameter=item.name,
                found=middle,
                allowed=f"a value from low ({lower}) to high ({upper})",
            )
    return low, high


def _items(value: Value) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)
