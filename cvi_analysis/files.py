"""Files that are either as they were or complete, one writer at a time, and nothing left behind.

Every unfinished file of this project is called `.cvi-tmp-<process>-<name>` and lies beside the one
it will replace; every temporary folder is called `cvi-run-<process>-…`. So what a killed process
left is known by its name, and the next run removes it.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from multiprocessing import util
from pathlib import Path
from typing import IO

from cvi_analysis.errors import BuildError

if sys.platform != "win32":
    import fcntl
    import resource

UNFINISHED = ".cvi-tmp-"
"""Prefix of unfinished files."""

RUN = "cvi-run-"
"""Prefix of temporary folders."""

_ALIVE = ".alive"
"""Name of the file in a temporary folder that its run holds."""

LOCK = ".cvi-lock"
"""Name of the file in a folder that only one process writes to at a time."""

_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL})
_OLD = 3600
"""Seconds after which an unfinished file is nobody's, even if its number is a process again."""


LARGEST = 50_000_000
"""Bytes up to which a file is read that is no input in `params/` or `data/`."""


def read_file(path: Path) -> bytes:
    """Return an ordinary file's content; no pipe is waited for, no device read without end.

    Raises:
        OSError: the file cannot be read, is none, or is larger than `LARGEST`; `strerror` says so.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise OSError(errno.EINVAL, "it is not a file", str(path))
    with path.open("rb") as stream:
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise OSError(errno.EFBIG, f"it is larger than {LARGEST:,} bytes", str(path))
    return data


def write_file(path: Path, content: bytes, *, durable: bool = False) -> None:
    """Write `content` under a temporary name beside `path`, then rename it into place.

    Args:
        path: the file; its folder exists.
        content: all of it.
        durable: return only when the content and the name are on the disk, so that not even a
            power cut can undo it.

    Raises:
        OSError: the folder cannot be written or the disk is full; `path` is as it was.
    """
    write_files(path.parent, {path.name: content}, durable=durable)


def write_files(folder: Path, files: Mapping[str, bytes], *, durable: bool = False) -> None:
    """Write files that belong together: all of them under temporary names, then each in place.

    Raises:
        OSError: the folder cannot be written or the disk is full; all files are as they were.
    """
    unfinished: list[tuple[Path, Path]] = []
    try:
        for name, content in files.items():
            path = folder / name
            temporary = folder / f"{UNFINISHED}{os.getpid()}-{path.name[-150:]}"
            unfinished.append((temporary, path))
            with temporary.open("wb") as file:
                file.write(content)
                if durable:
                    file.flush()
                    os.fsync(file.fileno())
        for temporary, path in unfinished:
            temporary.replace(path)
    except BaseException:
        for temporary, _ in unfinished:
            temporary.unlink(missing_ok=True)
        raise
    if durable:
        _sync(folder)


def _sync(folder: Path) -> None:
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


def remove_leftovers(folder: Path) -> None:
    """Delete the unfinished files that a killed process left in `folder`."""
    for leftover in folder.glob(f"{UNFINISHED}*"):
        with suppress(OSError):
            old = time.time() - leftover.stat().st_mtime > _OLD
            if old or _dead(leftover.name.removeprefix(UNFINISHED)):
                leftover.unlink()


@contextmanager
def exclusive(folder: Path, say: Callable[[str], object] | None = None) -> Iterator[None]:
    """Hold the folder's lock; wait for another process that holds it, saying whose it is.

    The operating system drops the lock with the process that holds it, so a killed build leaves
    nothing to clear; any other takes the lock's file with it. Where locks are not to be had (some
    network disks) builds go on without one.

    Raises:
        BuildError: the folder cannot be written.
    """
    # start-up time: it draws in much that a command with nothing to do does not need.
    from filelock import FileLock, Timeout

    path = folder / LOCK
    lock = FileLock(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if say is not None:
                say(f"Waiting for another build in {folder} (process {_holder(path)}) to end.")
            lock.acquire()
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise BuildError(
                f"{folder}: cannot write there ({error.strerror}). Free some space, change the "
                "permissions, or name another folder with --out."
            ) from error
    try:
        # Whose lock it is helps who waits; a full disk is for the first report to complain of.
        with suppress(OSError):
            path.write_text(f"{os.getpid()}\n", encoding="ascii")
        yield
    finally:
        if lock.is_locked:
            # Who waits looks whether the file that it has locked is still there (filelock). Windows
            # cannot remove an open file; there the library does so.
            with suppress(OSError):
                path.unlink()
        lock.release()


def _holder(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip() or "unknown"
    except (OSError, UnicodeDecodeError):
        return "unknown"


@contextmanager
def workspace() -> Iterator[Path]:
    """A private folder for everything temporary of this process and of all that it starts.

    It is removed at the end; that of a run that was killed, by the next run.
    """
    # multiprocessing keeps its own socket in here and removes it when the process ends, at
    # priority -100; the folder goes after that.
    before, variable = tempfile.tempdir, os.environ.get("TMPDIR")
    base = Path(tempfile.gettempdir())
    for stale in base.glob(f"{RUN}*"):
        if _abandoned(stale):
            _remove(stale)
    folder = Path(tempfile.mkdtemp(prefix=f"{RUN}{os.getpid()}-", dir=base))
    alive = _held(folder / _ALIVE)
    tempfile.tempdir = os.environ["TMPDIR"] = os.fspath(folder)
    util.Finalize(None, _remove, [folder], exitpriority=-200)
    try:
        yield folder
    finally:
        tempfile.tempdir = before
        if variable is None:
            os.environ.pop("TMPDIR", None)
        else:
            os.environ["TMPDIR"] = variable
        if alive is not None:
            alive.close()
        for content in folder.glob("*"):
            if content.is_dir() and not content.name.startswith("pymp-"):
                shutil.rmtree(content, ignore_errors=True)
            elif content.is_file():
                content.unlink(missing_ok=True)


def _remove(folder: Path) -> None:
    """Remove the folder, also while a process that is just ending still works in it."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.05)


def _abandoned(folder: Path) -> bool:
    """Whether this is a temporary folder of ours whose run has ended, in any container.

    The number of a process in another container says nothing here, but its run holds a file.
    """
    if not re.fullmatch(rf"{RUN}[0-9]+-\w{{8}}", folder.name):
        return False
    if not _dead(folder.name.removeprefix(RUN)):
        return False
    with suppress(OSError):
        if not (folder / _ALIVE).exists():  # It was killed before it had one, or will have one.
            return time.time() - folder.stat().st_mtime > _OLD
        if (file := _held(folder / _ALIVE)) is not None:
            file.close()
            return True
    return False


def _held(path: Path) -> IO[bytes] | None:
    """The file, opened and held until it is closed or this process ends; None if another holds it.

    Where files cannot be held (Windows, some network disks) it is only opened. Not with filelock,
    as `exclusive`: a build's servers would begin later by the time that its import takes.
    """
    file = path.open("ab")
    if sys.platform != "win32":
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return None
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
    return file


def _dead(rest: str) -> bool:
    """Whether the process that a temporary name begins with has ended."""
    from psutil import pid_exists  # start-up time: seldom needed

    owner = rest.partition("-")[0]
    return re.fullmatch("[0-9]{1,9}", owner) is not None and not pid_exists(int(owner))


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


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Turns what the system refuses inside into one message on the folder and what to do.

    Raises:
        BuildError: the folder cannot be written.
    """
    try:
        yield
    except OSError as error:
        raise BuildError(
            f"{folder}: cannot write there ({error.strerror}). {advice(error)}"
        ) from error


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
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= least:
        return
    if hard != resource.RLIM_INFINITY and hard < least:
        raise BuildError(
            f"only {hard} files may be open at once, and a build needs {least}. "
            "Raise the limit (`ulimit -n 1024`, or your administrator's) and run it again."
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (least, hard))
