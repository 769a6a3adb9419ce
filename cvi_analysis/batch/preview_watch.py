"""What a preview looks at again and again: every file that a report is made from, and its state.

It asks the file system some twenty times a second. That takes a few thousandths of a second for
the few hundred files, works on network disks too, and needs no other package.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from cvi_analysis import paths
from cvi_analysis.batch.fingerprint import POPULATIONS, REGISTRY, pictures
from cvi_analysis.batch.installed import LOCK

State = Mapping[str, tuple[int, int, int]]
"""Time of the last change, size and number of each file, by its path."""

INTERVAL = 0.05
"""Seconds between two looks."""

_SETTLED = 0.02
_LONGEST = 0.5
_NO_SOURCES = {"__pycache__", ".ipynb_checkpoints", "project"}
_NOT_WATCHED = (".pyc", "~", ".swp", ".swx", ".tmp")


class Watch:
    """The files that a report of `notebook` is made from."""

    def __init__(self, notebook: Path) -> None:
        self._notebook = notebook
        self._shown: tuple[object, tuple[Path, ...]] = (None, ())

    def look(self) -> State:
        """The state of every file that is there."""
        found: dict[str, tuple[int, int, int]] = {}
        root = paths.root()
        for folder in (paths.params(), paths.PACKAGE):
            for entry in _files(folder):
                _note(found, entry)
        for path in (self._notebook, *(root / name for name in (LOCK, POPULATIONS, REGISTRY))):
            _note(found, path)
        for path in self._pictures(found.get(os.fspath(self._notebook))):
            _note(found, path)
        return found

    def settled(self) -> State:
        """The state once nothing has changed for a moment: editors write a file in steps."""
        before, end = self.look(), time.monotonic() + _LONGEST
        while time.monotonic() < end:
            time.sleep(_SETTLED)
            now = self.look()
            if now == before:
                break
            before = now
        return before

    def _pictures(self, state: object) -> tuple[Path, ...]:
        """The images that the notebook shows; it is read again only when it has changed."""
        if state != self._shown[0]:
            try:
                text = self._notebook.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError):
                text = ""
            found = (path for _, path in pictures(text, self._notebook.parent))
            self._shown = state, tuple(found)
        return self._shown[1]


def changed(before: State, after: State) -> list[Path]:
    """The files that differ between two states, that have come or that have gone."""
    names = {*before, *after}
    return sorted(Path(name) for name in names if before.get(name) != after.get(name))


def is_code(path: Path) -> bool:
    """Whether a warm process holds what was in this file: the package's code and templates."""
    return path.is_relative_to(paths.PACKAGE) and not path.is_relative_to(paths.CARRIED)


def _note(found: dict[str, tuple[int, int, int]], path: Path | os.DirEntry[str]) -> None:
    try:
        told = path.stat()
    except OSError:
        return
    found[os.fspath(path)] = (told.st_mtime_ns, told.st_size, told.st_ino)


def _files(folder: Path | str) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir():
                    if entry.name not in _NO_SOURCES:
                        yield from _files(entry.path)
                elif not entry.name.startswith(".") and not entry.name.endswith(_NOT_WATCHED):
                    yield entry
    except OSError:
        return
