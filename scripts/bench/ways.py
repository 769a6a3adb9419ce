"""The commands that are measured, as argument lists and as a reader would type them."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

Command = list[str | os.PathLike[str]]

NOTEBOOK = "notebooks/city_profile.ipynb"
SHELL_LINE = (
    'papermill notebooks/city_profile.ipynb "$0/$1.ipynb" -p city "$1" && '
    'jupyter nbconvert --to html "$0/$1.ipynb"'
)
"""One city the conventional way; `$0` is a folder, `$1` a city."""


def reports(
    out: Path, jobs: int, cities: Sequence[str] | None = None, file: Path | None = None
) -> Command:
    """`cvi reports` into a folder: all listed cities, some of them, or the places of a file."""
    command: Command = [sys.executable, "-m", "cvi_analysis", "reports", "--quiet"]
    command += ["--out", out, "--jobs", str(jobs)]
    if cities is not None:
        command += ["--cities", " ".join(cities)]
    return command + (["--cities-file", file] if file else [])


def shell(out: Path, jobs: int, cities: Sequence[str]) -> Command:
    """Papermill and nbconvert from the shell, some cities at a time."""
    each = ["xargs", "-P", str(jobs), "-n", "1", "sh", "-c", SHELL_LINE, os.fspath(out)]
    return [
        "sh",
        "-c",
        'list="$1"; shift; printf "%s\\n" $list | "$@"',
        "sh",
        " ".join(cities),
        *each,
    ]


def module(name: str, *words: str | os.PathLike[str]) -> Command:
    """One of this package's own programs."""
    return [sys.executable, "-m", f"scripts.bench.{name}", *words]
