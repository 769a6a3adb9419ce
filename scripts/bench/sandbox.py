"""A copy of the project to measure in: nobody's edits, reports or settings change a figure."""

from __future__ import annotations

import csv
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cvi_analysis import paths
from cvi_analysis.batch.fingerprint import POPULATIONS
from cvi_analysis.batch.installed import LOCK

CITIES = Path("params", "cities.csv")
CHANGED = "indianapolis-in"
"""The city whose local estimate is changed."""

_KEPT = ("SYSTEMROOT", "TEMP", "TZ")
_NOT_COPIED = shutil.ignore_patterns("__pycache__", ".ruff_cache", ".ipynb_checkpoints")


@dataclass(frozen=True)
class Sandbox:
    """A folder with a copy of the project and of the package, and room for reports.

    Attributes:
        folder: removed at the end, with all that is in it.
    """

    folder: Path

    @property
    def project(self) -> Path:
        """The copy of the project."""
        return self.folder / "project"

    @property
    def many(self) -> Path:
        """A second copy, to which `add_places` adds."""
        return self.folder / "many"

    @property
    def code(self) -> Path:
        """The folder that holds the copy of the package."""
        return self.folder / "code"

    @property
    def scratch(self) -> Path:
        """A folder for anything."""
        return self.folder / "scratch"

    def environment(self, project: Path | None = None) -> dict[str, str]:
        """All variables of a measured command: this interpreter, a home of its own, no settings."""
        programs = os.fspath(Path(sys.executable).parent)
        return {
            **{name: os.environ[name] for name in _KEPT if name in os.environ},
            "PATH": os.pathsep.join((programs, os.environ.get("PATH", os.defpath))),
            "HOME": os.fspath(self.folder / "home"),
            "TMPDIR": os.fspath(self.folder / "tmp"),
            "LANG": "C.UTF-8",
            "COLUMNS": "100",
            "PYTHONPATH": os.fspath(self.code),
            "CVI_ROOT": os.fspath(project or self.project),
        }

    def empty(self, name: str) -> Path:
        """The folder `name`, which does not exist."""
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        return folder

    def change_local_estimate(self, people: int | None) -> None:
        """Give the city `CHANGED` another local estimate, or None: the shipped file again."""
        path = self.project / CITIES
        shutil.copy(self.many / CITIES, path)
        if people is None:
            return
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        column, name = rows[0].index("local_estimate"), rows[0].index("slug")
        for row in rows[1:]:
            if row[name] == CHANGED:
                row[column] = str(people)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)

    def add_places(self, count: int) -> list[str]:
        """Made-up places in the second copy's table of populations; their GEOIDs.

        Each has all the figures of one of the listed cities, in turn, so that its report is as
        long. There is no `data/raw/` behind them, from which the table would be rebuilt.
        """
        path = self.many / POPULATIONS
        with (self.project / POPULATIONS).open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            columns, rows = list(reader.fieldnames or ()), list(reader)
        with (self.project / CITIES).open(encoding="utf-8", newline="") as file:
            listed = [row["geoid"] for row in csv.DictReader(file)]
        by_place: dict[str, list[dict[str, str]]] = {}
        for row in rows:
            by_place.setdefault(row["geoid"], []).append(row)
        geoids, added = [], []
        for number in range(count):
            model = by_place[listed[number % len(listed)]]
            state, _, state_name = model[0]["geoid"][:2], "", model[0]["census_name"].split(", ")[1]
            geoid = f"{state}{99999 - number:05d}"
            identity = {"geoid": geoid, "census_name": f"Sample {number + 1} city, {state_name}"}
            geoids.append(geoid)
            added += [{**row, **identity} for row in model]
        key = ("geoid", "dataset", "year")
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(sorted(rows + added, key=lambda row: [row[name] for name in key]))
        return geoids


@contextmanager
def sandbox() -> Iterator[Sandbox]:
    """Copy the project and the package into a temporary folder; remove it at the end."""
    with tempfile.TemporaryDirectory(prefix="cvi-bench-", ignore_cleanup_errors=True) as folder:
        made = Sandbox(Path(folder))
        _copy(paths.root(), made.project, {"params": True, "notebooks": True, "data": True})
        _copy(paths.root(), made.many, {"params": True, "notebooks": True, "data": False})
        shutil.copytree(paths.PACKAGE, made.code / paths.PACKAGE.name, ignore=_NOT_COPIED)
        # What is measured beside the product, such as the floor, runs on the copy of the package.
        here = Path(__file__).parent
        shutil.copytree(here, made.code / "scripts" / here.name, ignore=_NOT_COPIED)
        shutil.copy(here.parent / "notebook_cells.py", made.code / "scripts")
        for name in ("home", "tmp", "scratch"):
            (made.folder / name).mkdir()
        yield made


def _copy(root: Path, target: Path, folders: Mapping[str, bool]) -> None:
    for name, wanted in folders.items():
        if wanted:
            shutil.copytree(root / name, target / name, ignore=_NOT_COPIED)
    if (root / LOCK).is_file():
        shutil.copy(root / LOCK, target)
    (target / POPULATIONS).parent.mkdir(parents=True, exist_ok=True)
