"""The lock: complete, hashed, the same for everybody, and in step with the project file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PLATFORMS = {"linux": "posix", "darwin": "posix", "win32": "nt"}
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


@pytest.fixture(scope="module")
def text(root: Path) -> str:
    return (root / "requirements.lock").read_text("utf-8")


@pytest.fixture(scope="module")
def pins(text: str) -> list[tuple[Requirement, list[str]]]:
    """Each pin with its hashes."""
    joined = re.sub(r"\\\n\s*", " ", text)
    lines = [line for line in joined.splitlines() if line and not line.lstrip().startswith("#")]
    found = []
    for line in lines:
        requirement, *hashes = re.split(r"\s+--hash=", line.strip())
        found.append((Requirement(requirement), hashes))
    return found


def test_every_pin_is_exact_and_hashed(pins: list[tuple[Requirement, list[str]]]) -> None:
    assert len(pins) > 100
    for requirement, hashes in pins:
        assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), requirement
        assert requirement.url is None
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", value) for value in hashes), requirement


def test_it_names_no_index_no_address_and_no_path(text: str) -> None:
    assert "://" not in text
    assert not re.search(r"^\s*--?(?!hash=)\w", text, re.MULTILINE)
    assert "/" not in text.replace("scripts/constraints.txt", "")


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_dependency_has_one_pin_within_its_bounds(
    python: str,
    platform: str,
    pins: list[tuple[Requirement, list[str]]],
    requirements: list[Requirement],
) -> None:
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.7",
        "sys_platform": platform,
        "os_name": PLATFORMS[platform],
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "extra": "",
    }
    versions: dict[str, list[str]] = {}
    for pin, _ in pins:
        if pin.marker is None or pin.marker.evaluate(environment):
            version = str(pin.specifier).removeprefix("==")
            versions.setdefault(canonicalize_name(pin.name), []).append(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}
    for requirement in requirements:
        found = versions.get(canonicalize_name(requirement.name))
        assert found, f"{requirement} is not in the lock: run `make lock`"
        assert requirement.specifier.contains(found[0], prereleases=True), (requirement, found)


def test_the_build_backend_is_in_the_lock(
    pins: list[tuple[Requirement, list[str]]], pyproject: dict
) -> None:
    names = {canonicalize_name(pin.name) for pin, _ in pins}
    for line in pyproject["build-system"]["requires"]:
        assert canonicalize_name(Requirement(line).name) in names


def test_a_package_stands_in_the_first_layer_that_needs_it(text: str, pyproject: dict) -> None:
    head, *layers = re.split(r"^# Layer (\w+): about \d+ MB\n", text, flags=re.MULTILINE)
    assert layers[::2] == ["run", "notebook", "test"]
    assert "==" not in head
    packages = [set(re.findall(r"^([\w.-]+)==", part, re.MULTILINE)) for part in layers[1::2]]
    run, notebook, test = packages
    assert len(run | notebook | test) == len(run) + len(notebook) + len(test)
    project = pyproject["project"]
    for lines, there in (
        (project["dependencies"] + pyproject["build-system"]["requires"], run),
        (project["optional-dependencies"]["notebook"], notebook),
        (project["optional-dependencies"]["dev"], run | test),
    ):
        assert {canonicalize_name(Requirement(line).name) for line in lines} <= there
