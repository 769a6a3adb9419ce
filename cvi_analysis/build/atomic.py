"""Writing files so that a reader, or a killed build, never sees half of one."""

from __future__ import annotations

import os
from pathlib import Path

TEMPORARY = ".cvi-tmp-"
"""Prefix of unfinished files; they start with a dot and are removed by the next build."""


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` under a temporary name beside `path`, then rename it into place.

    Raises:
        OSError: the folder cannot be written or the disk is full; `path` is as it was.
    """
    temporary = path.with_name(f"{TEMPORARY}{os.getpid()}-{path.name}"[:200])
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def remove_leftovers(folder: Path) -> None:
    """Delete unfinished files that a killed build left in `folder`."""
    for leftover in folder.glob(f"{TEMPORARY}*"):
        leftover.unlink(missing_ok=True)
