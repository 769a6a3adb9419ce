"""The quick way out of an unneeded build: read and hash files, import nothing heavy."""

from __future__ import annotations

from pathlib import Path

from cvi_analysis.build import manifest
from cvi_analysis.build.inputs import file_sha256, fingerprint
from cvi_analysis.build.neighbors import told


def up_to_date(folder: Path, scenario: str, slugs: tuple[str, ...] | None) -> list[str] | None:
    """The cities of a folder if nothing at all has changed since it was made, else None.

    Args:
        folder: the scenario's folder.
        scenario: its name.
        slugs: the cities asked for; None for all listed ones.
    """
    known = manifest.load(folder, scenario)
    asked = slugs if slugs is not None else known.listed
    if not asked or not known.files or not set(asked) <= set(known.cities):
        return None
    if (folder / manifest.JOURNAL).exists() or known.inputs != fingerprint():
        return None
    if any(file_sha256(folder / name) != digest for name, digest in known.files.items()):
        return None
    if (slugs is None and not known.pages) or not told(folder.parent):
        return None
    entries = [*(known.cities[slug] for slug in asked), *known.pages.values()]
    return list(asked) if all(entry.intact(folder) for entry in entries) else None
