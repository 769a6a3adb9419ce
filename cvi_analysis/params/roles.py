"""The twelve roles with their job descriptions. Caseloads and wages are assumptions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from cvi_analysis.model.roles import GROUPS, ROLES
from cvi_analysis.params.reading import Frozen, Name, Text, from_node
from cvi_analysis.params.where import nearest
from cvi_analysis.params.yaml_source import read_yaml

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


def load_roles(path: Path) -> dict[str, Role]:
    """Return the roles in `params/roles.yaml` by key, in the model's order.

    Raises:
        InputError: with file and line: an unknown or missing role or field, or a refused value.
    """
    root = read_yaml(path)
    entries = root.mapping()
    for key, node in entries.items():
        if key not in ROLES:
            raise node.where.error(
                "the model knows no such role",
                parameter=key,
                allowed=", ".join(ROLES),
                hint=nearest(key, ROLES),
            )
    roles: dict[str, Role] = {}
    for key in ROLES:
        if key not in entries:
            raise root.where.at(None).error(
                "the role is missing", parameter=key, allowed="all of " + ", ".join(ROLES)
            )
        role = from_node(Role, key, entries[key], key=key)
        if role.group != GROUPS[key]:
            raise (
                entries[key]
                .find(("group",))
                .where.error(
                    "is not the group the model counts it in",
                    parameter=f"{key}.group",
                    found=role.group,
                    allowed=GROUPS[key],
                )
            )
        roles[key] = role
    return roles
