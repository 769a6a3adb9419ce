"""What is committed: notebooks without outputs, nothing of anybody's machine, papers in order."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

# In pieces, so that this file passes its own test.
REGISTRY_HOSTS = (
    *("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com"),
    *("deb" + ".debian.org", "conda" + ".anaconda.org", "repo" + ".anaconda.com"),
)
MACHINE_PATH = re.compile(r"(?<![\w.\-])/(?:" + "ro" + "ot|wo" + r"rk|home/\w+|Users/\w+)/\w")


@pytest.fixture(scope="module")
def tracked(check_files: ModuleType) -> list[str]:
    try:
        return check_files.tracked()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")


def _texts(root: Path, names: list[str]) -> list[tuple[str, str]]:
    found = []
    for name in names:
        try:
            found.append((name, (root / name).read_bytes().decode("utf-8")))
        except UnicodeDecodeError:
            continue
    return found


def test_notebooks_line_ends_and_sizes(root: Path, tracked: list[str]) -> None:
    script = root / "scripts" / "check_files.py"
    run = subprocess.run([sys.executable, script], capture_output=True, text=True)
    assert run.stdout + run.stderr == ""
    assert run.returncode == 0


def test_file_checks_see_what_they_are_for(check_files: ModuleType, tmp_path: Path) -> None:
    cells = [{"cell_type": "code", "source": [], "outputs": [{}], "execution_count": 1}]
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": cells}) + "\n")
    (tmp_path / "b.py").write_bytes(b"x = 1 \r\n")
    (tmp_path / "c.md").write_text("<" * 7 + " mine\nno end")
    (tmp_path / "d.csv").write_text("1\n" * 600_000)
    found = [line for name in ("a.ipynb", "b.py", "c.md", "d.csv")
             for line in check_files.problems(tmp_path, name)]  # fmt: skip
    told = "\n".join(found)
    for words in ("cell 1 is committed with its output", "b.py: has carriage returns",
                  "c.md:1: a merge conflict", "c.md: must end", "d.csv: larger"):  # fmt: skip
        assert words in told


def test_no_file_names_a_package_registry(root: Path, tracked: list[str]) -> None:
    for name, text in _texts(root, tracked):
        assert not [host for host in REGISTRY_HOSTS if host in text], name


def test_no_file_names_a_path_of_somebodys_machine(root: Path, tracked: list[str]) -> None:
    for name, text in _texts(root, tracked):
        assert not MACHINE_PATH.findall(text), name


def test_reports_hold_nothing_but_the_note(tracked: list[str]) -> None:
    assert [name for name in tracked if name.startswith("reports/")] == ["reports/README.md"]


def test_entry_points_can_be_imported(pyproject: dict[str, Any]) -> None:
    project = pyproject["project"]
    groups = [project["scripts"], *project["entry-points"].values()]
    for target in [value for group in groups for value in group.values()]:
        module, _, name = target.partition(":")
        assert callable(getattr(importlib.import_module(module), name)), target


def test_the_version_is_the_same_everywhere(root: Path, pyproject: dict[str, Any]) -> None:
    import cvi_analysis

    citation = yaml.safe_load((root / "CITATION.cff").read_text("utf-8"))
    version = pyproject["project"]["version"]
    assert cvi_analysis.__version__ == version
    assert str(citation["version"]) == version
    assert citation["license"] == pyproject["project"]["license"]


def test_the_changelog_starts_with_what_is_unreleased(root: Path) -> None:
    sections = re.findall(r"^## (.+)$", (root / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert sections[0] == "[Unreleased]"


def test_ci_script_is_valid_and_says_what_it_runs(root: Path) -> None:
    script = (root / ".ci" / "run").read_text("utf-8")
    assert script.startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in script
    commands = ("make check", "make test", "make reliability", "make reports")
    for command in (*commands, ".venv/bin/python scripts/count_tests.py"):
        assert f"\nrun {command}" in script
    subprocess.run(["bash", "-n", root / ".ci" / "run"], check=True)


def test_links_between_the_documents_lead_somewhere(root: Path) -> None:
    for document in [*root.glob("*.md"), *root.glob("*/README.md"), *root.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text("utf-8")):
            if "://" not in target and not target.startswith("mailto:"):
                assert (document.parent / target).exists(), f"{document.name}: {target}"
