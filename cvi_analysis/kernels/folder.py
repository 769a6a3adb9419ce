"""A private folder for sockets and connection files, with a name short enough for a socket."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType

if sys.platform != "win32":
    import fcntl

_PREFIX = "cvi-kernels-"
_LOCK = "lock"
# A socket's path may have 107 characters; what is below the base needs up to 40 of them.
_LONGEST_BASE = 60
# A folder this young may belong to a process that has not taken its lock yet.
_GRACE_SECONDS = 60.0


class RuntimeFolder:
    """A temporary folder that only this user can read, removed with `remove` or by `with`.

    The owner holds a lock on it. The system drops the lock when the owner ends in whatever way,
    which is how a later process knows that a leftover folder can be removed.
    """

    def __init__(self) -> None:
        base = short_base()
        _remove_abandoned(base)
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=base))
        self._lock = _take_lock(self.path)

    def remove(self) -> None:
        """Remove the folder and all in it; a second call does nothing."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Path:
        return self.path

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.remove()


def short_base() -> Path:
    """The usual temporary folder, or `/tmp` if that one's name is too long for sockets in it."""
    usual = Path(tempfile.gettempdir())
    if len(str(usual)) > _LONGEST_BASE and os.access("/tmp", os.W_OK):  # noqa: S108
        return Path("/tmp")  # noqa: S108
    return usual


def _take_lock(folder: Path) -> int | None:
    """Lock the folder for as long as this process lives; None if another process has the lock."""
    if sys.platform == "win32":
        return None
    handle = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def _remove_abandoned(base: Path) -> None:
    """Remove folders whose owner was killed before it could do so itself."""
    if sys.platform == "win32":
        return
    for folder in base.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            status = folder.lstat()
            mine = status.st_uid == os.getuid() and (folder / _LOCK).is_file()
            if not mine or time.time() - status.st_mtime < _GRACE_SECONDS:
                continue
            lock = _take_lock(folder)
            if lock is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(lock)
