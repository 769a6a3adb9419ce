"""Setting up .venv: when it is due, what it says, and that an unchanged one costs nothing.

Nothing here uses a network: the locks are empty or cannot be satisfied, and the package that is
installed is a made-up one with a build backend of its own.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the Makefile is for POSIX systems")

PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "tiny-project"
version = "1.0"
"""
BACKEND = """
import os, zipfile

INFO = "tiny_project-1.0.dist-info/"


def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "tiny_project-1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        wheel.writestr("tiny.pth", os.getcwd())
        wheel.writestr(INFO + "METADATA", "Metadata-Version: 2.1\\nName: tiny-project\\nVersion: 1.0\\n")
        wheel.writestr(INFO + "WHEEL", "Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(INFO + "RECORD", "")
    return name
"""  # noqa: E501
UNKNOWN = "no-such-package-at-all==1.0 --hash=sha256:" + "0" * 64 + "\n"


@pytest.fixture
def folder(root: Path, tmp_path: Path) -> Path:
    """A project with an empty lock, in a folder with spaces and letters beyond ASCII."""
    folder = tmp_path / "a clone for tést ünïcode 市"
    (folder / "scripts").mkdir(parents=True)
    for name in ("set_up.sh", "bootstrap.py"):
        shutil.copy(root / "scripts" / name, folder / "scripts")
    shutil.copy(root / "Makefile", folder)
    (folder / "requirements.lock").write_text("")
    (folder / "pyproject.toml").write_text(PROJECT)
    (folder / "backend.py").write_text(BACKEND)
    (folder / "tiny_project.py").write_text("")
    return folder


def _variables(python: str | None = None, **more: str) -> dict[str, str]:
    """The environment without uv on the PATH, and with settings of pip that get in the way."""
    without_uv = [
        part for part in os.environ["PATH"].split(os.pathsep) if not (Path(part) / "uv").exists()
    ]
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    base = getattr(sys, "_base_executable", sys.executable)
    hindrance = {"PIP_USER": "1", "PIP_REQUIRE_HASHES": "1", "PIP_NO_INDEX": "1"}
    kept |= {"PATH": os.pathsep.join(without_uv), "PYTHON": python or base}
    return {**kept, **hindrance, **more}


def _set_up(
    folder: Path, python: str | None = None, layer: str = "", **more: str
) -> subprocess.CompletedProcess[str]:
    command = ["sh", "scripts/set_up.sh", *([layer] if layer else [])]
    return subprocess.run(
        command, cwd=folder, env=_variables(python, **more), capture_output=True, encoding="utf-8"
    )


def _wheel(folder: Path, name: str) -> str:
    """A wheel with one empty module, in `folder`; its line of a lock."""
    info = f"{name}-1.0.dist-info"
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name}.py", "")
        named = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
        wheel.writestr(f"{info}/METADATA", named)
        tagged = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        wheel.writestr(f"{info}/WHEEL", tagged)
        wheel.writestr(f"{info}/RECORD", "")
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def _imports(folder: Path, name: str) -> bool:
    command = [folder / ".venv/bin/python", "-I", "-c", f"import {name}"]
    return subprocess.run(command, stderr=subprocess.DEVNULL, env=_variables()).returncode == 0


@pytest.fixture
def stub(tmp_path: Path) -> str:
    """A Python that only notes that it was asked to set up."""
    return _fake_python(tmp_path / "stub", "3.12")


def _fake_python(path: Path, version: str) -> str:
    path.write_text(
        f'#!/bin/sh\ncase "$1" in\n-c) echo {version} ;;\n*) echo "set-up by $0: $1" ;;\nesac\n'
    )
    path.chmod(0o755)
    return str(path)


def _pretend(folder: Path, bootstrap: ModuleType) -> None:
    """Make .venv look like a finished one."""
    environment = bootstrap.Environment(folder.resolve())
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "python").symlink_to(sys.executable)
    environment.record().write_bytes(environment.expected_record())


def test_a_whole_set_up_an_update_and_a_move(folder: Path) -> None:
    first = _set_up(folder)
    assert first.returncode == 0, first.stderr
    assert "Setting up .venv (there is none yet) with pip for Python 3." in first.stderr
    assert ".venv is ready after" in first.stderr

    again = _set_up(folder)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")

    with (folder / "pyproject.toml").open("a") as project:
        project.write("# a comment\n")
    update = _set_up(folder)
    assert update.returncode == 0, update.stderr
    assert update.stderr.startswith("Updating .venv (pyproject.toml has changed).\n")

    moved = folder.with_name("moved elsewhere")
    folder.rename(moved)
    after = _set_up(moved)
    assert after.returncode == 0, after.stderr
    assert "Setting up .venv (the folder has moved)" in after.stderr
    code = "import tiny_project; print(tiny_project.__file__)"
    found = subprocess.run([moved / ".venv/bin/python", "-c", code], cwd="/", text=True,
                           stdout=subprocess.PIPE, check=True, env=_variables())  # fmt: skip
    assert Path(found.stdout.strip()).resolve() == (moved / "tiny_project.py").resolve()


def test_a_set_up_that_fails_says_why_and_is_not_trusted(
    folder: Path, bootstrap: ModuleType
) -> None:
    (folder / "requirements.lock").write_text(UNKNOWN)
    failed = _set_up(folder)
    assert failed.returncode == 1
    assert "Set-up did not finish. pip failed with status 1:" in failed.stderr
    assert "no-such-package-at-all" in failed.stderr
    assert "run the same command again" in failed.stderr
    assert "Traceback" not in failed.stderr
    environment = bootstrap.Environment(folder.resolve())
    assert environment.complaint() == "the last set-up did not finish"


def test_layers_are_added_when_they_are_needed(folder: Path, tmp_path: Path) -> None:
    lock = f"# Layer run: about 12 MB\n{_wheel(tmp_path, 'for_reports')}"
    lock += f"# Layer notebook: about 3 MB\n{_wheel(tmp_path, 'for_lab')}"
    lock += f"# Layer test: about 40 MB\n{_wheel(tmp_path, 'for_tests')}"
    (folder / "requirements.lock").write_text(lock)
    found = {"PIP_FIND_LINKS": str(tmp_path)}
    first = _set_up(folder, **found)
    assert first.returncode == 0, first.stderr
    assert "up to 1 pinned packages, about 12 MB to fetch" in first.stderr
    assert [_imports(folder, name) for name in ("for_reports", "for_lab", "for_tests")] == [
        True, False, False,
    ]  # fmt: skip
    kept = folder / ".venv" / "kept"
    kept.touch()
    rest = _set_up(folder, layer="test", **found)
    assert rest.returncode == 0, rest.stderr
    assert "Adding to .venv (it is without what is needed for tests)" in rest.stderr
    assert "up to 2 pinned packages, about 43 MB to fetch" in rest.stderr
    assert all(_imports(folder, name) for name in ("for_reports", "for_lab", "for_tests"))
    assert kept.exists()
    for layer in ("run", "notebook", "test"):  # the same for all that a layer has in it
        again = _set_up(folder, layer=layer)
        assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    # What has all its layers keeps them when only the project file changes.
    with (folder / "pyproject.toml").open("a") as project:
        project.write("# a comment\n")
    assert _set_up(folder).stderr.startswith("Updating .venv (pyproject.toml has changed).\n")
    assert _set_up(folder, layer="test").stderr == ""


def test_a_layer_that_can_not_be_added_leaves_what_was_there(folder: Path, tmp_path: Path) -> None:
    lock = f"# Layer run: about 12 MB\n{_wheel(tmp_path, 'for_reports')}"
    whole = f"{lock}# Layer test: about 40 MB\n{_wheel(tmp_path, 'for_tests')}"
    (folder / "requirements.lock").write_text(whole)
    found = {"PIP_FIND_LINKS": str(tmp_path)}
    assert _set_up(folder, **found).returncode == 0
    (tmp_path / "for_tests-1.0-py3-none-any.whl").rename(tmp_path / "for_tests.whl")
    failed = _set_up(folder, layer="test", **found)
    assert failed.returncode == 1
    assert "for_tests" in failed.stderr
    reports = _set_up(folder)
    assert (reports.returncode, reports.stdout, reports.stderr) == (0, "", "")
    assert _imports(folder, "for_reports")
    # What the interrupted step left is not built upon.
    (tmp_path / "for_tests.whl").rename(tmp_path / "for_tests-1.0-py3-none-any.whl")
    (folder / ".venv" / "debris").touch()
    mended = _set_up(folder, layer="test", **found)
    assert mended.returncode == 0, mended.stderr
    assert "Setting up .venv" in mended.stderr
    assert not (folder / ".venv" / "debris").exists()
    assert _imports(folder, "for_tests")


def test_a_file_that_is_not_the_one_of_the_lock_is_no_matter_of_the_network(
    folder: Path, tmp_path: Path
) -> None:
    pin = _wheel(tmp_path, "for_reports")
    (folder / "requirements.lock").write_text(pin.replace(pin[-65:-1], "0" * 64))
    failed = _set_up(folder, PIP_FIND_LINKS=str(tmp_path))
    assert failed.returncode == 1
    assert "for_reports" in failed.stderr
    assert "A file is not the one that requirements.lock was made of" in failed.stderr
    assert "Check the network" not in failed.stderr


def test_an_unknown_layer_is_refused(folder: Path) -> None:
    run = _set_up(folder, layer="everything")
    assert run.returncode == 2
    assert "no layer 'everything'; there are run, notebook, test" in run.stderr


def test_an_unchanged_one_starts_no_python(folder: Path, bootstrap: ModuleType, stub: str) -> None:
    _pretend(folder, bootstrap)
    run = _set_up(folder, stub)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("lock", "requirements.lock has changed"),
        ("shorter lock", "requirements.lock has changed"),
        ("project", "pyproject.toml has changed"),
        ("record", "the last set-up did not finish"),
        ("python", "its Python is gone"),
        ("all", "there is none yet"),
    ],
)
def test_whatever_changes_is_noticed(
    folder: Path, bootstrap: ModuleType, stub: str, change: str, complaint: str
) -> None:
    (folder / "requirements.lock").write_text("# one line\n# two\n")
    _pretend(folder, bootstrap)
    environment = bootstrap.Environment(folder.resolve())
    assert environment.complaint() is None
    if change == "lock":
        (folder / "requirements.lock").write_text("# one line\n# two\n# three\n")
    elif change == "shorter lock":
        (folder / "requirements.lock").write_text("# one line\n")
    elif change == "project":
        (folder / "pyproject.toml").write_text(PROJECT + "# more\n")
    elif change == "record":
        environment.record().unlink()
    elif change == "python":
        environment.python.unlink()
        environment.python.symlink_to(folder / "uninstalled")
    else:
        shutil.rmtree(environment.folder)
    assert environment.complaint() == complaint
    assert environment.held() == ("run" if change == "project" else None)
    assert _set_up(folder, stub).stdout == f"set-up by {stub}: scripts/bootstrap.py\n"


def test_a_moved_folder_is_noticed(folder: Path, bootstrap: ModuleType, stub: str) -> None:
    _pretend(folder, bootstrap)
    moved = folder.rename(folder.with_name("moved"))
    assert bootstrap.Environment(moved.resolve()).complaint() == "the folder has moved"
    assert "set-up by" in _set_up(moved, stub).stdout


def test_another_time_stamp_alone_changes_nothing(
    folder: Path, bootstrap: ModuleType, stub: str
) -> None:
    _pretend(folder, bootstrap)
    (folder / "requirements.lock").touch()
    (folder / "pyproject.toml").touch()
    assert _set_up(folder, stub).stdout == ""


def test_a_python_that_is_too_old_gives_one_message(folder: Path, tmp_path: Path) -> None:
    old = _fake_python(tmp_path / "old", "3.9")
    run = _set_up(folder, old)
    assert run.returncode == 2
    assert run.stderr.startswith(
        f"CVI city profiles needs Python 3.11 or newer. {old} is Python 3.9."
    )
    assert run.stderr.count("Python 3.11") == 1
    assert not (folder / ".venv").exists()


def test_no_python_at_all_gives_one_message(folder: Path) -> None:
    run = _set_up(folder, "/no/python/here")
    assert run.returncode == 2
    assert "None of these was found: /no/python/here." in run.stderr


@pytest.mark.parametrize(
    ("installed", "chosen"),
    [
        ({"python3": "3.9", "python3.12": "3.12"}, "python3.12"),
        ({"python3": "3.13", "python3.12": "3.12"}, "python3"),
        # The lock was not made for 3.15: it comes last.
        ({"python3": "3.15", "python3.11": "3.11"}, "python3.11"),
        ({"python3": "3.15"}, "python3"),
        ({"python": "3.11"}, "python"),
    ],
)
def test_which_python_is_taken(
    folder: Path, tmp_path: Path, installed: dict[str, str], chosen: str
) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("dirname", "cat", "cmp", "sh"):
        (tools / name).symlink_to(str(shutil.which(name)))
    for name, version in installed.items():
        _fake_python(tools / name, version)
    run = subprocess.run(["sh", "scripts/set_up.sh"], cwd=folder, capture_output=True, text=True,
                         env={"PATH": str(tools)})  # fmt: skip
    assert run.stdout == f"set-up by {tools / chosen}: scripts/bootstrap.py\n"


def test_a_python_without_its_venv_module_names_the_package(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(bootstrap.SetUpError, match=r"sudo apt install python3\.\d+-venv"):
        bootstrap._require_ensurepip()


def test_a_linked_folder_is_emptied_not_replaced(bootstrap: ModuleType, tmp_path: Path) -> None:
    other_disk = tmp_path / "other disk"
    (other_disk / "lib").mkdir(parents=True)
    (other_disk / "pyvenv.cfg").write_text("")
    link = tmp_path / ".venv"
    link.symlink_to(other_disk)
    bootstrap._clear(link)
    assert link.is_symlink()
    assert list(other_disk.iterdir()) == []


@pytest.mark.parametrize("kind", ["another's", "folder", "notes"])
def test_what_no_set_up_here_has_made_is_not_emptied(
    bootstrap: ModuleType, tmp_path: Path, kind: str
) -> None:
    """A link to the environment of another checkout or to any folder, or a folder of one's own."""
    root, elsewhere = tmp_path / "root", tmp_path / "elsewhere"
    for made in (root, elsewhere):
        made.mkdir()
    for name in ("requirements.lock", "pyproject.toml"):
        (root / name).write_text("", encoding="utf-8")
    mine = (root / ".venv" if kind == "notes" else elsewhere) / "notes.txt"
    if kind != "notes":
        (root / ".venv").symlink_to(elsewhere)
    mine.parent.mkdir(exist_ok=True)
    mine.write_text("years of work", encoding="utf-8")
    if kind == "another's":
        (elsewhere / "pyvenv.cfg").touch()
        (elsewhere / ".set-up-run").write_text("/another/checkout\n", encoding="utf-8")
    with pytest.raises(bootstrap.SetUpError, match="Nothing was removed: move it away"):
        bootstrap.set_up(bootstrap.Environment(root, "run"))
    assert mine.read_text(encoding="utf-8") == "years of work"


def test_make_sets_up_before_it_runs_anything(
    folder: Path, bootstrap: ModuleType, stub: str
) -> None:
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    run = subprocess.run(["make", "reports"], cwd=folder, env=_variables(stub),
                         capture_output=True, text=True)  # fmt: skip
    assert f"set-up by {stub}" in run.stdout
