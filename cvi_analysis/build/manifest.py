"""`manifest.json`: the SHA-256 of every file of a scenario and of every input it was made from.

It is also the memory of the build: a report whose key and files stand in it unchanged is not made
again. Cities finished since the manifest was last written stand in a journal, one line a city, so
that a killed build goes on where it stopped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from cvi_analysis.build.inputs import file_sha256
from cvi_analysis.files import write_file

FORMAT = 1
NAME = "manifest.json"
JOURNAL = ".journal.jsonl"


@dataclass(frozen=True, slots=True)
class Entry:
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
        listed: slugs of all listed cities at that time.
        cities: entry by slug.
        pages: entry of each page on many cities, by its name.
        files: hashes of the files that are not one city's (index, table, schema).
    """

    scenario: str
    overrides: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    listed: tuple[str, ...] = ()
    cities: Mapping[str, Entry] = field(default_factory=dict)
    pages: Mapping[str, Entry] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

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

    A broken manifest costs a rebuild and nothing else, so it is not an error.
    """
    manifest = _read(folder / name, scenario)
    late = {entry.slug: entry for entry in _journal(folder / JOURNAL)}
    if not late or name != NAME:  # The journal belongs to the folder, not to a shard's list.
        return manifest
    return Manifest(
        scenario=manifest.scenario,
        overrides=manifest.overrides,
        cities={**manifest.cities, **late},
        pages=manifest.pages,
    )


def record(folder: Path, entry: Entry) -> None:
    """Append one finished city to the journal."""
    with (folder / JOURNAL).open("a", encoding="utf-8") as journal:
        journal.write(json.dumps(asdict(entry), sort_keys=True) + "\n")


def _read(path: Path, scenario: str) -> Manifest:
    try:
        data = json.loads(path.read_bytes())
        if data.pop("format") != FORMAT or data["scenario"] != scenario:
            return Manifest(scenario)
        cities = {slug: Entry(**entry) for slug, entry in data.pop("cities").items()}
        pages = {name: Entry(**entry) for name, entry in data.pop("pages", {}).items()}
        return Manifest(**{**data, "listed": tuple(data["listed"])}, cities=cities, pages=pages)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Manifest(scenario)


def _journal(path: Path) -> Iterable[Entry]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    for line in lines:
        try:
            yield Entry(**json.loads(line))
        except (ValueError, TypeError):
            continue  # The line that was being written when the build was killed.
