"""`manifest.json`: the SHA-256 of every file of a scenario and of every input it was made from.

It is also the memory of the build: a report whose key and files stand in it unchanged is not made
again. Cities finished since the manifest was last written stand in a journal, one line a city, so
that a killed build goes on where it stopped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from cvi_analysis.batch.fingerprint import file_sha256
from cvi_analysis.files import read_file, write_file

FORMAT = 1
NAME = "manifest.json"
JOURNAL = ".cvi-journal.jsonl"


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """One city's report: its key, what the key is made of, and its files' hashes."""

    slug: str
    key: str
    ingredients: Mapping[str, str]
    files: Mapping[str, str]

    def intact(self, folder: Path) -> bool:
        """Whether every file is on disk with the content that was written."""
        return all(file_sha256(folder / name) == digest for name, digest in self.files.items())


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that is known of a scenario's folder.

    Attributes:
        scenario: its name.
        overrides: assumptions given on the command line, by dotted name.
        inputs: fingerprint of the inputs that the newest run saw.
        listed: slugs of all listed cities at that time; of a shard, the names of the reports and
            pages that it was to make.
        cities: entry by slug.
        pages: entry of each page that a scenario has once, by its name.
        files: hashes of the files that are not one city's (index, table, schema).
    """

    scenario: str
    overrides: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    listed: tuple[str, ...] = ()
    cities: Mapping[str, ReportEntry] = field(default_factory=dict)
    pages: Mapping[str, ReportEntry] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    def named(self) -> set[str]:
        """The names of all files that it lists."""
        return {name for files in self._lists() for name in files}

    def hashes(self) -> dict[str, str]:
        """The hash of each of these files by its name."""
        return {name: digest for files in self._lists() for name, digest in files.items()}

    def _lists(self) -> Iterator[Mapping[str, str]]:
        yield self.files
        for entry in (*self.cities.values(), *self.pages.values()):
            yield entry.files

    def to_bytes(self) -> bytes:
        """Canonical JSON: sorted keys, final newline, no times, no paths of a machine."""
        data = {"format": FORMAT, **asdict(self)}
        return (json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()

    def save(self, folder: Path) -> None:
        """Write the manifest, then drop the journal that it contains."""
        write_file(folder / NAME, self.to_bytes())
        (folder / JOURNAL).unlink(missing_ok=True)


def load(folder: Path, scenario: str, name: str = NAME) -> Manifest:
    """The manifest of a folder with its journal; an empty one where there is none or it is broken.

    One that is broken, or is no file, costs a rebuild and nothing else, so it is not an error. Nor
    is one that names a file elsewhere, as that of somebody else's folder could.
    """
    manifest = _read(folder / name, scenario)
    if name == NAME and not _here(manifest.named()):
        manifest = Manifest(scenario)
    late = {entry.slug: entry for entry in _journal(folder / JOURNAL) if _here(entry.files)}
    if not late or name != NAME:  # The journal belongs to the folder, not to a shard's list.
        return manifest
    return Manifest(
        scenario=manifest.scenario,
        overrides=manifest.overrides,
        cities={**manifest.cities, **late},
        pages=manifest.pages,
    )


def _here(names: Iterable[str]) -> bool:
    """Whether all these names are of files in the folder itself."""
    return all(PurePosixPath(name).name == PureWindowsPath(name).name == name for name in names)


def record(folder: Path, entry: ReportEntry) -> None:
    """Append one finished city to the journal; what is no plain file makes way for it."""
    path = folder / JOURNAL
    if not _plain(path):
        path.unlink(missing_ok=True)
    with path.open("a", encoding="utf-8") as journal:
        journal.write(json.dumps(asdict(entry), sort_keys=True) + "\n")


def _plain(path: Path) -> bool:
    """Whether it is a file itself: no link to one of somebody's, no pipe that is waited for."""
    return path.is_file() and not path.is_symlink()


def _read(path: Path, scenario: str) -> Manifest:
    try:
        data = json.loads(read_file(path))
        if data.pop("format") != FORMAT or data["scenario"] != scenario:
            return Manifest(scenario)
        cities = {slug: ReportEntry(**entry) for slug, entry in data.pop("cities").items()}
        pages = {name: ReportEntry(**entry) for name, entry in data.pop("pages", {}).items()}
        return Manifest(**{**data, "listed": tuple(data["listed"])}, cities=cities, pages=pages)
    except (OSError, RecursionError, ValueError, KeyError, TypeError, AttributeError):
        return Manifest(scenario)


def _journal(path: Path) -> Iterable[ReportEntry]:
    if not _plain(path):
        return
    try:
        lines = read_file(path).decode("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    for line in lines:
        try:
            yield ReportEntry(**json.loads(line))
        except (ValueError, TypeError, RecursionError):
            continue  # The line that was being written when the build was killed.


class Seals:
    """What the files of each report were like when the build last knew them to be right.

    Number, size and time of change are enough afterwards: nobody can set the last of them at will.
    Hashing every file at the end would tell no more and take longer.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sealed: dict[str, dict[str, tuple[int, ...] | None]] = {}

    def put(self, entry: ReportEntry) -> None:
        """Remember the files of a report; one that is not as the entry says is broken at once.

        They are looked at before they are read, so that a change in between shows, too.
        """
        sealed = self._sealed[entry.slug] = {}
        for name, digest in entry.files.items():
            look = self._look(name)
            sealed[name] = look if file_sha256(self._folder / name) == digest else None

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
