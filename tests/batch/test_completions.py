"""What a shell offers while `cvi` is typed, asked as bash, zsh and fish ask."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checkout import ROOT, Checkout
from tests.conftest import tool

PROGRAM = "import sys; sys.argv[0] = 'cvi'; from cvi_analysis.__main__ import main; main()"


@pytest.fixture(scope="module")
def program(tmp_path_factory) -> Path:
    """A folder with a `cvi` of this checkout, to stand first in PATH."""
    folder = tmp_path_factory.mktemp("bin")
    script = folder / "cvi"
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -c "{PROGRAM}" "$@"\n')
    script.chmod(0o755)
    return folder


def asked(program: Path, **variables: str) -> subprocess.CompletedProcess:
    path = f"{program}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["cvi"], executable=program / "cvi", cwd=ROOT, capture_output=True, text=True, check=False,
        env=Checkout(ROOT).environment(PATH=path, **variables),
    )  # fmt: skip


def offered(program: Path, line: str, **more: str) -> list[str]:
    """The words that fish is given for the last one of `line`."""
    told = {"_CVI_COMPLETE": "complete_fish", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    done = asked(program, **told, _TYPER_COMPLETE_ARGS=line, **more)
    return [word.partition("\t")[0] for word in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("line", "first", "missing"),
    [
        ("cvi report no", "norfolk-va", "dayton-oh"),
        ("cvi why day", "dayton-oh", "norfolk-va"),
        ("cvi explain ", "baltimore-md", "baseline"),
        ("cvi reports --scenario field", "field-pay", "baseline"),
        ("cvi compare baseline by", "by-homicides", "baseline"),
        ("cvi reports --cities norfolk-va,day", "norfolk-va,dayton-oh", "dayton-oh"),
        ("cvi scen", "scenarios", "cities"),
    ],
)
def test_slugs_scenarios_and_commands_are_offered(program, line, first, missing):
    found = offered(program, line)
    assert found[0] == first
    assert missing not in found


def test_zsh_is_answered_in_its_own_form(program):
    told = {"_CVI_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "cvi report norf"}
    assert asked(program, **told).stdout.strip() == """_arguments '*: :(("norfolk-va"))'"""


def test_bash_completes_with_the_script_that_it_is_given(program):
    path = f"{program}{os.pathsep}{os.environ['PATH']}"
    lines = (
        "source <(cvi --show-completion bash)",
        "COMP_WORDS=(cvi report norf)",
        "COMP_CWORD=2",
        "_cvi_completion cvi",
        'echo "offered: ${COMPREPLY[@]}"',
        "complete -p cvi",
    )
    done = subprocess.run(
        [tool("bash"), "--norc", "-c", "\n".join(lines)], cwd=ROOT, capture_output=True, text=True,
        env=Checkout(ROOT).environment(PATH=path), check=False,
    )  # fmt: skip
    assert "offered: norfolk-va\n" in done.stdout, done.stderr
    assert "-F _cvi_completion cvi" in done.stdout


def test_completion_imports_neither_the_model_nor_the_parameters(program):
    told = {"_CVI_COMPLETE": "complete_fish", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    line = {"_TYPER_COMPLETE_ARGS": "cvi report norf", "PYTHONPROFILEIMPORTTIME": "1"}
    done = asked(program, **told, **line)
    assert done.stdout.split() == ["norfolk-va"]
    assert "cvi_analysis.batch.completions" in done.stderr
    for heavy in ("cvi_analysis.model", "cvi_analysis.params", "cvi_analysis.report", "pandas"):
        assert heavy not in done.stderr


def test_a_list_that_cannot_be_read_is_no_error_on_the_command_line(program, project):
    assert offered(program, "cvi report norf", CVI_ROOT=str(project)) == ["norfolk-va"]
    (project / "params" / "cities.csv").write_bytes(b"\xff\xfe,")
    done = asked(
        program, _CVI_COMPLETE="complete_fish", _TYPER_COMPLETE_FISH_ACTION="get-args",
        _TYPER_COMPLETE_ARGS="cvi report norf", CVI_ROOT=str(project),
    )  # fmt: skip
    assert (done.stdout.strip(), done.stderr) == ("", "")
