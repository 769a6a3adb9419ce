"""The same report, byte for byte, on machines that are set up otherwise."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cvi_analysis.batch.verify import differences
from tests.checkout import ROOT, Checkout, copy_checkout

pytestmark = [pytest.mark.reliability, pytest.mark.slow]
CITY = "norfolk-va"
SETTINGS = ("LANG", "LC_ALL", "LC_CTYPE", "LANGUAGE", "PYTHONUTF8", "PYTHONIOENCODING", "TZ")


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Checkout:
    """A checkout in a folder whose name has spaces and letters of several scripts."""
    return copy_checkout(tmp_path_factory.mktemp("machines") / "a prójéct 市 of mine")


@pytest.fixture(scope="module")
def usual(place) -> Path:
    """Norfolk's report as this machine makes it."""
    return built(place, "usual", {})


def built(
    place: Checkout,
    name: str,
    environment: Mapping[str, str],
    *,
    without: tuple[str, ...] = (),
    before: Callable[[], Any] | None = None,
    wrapper: tuple[str, ...] = (),
    python: str = sys.executable,
    words: tuple[str, ...] = ("--cities", CITY),
) -> Path:
    """The folder of a build, made in an environment of its own."""
    out = place.folder.parent / f"{name} reports"
    variables = {k: v for k, v in place.environment().items() if k not in (*SETTINGS, *without)}
    result = subprocess.run(
        [*wrapper, python, *place.command("reports", *words, "--out", str(out))[1:]],
        cwd=place.folder,
        env={**variables, **environment},
        capture_output=True,
        timeout=300,
        preexec_fn=before,
        check=False,
    )
    told = result.stderr.decode("utf-8", errors="replace")
    assert result.returncode == 0, told
    assert "Traceback" not in told
    return out / "baseline"


@dataclass(frozen=True)
class Machine:
    """How a machine differs from this one; each build is of several differences at once.

    None of them can hide what another changes: whichever shows in the bytes fails the comparison.
    """

    environment: Mapping[str, str]
    without: tuple[str, ...] = ()
    umask: int = 0o022
    one_core: bool = False

    def begin(self) -> None:
        """Set what a process inherits, in the process itself."""
        os.umask(self.umask)
        if self.one_core:
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


NOBODY = ("HOME", "USER", "LOGNAME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR")
MACHINES = {
    "plain C, without a home, far east, one core": Machine(
        {"LANG": "C", "TZ": "Asia/Kathmandu"},
        without=NOBODY,
        one_core=hasattr(os, "sched_setaffinity"),  # Linux
    ),
    "ASCII only, files for oneself, a narrow terminal": Machine(
        {
            **{"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
            **{"COLUMNS": "20", "TERM": "dumb", "NO_COLOR": "1"},
        },
        umask=0o077,
    ),
    "UTF-8, folders that are not there, optimized": Machine(
        {
            **{"LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"},
            **{"HOME": "/none", "XDG_CACHE_HOME": "/none", "XDG_CONFIG_HOME": "/none"},
            **{"PYTHONOPTIMIZE": "1", "PYTHONHASHSEED": "4"},
        }
    ),
    "Turkish letters, a time zone of nowhere": Machine(
        {"TZ": "Nowhere/Atall", "LANG": "tr_TR.ISO-8859-9"}
    ),
}


@pytest.mark.parametrize("name", MACHINES)
def test_another_machine(place, usual, name):
    machine = MACHINES[name]
    found = built(place, name, machine.environment, without=machine.without, before=machine.begin)
    assert differences(usual, found) == []
    shown = [path for path in found.iterdir() if not path.name.startswith(".")]
    assert {stat.S_IMODE(path.stat().st_mode) for path in shown} == {0o666 & ~machine.umask}


def usable(*wrappers: tuple[str, ...]) -> tuple[str, ...] | None:
    """The first of these commands before a command that works here."""
    for wrapper in wrappers:
        if shutil.which(wrapper[0]):
            probe = subprocess.run([*wrapper, "true"], capture_output=True, timeout=60, check=False)
            if probe.returncode == 0:
                return wrapper
    return None


def test_no_network_at_all(place, usual):
    """Not even this machine's own addresses: nothing is fetched, and no port is used."""
    wrapper = usable(("unshare", "--net"), ("unshare", "--user", "--map-root-user", "--net"))
    if wrapper is None:
        pytest.skip("this user may not make a network of its own (unshare --net)")
    assert differences(usual, built(place, "offline", {}, wrapper=wrapper)) == []


def test_a_machine_of_two_gigabytes(place):
    """Three cities at a time, with 2 GB for all processes together and nothing swapped out."""
    limits = ("--scope", "--quiet", "--collect", "-p", "MemoryMax=2G", "-p", "MemorySwapMax=0")
    joined = 'mkdir -p "$0" && echo 2G >"$0/memory.limit_in_bytes" && echo $$ >"$0/cgroup.procs"'
    group = ("sh", "-c", f'{joined} && exec "$@"', "/sys/fs/cgroup/memory/cvi-two-gigabytes")
    wrapper = usable(("systemd-run", *limits), ("systemd-run", "--user", *limits), group)
    if wrapper is None:
        pytest.skip("neither systemd nor this user limits the memory of a group of processes here")
    words = ("--cities", "norfolk-va chicago-il memphis-tn", "--jobs", "3")
    found = [
        built(place, name, {}, wrapper=before, words=words)
        for name, before in (("much", ()), ("two gigabytes", wrapper))
    ]
    assert differences(*found) == []
    with suppress(OSError):
        Path(group[-1]).rmdir()


def test_a_checkout_that_cannot_be_written(place, usual):
    """As on a share or in a container image; only `--out` lies elsewhere."""
    shutil.rmtree(place.folder / ".cache", ignore_errors=True)
    if os.geteuid() != 0:
        paths = [place.folder, *place.folder.rglob("*")]
        modes = [path.stat().st_mode for path in paths]
        try:
            for path, mode in zip(paths, modes, strict=True):
                path.chmod(mode & ~0o222)
            found = built(place, "read-only", {})
        finally:
            for path, mode in zip(paths, modes, strict=True):
                path.chmod(mode)
    else:
        script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && cd "$0" && exec "$@"'
        wrapper = ("unshare", "--mount", "sh", "-c", script, str(place.folder))
        probe = subprocess.run([*wrapper, "true"], capture_output=True, check=False)
        if probe.returncode != 0:
            pytest.skip("this root may not mount")
        found = built(place, "read-only", {}, wrapper=wrapper)
        refused = subprocess.run(
            [*wrapper, *place.command("reports", "--cities", CITY)],
            cwd=place.folder,
            env=place.environment(),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert refused.returncode == 1, refused.stderr
        assert "--out" in refused.stderr
        assert "Traceback" not in refused.stderr
    assert differences(usual, found) == []
    assert not (place.folder / ".cache").exists()


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
def test_another_python(tmp_path, usual, version):
    """Set up from the lock as a newcomer would, by the project's own script."""
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        pytest.skip("this Python runs the tests, in an environment from the lock")
    python = interpreter(version)
    place = copy_checkout(tmp_path / "a prójéct")
    for name in ("scripts", "Makefile", "pyproject.toml", "LICENSE"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, place.folder / name)
    made = subprocess.run(
        [python, "scripts/bootstrap.py"],
        cwd=place.folder,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    own = str(place.folder / ".venv" / "bin" / "python")
    found = built(place, version, {}, python=own)
    # The manifest says with which Python the reports were made.
    wrong = [line for line in differences(usual, found) if not line.startswith("manifest.json")]
    assert wrong == []
    assert f'"python": "{version}.' in (found / "manifest.json").read_text("utf-8")


def interpreter(version: str) -> str:
    """A Python of that version, on the path or among pyenv's; skips where there is none."""
    home = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    candidates = [shutil.which(f"python{version}")]
    candidates += map(str, sorted(home.glob(f"versions/{version}.*/bin/python")))
    for candidate in filter(None, candidates):
        probe = subprocess.run(
            [candidate, "-c", "import sys, venv, ensurepip; print(sys.version)"],
            capture_output=True,
            text=True,
            check=False,
        )
        if probe.returncode == 0 and probe.stdout.startswith(f"{version}."):
            return candidate
    pytest.skip(f"Python {version} is not on this machine")
