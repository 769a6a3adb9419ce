"""Make `.venv` hold exactly what `requirements.lock` says, and this package with it.

Run by every make target, through `set_up.sh`; on Windows, run `python scripts/bootstrap.py`.
Needs Python 3.11 and its standard library only. Uses uv where it is installed, else venv and pip.
Neither is told of an index, so your own configuration of them counts; every file must have a hash
of the lock, whichever index it comes from.

The lock has layers, each with all before it: `run` makes reports, `notebook` adds JupyterLab,
`test` all else. `python scripts/bootstrap.py test` names the one that is needed; without a name it
is `run`. A layer is added to what is there, and what was there can be used whatever happens.

A `.venv` is trusted only if the layer's record, written as the very last step, agrees with the
folder, the lock and the project file of now. So a changed lock, a moved folder and an interrupted
set-up are all noticed.
"""

from __future__ import annotations

import contextlib
import os
import re
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
LAYERS = {"run": "reports", "notebook": "JupyterLab", "test": "tests"}
"""The layers of the lock in their order, and what they are for. `lock.py` has them too."""
# What would make pip or uv install elsewhere, or refuse this package, which has no hash.
UNWANTED = {
    *("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT"),
    *("PIP_REQUIRE_HASHES", "UV_REQUIRE_HASHES"),
}


class SetUpError(Exception):
    """Set-up cannot go on; the text says why and what to do."""


class Environment:
    """The `.venv` of one project folder, and the layer of the lock that it is to hold."""

    def __init__(self, root: Path, layer: str = "run") -> None:
        self.root = root
        self.layer = layer
        self.folder = root / ".venv"
        self.python = self.folder / SCRIPTS / ("python.exe" if os.name == "nt" else "python")
        self.pip = self.folder / SCRIPTS / ("pip.exe" if os.name == "nt" else "pip")
        self.lock = root / "requirements.lock"
        self.project = root / "pyproject.toml"
        self.unfinished = self.folder / ".adding"

    def record(self, layer: str | None = None) -> Path:
        """The file that says what a layer was set up from."""
        return self.folder / f".set-up-{layer or self.layer}"

    def expected_record(self) -> bytes:
        """What a record must say; set_up.sh puts the same bytes together."""
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
            record = self.record().read_bytes()
        except FileNotFoundError:
            if self.held() is not None:
                return f"it is without what is needed for {LAYERS[self.layer]}"
            return "the last set-up did not finish"
        if record == self.expected_record():
            return None
        if not record.startswith(os.fsencode(self.root) + b"\n"):
            return "the folder has moved"
        if record.startswith(self._packages()):
            return "pyproject.toml has changed"
        return "requirements.lock has changed"

    def held(self) -> str | None:
        """The highest layer whose packages are installed, whatever became of the project file."""
        for layer in reversed(LAYERS):
            with contextlib.suppress(OSError):
                record = self.record(layer).read_bytes()
                if self.python.exists() and record.startswith(self._packages()):
                    return layer
        return None

    def pins(self) -> list[str]:
        """The lines of the lock from its start to the end of the layer.

        A lock without layers is all in the first.
        """
        wanted, lines = True, []
        order = list(LAYERS)
        for line in self.lock.read_text("utf-8").splitlines():
            if begun := _LAYER.match(line):
                wanted = order.index(begun[1]) <= order.index(self.layer)
            if wanted:
                lines.append(line)
        return lines


_LAYER = re.compile(r"# Layer (\w+): (?:about (\d+) MB)?")


def main() -> int:
    """Set up if need be; the exit status."""
    if sys.version_info < OLDEST:  # where it is started by hand
        version = ".".join(map(str, sys.version_info[:3]))
        print(f"CVI city profiles needs Python 3.11 or newer; this is Python {version}.")
        return 2
    layer = sys.argv[1] if len(sys.argv) > 1 else "run"
    if layer not in LAYERS:
        print(f"There is no layer {layer!r}; there are {', '.join(LAYERS)}.", file=sys.stderr)
        return 2
    environment = Environment(Path(__file__).resolve().parent.parent, layer)
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
    uv = shutil.which("uv")
    held, order = environment.held(), list(LAYERS)
    intact = held is not None and order.index(held) >= order.index(environment.layer)
    if held is not None and not intact and environment.unfinished.exists():
        held = None  # Adding to it was interrupted: what there is of the packages is not known.
    if held is None:
        _require_own(environment)
    if intact:
        assert held is not None
        environment.layer = held
        _say(f"Updating .venv ({complaint}).")
    else:
        _announce(environment, complaint, "uv" if uv else "pip", held)
    if held is not None and not intact:
        environment.unfinished.touch()
    else:
        for layer in LAYERS:
            environment.record(layer).unlink(missing_ok=True)
    if uv:
        try:
            _with_uv(environment, uv, held, intact)
        except SetUpError as error:
            _say(f"{error}\nTrying pip instead.")
            _with_pip(environment, None, intact=False)
    else:
        _with_pip(environment, held, intact)
    if not intact:
        _compile(environment)
    _check(environment)
    _filter_notebooks(environment)
    # Last, each in one step: a layer that is interrupted before this is not taken for whole.
    for layer in order[: order.index(environment.layer) + 1]:
        unfinished = environment.record(layer).with_suffix(".new")
        unfinished.write_bytes(environment.expected_record())
        unfinished.replace(environment.record(layer))
    environment.unfinished.unlink(missing_ok=True)
    _say(f".venv is ready after {time.monotonic() - start:.0f} s.")


def _announce(environment: Environment, complaint: str, tool: str, held: str | None) -> None:
    version = ".".join(map(str, sys.version_info[:3]))
    lines = environment.pins()
    known = [] if held is None else Environment(environment.root, held).pins()
    pins = sum("==" in line for line in lines[len(known) :])
    sizes = [_LAYER.match(line) for line in lines[len(known) :]]
    size = sum(int(begun[2] or 0) for begun in sizes if begun)
    fetched = f", about {size} MB to fetch unless you have them" if size else ""
    patience = " This takes a minute or two, once." if tool == "pip" else ""
    doing = "Setting up" if held is None else "Adding to"
    _say(
        f"{doing} .venv ({complaint}) with {tool} for Python {version}: "
        f"up to {pins} pinned packages{fetched}.{patience}"
    )
    if sys.version_info[:2] > NEWEST:
        newest = ".".join(map(str, NEWEST))
        _say(f"The lock covers Python up to {newest}: some packages may not install on this one.")


@contextlib.contextmanager
def _requirements(environment: Environment) -> Iterator[str]:
    """A file with the pins of the layer, for as long as it is needed."""
    file = environment.folder / "layer.txt"
    file.write_text("\n".join(environment.pins()) + "\n", "utf-8")
    try:
        yield str(file)
    finally:
        file.unlink(missing_ok=True)


def _with_uv(environment: Environment, uv: str, held: str | None, intact: bool) -> None:
    root = environment.root
    install = (uv, "pip", "install", "--quiet", "--python", str(environment.python))
    if held is None:
        _clear(environment.folder)
        _run("uv venv", uv, "venv", "-q", "--no-project", "--python", _base(), ".venv", cwd=root)
    if not intact:
        with _requirements(environment) as pins:
            _run("uv", *install, *WHEELS_ONLY, "-r", pins, cwd=root)
    _run("uv", *install, *THIS_PACKAGE, cwd=root)


def _with_pip(environment: Environment, held: str | None, intact: bool) -> None:
    root = environment.root
    python = str(environment.python)
    install = (python, "-I", "-m", "pip", "--disable-pip-version-check", "install")
    if held is None or not environment.pip.exists():  # what uv made has no pip
        intact = False
        _require_ensurepip()
        _clear(environment.folder)
        _run("venv", _base(), "-I", "-m", "venv", ".venv", cwd=root)
    if not intact:
        with _requirements(environment) as pins:
            what = ("--no-compile", *WHEELS_ONLY, "-r", pins)
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
    """Compile packages to bytecode with every processor; pip would use one, uv none.

    Not their tests, nor what no report imports: Python compiles it if it is ever used. Some
    packages ship templates that are no valid Python: those failures mean nothing.
    """
    python = str(environment.python)
    seldom = r"[/\\](tests|debugpy|fontTools|lexers)[/\\]"
    with contextlib.suppress(SetUpError):
        command = ("-I", "-m", "compileall", "-q", "-j", "0", "-x", seldom, str(environment.folder))
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


def _require_own(environment: Environment) -> None:
    """Refuse to empty what no set-up of this folder has made.

    Raises:
        SetUpError: `.venv` is a link to what another folder uses, or holds files and is no virtual
            environment; nothing has been removed.
    """
    folder = environment.folder
    if folder.is_symlink():
        own, kind = False, f"is a link to {os.path.realpath(folder)}, which"
        for layer in LAYERS:
            with contextlib.suppress(OSError):
                record = environment.record(layer).read_bytes()
                own = own or record.startswith(os.fsencode(environment.root) + b"\n")
    else:
        own, kind = (folder / "pyvenv.cfg").is_file(), "is no virtual environment and"
    if not own and any(path.is_file() for path in folder.rglob("*")):
        raise SetUpError(
            f".venv {kind} holds files that no set-up of this folder has made. Nothing was "
            "removed: move it away, or remove the link, and run the same command again."
        )


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
            f"{tool} failed with status {process.returncode}:\n{said}\n{_advice(lines)}"
        )


def _advice(lines: list[str]) -> str:
    """What to do after a step failed that printed `lines`."""
    if any(re.search("hash(es)? mismatch|do not match the hashes", line, re.I) for line in lines):
        return (
            "A file is not the one that requirements.lock was made of. Do not install it by other "
            "means: empty the cache (`pip cache purge` or `uv cache clean`) and run the same "
            "command again. If it stays so, ask whoever runs your package index or proxy."
        )
    return "Check the network and the disk space, then run the same command again."


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
