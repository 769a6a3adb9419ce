"""What the tests of the repository's own files share."""

from __future__ import annotations

import importlib.util
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from packaging.requirements import Requirement


@pytest.fixture(scope="session")
def pyproject(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))


@pytest.fixture(scope="session")
def requirements(pyproject: dict[str, Any]) -> list[Requirement]:
    """Every dependency of the project file, those of the extras too."""
    extras = pyproject["project"]["optional-dependencies"].values()
    lines = pyproject["project"]["dependencies"] + [line for extra in extras for line in extra]
    return [Requirement(line) for line in lines]


def _script(root: Path, name: str) -> ModuleType:
    found = importlib.util.spec_from_file_location(name, root / "scripts" / f"{name}.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def check_files(root: Path) -> ModuleType:
    return _script(root, "check_files")


@pytest.fixture(scope="session")
def count_tests(root: Path) -> ModuleType:
    return _script(root, "count_tests")


@pytest.fixture(scope="session")
def bootstrap(root: Path) -> ModuleType:
    return _script(root, "bootstrap")


@pytest.fixture(scope="session")
def local_wages(root: Path) -> ModuleType:
    return _script(root, "local_wages")
