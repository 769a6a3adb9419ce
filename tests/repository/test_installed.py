"""The wheel and the source distribution, installed elsewhere: each makes reports by itself."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="paths of POSIX")]


@pytest.fixture(scope="module")
def built(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution of this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    assert {path.suffix for path in folder.iterdir()} == {".whl", ".gz"}
    return folder


@pytest.fixture(scope="module", params=["*.whl", "*.tar.gz"], ids=["wheel", "sdist"])
def cvi(request, built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, installed into an environment that sees the dependencies of this one alone."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    places = sysconfig.get_paths(vars={"base": str(folder), "platbase": str(folder)})
    Path(places["purelib"], "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    (file,) = built.glob(request.param)
    # Without the checkout's own entry, which would look like an installed package.
    install = ["install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    subprocess.run(
        [python, "-m", "pip", *install, "--ignore-installed", str(file)],
        check=True, cwd=folder, env=_environment(),
    )  # fmt: skip
    return folder / "bin" / "cvi"


def _environment(**more: str) -> dict[str, str]:
    dropped = ("CVI_ROOT", "PYTHONPATH")
    return {key: value for key, value in os.environ.items() if key not in dropped} | more


def _files(folder: Path) -> dict[Path, int]:
    """Every file and folder with the time of its last change, without bytecode, which may fail."""
    return {
        path: path.stat().st_mtime_ns
        for path in folder.rglob("*")
        if "__pycache__" not in path.parts and not (path / "__pycache__").exists()
    }


def _run(cvi: Path, folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [cvi, *arguments], cwd=folder, capture_output=True, encoding="utf-8",
        env=_environment(XDG_CACHE_HOME=str(folder / "user cache")),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout + done.stderr


def test_the_wheel_carries_what_a_report_needs(built: Path) -> None:
    (file,) = built.glob("*.whl")
    names = zipfile.ZipFile(file).namelist()
    for part in (
        "params/assumptions.yaml",
        "notebooks/city_profile.ipynb",
        "data/raw/registry.csv",
    ):
        assert f"cvi_analysis/project/{part}" in names
    assert not [name for name in names if name.startswith(("tests/", "docs/", "scripts/"))]
    assert file.stat().st_size < 3_000_000


def test_outside_a_project_a_report_goes_into_reports_here(cvi: Path, tmp_path: Path) -> None:
    installed = _files(cvi.parent.parent)
    said = _run(cvi, tmp_path, "report", "norfolk-va", "--formats", "html pdf json")
    assert "The project is the package's own" in said
    assert "there is no params/assumptions.yaml in this folder or above it" in said
    folder = tmp_path / "reports" / "baseline"
    for ending in ("html", "pdf", "json"):
        assert (folder / f"norfolk-va.{ending}").stat().st_size > 1000
    where = _run(cvi, tmp_path, "project")
    assert where.startswith(str(cvi.parent.parent))
    # Nothing is written where the package is installed.
    # So it works where nobody may write there.
    assert _files(cvi.parent.parent) == installed
    assert {path.name for path in tmp_path.iterdir()} - {"user cache"} == {"reports"}
    refused = subprocess.run([cvi, "ingest", "--dry-run"], cwd=tmp_path, capture_output=True,
                             encoding="utf-8", env=_environment())  # fmt: skip
    assert refused.returncode == 2
    assert "cvi init FOLDER" in refused.stderr


def test_a_project_of_ones_own(cvi: Path, root: Path, tmp_path: Path) -> None:
    project = tmp_path / "my project"
    said = _run(cvi, tmp_path, "init", str(project))
    assert "README.md says what is where" in said
    for part in ("params", "notebooks"):
        copied = {p.relative_to(project): p.read_bytes() for p in (project / part).rglob("*.*")}
        ours = {name: (root / name).read_bytes() for name in copied}
        assert copied == ours
    assert _run(cvi, project, "project") == f"{project}: it has params/assumptions.yaml.\n"
    before = _total(cvi, project)
    assumptions = project / "params" / "assumptions.yaml"
    changed = re.sub(
        r"(roles\.mediator\.caseload:\n(?:.*\n)*?\s+value: )\d+", r"\g<1>20",
        assumptions.read_text("utf-8"), count=1,
    )  # fmt: skip
    assert changed != assumptions.read_text("utf-8")
    assumptions.write_text(changed, "utf-8")
    assert _total(cvi, project) != before
    again = subprocess.run([cvi, "init", str(project)], capture_output=True, encoding="utf-8",
                           cwd=tmp_path, env=_environment())  # fmt: skip
    assert again.returncode == 2
    assert "is not empty" in again.stderr
    assert assumptions.read_text("utf-8") == changed


def _total(cvi: Path, project: Path) -> int:
    _run(cvi, project, "reports", "--cities", "norfolk-va", "--formats", "json html")
    text = (project / "reports" / "baseline" / "norfolk-va.json").read_text("utf-8")
    total: int = json.loads(text)["budget"]["total"]
    return total
