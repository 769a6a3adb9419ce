"""The Makefile: its help, its size, and that every command in the documents is there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.checkout import ROOT

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
    *("reliability", "mutants", "audit", "notebook", "lock", "setup", "clean"),
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


@pytest.fixture
def dummy(root: Path, tmp_path: Path) -> Path:
    """A project whose set-up does nothing and whose Python only prints its arguments."""
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    folder = tmp_path / "a project"
    shutil.copytree(root / "scripts", folder / "scripts", ignore=lambda *_: ["bench"])
    (folder / "scripts" / "set_up.sh").write_text('printf "set-up [%s]\\n" "$@"\n')
    shutil.copy(root / "Makefile", folder)
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\nprintf "[%s]" "$@"\n')
    python.chmod(0o755)
    (folder / "reports").mkdir()
    (folder / "reports" / "README.md").touch()
    return folder


def _make(folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    return subprocess.run(["make", *words], cwd=folder, env={**kept, **variables},
                          capture_output=True, text=True)  # fmt: skip


SHELL = "$(shell touch owned) `touch owned` \"; touch owned; \" $x 'a b'"


@pytest.mark.parametrize("given", ["environment", "command line"])
@pytest.mark.parametrize(
    ("target", "name", "option"),
    [
        ("reports", "SCENARIO", "--scenario"),
        ("reports", "CITIES", "--cities"),
        ("reports", "JOBS", "--jobs"),
        ("reports", "FORMATS", "--formats"),
        ("report", "CITY", "report"),
        ("report", "FORMATS", "--formats"),
        ("compare", "A", "compare"),
        ("site", "BASE_URL", "--base-url"),
        ("setup", "LAYER", "set-up "),
    ],
)
def test_a_value_is_passed_to_the_letter_and_never_run(
    dummy: Path, given: str, target: str, name: str, option: str
) -> None:
    others = {"CITY": "norfolk-va", "A": "baseline", "B": "field-pay"}
    if given == "environment":
        run = _make(dummy, target, **{**others, name: SHELL})
    else:
        run = _make(dummy, target, f"{name}={SHELL}", **others)
    assert run.returncode == 0, run.stderr
    assert not (dummy / "owned").exists()
    before = option if target == "setup" else f"[{option}]"
    assert f"{before}[{SHELL}]" in run.stdout


def test_a_value_that_is_not_given_is_no_option(dummy: Path) -> None:
    run = _make(dummy, "reports")
    assert run.stdout.endswith("[-m][cvi_analysis][reports][--scenario][baseline]"), run.stdout
    assert "[--base-url]" not in _make(dummy, "site").stdout
    # The command says what is missing, in its own words.
    assert _make(dummy, "report").stdout.endswith("[report][--scenario][baseline]")
    assert _make(dummy, "compare", "A=baseline").stdout.endswith("[compare][baseline]")


def test_clean_empties_this_project_alone(dummy: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    for folder in (dummy, elsewhere):
        (folder / "reports").mkdir(parents=True, exist_ok=True)
        (folder / "reports" / "mine.txt").touch()
    run = _make(elsewhere, "-f", str(dummy / "Makefile"), "clean")
    assert run.returncode == 2
    assert "not the project's: nothing was removed" in run.stderr
    assert (elsewhere / "reports" / "mine.txt").exists()
    assert _make(dummy, "clean").returncode == 0
    assert [path.name for path in (dummy / "reports").iterdir()] == ["README.md"]


def test_clean_of_a_project_that_cvi_init_made_empties_it_alone(tmp_path: Path) -> None:
    file = ROOT / "cvi_analysis" / "batch" / "templates" / "project" / "Makefile"
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "assumptions.yaml").touch()
    home = tmp_path / "home"
    for folder in (tmp_path, home):
        (folder / ".cache").mkdir(parents=True)
    run = _make(home, "-f", str(file), "clean")
    assert run.returncode == 2
    assert "nothing was removed" in run.stderr
    assert (home / ".cache").exists()
    assert _make(tmp_path, "-f", str(file), "clean").returncode == 0
    assert not (tmp_path / ".cache").exists()
    assert home.exists()


def test_options_that_the_targets_pass_are_known_to_the_command(makefile: str) -> None:
    from typer.main import get_command

    from cvi_analysis.cli import app

    commands = get_command(app).commands  # type: ignore[attr-defined]
    for name, rest in re.findall(r"\$\(CVI\) ([a-z]+)(.*)$", makefile, re.MULTILINE):
        assert name in commands, f"cvi {name}"
        known = {option for param in commands[name].params for option in param.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= known, f"cvi {name}"
