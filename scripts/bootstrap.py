"""Make `.venv` hold exactly what `requirements.lock` says, and this package with it.

Run by every make target, through `set_up.sh`; on Windows, run `python scripts/bootstrap.py`.
Needs Python 3.11 and its standard library only. Uses uv where it is installed, else venv and pip.
Neither is told of an index, so your own configuration of them counts; every file must have a hash
of the lock, whichever index it comes from.

A `.venv` is trusted only if its record, written as the very last step, agrees with the folder,
the lock and the project file of now. So a changed lock, a moved folder and an interrupted set-up
are all noticed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 14)
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
WHEELS_ONLY = ("--require-hashes", "--only-binary", ":all:")
THIS_PACKAGE = ("--no-deps", "--no-build-isolation", "-e", ".")
# What would make pip or uv install elsewhere, or refuse this package, which has no hash.
UNWANTED = {
    *("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT"),
    *("PIP_REQUIRE_HASHES", "UV_REQUIRE_HASHES"),
}


class SetUpError(Exception):
    """Set-up cannot go on; the text says why and what to do."""


class Environment:
    """The `.venv` of one project folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / SCRIPTS / ("python.exe" if os.name == "nt" else "python")
        self.pip = self.folder / SCRIPTS / ("pip.exe" if os.name == "nt" else "pip")
        self.lock = root / "requirements.lock"
        self.project = root / "pyproject.toml"
        self.record = self.folder / ".set-up"

    def expected_record(self) -> bytes:
        """What the record must say; set_up.sh puts the same bytes together."""
        return self._packages() + self.project.read_bytes()

    def _packages(self) -> bytes:
        return os.fsencode(self.root) + b"\n" + self.lock.read_bytes() + b"pyproject.toml\n"

    def complaint(self) -> str | None:
        """Why `.venv` cannot be used as it is, or None if it can."""
        if not self.folder.exists():
            return "there is none yet"
        if not self.python.exists():
            return "its Python is gone"
        try:
            record = self.record.read_bytes()
        except FileNotFoundError:
            return "the last set-up did not finish"
        if record == self.expected_record():
            return None
        if not record.startswith(os.fsencode(self.root) + b"\n"):
            return "the folder has moved"
        if record.startswith(self._packages()):
            return "pyproject.toml has changed"
        return "requirements.lock has changed"

    def holds_lock(self) -> bool:
        """Whether the installed packages are those of the lock, whatever became of the project."""
        try:
            record = self.record.read_bytes()
        except OSError:
            return False
        return self.python.exists() and record.startswith(self._packages())


def main() -> int:
    """Set up if need be; the exit status."""
    if sys.version_info < OLDEST:  # where it is started by hand
        version = ".".join(map(str, sys.version_info[:3]))
        print(f"CVI city profiles needs Python 3.11 or newer; this is Python {version}.")
        return 2
    environment = Environment(Path(__file__).resolve().parent.parent)
    try:
        with _one_at_a_time(environment.root):
            set_up(environment)
    except SetUpError as error:
        print(f"Set-up did not finish. {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nSet-up interrupted; the next command starts it again.", file=sys.stderr)
        return 130
    return 0


def set_up(environment: Environment) -> None:
    """Bring `.venv` in line with the lock and the project file.

    Raises:
        SetUpError: if a tool is missing or fails.
    """
    complaint = environment.complaint()
    if complaint is None:
        return
    start = time.monotonic()
    intact = environment.holds_lock()
    environment.record.unlink(missing_ok=True)
    uv = shutil.which("uv")
    if intact:
        _say(f"Updating .venv ({complaint}).")
    else:
        _announce(environment, complaint, "uv" if uv else "pip")
    if uv:
        try:
            _with_uv(environment, uv, intact)
        except SetUpError as error:
            _say(f"{error}\nTrying pip instead.")
            _with_pip(environment, intact=False)
    else:
        _with_pip(environment, intact)
    if not intact:
        _compile(environment)
    _check(environment)
    _filter_notebooks(environment)
    # Last, and in one step: what is interrupted before this line starts from scratch next time.
    unfinished = environment.record.with_suffix(".new")
    unfinished.write_bytes(environment.expected_record())
    unfinished.replace(environment.record)
    _say(f".venv is ready after {time.monotonic() - start:.0f} s.")


def _announce(environment: Environment, complaint: str, tool: str) -> None:
    version = ".".join(map(str, sys.version_info[:3]))
    pins = sum("==" in line for line in environment.lock.read_text("utf-8").splitlines())
    patience = " This takes a minute or two, once." if tool == "pip" else ""
    _say(
        f"Setting up .venv ({complaint}) with {tool} for Python {version}: "
        f"up to {pins} pinned packages.{patience}"
    )
    if sys.version_info[:2] > NEWEST:
        newest = ".".join(map(str, NEWEST))
        _say(f"The lock covers Python up to {newest}: some packages may not install on this one.")


def _with_uv(environment: Environment, uv: str, intact: bool) -> None:
    root = environment.root
    install = (uv, "pip", "install", "--quiet", "--python", str(environment.python))
    if not intact:
        _clear(environment.folder)
        _run("uv venv", uv, "venv", "-q", "--no-project", "--python", _base(), ".venv", cwd=root)
        _run("uv", *install, *WHEELS_ONLY, "-r", environment.lock.name, cwd=root)
    _run("uv", *install, *THIS_PACKAGE, cwd=root)


def _with_pip(environment: Environment, intact: bool) -> None:
    root = environment.root
    python = str(environment.python)
    install = (python, "-I", "-m", "pip", "--disable-pip-version-check", "install")
    if not (intact and environment.pip.exists()):  # what uv made has no pip
        _require_ensurepip()
        _clear(environment.folder)
        _run("venv", _base(), "-I", "-m", "venv", ".venv", cwd=root)
        what = ("--no-compile", *WHEELS_ONLY, "-r", environment.lock.name)
        _run("pip", *install, *what, cwd=root, progress=True)
    _run("pip", *install, "--quiet", "--no-index", *THIS_PACKAGE, cwd=root)


def _require_ensurepip() -> None:
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        version = ".".join(map(str, sys.version_info[:2]))
        raise SetUpError(
            f"{_base()} cannot make virtual environments: its venv or ensurepip module is missing. "
            "Debian and Ubuntu package them apart: run "
            f"`sudo apt install python{version}-venv` (or python3-venv), or install uv. "
            "Then run the same command again."
        ) from None


def _compile(environment: Environment) -> None:
    """Compile all packages to bytecode with every processor; pip would use one, uv none.

    Some packages ship templates that are no valid Python: those failures mean nothing.
    """
    python = str(environment.python)
    with contextlib.suppress(SetUpError):
        command = ("-I", "-m", "compileall", "-q", "-j", "0", str(environment.folder))
        _run("compileall", python, *command, cwd=environment.root)


def _check(environment: Environment) -> None:
    """Import the package from elsewhere: an editable install that is not found would go unseen."""
    import tomllib

    name = tomllib.loads(environment.project.read_text("utf-8"))["project"]["name"]
    module = name.replace("-", "_")
    code = f"import importlib.metadata as m, {module}; m.version({name!r})"
    python = str(environment.python)
    _run("Importing the package", python, "-I", "-c", code, cwd=environment.folder)


def _filter_notebooks(environment: Environment) -> None:
    """Tell git to take notebooks without their outputs, which `.gitattributes` asks for.

    The setting is this clone's own. Where there is no git, or no clone of it, nothing is missing.
    """
    root = environment.root
    python = environment.python.relative_to(root).as_posix()
    command = f"{python} -m cvi_analysis.batch.saved_outputs"
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        find = ["git", "rev-parse", "--show-toplevel"]
        told = subprocess.run(find, cwd=root, capture_output=True, check=True).stdout
        if Path(os.fsdecode(told.rstrip(b"\r\n"))).resolve() == root.resolve():
            name = "filter.cvi-notebooks.clean"
            subprocess.run(
                ["git", "config", "--local", name, command],
                cwd=root, capture_output=True, check=True,
            )  # fmt: skip


def _base() -> str:
    """The interpreter behind this one, by its real name.

    Not the link: `/usr/bin/python3` may point to another version after a system upgrade, and a
    `.venv` made from it would then run a Python that its packages were not installed for.
    """
    base: str = getattr(sys, "_base_executable", None) or sys.executable
    return base if os.name == "nt" else os.path.realpath(base)


def _clear(folder: Path) -> None:
    """Empty the folder, which may be a link to another disk: the link stays."""
    if folder.is_symlink() and not folder.exists():
        folder.unlink()
    if not folder.exists():
        return
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _run(tool: str, *command: str, cwd: Path, progress: bool = False) -> None:
    """Run a command quietly, with a counter of pip's packages on a terminal if asked.

    Raises:
        SetUpError: if it fails, with the end of what it printed.
    """
    variables = {key: value for key, value in os.environ.items() if key not in UNWANTED}
    variables |= {"PIP_USER": "0", "PYTHONUTF8": "1"}
    progress = progress and sys.stderr.isatty()
    lines: list[str] = []
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=variables,
        encoding="utf-8",
        errors="replace",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        for line in process.stdout or ():
            lines.append(line.rstrip())
            if progress and line.startswith(("Collecting ", "Installing ")):
                count = sum(seen.startswith("Collecting ") for seen in lines)
                shown = f"{count}: {' '.join(line.split()[:2])}"
                print(f"\r\033[K  {shown:.60}", end="", file=sys.stderr, flush=True)
    if progress:
        print("\r\033[K", end="", file=sys.stderr, flush=True)
    if process.returncode:
        said = "\n".join(f"    {line}" for line in lines[-15:] if line)
        raise SetUpError(
            f"{tool} failed with status {process.returncode}:\n{said}\n"
            "Check the network and the disk space, then run the same command again."
        )


@contextlib.contextmanager
def _one_at_a_time(root: Path) -> Iterator[None]:
    """Hold other set-ups of the same folder until this one is done (where the system can)."""
    if os.name == "nt":
        yield
        return
    import fcntl

    handle = os.open(root, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some network file systems have no locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
