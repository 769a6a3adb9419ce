"""Scenarios: named sets of changes to the assumptions, each with a reason."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import Field

from cvi_analysis.params.assumptions import OwnSource, OwnValue
from cvi_analysis.params.frozen import Frozen, Name, Text, build, from_entry
from cvi_analysis.params.text_files import Where, nearest
from cvi_analysis.params.yaml_files import FieldPath, YamlFile, read_yaml

BASELINE = "baseline"
FROM = "from"
"""Under a city, the source of all its values that have none of their own."""

# The first part: names that no file can have on Windows.
_NAME = re.compile(r"(?!(con|prn|aux|nul|(com|lpt)[0-9])$)[a-z0-9]+(-[a-z0-9]+)*")


class Scenario(Frozen):
    """A scenario with all its changes, those of the scenarios it extends included.

    `changes` hold for every city; `by_city` has what differs from them in one city, by its slug: a
    value, or an `OwnValue` with the source of it. The two `…places` say where each stands.
    """

    name: str
    title: Name
    reason: Text
    extends: str | None = None
    changes: dict[str, Any] = Field(default_factory=dict)
    by_city: dict[str, dict[str, Any]] = Field(default_factory=dict)
    places: dict[str, Where] = Field(default_factory=dict, exclude=True, repr=False)
    city_places: dict[str, dict[str, Where]] = Field(default_factory=dict, exclude=True, repr=False)


class ScenarioFile(Frozen):
    """What a scenario file may hold."""

    title: Name = Field(description="a few words")
    reason: Text = Field(description="why one would run it, in words")
    extends: str | None = Field(default=None, description="the name of another scenario")
    changes: dict[str, Any] | None = Field(
        default=None, description="`name: value` lines with names of params/assumptions.yaml"
    )
    by_city: dict[str, dict[str, Any] | None] | None = Field(
        default=None,
        description="for each city's slug, `name: value` lines as under changes",
    )


def scenario_names(folder: Path) -> tuple[str, ...]:
    """Return the names of the scenarios in `params/scenarios/`, the baseline first."""
    names = sorted(path.stem for path in folder.glob("*.yaml") if _NAME.fullmatch(path.stem))
    return tuple(sorted(names, key=lambda name: name != BASELINE))


def load_scenario(name: str, folder: Path, slugs: Collection[str] | None = None) -> Scenario:
    """Return a scenario with the changes of the ones it extends merged in, its own last.

    A value for one city comes before the value for all of the same file, and any value of a file
    before those of the files it extends.

    Args:
        name: the scenario.
        folder: `params/scenarios/`.
        slugs: the listed cities; None to take those of `by_city` as they stand.

    Raises:
        InputError: with file and line: no such scenario (with the nearest name), scenarios that
            extend each other in a circle, an unknown field or city, or an incomplete file.
    """
    names = scenario_names(folder)
    chain: dict[str, ScenarioFile] = {}
    places: dict[str, dict[str, Where]] = {}
    own: dict[str, dict[str, tuple[dict[str, Any], dict[str, Where]]]] = {}
    wanted: str | None = name
    asked: Where | None = None
    while wanted is not None:
        _check_name(wanted, names, tuple(chain), asked, folder)
        file = read_yaml(folder / f"{wanted}.yaml")
        chain[wanted], places[wanted] = _read(wanted, file)
        own[wanted] = {slug: _of_city(slug, file, slugs) for slug in chain[wanted].by_city or ()}
        asked = file.where("extends")
        wanted = chain[wanted].extends
    changes: dict[str, Any] = {}
    where: dict[str, Where] = {}
    by_city: dict[str, dict[str, Any]] = {}
    city_places: dict[str, dict[str, Where]] = {}
    for link in reversed(chain):
        for_all = chain[link].changes or {}
        changes.update(for_all)
        where.update(places[link])
        for values in by_city.values():  # of files further away
            for changed in for_all:
                values.pop(changed, None)
        for slug, (values, lines) in own[link].items():
            by_city.setdefault(slug, {}).update(values)
            city_places.setdefault(slug, {}).update(lines)
    asked_for = chain[name]
    return Scenario(
        name=name,
        title=asked_for.title,
        reason=asked_for.reason,
        extends=asked_for.extends,
        changes=changes,
        by_city={slug: values for slug, values in by_city.items() if values},
        places=where,
        city_places=city_places,
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
        for field in ("changes", "by_city", "extends"):
            if getattr(file, field):
                raise yaml.where(field).error(
                    "the baseline changes nothing",
                    parameter=field,
                    found=getattr(file, field),
                    allowed="changes: {}",
                    hint="Change params/assumptions.yaml instead.",
                )
    return file, places


def _of_city(
    slug: str, yaml: YamlFile, slugs: Collection[str] | None
) -> tuple[dict[str, Any], dict[str, Where]]:
    """Return what one file says of a city, and the places; the slug has to be a listed city's."""
    if slugs is not None and slug not in slugs:
        raise yaml.where("by_city", slug).error(
            "there is no such city",
            parameter="by_city",
            found=slug,
            allowed="a slug of params/cities.csv",
            hint=nearest(slug, slugs) or "Add the city there, or delete its lines here.",
        )
    values = dict(yaml.data["by_city"][slug] or {})
    shared: dict[str, Any] = {}
    if FROM in values:
        from_entry(OwnSource, yaml, "by_city", slug, FROM)
        shared = values.pop(FROM)
    places = {name: yaml.where("by_city", slug, name) for name in values}
    for name, value in values.items():
        fields = value if isinstance(value, dict) else {"value": value}
        if not OwnValue.model_fields.keys() & fields.keys():
            _refuse_nested({name: value}, places)
        if not (shared or isinstance(value, dict)):
            continue
        whole = f"by_city.{slug}.{name}"
        where_of = partial(_within, yaml, ("by_city", slug, name))
        values[name] = build(OwnValue, {**shared, **fields}, where_of=where_of, name=whole)
        if isinstance(value, dict):
            places |= {f"{name}.{field}": where_of((field,)) for field in value}
    return values, places


def _within(yaml: YamlFile, entry: FieldPath, path: FieldPath) -> Where:
    return yaml.where(*entry, *path)


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
