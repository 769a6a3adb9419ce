"""The server: a program beside ours that forks the notebooks' processes.

It has imported the scientific stack and has one thread. It is a program of its own so that it has
clean variables, and nothing in it that is the calling program's. Whoever holds the socket can have
a process started, as `ForkedNotebook` does. Each has a parent of its own, its guardian: whatever a
notebook has started ends with it.
"""

from __future__ import annotations

import atexit
import builtins
import ctypes
import gc
import importlib
import json
import logging
import multiprocessing
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.util import get_temp_dir
from pathlib import Path
from types import SimpleNamespace

from cvi_analysis import paths
from cvi_analysis.batch.notebook_environment import bring_fonts, clean_environment

SCIENCE = (
    *("IPython.core.completerlib", "IPython.extensions.storemagic", "sqlite3", "numpy", "pandas"),
    *("pandas.io.formats.html", "pandas.io.formats.string", "matplotlib.pyplot"),
    *("matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg"),
)
"""What most notebooks import. `matplotlib_inline` is not here: it looks for a running IPython."""

# A socket's path may have 107 characters; what is below the folder needs some of them.
_LONGEST_FOLDER = 50
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_log = logging.getLogger(__name__)
_requests: socket.socket | None = None


class NotebookServer:
    """A started server. `requests` is what `use_server` needs in another process."""

    def __init__(self, preload: Sequence[str]) -> None:
        usual = tempfile.gettempdir()
        base = usual if len(usual) <= _LONGEST_FOLDER else "/tmp"  # noqa: S108
        tempfile.tempdir = base
        # Where the owner's own fork server will have its socket. A process of somebody's pool
        # shares that of the pool, which is not its own to remove.
        sockets = "" if multiprocessing.parent_process() else get_temp_dir()
        tempfile.tempdir = usual
        self._folder = tempfile.mkdtemp(prefix="cvi-notebooks-")
        self.requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        start = f"from {__name__} import serve; serve()"
        self._process = subprocess.Popen(
            [sys.executable, "-c", start, str(theirs.fileno()), self._folder, sockets, *preload],
            cwd=paths.PACKAGE.parent,  # So that it imports this very package.
            env=clean_environment() | {"TMPDIR": self._folder, "CVI_ROOT": str(paths.root())},
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,  # Ctrl-C is for its owner to handle.
        )
        self.pid = self._process.pid
        theirs.close()
        atexit.register(self.stop)

    def stop(self) -> None:
        """Let the server end, once its notebooks have; a second call does nothing."""
        global _requests
        if _requests is self.requests:
            _requests = None
        atexit.unregister(self.stop)
        self.requests.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


def fork_is_safe() -> bool:
    """Whether processes may be forked here: on Linux, unless `CVI_ENGINE=standard` says no.

    macOS has frameworks that break in forked processes, and Windows cannot fork.
    """
    return sys.platform == "linux" and os.environ.get("CVI_ENGINE") != "standard"


def start_server(preload: Sequence[str] = SCIENCE) -> NotebookServer | None:
    """Start the server for this process; None if kernels are to be ordinary ones.

    It can be asked at once, and answers when it has imported what it can of `preload`.
    """
    global _requests
    if not fork_is_safe():
        return None
    server = NotebookServer(preload)
    _requests = server.requests
    return server


def use_server(requests: socket.socket | None) -> None:
    """Have this process ask the server behind this socket; None for ordinary kernels.

    Meant as the initializer of a pool of worker processes. A worker whose parent ends, even by
    being killed, ends too, and with it its notebook.
    """
    global _requests
    _requests = requests
    if (parent := multiprocessing.parent_process()) is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def server_in_use() -> socket.socket | None:
    """The socket of the server in use, or None if kernels are ordinary ones or it has ended."""
    global _requests
    if _requests is not None:
        try:
            _requests.send(b"?")
        except OSError:
            _log.warning("The notebooks' server has ended; using ordinary kernels.")
            _requests = None
    return _requests


def serve() -> None:
    """Be the server until nobody holds the other end of its socket.

    Its arguments are the number of the socket, its own folder, its owner's folder for sockets,
    which goes too if the owner was killed, and the modules to import.
    """
    number, own, sockets, *preload = sys.argv[1:]
    owner, folder = os.getppid(), Path(own)
    if not folder.is_dir():  # The run that started it was killed, and another has cleaned up.
        return
    try:
        bring_fonts(folder)
        os.environ.update(clean_environment(folder))
        with socket.socket(fileno=int(number)) as requests:
            _import(preload, requests)
            # A notebook's list is that of a new interpreter, without this folder.
            sys.path[:] = [path for path in sys.path if path]
            # Not left to the system, which would forget what processor time they took.
            signal.signal(signal.SIGCHLD, _collect)
            while (received := socket.recv_fds(requests, 1, 5))[0]:
                with suppress(OSError):  # Without a process the engine sees all ends close.
                    _fork_guardian(requests, received[1])
        with suppress(ChildProcessError):  # There is none left.
            while True:
                os.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if sockets and os.getppid() != owner:
        shutil.rmtree(sockets, ignore_errors=True)


def _collect(*_: object) -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _import(modules: Sequence[str], requests: socket.socket) -> None:
    """Import what notebooks need, as long as somebody could ask for one.

    No module may leave a thread, which would not survive the fork.
    """
    asking = select.poll()
    asking.register(requests.fileno(), 0)  # Ready only when nobody holds the other end.
    gc.disable()  # What is imported stays: looking for what does not takes a tenth of the time.
    # pandas asks when it is imported whether it is in a notebook.
    vars(builtins)["get_ipython"] = lambda: SimpleNamespace(kernel=None)
    for name in ("cvi_analysis.batch.notebook_shell", *modules):
        if asking.poll(0):
            break
        with suppress(Exception):  # The notebook that needs the module will report it.
            importlib.import_module(name)
    del vars(builtins)["get_ipython"]
    gc.collect()
    gc.freeze()  # So that no process copies what it only looks through.
    gc.enable()


def _fork_guardian(requests: socket.socket, handles: Sequence[int]) -> None:
    """Start a process that guards the notebook of these connections; without any, do nothing.

    Raises:
        OSError: no process can be started.
    """
    ends = [Connection(handle) for handle in handles]
    try:
        if ends and os.fork() == 0:
            try:
                requests.close()
                guard(*ends)
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(0)
    finally:
        for end in ends:
            end.close()


def adopt() -> None:
    """Become the parent of every descendant whose own parent ends. Linux."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def guard(over: Connection, talk: Connection, *others: Connection) -> None:
    """Start a notebook's process, and end it and its descendants when it or the engine is gone.

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
                # start-up time: the server has imported it, its owner has no need to.
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


def children_of_this_process() -> set[int]:
    """Process ids of the children of all its threads. Linux; else none are told."""
    found = set[int]()
    for listed in Path("/proc/self/task").glob("*/children"):
        with suppress(OSError):  # The thread has ended.
            found.update(map(int, listed.read_text(encoding="ascii").split()))
    return found


def end_children() -> None:
    """Kill and collect every child, and the children that this brings. Linux."""
    while children := children_of_this_process():
        for process in children:
            with suppress(OSError):
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)


def _prctl(option: int, value: int) -> None:
    with suppress(OSError, AttributeError):  # Not on Linux.
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
