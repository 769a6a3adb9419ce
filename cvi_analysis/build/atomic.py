"""Writing files so that a reader, or a killed build, never sees half of one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

TEMPORARY = ".cvi-tmp-"
"""Prefix of unfinished files; they start with a dot and are removed by the next build."""


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` under a temporary name beside `path`, then rename it into place.

    Raises:
        OSError: the folder cannot be written or the disk is full; `path` is as it was.
    """
    write_all(path.parent, {path.name: content})


def write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files that belong together: all of them under temporary names, then each in place.

    Raises:
        OSError: the folder cannot be written or the disk is full; all files are as they were.
    """
    temporaries: list[tuple[Path, Path]] = []
    try:
        for name, content in files.items():
            path = folder / name
            temporaries.append((_temporary(path), path))
            temporaries[-1][0].write_bytes(content)
        for temporary, path in temporaries:
            temporary.replace(path)
    except BaseException:
        for temporary, _ in temporaries:
            temporary.unlink(missing_ok=True)
        raise


def _temporary(path: Path) -> Path:
    return path.with_name(f"{TEMPORARY}{os.getpid()}-{path.name[-150:]}")


def remove_leftovers(folder: Path) -> None:
    """Delete unfinished files that a killed build left in `folder`."""
    for leftover in folder.glob(f"{TEMPORARY}*"):
        leftover.unlink(missing_ok=True)
