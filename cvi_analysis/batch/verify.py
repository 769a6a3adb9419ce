"""`make verify`: build again, differently, and compare every byte."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cvi_analysis import paths

STANDARD_SAMPLE = 3
"""Cities built with Jupyter's own kernels too; each takes some seconds."""


def verify(scenario: str, cities: tuple[str, ...] | None, jobs: int) -> int:
    """Build twice from nothing (one worker, several workers) and a sample with the stock engine.

    The builds go to two temporary folders of different depth. Prints what differs. Exit status 0
    if every file is the same byte for byte, 1 if not, and a build's own status if one fails.
    """
    with tempfile.TemporaryDirectory(prefix="cvi-verify-") as temporary:
        first = Path(temporary) / "first"
        second = Path(temporary) / "another folder" / "second"
        third = Path(temporary) / "standard"
        some = ["--cities", " ".join(cities)] if cities else []
        for folder, options in (
            (first, [*some, "--jobs", "1"]),
            (second, [*some, "--jobs", str(jobs or 2)]),
        ):
            if status := _run(scenario, folder, options):
                return status
        built = sorted(json.loads((first / scenario / "manifest.json").read_bytes())["cities"])
        sample = built[:: max(1, len(built) // STANDARD_SAMPLE)][:STANDARD_SAMPLE]
        some = ["--cities", " ".join(sample), "--engine", "standard"]
        if status := _run(scenario, third, some):
            return status
        wrong = differences(first / scenario, second / scenario)
        wrong += differences(first / scenario, third / scenario, sample)
        for line in wrong:
            print(line)
        count = len(_files(first / scenario))
        print(
            f"{count} files of {len(built)} cities built twice, {len(sample)} cities with the "
            f"standard engine: {'all the same bytes' if not wrong else f'{len(wrong)} differ'}."
        )
        return 1 if wrong else 0


def _run(scenario: str, folder: Path, options: Sequence[str]) -> int:
    command = [sys.executable, "-m", "cvi_analysis", "reports", "--scenario", scenario]
    command += ["--out", os.fspath(folder), "--quiet", *options]
    print("Building:", " ".join(options), flush=True)
    root = {"CVI_ROOT": os.fspath(paths.root())}
    return subprocess.run(command, check=False, env={**os.environ, **root}).returncode


def _files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def differences(first: Path, second: Path, slugs: Sequence[str] | None = None) -> list[str]:
    """Sentences on files that are missing on one side or not the same bytes.

    Args:
        first: a folder of reports.
        second: another one.
        slugs: compare only these cities' files; None for every file.
    """
    names = sorted({*_files(first), *_files(second)})
    if slugs is not None:
        names = [name for name in names if name.split(".")[0] in slugs]
    found = []
    for name in names:
        sides = [folder / name for folder in (first, second)]
        if not all(side.is_file() for side in sides):
            found.append(f"{name}: is in only one of the builds")
        elif sides[0].read_bytes() != sides[1].read_bytes():
            found.append(f"{name}: differs")
    return found
