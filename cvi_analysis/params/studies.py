"""What studies of such programs found, and how sure it is."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from cvi_analysis.params.frozen import Frozen, Name, Text, UrlOrEmpty, from_entry
from cvi_analysis.params.yaml_files import read_yaml


class Study(Frozen):
    """One result of one study.

    Attributes:
        counted: what the result is about.
        uncertainty: how sure it is, or that no interval was read.
        source_url: empty where no page of the source was read.
        year: of the source; None where it was not read.
    """

    key: str
    title: Name = Field(description="what was studied, in a few words")
    place: Name = Field(description="where")
    counted: Text = Field(description="what was counted, in a few words")
    result: Text = Field(description="what was found, in a few words")
    uncertainty: Text = Field(description="how sure it is, in a sentence or two")
    source: Text = Field(description="who says it")
    source_url: UrlOrEmpty = Field(description="a web address, or empty")
    year: int | None = Field(ge=1900, le=2100, description="a year from 1900 to 2100, or null")


def load_studies(path: Path) -> tuple[Study, ...]:
    """Return what `params/studies.yaml` holds, in the file's order.

    Raises:
        InputError: with file and line: an unknown or missing field, or a refused value.
    """
    file = read_yaml(path)
    return tuple(from_entry(Study, file, key, key=key) for key in file.data)
