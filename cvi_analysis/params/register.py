"""The register of all assumptions: reading, looking up, and replacing values by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import Field

from cvi_analysis.params.assumption import Assumption, Value
from cvi_analysis.params.entry import read_assumption
from cvi_analysis.params.names import EXPECTED, POSTS, SCALE_GAINS, SCALE_LIMITS, SHARES
from cvi_analysis.params.reading import Frozen
from cvi_analysis.params.where import Where, nearest
from cvi_analysis.params.yaml_source import read_yaml


class Register(Frozen):
    """All assumptions by dotted name, in the order of the file. Immutable and complete.

    `origins` tells, for each value that was replaced, by what (`scenario field-pay`).
    """

    assumptions: dict[str, Assumption]
    origins: dict[str, str] = Field(default_factory=dict)
    places: dict[str, Where] = Field(default_factory=dict, exclude=True, repr=False)

    def __getitem__(self, name: str) -> Assumption:
        """Return the assumption called `name`; raises `InputError` with the nearest name."""
        return self.lookup(name, Where("params/assumptions.yaml"))

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
                allowed="a name in params/assumptions.yaml",
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
            changes: new values by dotted name.
            origin: what makes the change, kept in `origins` and shown in messages.
            places: file and line of each change, where it comes from a file.

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
            assumptions[name] = self.lookup(name, place).with_value(value, place)
            where[name] = place
        changed = Register(
            assumptions=assumptions,
            origins={**self.origins, **dict.fromkeys(changes, origin)},
            places=where,
        )
        changed.check_together(tuple(changes))
        return changed

    def check_together(self, changed: tuple[str, ...] = ()) -> None:
        """Raise `InputError` if values that depend on each other do not fit together.

        The message points to the last of them among `changed`, else to the last one.
        """
        self._ascending(SCALE_LIMITS, "the limits of the bands must increase", changed)
        self._ascending(SCALE_GAINS, "a gain must not be below the one before", changed, True)
        self._ascending(("ovp.population_limits",), "the limits must increase", changed)
        for name in POSTS:
            self._ascending((name,), "a larger city must not have fewer posts", changed, True)
        total = sum(self._numbers(SHARES))
        if not abs(total - 1.0) <= 1e-9:
            raise self._together(
                "the four shares of wraparound must add to 1", SHARES, changed, "a sum of 1"
            )

    def _ascending(
        self, names: tuple[str, ...], message: str, changed: tuple[str, ...], equal: bool = False
    ) -> None:
        numbers = self._numbers(names)
        for before, after in pairwise(numbers):
            if not (before < after or (equal and before == after)):
                raise self._together(
                    message,
                    names,
                    changed,
                    "numbers that never decrease" if equal else "numbers that increase",
                )

    def _numbers(self, names: tuple[str, ...]) -> list[float]:
        numbers: list[float] = []
        for name in names:
            value: Any = self.assumptions[name].value
            numbers.extend(value if isinstance(value, tuple) else (value,))
        return numbers

    def _together(
        self, message: str, names: tuple[str, ...], changed: tuple[str, ...], allowed: str
    ) -> Exception:
        blamed = [name for name in names if name in changed] or list(names)
        found = [self.assumptions[name].value for name in names]
        if len(names) > 1:
            allowed += f" in {', '.join(names)}"
        return self.places.get(blamed[-1], Where("params/assumptions.yaml")).error(
            message,
            parameter=blamed[-1],
            found=list(found[0]) if len(names) == 1 and isinstance(found[0], tuple) else found,
            allowed=allowed,
            hint="Change the others with it." if len(names) > 1 and changed else None,
        )


def load_register(path: Path) -> Register:
    """Return the register in `params/assumptions.yaml`.

    Raises:
        InputError: with file and line: an entry that is missing, unknown, incomplete or refused,
            or values that do not fit together.
    """
    root = read_yaml(path)
    entries = root.mapping()
    for name, node in entries.items():
        if name not in EXPECTED:
            raise node.where.error(
                "the model knows no such assumption",
                parameter=name,
                allowed="the names that the model uses",
                hint=nearest(name, EXPECTED),
            )
    for name in EXPECTED:
        if name not in entries:
            raise root.where.at(None).error(
                "the assumption is missing", parameter=name, allowed="every name the model uses"
            )
    register = Register(
        assumptions={
            name: read_assumption(name, node, EXPECTED[name]) for name, node in entries.items()
        },
        places={name: node.find(("value",)).where for name, node in entries.items()},
    )
    register.check_together()
    return register
