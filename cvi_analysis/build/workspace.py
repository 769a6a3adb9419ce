"""One private temporary folder a run: everything temporary of all its processes lies in it."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import util
from pathlib import Path

PREFIX = "cvi-run-"


@contextmanager
def workspace() -> Iterator[Path]:
    """Make the folder, point this process and its children at it, and remove it at the end.

    A run that was killed leaves its folder; the next run removes it, known by the process number
    in its name.
    """
    # multiprocessing keeps its own socket in here and removes it when the process ends, at
    # priority -100; the folder goes after that.
    before, variable = tempfile.tempdir, os.environ.get("TMPDIR")
    base = Path(tempfile.gettempdir())
    for stale in base.glob(f"{PREFIX}*"):
        if _dead(stale):
            _remove(stale)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=base))
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
        for content in folder.iterdir():
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


def _dead(folder: Path) -> bool:
    owner = folder.name.removeprefix(PREFIX).split("-")[0]
    if not owner.isdigit():
        return False
    try:
        os.kill(int(owner), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
