"""Every test on disk runs, by `make test` or by `make reliability`, and CI counts them.

A file that pytest does not collect guards nothing and fails nothing, so nobody notices.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

COMMANDS = ("test", "reliability")
IDENTIFIER = re.compile(r"^(\S+\.py)::", re.MULTILINE)
TEST = re.compile(r"^\s*(?:async )?def test_", re.MULTILINE)


def options(root: Path, target: str) -> list[str]:
    """The words with which `make TARGET` calls pytest, without those that a caller adds."""
    text = (root / "Makefile").read_text("utf-8")
    (line,) = re.findall(rf"^{target}: .*\n\t@\$\(RUN\) pytest (.+)$", text, re.MULTILINE)
    assert line.endswith("$(ARGS)"), line
    return shlex.split(line.removesuffix("$(ARGS)"))


def pytest_in(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        capture_output=True,
        text=True,
        timeout=600,
    )


def collect(folder: Path, *words: str) -> frozenset[str]:
    """The files whose tests pytest would run."""
    run = pytest_in(folder, *words, "--collect-only", "-q")
    assert run.returncode == 0, run.stdout + run.stderr
    return frozenset(IDENTIFIER.findall(run.stdout))


@pytest.fixture(scope="module")
def on_disk(root: Path) -> frozenset[str]:
    """Files below tests/ that hold tests by their name, and those that hold any by their text."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "tests"],
        cwd=root,
        capture_output=True,
    )
    if listing.returncode != 0:
        pytest.skip("not a git checkout")
    names = [Path(name) for name in listing.stdout.decode().split("\0") if name.endswith(".py")]
    return frozenset(
        name.as_posix()
        for name in names
        if (root / name).is_file()
        and (name.name.startswith("test_") or TEST.search((root / name).read_text("utf-8")))
    )


@pytest.mark.slow
def test_every_file_of_tests_is_run_by_make(root: Path, on_disk: frozenset[str]) -> None:
    """By one command or the other: that each test is selected by one of them is shown below."""
    files = collect(root, *options(root, "test"), "-m", "")
    assert sorted(on_disk - files) == [], "on disk, but run by no command"
    assert sorted(files - on_disk) == [], "run, but git ignores it"


def test_a_folder_of_any_name_is_collected(root: Path, tmp_path: Path) -> None:
    folders = ("build", "dist", "venv", "batch", "deep/build")
    for number, folder in enumerate(folders):
        (tmp_path / "tests" / folder).mkdir(parents=True)
        (tmp_path / "tests" / folder / f"test_{number}.py").write_text("def test_it(): pass\n")
    shutil.copy(root / "pyproject.toml", tmp_path)
    words = options(root, "test")
    wanted = {f"tests/{folder}/test_{number}.py" for number, folder in enumerate(folders)}
    assert collect(tmp_path, *words) == wanted
    # Nor does the test above pass where a folder is left out.
    left_out = collect(tmp_path, *words, "-o", "norecursedirs=build")
    assert wanted - left_out == {"tests/build/test_0.py", "tests/deep/build/test_4.py"}


def test_tests_that_ran_are_counted(
    root: Path, tmp_path: Path, count_tests: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ["import pytest", "def test_a(): pass", "def test_b(): pytest.skip('not here')"]
    lines += ["@pytest.mark.reliability", "def test_c(): pass"]
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_it.py").write_text("\n".join(lines) + "\n")
    shutil.copy(root / "pyproject.toml", tmp_path)
    files = [tmp_path / f"{target}.xml" for target in COMMANDS]
    for target, file in zip(COMMANDS, files, strict=True):
        run = pytest_in(tmp_path, *options(root, target), f"--junitxml={file}")
        assert run.returncode == 0, run.stdout + run.stderr
    assert count_tests.report(tmp_path, files) == 0
    found = "3 ran (2 by make test and 1 by make reliability), 1 of them skipped; 3 are on disk."
    assert capsys.readouterr().out == f"Tests: {found}\n"
    assert count_tests.report(tmp_path, files[:1]) == 1
    assert "2 ran (2 by make test), 1 of them skipped; 3 are on disk." in capsys.readouterr().out
