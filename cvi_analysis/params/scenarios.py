"""Scenarios: named sets of changes to the assumptions, each with a reason."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from cvi_analysis.params.frozen import Frozen, Name, Text, from_entry
from cvi_analysis.params.text_files import Where, nearest
from cvi_analysis.params.yaml_files import YamlFile, read_yaml

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


class ScenarioFile(Frozen):
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
    names = scenario_names(folder)
    chain: dict[str, ScenarioFile] = {}
    places: dict[str, dict[str, Where]] = {}
    wanted: str | None = name
    asked: Where | None = None
    while wanted is not None:
        _check_name(wanted, names, tuple(chain), asked, folder)
        file = read_yaml(folder / f"{wanted}.yaml")
        chain[wanted], places[wanted] = _read(wanted, file)
        asked = file.where("extends")
        wanted = chain[wanted].extends
    changes: dict[str, Any] = {}
    where: dict[str, Where] = {}
    for link in reversed(chain):
        changes.update(chain[link].changes or {})
        where.update(places[link])
    own = chain[name]
    return Scenario(
        name=name,
        title=own.title,
        reason=own.reason,
        extends=own.extends,
        changes=changes,
        places=where,
    )


def _check_name(
    name: str, names: tuple[str, ...], chain: tuple[str, ...], asked: Where | None, folder: Path
) -> None:
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


def _read(name: str, yaml: YamlFile) -> tuple[ScenarioFile, dict[str, Where]]:
    """Return one file as it is, and the place of each of its changes."""
    file: ScenarioFile = from_entry(ScenarioFile, yaml)
    places = {key: yaml.where("changes", key) for key in file.changes or {}}
    _refuse_nested(file.changes or {}, places)
    if name == BASELINE:
        for field in ("changes", "extends"):
            if getattr(file, field):
                raise yaml.where(field).error(
                    "the baseline changes nothing",
                    parameter=field,
                    found=getattr(file, field),
                    allowed="changes: {}",
                    hint="Change params/assumptions.yaml instead.",
                )
    return file, places


def _refuse_nested(changes: Mapping[str, Any], places: Mapping[str, Where]) -> None:
    for name, value in changes.items():
        if isinstance(value, dict):
            raise places[name].error(
                "must be one value",
                parameter=name,
                found=value,
                allowed="`dotted.name: value` lines",
                hint=f"Write the whole name on one line, such as {_on_one_line(name, value)}",
            )


def _on_one_line(name: str, value: Any) -> str:
    """The first value within `value` as it should be written, under its whole name.

    >>> _on_one_line("roles", {"mediator": {"caseload": 12}})
    'roles.mediator.caseload: 12'
    """
    while isinstance(value, dict) and value:
        part, value = next(iter(value.items()))
        name = f"{name}.{part}"
    return f"{name}: {'…' if value == {} else json.dumps(value, default=str)}"
