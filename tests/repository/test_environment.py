"""environment.yml: the same dependencies and bounds as the project file, under conda's names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CONDA_NAMES = {"matplotlib-base": "matplotlib"}  # without the desktop windows


def _bounds(lines: list[str]) -> dict[str, str]:
    found = {}
    for line in lines:
        requirement = Requirement(line)
        name = canonicalize_name(CONDA_NAMES.get(requirement.name, requirement.name))
        assert name not in found, f"{name} is listed twice"
        found[name] = str(requirement.specifier)
    return found


def test_it_is_in_step_with_the_project_file(
    root: Path, pyproject: dict[str, Any], requirements: list[Requirement]
) -> None:
    content = yaml.safe_load((root / "environment.yml").read_text("utf-8"))
    conda = [line for line in content["dependencies"] if isinstance(line, str)]
    (by_pip,) = (entry["pip"] for entry in content["dependencies"] if isinstance(entry, dict))
    assert "-e ." in by_pip
    listed = _bounds([*conda, *(line for line in by_pip if line != "-e .")])
    assert listed.pop("python") == pyproject["project"]["requires-python"]
    assert listed.pop("pip") == ""
    assert listed == _bounds([str(requirement) for requirement in requirements])


def test_it_takes_packages_from_one_channel(root: Path) -> None:
    content = yaml.safe_load((root / "environment.yml").read_text("utf-8"))
    assert content["channels"] == ["conda-forge", "nodefaults"]
