"""The roles with their job descriptions, and the strategies that they carry.

Caseloads and wages are assumptions. How many roles there are, and of which group, is the model's
affair; a role and a strategy name each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from cvi_analysis.params.frozen import Frozen, Name, Text, UrlOrEmpty, Words, from_entry
from cvi_analysis.params.text_files import Where, nearest
from cvi_analysis.params.yaml_files import YamlFile, read_yaml

STRATEGIES = (
    "crisis_management",
    "street_outreach",
    "peace_fellowship",
    "gun_violence_reduction",
    "trauma_informed_care",
    "hospital_based",
)

SocCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}-[0-9]{4}$")]


class Role(Frozen):
    """A role of the ecosystem: what it is for, who does it, and its nearest occupation."""

    key: str
    title: Name = Field(description="a name for one")
    plural: Name = Field(description="a name for several")
    group: Literal["frontline", "supervision", "ovp"] = Field(
        description="frontline, supervision or ovp"
    )
    employer: Literal["community", "government"] = Field(description="community or government")
    function: Text = Field(description="one sentence")
    strategies: tuple[Text, ...] = Field(min_length=1, description="a list of strategy keys")
    duties: tuple[Text, ...] = Field(min_length=1, description="a list of sentences")
    suits: Text = Field(description="who tends to do it well, in words")
    qualifications: Text = Field(description="what is asked for, in words")
    reports_to: Text = Field(description="a role key, or words")
    soc: SocCode = Field(description='an occupation code in quotes, as "21-1094"')
    soc_title: Name = Field(description="the occupation's title")


class ExampleProgram(Frozen):
    """A program to look at."""

    name: Name = Field(description="the program's name")
    place: Words = Field(default="", description="city and state")
    url: UrlOrEmpty = Field(default="", description="a web address, or empty")


class Strategy(Frozen):
    """A strategy, examples of it, and the keys of the roles that carry it."""

    key: str
    title: Name = Field(description="a few words")
    summary: Text = Field(description="a few sentences")
    examples: tuple[ExampleProgram, ...] = Field(
        description="a list, each with name, place and url"
    )
    roles: tuple[Text, ...] = Field(min_length=1, description="a list of role keys")


def load_roles(path: Path, groups: Mapping[str, str] | None = None) -> dict[str, Role]:
    """Return the roles in `params/roles.yaml` by key.

    Args:
        path: the file.
        groups: the group of each role key of the model, whose order the roles are brought into;
            None takes the file as it stands.

    Raises:
        InputError: with file and line: an unknown or missing role or field, or a refused value.
    """
    file = read_yaml(path)
    keys = tuple(groups) if groups is not None else tuple(file.data)
    _check_keys(file, keys, "role", "the model knows no such role")
    roles: dict[str, Role] = {}
    for key in keys:
        role = roles[key] = from_entry(Role, file, key, key=key)
        if groups is not None and role.group != groups[key]:
            raise file.where(key, "group").error(
                "is not the group the model counts it in",
                parameter=f"{key}.group",
                found=role.group,
                allowed=groups[key],
            )
    return roles


def load_strategies(path: Path) -> dict[str, Strategy]:
    """Return the strategies in `params/strategies.yaml` by key, in the order of the file.

    Raises:
        InputError: with file and line: an unknown or missing strategy or field.
    """
    file = read_yaml(path)
    _check_keys(file, STRATEGIES, "strategy", "there is no such strategy")
    return {key: from_entry(Strategy, file, key, key=key) for key in file.data}


def check_links(
    roles: Mapping[str, Role], strategies: Mapping[str, Strategy], folder: Path
) -> None:
    """Raise `InputError` where a role and a strategy in `folder` do not name each other."""
    sides = (
        (folder / "roles.yaml", "strategies", {key: r.strategies for key, r in roles.items()}),
        (folder / "strategies.yaml", "roles", {key: s.roles for key, s in strategies.items()}),
    )
    for (path, field, named), (_, _, known) in (sides, sides[::-1]):
        for key, others in named.items():
            for other in others:
                if other not in known:
                    raise _place(path, key, field).error(
                        "there is no such key",
                        parameter=f"{key}.{field}",
                        found=other,
                        allowed=", ".join(known),
                        hint=nearest(other, known),
                    )
    for (path, field, named), (source, _, known) in (sides, sides[::-1]):
        for other, keys in known.items():
            for key in keys:
                if other not in named[key]:
                    raise _place(path, key, field).error(
                        f"does not name {other}, which names {key} in {source.name}",
                        parameter=f"{key}.{field}",
                        found=list(named[key]),
                        allowed="each role and strategy name each other",
                    )


def _place(path: Path, key: str, field: str) -> Where:
    """Return the place of a field; the file is read again, since only an error needs it."""
    return read_yaml(path).where(key, field)


def _check_keys(file: YamlFile, keys: tuple[str, ...], what: str, unknown: str) -> None:
    for key in file.data:
        if key not in keys:
            raise file.where(key).error(
                unknown, parameter=key, allowed=", ".join(keys), hint=nearest(key, keys)
            )
    for key in keys:
        if key not in file.data:
            raise file.start.error(
                f"the {what} is missing", parameter=key, allowed="all of " + ", ".join(keys)
            )
