"""One build at a time in a folder of reports."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cvi_analysis.errors import BuildError

NAME = ".lock"


@contextmanager
def exclusive(folder: Path, say: object = None) -> Iterator[None]:
    """Hold the folder's lock; wait for another build that holds it, saying whose it is.

    The operating system drops the lock with the process that holds it, so a killed build leaves
    nothing to clear. Where locks are not to be had (Windows, some network disks) builds go on
    without one.

    Raises:
        BuildError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / NAME, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise BuildError(
            f"{folder}: cannot write there ({error.strerror}). Free some space, change the "
            "permissions, or name another folder with --out."
        ) from error
    try:
        _acquire(descriptor, folder, say)
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, folder: Path, say: object) -> None:
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "unknown"
        if callable(say):
            say(f"Waiting for another build in {folder} (process {holder}) to end.")
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError:
        return
    # Whose lock it is helps who waits; a full disk is for the first report to complain of.
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
