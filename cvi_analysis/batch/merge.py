"""Joining the folders that shards wrote into one, as if one machine had built it all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from cvi_analysis.batch import manifest
from cvi_analysis.batch.answers import shown
from cvi_analysis.batch.commands import CommandOptions
from cvi_analysis.batch.fingerprint import sha256
from cvi_analysis.batch.folder import finish
from cvi_analysis.batch.opening import opened
from cvi_analysis.batch.plan import RunPlan, RunRequest
from cvi_analysis.errors import InputError
from cvi_analysis.files import exclusive, write_file
from cvi_analysis.report.library import Library


def merge_folders(options: CommandOptions, folders: Sequence[Path]) -> int:
    """Join the shards' folders. Exit status 0.

    Raises:
        CviError: a part is missing, broken or of other inputs.
    """
    library, request, inputs = opened(options)
    with exclusive(request.folder):
        count = merge_shards(request, library, folders, inputs)
    print(f"{count} reports merged into {shown(request.folder)}.")
    return 0


def merge_shards(
    request: RunRequest, library: Library, folders: Sequence[Path], inputs: Mapping[str, str]
) -> int:
    """Copy every shard's reports into the request's folder and write index, table and manifest.

    Doing it twice changes nothing. How many reports there are now.

    Args:
        request: the scenario and its folder.
        library: what was read.
        folders: the shards' folders.
        inputs: the fingerprint from before `library` was read.

    Raises:
        InputError: a folder holds no shard of this scenario, a file is missing or is not what its
            manifest says, or the shards were built from other inputs than each other or than
            this checkout.
    """
    plan = RunPlan.make(request, library, inputs)
    request.folder.mkdir(parents=True, exist_ok=True)
    entries: dict[str, manifest.ReportEntry] = {}
    pages: dict[str, manifest.ReportEntry] = {}
    for folder in folders:
        parts = sorted(folder.glob("manifest-*-of-*.json")) or sorted(
            (folder / request.name).glob("manifest-*-of-*.json")
        )
        if not parts:
            raise InputError(
                "no shard of a batch lies here",
                file=folder,
                allowed=f"a folder with manifest-i-of-n.json of the scenario {request.name}",
            )
        for part in parts:
            shard = manifest.load(part.parent, request.name, part.name)
            if shard.inputs != inputs:
                raise InputError(
                    "this shard was built from other inputs than this checkout holds",
                    file=part,
                    hint="Build all shards from the same commit and parameters.",
                )
            for slug, entry in shard.cities.items():
                _copy(part.parent, request.folder, entry)
                entries[slug] = entry
            for name, entry in shard.pages.items():
                _copy(part.parent, request.folder, entry)
                pages[name] = entry
    return len(finish(plan, entries, pages).cities)


def _copy(source: Path, target: Path, entry: manifest.ReportEntry) -> None:
    for name, digest in entry.files.items():
        try:
            content = (source / name).read_bytes()
        except OSError as error:
            raise InputError(
                f"this file of a shard cannot be read ({error.strerror})", file=source / name
            ) from error
        if sha256(content) != digest:
            raise InputError(
                "this file is not what the shard's manifest says",
                file=source / name,
                hint="Copy the shard's folder again.",
            )
        if source.resolve() != target.resolve():
            write_file(target / name, content)
