"""Joining the folders that shards wrote into one, as if one machine had built it all.

Everything is checked before anything is written: a refused merge leaves the folder as it was. What
a shard's manifest says is somebody else's word, so its names are held to those of this request.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cvi_analysis.batch import manifest
from cvi_analysis.batch.answers import shown
from cvi_analysis.batch.commands import CommandOptions
from cvi_analysis.batch.fingerprint import differing, file_sha256, sha256
from cvi_analysis.batch.folder import finish
from cvi_analysis.batch.opening import opened
from cvi_analysis.batch.plan import RunPlan, RunRequest
from cvi_analysis.batch.report_formats import FORMATS, OF_A_PAGE, PAGES
from cvi_analysis.errors import InputError
from cvi_analysis.files import exclusive, write_file, writing_to
from cvi_analysis.report.library import Library

_NAME = re.compile(r"manifest-([0-9]{1,6})-of-([0-9]{1,6})\.json")


def merge_folders(
    options: CommandOptions, folders: Sequence[Path], *, partial: bool = False
) -> int:
    """Join the shards' folders. Exit status 0.

    Args:
        options: scenario, changes, cities and folder.
        folders: the shards' folders.
        partial: go on where shards or reports are missing, and say so in the index.

    Raises:
        CviError: a part is missing, broken or of other inputs.
    """
    library, request, inputs = opened(options)
    with exclusive(request.folder):
        count, absent = merge_shards(request, library, folders, inputs, partial=partial)
    print(f"{count} reports merged into {shown(request.folder)}.")
    if absent:
        print(f"Without {_named(absent)}.")
    return 0


@dataclass(frozen=True, slots=True)
class _Part:
    """One shard: its manifest's file, which part it is, and what it says."""

    file: Path
    number: int
    of: int
    said: manifest.Manifest

    @property
    def entries(self) -> Iterator[manifest.ReportEntry]:
        yield from self.said.cities.values()
        yield from self.said.pages.values()


def merge_shards(
    request: RunRequest,
    library: Library,
    folders: Sequence[Path],
    inputs: Mapping[str, str],
    *,
    partial: bool = False,
) -> tuple[int, list[str]]:
    """Copy every shard's reports into the request's folder and write index, table and manifest.

    Doing it twice changes nothing.

    Args:
        request: the scenario and its folder.
        library: what was read.
        folders: the shards' folders.
        inputs: the fingerprint from before `library` was read.
        partial: go on where shards or reports are missing.

    Returns:
        How many reports there are now, and what is missing, in words.

    Raises:
        InputError: a folder holds no shard of this scenario, a shard is missing, a file is missing
            or is not what its manifest says, a manifest names what was not ordered, or the shards
            were built from other inputs than each other or than this checkout. Nothing has been
            written.
    """
    plan = RunPlan.make(request, library, inputs)
    parts = [part for folder in folders for part in _parts_in(folder, request.name)]
    cities = request.cities if request.cities is not None else library.params.cities.values()
    ordered = {city.slug for city in cities}
    for part in parts:
        if part.said.inputs != inputs:
            other = differing(inputs, part.said.inputs)
            raise InputError(
                "this shard was built from other inputs than this checkout holds",
                file=part.file,
                found=", ".join(other[:5]) + (", …" if len(other) > 5 else ""),
                hint="Build all shards from the same commit and parameters.",
            )
        _check_names(part, ordered)
    absent = _absent(parts)
    if absent and not partial:
        raise InputError(
            f"{_named(absent)} {'are' if len(absent) > 1 else 'is'} missing",
            file=parts[0].file.parent,
            hint="Name the folders of all shards, build what failed, or join them as they are with "
            "--partial.",
        )
    for part in parts:
        for entry in part.entries:
            for name, digest in entry.files.items():
                _content(part.file.parent / name, digest, read=False)
    target = request.folder
    with writing_to(target):
        target.mkdir(parents=True, exist_ok=True)
    entries: dict[str, manifest.ReportEntry] = {}
    pages: dict[str, manifest.ReportEntry] = {}
    for part in parts:
        for entry in part.entries:
            if part.file.parent.resolve() != target.resolve():
                for name, digest in entry.files.items():
                    content = _content(part.file.parent / name, digest)
                    with writing_to(target):
                        write_file(target / name, content)
        entries.update(part.said.cities)
        pages.update(part.said.pages)
    note = f"This index is partial: {_named(absent)} missing." if absent else ""
    before = manifest.load(target, request.name)
    return len(finish(plan, entries, pages, before, note=note).cities), absent


def _parts_in(folder: Path, scenario: str) -> Iterator[_Part]:
    """The shards of a scenario that lie in a folder, or in the scenario's folder within it."""
    found = False
    for place in (folder, folder / scenario):
        for file in sorted(place.glob("manifest-*-of-*.json")):
            match = _NAME.fullmatch(file.name)
            if match is None or not 1 <= int(match[1]) <= int(match[2]):
                continue
            if not file.is_file():
                raise InputError("this is no file", file=file)
            found = True
            said = manifest.load(place, scenario, file.name)
            yield _Part(file, int(match[1]), int(match[2]), said)
        if found:
            return
    raise InputError(
        "no shard of a batch lies here",
        file=folder,
        allowed=f"a folder with manifest-i-of-n.json of the scenario {scenario}",
    )


def _check_names(part: _Part, ordered: set[str]) -> None:
    """Check that a manifest names reports that were ordered, and their own files only.

    Raises:
        InputError: it names anything else.
    """
    kinds = ((part.said.cities, ordered, FORMATS), (part.said.pages, set(PAGES), OF_A_PAGE))
    for entries, names, endings in kinds:
        for slug, entry in entries.items():
            if slug not in names or entry.slug != slug:
                raise InputError(
                    "this shard has a report that was not ordered",
                    file=part.file,
                    found=slug,
                    allowed="the listed cities",
                    hint="Name the places with --cities or --cities-file as for the shards.",
                )
            own = {f"{slug}.{ending}" for ending in endings}
            files = entry.files if isinstance(entry.files, Mapping) else {"": None}
            for name, digest in files.items():
                if name not in own or not isinstance(digest, str):
                    raise InputError(
                        f"this shard names a file that is none of {slug}'s",
                        file=part.file,
                        found=name,
                        allowed=", ".join(sorted(own)),
                    )


def _absent(parts: Sequence[_Part]) -> list[str]:
    """What is missing of the whole, in words: shards, or reports that a shard was to make.

    Raises:
        InputError: the shards are not of one whole, or one was built twice and differs.
    """
    of = parts[0].of
    seen: dict[int, _Part] = {}
    for part in parts:
        if part.of != of:
            raise InputError(
                f"this is a part of {part.of}, and {parts[0].file} is one of {of}",
                file=part.file,
                hint="Join the shards of one whole.",
            )
        if seen.setdefault(part.number, part).said != part.said:
            raise InputError(
                f"this shard differs from {seen[part.number].file}, which is the same part",
                file=part.file,
            )
    missing = [f"shard {number}/{of}" for number in range(1, of + 1) if number not in seen]
    for part in seen.values():
        there = {*part.said.cities, *part.said.pages}
        missing += [
            f"{name} of shard {part.number}/{of}" for name in part.said.listed if name not in there
        ]
    return missing


def _named(absent: Sequence[str]) -> str:
    return ", ".join(absent[:10]) + (f" and {len(absent) - 10} more" if len(absent) > 10 else "")


def _content(file: Path, digest: str, *, read: bool = True) -> bytes:
    """The content of a shard's file, known to be what its manifest says; b"" if it is not read.

    Raises:
        InputError: it is missing, no file, or something else.
    """
    try:
        if not file.is_file():
            raise InputError("this file of a shard is missing", file=file)
        content = file.read_bytes() if read else b""
        found = sha256(content) if read else file_sha256(file)
    except OSError as error:
        raise InputError(
            f"this file of a shard cannot be read ({error.strerror})", file=file
        ) from error
    if found != digest:
        raise InputError(
            "this file is not what the shard's manifest says",
            file=file,
            hint="Copy the shard's folder again.",
        )
    return content
