"""The Makefile: its help, its size, and that every command in the documents is there."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

TARGETS = (
    *(
        "reports",
        "report",
        "preview",
        "compare",
        "site",
        "ingest",
        "verify",
        "test",
        "check",
        "bench",
    ),
    *("reliability", "audit", "notebook", "lock", "setup", "clean"),
)


@pytest.fixture(scope="module")
def makefile(root: Path) -> str:
    return (root / "Makefile").read_text("utf-8")


def _defined(makefile: str) -> set[str]:
    return set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))


def test_make_alone_lists_every_command(root: Path) -> None:
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    run = subprocess.run(["make"], cwd=root, capture_output=True, text=True, check=True)
    for target in TARGETS:
        assert re.search(rf"^  {target} +\S", run.stdout, re.MULTILINE), run.stdout
    assert run.stderr == ""


def test_every_target_is_documented_and_phony(makefile: str) -> None:
    defined = _defined(makefile)
    assert defined == {*TARGETS, "help"}
    assert set(re.findall(r"^([a-z]+):.*## \S", makefile, re.MULTILINE)) == defined
    (phony,) = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert set(phony.split()) == defined | {"setup-notebook", "setup-test"}


def test_it_stays_short(makefile: str) -> None:
    assert len(makefile.splitlines()) <= 70


def test_commands_in_the_documents_exist(root: Path, makefile: str) -> None:
    documents = [*root.glob("*.md"), *root.glob("*/README.md"), *root.glob("docs/**/*.md")]
    named = set()
    for document in documents:
        text = document.read_text("utf-8")
        code = re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL)
        for piece in code:
            named |= set(re.findall(r"(?:^|[`\n;&] ?)(?:\$ )?make ([a-z]+)", piece))
    assert {"reports", "test"} <= named
    assert named <= _defined(makefile)


def test_options_that_the_targets_pass_are_known_to_the_command(makefile: str) -> None:
    from typer.main import get_command

    from cvi_analysis.cli import app

    commands = get_command(app).commands  # type: ignore[attr-defined]
    for name, rest in re.findall(r"\$\(CVI\) ([a-z]+)(.*)$", makefile, re.MULTILINE):
        assert name in commands, f"cvi {name}"
        known = {option for param in commands[name].params for option in param.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= known, f"cvi {name}"
