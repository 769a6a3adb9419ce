"""Noticing that somebody else has changed a report while the build ran, a notebook for one."""

from __future__ import annotations

from pathlib import Path

from cvi_analysis.build.manifest import Entry


class Seals:
    """What the files of each report were like when the build last knew them to be right.

    Number, size and time of change are enough: nobody can set the last of them at will. Hashing
    every file a second time would tell no more and take longer.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sealed: dict[str, dict[str, tuple[int, ...] | None]] = {}

    def put(self, entry: Entry) -> None:
        """Remember the files of a report that has just been written or checked."""
        self._sealed[entry.slug] = {name: self._look(name) for name in entry.files}

    def broken(self) -> dict[str, str]:
        """The first file of each report that is not what it was, by the report's name."""
        found: dict[str, str] = {}
        for slug, files in self._sealed.items():
            for name, sealed in files.items():
                if sealed is None or self._look(name) != sealed:
                    found.setdefault(slug, name)
        return found

    def _look(self, name: str) -> tuple[int, ...] | None:
        try:
            status = (self._folder / name).lstat()
        except OSError:
            return None
        return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
