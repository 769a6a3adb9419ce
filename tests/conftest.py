"""Fixtures that many tests share: the project's own library, and places to build in."""

from __future__ import annotations

import compileall
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.checkout import ROOT, Checkout, copy_checkout

REQUIRED = bool(os.environ.get("CVI_REQUIRE_TOOLS"))


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile the package once, before the first of hundreds of processes imports it.

    With `PYTHONDONTWRITEBYTECODE` in the environment each of them would compile it anew. Copies
    of the checkout take the bytecode along.
    """
    if not hasattr(session.config, "workerinput"):
        compileall.compile_dir(ROOT / "cvi_analysis", quiet=2)


LONGEST = ("test_documented_commands.py", "test_bench.py", "test_libreoffice.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest: at the end one processor would wait for them."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(autouse=True)
def _matplotlibs_own_style() -> Iterator[None]:
    """Undo what a test sets for all charts of its process, as the notebook's first cell does."""
    yield
    matplotlib = sys.modules.get("matplotlib")
    if matplotlib and matplotlib.rcParams != matplotlib.rcParamsOrig:
        matplotlib.rc_file_defaults()


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def library():
    """The shipped parameters and populations, loaded once."""
    from cvi_analysis.report.library import Library

    return Library.load(ROOT)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what a build reads, in a folder with a space in its name, free to be changed."""
    folder = tmp_path / "a project"
    for name in ("params", "data/processed", "notebooks"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "requirements.lock", folder)
    return folder


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A fresh checkout in a folder with a space and an accent in its name."""
    return copy_checkout(tmp_path / "a prójéct")


@pytest.fixture(scope="module")
def shared(tmp_path_factory) -> Checkout:
    """A checkout for tests that only read what was built."""
    return copy_checkout(tmp_path_factory.mktemp("shared") / "a project")


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """An empty folder for temporary files, with a name short enough for sockets in it."""
    folder = tmp_path / "t"
    folder.mkdir()
    return folder


def tool(name: str, *others: str) -> str:
    """Path of an outside program; skips where there is none, fails where CI requires it."""
    for candidate in (name, *others):
        found = shutil.which(candidate)
        if found:
            return found
    message = f"{name} is not installed on this machine"
    if REQUIRED:
        pytest.fail(f"{message}, and CVI_REQUIRE_TOOLS is set")
    pytest.skip(message)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many made-up inputs were really tried, over all tests and processes."""
    counts = [
        value
        for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
        if report.when == "call"
        for name, value in report.user_properties
        if name == "fuzzed"
    ]
    if counts:
        terminalreporter.write_line(f"fuzzing: {sum(counts):,} examples in {len(counts)} tests")
