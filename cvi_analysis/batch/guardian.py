"""The parent of a notebook's process: whatever that has started ends with it."""

from __future__ import annotations

import ctypes
import json
import os
import select
import shutil
import signal
import traceback
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def adopt() -> None:
    """Become the parent of every descendant whose own parent ends. Linux."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def guard(over: Connection, talk: Connection, *others: Connection) -> None:
    """Start a notebook's process, and end it and its descendants when one of the two sides is gone.

    Args:
        over: held by this process alone; the engine sees it close.
        talk: the connection with the engine, which first sends the order.
        others: further connections for `notebook_shell.begin`.
    """
    try:
        order = json.loads(talk.recv_bytes())
    except EOFError:  # The engine is gone before it has ordered anything.
        return
    adopt()
    woken, waker = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    parent, child = os.getpid(), os.fork()
    if child == 0:
        try:
            signal.set_wakeup_fd(-1)
            for number in (woken, waker, over.fileno()):
                os.close(number)
            _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() == parent:
                # Imported by the fork server; the server itself has no need to.
                from cvi_analysis.batch import notebook_shell

                notebook_shell.begin(order, talk, *others)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    poll = select.poll()
    poll.register(woken, select.POLLIN)
    poll.register(talk.fileno(), 0)  # Ready only when the engine is gone.
    # Look now and collect later: so its id, which is its group's too, cannot become another's.
    while os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
        if talk.fileno() in dict(poll.poll()):
            break
        os.read(woken, 4096)
    with suppress(OSError):
        os.killpg(child, signal.SIGKILL)
    end_children()
    shutil.rmtree(order["folder"], ignore_errors=True)  # If the engine could not.


def end_children() -> None:
    """Kill and collect every child, and the children that this brings. Linux."""
    listed = Path(f"/proc/self/task/{os.getpid()}/children")
    while listed.exists() and (children := listed.read_text(encoding="ascii").split()):
        for process in map(int, children):
            with suppress(OSError):
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)


def _prctl(option: int, value: int) -> None:
    with suppress(OSError, AttributeError):  # Not on Linux.
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
