"""Running the command line as a user does, on a copy of the project."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

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

    def refused(self, *words: str, **more: str) -> subprocess.CompletedProcess:
        """Run a command that is refused while its request is read.

        Without the servers, which do half of the work and are ended before anybody asks them.
        """
        return self.run(*words, CVI_ENGINE="standard", **more)

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
        result = self.run("reports", *words)
        assert result.returncode == 0, result.stderr
        return {line.split()[1] for line in result.stderr.splitlines() if line.startswith("[")}


def copy_checkout(folder: Path) -> Checkout:
    # With the bytecode, which fits because copies keep the times of their files.
    for name in ("params", "data/processed", "notebooks", "cvi_analysis"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "requirements.lock", folder)
    shutil.copy(ROOT / "README.md", folder)
    return Checkout(folder)
