"""The strategies of community violence intervention, and the roles that carry each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from cvi_analysis.params.reading import Frozen, Name, Text, UrlOrEmpty, Words, from_node
from cvi_analysis.params.roles import Role
from cvi_analysis.params.where import Where, nearest
from cvi_analysis.params.yaml_source import read_yaml

STRATEGIES = (
    "crisis_management",
    "street_outreach",
    "peace_fellowship",
    "gun_violence_reduction",
    "trauma_informed_care",
    "hospital_based",
)


class Example(Frozen):
    """A program to look at."""

    name: Name = Field(description="the program's name")
    place: Words = Field(default="", description="city and state")
    url: UrlOrEmpty = Field(default="", description="a web address, or empty")


class Strategy(Frozen):
    """A strategy, examples of it, and the keys of the roles that carry it."""

    key: str
    title: Name = Field(description="a few words")
    summary: Text = Field(description="a few sentences")
    examples: tuple[Example, ...] = Field(description="a list, each with name, place and url")
    roles: tuple[Text, ...] = Field(min_length=1, description="a list of role keys")


def load_strategies(path: Path) -> dict[str, Strategy]:
    """Return the strategies in `params/strategies.yaml` by key, in the order of the file.

    Raises:
        InputError: with file and line: an unknown or missing strategy or field.
    """
    root = read_yaml(path)
    entries = root.mapping()
    for key, node in entries.items():
        if key not in STRATEGIES:
            raise node.where.error(
                "there is no such strategy",
                parameter=key,
                allowed=", ".join(STRATEGIES),
                hint=nearest(key, STRATEGIES),
            )
    for key in STRATEGIES:
        if key not in entries:
            raise root.where.at(None).error(
                "the strategy is missing", parameter=key, allowed="all of " + ", ".join(STRATEGIES)
            )
    return {key: from_node(Strategy, key, node, key=key) for key, node in entries.items()}


def check_links(
    roles: Mapping[str, Role], strategies: Mapping[str, Strategy], folder: Path
) -> None:
    """Raise `InputError` where a role and a strategy do not name each other."""
    for role in roles.values():
        _check_keys(role.strategies, strategies, folder / "roles.yaml", f"{role.key}.strategies")
    for strategy in strategies.values():
        _check_keys(strategy.roles, roles, folder / "strategies.yaml", f"{strategy.key}.roles")
        for key in strategy.roles:
            if strategy.key not in roles[key].strategies:
                raise _place(folder / "roles.yaml", f"{key}.strategies").error(
                    f"does not name {strategy.key}, which names {key} in strategies.yaml",
                    parameter=f"{key}.strategies",
                    found=list(roles[key].strategies),
                    allowed="each role and strategy name each other",
                )
    for role in roles.values():
        for key in role.strategies:
            if role.key not in strategies[key].roles:
                raise _place(folder / "strategies.yaml", f"{key}.roles").error(
                    f"does not name {role.key}, which names {key} in roles.yaml",
                    parameter=f"{key}.roles",
                    found=list(strategies[key].roles),
                    allowed="each role and strategy name each other",
                )


def _check_keys(
    keys: tuple[str, ...], known: Mapping[str, object], path: Path, parameter: str
) -> None:
    for key in keys:
        if key not in known:
            raise _place(path, parameter).error(
                "there is no such key",
                parameter=parameter,
                found=key,
                allowed=", ".join(known),
                hint=nearest(key, known),
            )


def _place(path: Path, parameter: str) -> Where:
    """Return the place of a field; the file is read again, since only an error needs it."""
    return read_yaml(path).find(tuple(parameter.split("."))).where
