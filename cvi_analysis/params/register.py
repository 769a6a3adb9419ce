"""The register of all assumptions: reading it, looking up, and replacing values by name."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from pydantic import Field, TypeAdapter

from cvi_analysis.params.assumptions import (
    MEANS,
    Assumption,
    Constant,
    Numeric,
    OwnValue,
    Value,
)
from cvi_analysis.params.expectations import Expectations, Expected, Kind, Together
from cvi_analysis.params.frozen import Frozen, build
from cvi_analysis.params.text_files import Where, nearest
from cvi_analysis.params.yaml_files import YamlFile, plain_scalar, read_yaml

FILE = "params/assumptions.yaml"
_KINDS: TypeAdapter[Any] = TypeAdapter(Assumption)


class Register(Frozen):
    """All assumptions by dotted name, in the order of the file. Immutable.

    `origins` tells, for each value that was replaced, by what (`scenario field-pay`); `together`,
    which values must fit together.
    """

    assumptions: dict[str, Assumption]
    origins: dict[str, str] = Field(default_factory=dict)
    places: dict[str, Where] = Field(default_factory=dict, exclude=True, repr=False)
    together: tuple[Together, ...] = Field(default=(), exclude=True, repr=False)

    def __getitem__(self, name: str) -> Assumption:
        """Return the assumption called `name`; raises `InputError` with the nearest name."""
        return self.lookup(name, Where(FILE))

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]
        """Iterate over the names, in the order of the file."""
        return iter(self.assumptions)

    def __len__(self) -> int:
        """Return the number of assumptions."""
        return len(self.assumptions)

    def __contains__(self, name: object) -> bool:
        """Return whether there is an assumption called `name`."""
        return name in self.assumptions

    def lookup(self, name: str, where: Where) -> Assumption:
        """Return the assumption called `name`, asked for at `where`; else raises `InputError`."""
        item = self.assumptions.get(name)
        if item is None:
            raise where.error(
                "there is no such assumption",
                parameter=name,
                allowed=f"a name in {FILE}",
                hint=nearest(name, self.assumptions) or "`cvi params` lists the names.",
            )
        return item

    def values(self) -> dict[str, Value]:
        """Return a new dictionary of values by dotted name, as the model takes them."""
        return {name: item.value for name, item in self.assumptions.items()}

    def replace(
        self,
        changes: Mapping[str, Any],
        origin: str = "override",
        places: Mapping[str, Where] | None = None,
    ) -> Register:
        """Return a register with other values.

        Args:
            changes: new values by dotted name; an `OwnValue` brings its source and range along.
            origin: what makes the change, kept in `origins` and shown in messages.
            places: file and line of each change, where it comes from a file; those of the fields
                of an `OwnValue` stand under `name.field`.

        Raises:
            InputError: an unknown name (with the nearest one), a refused value, or values that do
                not fit together.
        """
        if not changes:
            return self
        places = places or {}
        assumptions, where = dict(self.assumptions), dict(self.places)
        for name, value in changes.items():
            place = places.get(name, Where(origin))
            item = self.lookup(name, place)
            assumptions[name] = (
                _owned(item, value, {f: places.get(f"{name}.{f}", place) for f in _ENDS})
                if isinstance(value, OwnValue)
                else item.with_value(value, place)
            )
            where[name] = place
        changed = self.model_copy(
            update={
                "assumptions": assumptions,
                "origins": {**self.origins, **dict.fromkeys(changes, origin)},
                "places": where,
            }
        )
        changed.check_together(tuple(changes))
        return changed

    def check_together(self, changed: tuple[str, ...] = ()) -> None:
        """Raise `InputError` if values that depend on each other do not fit together.

        The message points to the last of them among `changed`, else to the last one.
        """
        for rule in self.together:
            items = [item for name in rule.names for item in _items(self.assumptions[name].value)]
            if rule.holds(items):
                continue
            blamed = next(
                (name for name in reversed(rule.names) if name in changed), rule.names[-1]
            )
            several = len(rule.names) > 1
            raise self.places.get(blamed, Where(FILE)).error(
                rule.message,
                parameter=blamed,
                found=items,
                allowed=f"{rule.allowed} in {', '.join(rule.names)}" if several else rule.allowed,
                hint="Change the others with it." if several and changed else None,
            )


_ENDS = ("value", "low", "high")


def _owned(item: Assumption, own: OwnValue, places: Mapping[str, Where]) -> Assumption:
    """Return an assumption with a city's own value, range, source and note."""
    changed = item.with_value(own.value, places["value"])
    low, high = changed.low, changed.high
    for field in ("low", "high"):
        if getattr(own, field) is not None and not item.ranged:
            raise places[field].error(
                "has no place beside a choice, which is never varied",
                parameter=f"{item.name}.{field}",
                found=getattr(own, field),
                allowed="a value without low and high",
            )
    if own.low is not None or own.high is not None:
        given = changed.model_copy(update={"low": own.low, "high": own.high})
        low, high = _range(given, changed.value, places.__getitem__)
    about = own.model_dump(include={"source", "source_url", "year", "quality", "note"})
    fit = own.fit or changed.fit
    return changed.model_copy(update={**about, "fit": fit, "low": low, "high": high})


def load_register(path: Path, expected: Expectations | None = None) -> Register:
    """Return the register in `params/assumptions.yaml`.

    Args:
        path: the file.
        expected: what the model reads; None to take the file as it stands.

    Raises:
        InputError: with file and line: an entry that is missing, unknown, incomplete or refused,
            or values that do not fit together.
    """
    file = read_yaml(path)
    known = expected.assumptions if expected is not None else dict.fromkeys(file.data)
    for name in file.data:
        if name not in known:
            raise file.where(name).error(
                "the model knows no such assumption",
                parameter=name,
                allowed="the names that the model uses",
                hint=nearest(name, known),
            )
    for name in known:
        if name not in file.data:
            raise file.start.error(
                "the assumption is missing", parameter=name, allowed="every name the model uses"
            )
    register = Register(
        assumptions={name: read_assumption(name, file, known[name]) for name in file.data},
        places={name: file.where(name, "value") for name in file.data},
        together=expected.together if expected is not None else (),
    )
    register.check_together()
    return register


def read_assumption(name: str, file: YamlFile, expected: Expected | None = None) -> Assumption:
    """Return the assumption that stands under `name`.

    Args:
        name: its dotted name.
        file: `params/assumptions.yaml`.
        expected: what the model needs of it; None to take it as it stands.

    Raises:
        InputError: with file and line of the field at fault.
    """
    entry = file.entry(name)
    kind: Kind = entry.get("kind", _kind_of(entry))
    if expected is None:
        value = entry.get("value")
        length = len(value) if isinstance(value, tuple) else None
        expected = Expected(kind, least=-math.inf, length=length)

    def where(field: str) -> Where:
        return file.where(name, field)

    made: Constant = build(
        Constant,
        {"kind": expected.kind, **entry},
        where_of=lambda path: file.where(name, *path),
        name=name,
        given={"name": name, "whole": expected.whole, "length": expected.length},
        union=_KINDS,
    )
    item = cast(Assumption, made)
    if kind != expected.kind:
        raise where("value").error(
            f"must be {MEANS[expected.kind]}, but this is {MEANS[kind]}",
            parameter=name,
            found=entry["value"],
            allowed=MEANS[expected.kind],
        )
    if isinstance(item, Numeric) and not expected.holds(*item.allowed):
        raise where("allowed").error(
            "the limits are not acceptable",
            parameter=f"{name}.allowed",
            found=list(item.allowed),
            allowed=expected.bounds,
        )
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


def _range(item: Assumption, value: Value, where: Callable[[str], Where]) -> tuple[Value, Value]:
    """Return `low` and `high` in the type of the value, checked to hold it."""
    ends: dict[str, Value] = {}
    for field in ("low", "high"):
        end = getattr(item, field)
        if end is not None:
            named = item.model_copy(update={"name": f"{item.name}.{field}"})
            ends[field] = named.check(end, where(field))
    if len(ends) == 1:
        other = "high" if "low" in ends else "low"
        raise where(other).error(
            "is missing", parameter=f"{item.name}.{other}", allowed="both low and high, or neither"
        )
    if not ends:
        return None, None
    low, high = ends["low"], ends["high"]
    for lower, middle, upper in zip(*map(_items, (low, value, high)), strict=True):
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


def _items(value: Value) -> Sequence[Any]:
    return value if isinstance(value, tuple) else (value,)


def parse_override(
    text: str, register: Register, origin: str = "command line"
) -> tuple[str, Value]:
    """Return the name and the checked value of `name=value`, as given on the command line.

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
    return name, typed_value(register.lookup(name, where), written, where)


def typed_value(item: Assumption, written: str, where: Where) -> Value:
    """Return what is written for an assumption as a value of its type, checked.

    Raises:
        InputError: the value is refused.
    """
    value: Any = plain_scalar(written)
    if item.kind == "choice":
        value = written
    elif item.kind == "list":
        inner = written[1:-1] if written.startswith("[") and written.endswith("]") else written
        value = tuple(plain_scalar(part.strip()) for part in inner.split(","))
    return item.check(value, where)


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
