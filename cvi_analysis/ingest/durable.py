"""Files that are either as they were or complete, whenever the program or the machine stops."""

from __future__ import annotations

import os
from pathlib import Path

#: Unfinished files begin like this; no registered file does.
PREFIX = ".unfinished-"


def write_durably(path: Path, content: bytes) -> None:
    """Put `content` at `path` in one step that survives a crash.

    The bytes are on the disk before the name points to them, and the name is on the disk before
    this returns.

    Raises:
        OSError: the folder cannot be written; `path` is as it was.
    """
    unfinished = path.with_name(f"{PREFIX}{os.getpid()}-{path.name}")
    try:
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def sweep(folder: Path) -> None:
    """Remove what a killed run left unfinished. Call it with the ingestion's lock held."""
    for leftover in folder.glob(f"{PREFIX}*"):
        leftover.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return  # Windows cannot open a folder; there the rename is as durable as it gets
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # some network disks cannot
    finally:
        os.close(descriptor)
