"""What to measure: the logic model of the work, and measures by who records them and from when."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from pydantic import Field

from cvi_analysis.params.frozen import Frozen, Name, Text, UrlOrEmpty, from_entry
from cvi_analysis.params.text_files import Where, nearest
from cvi_analysis.params.yaml_files import read_yaml

STAGES = ("inputs", "activities", "outputs", "outcomes")
"""The stages of the logic model, each of which leads to the next."""

_PARTS = ("logic_model", "measures")


class LogicModel(Frozen):
    """What goes in, what is done, what comes of it at once, and what should change by it."""

    inputs: Text = Field(description="a sentence")
    activities: Text = Field(description="a sentence")
    outputs: Text = Field(description="a sentence")
    outcomes: Text = Field(description="a sentence")
    source: Text = Field(description="who has described it so, or our judgment")
    source_url: UrlOrEmpty = Field(description="a web address, or empty")


class OutcomeMeasure(Frozen):
    """One measure.

    Attributes:
        roles: keys of those who record it.
        from_year: the first year of the program in which it can be reported.
    """

    key: str
    title: Name = Field(description="a few words")
    how: Text = Field(description="how it is counted, in a sentence")
    roles: tuple[Text, ...] = Field(min_length=1, description="a list of role keys")
    from_year: int = Field(ge=1, le=10, description="a year of the program, 1 to 10")
    source: Text = Field(description="who uses it or asks for it, or our judgment")
    source_url: UrlOrEmpty = Field(description="a web address, or empty")


class Measures(Frozen):
    """The logic model, and the measures in the file's order."""

    logic_model: LogicModel
    measures: tuple[OutcomeMeasure, ...]


def load_measures(path: Path, roles: Collection[str]) -> Measures:
    """Return what `params/measures.yaml` holds.

    Args:
        path: the file.
        roles: the keys of the roles.

    Raises:
        InputError: with file and line: an unknown or missing part or field, a refused value, or a
            role that there is not.
    """
    file = read_yaml(path)
    for part in file.data:
        if part not in _PARTS:
            raise file.where(part).error(
                "there is no such part",
                parameter=part,
                allowed=", ".join(_PARTS),
                hint=nearest(part, _PARTS),
            )
    for part in _PARTS:
        if part not in file.data:
            raise file.start.error("the part is missing", parameter=part, allowed="both parts")
    measures = tuple(
        from_entry(OutcomeMeasure, file, "measures", key, key=key) for key in file.entry("measures")
    )
    for measure in measures:
        _check_roles(measure, file.where("measures", measure.key, "roles"), roles)
    return Measures(logic_model=from_entry(LogicModel, file, "logic_model"), measures=measures)


def _check_roles(measure: OutcomeMeasure, where: Where, roles: Collection[str]) -> None:
    for role in measure.roles:
        if role not in roles:
            raise where.error(
                "there is no such role",
                parameter=f"measures.{measure.key}.roles",
                found=role,
                allowed=", ".join(roles),
                hint=nearest(role, roles),
            )
