"""Running the command line as a user does, on a copy of the project."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager, nullcontext, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unittest.mock import patch

ROOT = Path(__file__).resolve().parents[1]
# What would change a build: our own settings, and what tells Jupyter that it is being tested.
OURS = ("CVI_", "CENSUS_", "PYTEST_")


@dataclass
class Checkout:
    """A project folder with its own copy of the package, and the command run in it."""

    folder: Path

    @property
    def reports(self) -> Path:
        return self.folder / "reports"

    def environment(self, **more: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}
        return {**kept, "PYTHONPATH": os.fspath(self.folder), "COLUMNS": "200", **more}

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "cvi_analysis", *words]

    def run(self, *words: str, timeout: float = 300, **more: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            self.command(*words),
            cwd=self.folder,
            env=self.environment(**more),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def invoke(self, *words: str, timeout: float = 300, **more: str) -> subprocess.CompletedProcess:
        """Run a command in this process, with servers that all such commands share.

        For what a command makes and says. How it starts, ends and is stopped is for `run`, and so
        is a copy whose code was edited: the code here is the checkout's own.
        """
        # Not known before: that a test asks for it.
        from cvi_analysis.__main__ import main
        from cvi_analysis.batch import pool

        machine = kept_machine()
        # Named, or a copy that a test has broken would be left for the checkout around this code.
        more = {"CVI_ROOT": os.fspath(self.folder), **more}
        status, told, problems = 0, io.StringIO(), io.StringIO()
        with (
            chdir(self.folder),
            patch.dict(os.environ, self.environment(**more), clear=True),
            patch.object(sys, "argv", ["cvi", *words]),
            patch.object(pool, "local", lambda: nullcontext(machine)),
            _within(timeout),
            redirect_stdout(told),
            redirect_stderr(problems),
        ):
            try:
                main()
            except SystemExit as stop:
                status = stop.code or 0
        assert isinstance(status, int)
        said = told.getvalue(), problems.getvalue()
        return subprocess.CompletedProcess(self.command(*words), status, *said)

    def start(self, *words: str, output=subprocess.PIPE, **more: str) -> subprocess.Popen:
        return subprocess.Popen(
            self.command(*words),
            cwd=self.folder,
            env=self.environment(**more),
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def built(self, *words: str) -> set[str]:
        """The cities that a run built."""
        result = self.invoke("reports", *words)
        assert result.returncode == 0, result.stderr
        return {line.split()[1] for line in result.stderr.splitlines() if line.startswith("[")}


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    def end(number: int, frame: object) -> None:
        raise TimeoutError(f"the command took more than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@cache
def kept_machine():
    """The servers, started once in a process; they end with it."""
    from cvi_analysis.batch import pool

    # Whoever runs tests is not to become the parent of what other tests leave behind.
    with patch.object(pool, "adopt"):
        return pool.Local()


def copy_checkout(folder: Path) -> Checkout:
    # With the bytecode, which fits because copies keep the times of their files.
    for name in ("params", "data/processed", "notebooks", "cvi_analysis"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "requirements.lock", folder)
    shutil.copy(ROOT / "README.md", folder)
    return Checkout(folder)
