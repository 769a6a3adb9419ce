"""Scenarios: named sets of changes to the assumptions, each with a reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from cvi_analysis.params.reading import Frozen, Name, Text, from_node
from cvi_analysis.params.where import Where, nearest
from cvi_analysis.params.yaml_source import read_yaml

BASELINE = "baseline"
# The first part: names that no file can have on Windows.
_NAME = re.compile(r"(?!(con|prn|aux|nul|(com|lpt)[0-9])$)[a-z0-9]+(-[a-z0-9]+)*")


class Scenario(Frozen):
    """A scenario with all its changes, those of the scenarios it extends included."""

    name: str
    title: Name
    reason: Text
    extends: str | None = None
    changes: dict[str, Any] = Field(default_factory=dict)
    places: dict[str, Where] = Field(default_factory=dict, exclude=True, repr=False)


class _File(Frozen):
    """What a scenario file may hold."""

    title: Name = Field(description="a few words")
    reason: Text = Field(description="why one would run it, in words")
    extends: str | None = Field(default=None, description="the name of another scenario")
    changes: dict[str, Any] | None = Field(
        default=None, description="`name: value` lines with names of params/assumptions.yaml"
    )


def scenario_names(folder: Path) -> tuple[str, ...]:
    """Return the names of the scenarios in `params/scenarios/`, the baseline first."""
    names = sorted(path.stem for path in folder.glob("*.yaml") if _NAME.fullmatch(path.stem))
    return tuple(sorted(names, key=lambda name: name != BASELINE))


def load_scenario(name: str, folder: Path) -> Scenario:
    """Return a scenario with the changes of the ones it extends merged in, its own last.

    Raises:
        InputError: with file and line: no such scenario (with the nearest name), scenarios that
            extend each other in a circle, an unknown field or an incomplete file.
    """
    return _load(name, folder, (), None)


def _load(name: str, folder: Path, chain: tuple[str, ...], asked: Where | None) -> Scenario:
    names = scenario_names(folder)
    if name not in names:
        raise (asked or Where(str(folder))).error(
            "there is no such scenario",
            parameter="extends" if asked else "scenario",
            found=name,
            allowed=", ".join(names) or "none: params/scenarios/ is empty",
            hint=nearest(str(name), names),
        )
    if name in chain and asked is not None:
        raise asked.error(
            "scenarios extend each other in a circle",
            parameter="extends",
            found=" -> ".join((*chain[chain.index(name) :], name)),
            allowed="a scenario that does not lead back here",
        )
    root = read_yaml(folder / f"{name}.yaml")
    file = from_node(_File, None, root)
    changes_node = root.find(("changes",))
    places = {key: changes_node.find((key,)).where for key in file.changes or {}}
    _refuse_nested(file.changes or {}, places)
    if name == BASELINE:
        for field in ("changes", "extends"):
            if getattr(file, field):
                raise root.find((field,)).where.error(
                    "the baseline changes nothing",
                    parameter=field,
                    found=getattr(file, field),
                    allowed="changes: {}",
                    hint="Change params/assumptions.yaml instead.",
                )
    changes = dict(file.changes or {})
    if file.extends is not None:
        where = root.find(("extends",)).where
        base = _load(file.extends, folder, (*chain, name), where)
        changes = {**base.changes, **changes}
        places = {**base.places, **places}
    return Scenario(
        name=name,
        title=file.title,
        reason=file.reason,
        extends=file.extends,
        changes=changes,
        places=places,
    )


def _refuse_nested(changes: Mapping[str, Any], places: Mapping[str, Where]) -> None:
    for name, value in changes.items():
        if isinstance(value, dict):
            inner = next(iter(value), "caseload")
            raise places[name].error(
                "must be one value",
                parameter=name,
                found=value,
                allowed="`dotted.name: value` lines",
                hint=f"Write the whole name on one line: {name}.{inner}: …",
            )
