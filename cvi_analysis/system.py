"""What the operating system refuses, in words: full disks, limits, read-only folders."""

from __future__ import annotations

import errno
import sys
from pathlib import Path

from cvi_analysis.errors import BuildError

FILES_AT_LEAST = 256
"""Open files that a build may need: sockets and pipes to each kernel and worker."""

_ROOM = "Free some space, or name another folder with --out (reports) or TMPDIR (temporary files)."
_RIGHTS = (
    "Change the permissions, or name another folder with --out (reports) or TMPDIR (temporary "
    "files)."
)
_GONE = (
    "the folder that this command was started in does not exist any more. "
    "Change to another one, such as the project's, and run it again."
)
_BUSY = "Close other programs, or build with fewer workers (--jobs 1)."
_ADVICE = {
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EFBIG: "Raise the limit on the size of a file (`ulimit -f unlimited`).",
    errno.EROFS: _RIGHTS,
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EMFILE: "Raise the limit on open files (`ulimit -n 1024`), or build with --jobs 1.",
    errno.ENFILE: _BUSY,
    errno.ENOMEM: _BUSY,
    errno.EAGAIN: _BUSY,
    errno.EIO: "The disk may be failing: look at the system's log.",
}


def advice(error: OSError) -> str:
    """What to do when a folder cannot be written."""
    return _ADVICE.get(error.errno or 0, _RIGHTS)


def refusal(error: OSError) -> str | None:
    """One message on what the system refused and what to do; None for any other error."""
    if error.errno == errno.ENOENT and folder_is_gone():
        return _GONE
    if error.errno not in _ADVICE:
        return None
    name = f"{error.filename}: " if error.filename else ""
    return f"{name}{error.strerror}. {advice(error)}"


def require_folder() -> None:
    """Check that the working folder is still there; everything started from here needs one.

    Raises:
        BuildError: somebody has deleted it.
    """
    if folder_is_gone():
        raise BuildError(_GONE)


def folder_is_gone() -> bool:
    """Whether somebody has deleted the working folder."""
    try:
        Path.cwd()
    except FileNotFoundError:
        return True
    return False


def require_files(least: int = FILES_AT_LEAST) -> None:
    """Raise this process's limit on open files to `least`; what it starts inherits the limit.

    Raises:
        BuildError: the system allows fewer.
    """
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= least:
        return
    if hard != resource.RLIM_INFINITY and hard < least:
        raise BuildError(
            f"only {hard} files may be open at once, and a build needs {least}. "
            "Raise the limit (`ulimit -n 1024`, or your administrator's) and run it again."
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (least, hard))
