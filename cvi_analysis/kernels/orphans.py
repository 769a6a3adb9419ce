"""Processes that nobody waits for any more: who ends with whom, and who takes them over. Linux."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Set
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def end_with_parent(parent: int) -> None:
    """Have this process killed as soon as its parent has ended, however that comes.

    Args:
        parent: who the parent is; if it has ended before, this process ends here.
    """
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def adopt() -> None:
    """Become the parent of every descendant whose own parent ends."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def children() -> set[int]:
    """Ids of this process's children, also ended ones; empty where the system does not tell."""
    with contextlib.suppress(OSError):
        listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii")
        return {int(pid) for pid in listed.split()}
    return set()


def end_children(but: Set[int]) -> None:
    """Kill and collect every child that is not in `but`, and the children that this brings."""
    for _ in range(100):
        found = children() - but
        if not found:
            return
        for pid in found:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
