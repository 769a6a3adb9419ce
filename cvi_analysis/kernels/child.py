"""What a forked process does to become a kernel like any other."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import socket
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from cvi_analysis.kernels.orphans import adopt, end_with_parent


@dataclass(frozen=True)
class Fresh:
    """What a new interpreter has that a forked one must be given.

    Attributes:
        search_path: `sys.path` without what this program's own start has added.
        variables: environment variables that modules set when they are imported.
    """

    search_path: Sequence[str]
    variables: Mapping[str, str]


def run_kernel(
    connection: socket.socket,
    *,
    server: int,
    args: Sequence[str],
    cwd: str,
    env: Mapping[str, str],
    fresh: Fresh,
) -> int:
    """Run an IPython kernel in this process until it is told to shut down.

    Args:
        connection: gets the line `{"ready": true}` once the kernel's sockets are open.
        server: process id of the server that has forked this process.
        args: the kernel's command line arguments, such as `-f <connection file>`.
        cwd: working directory.
        env: all environment variables.
        fresh: what the server found out about new interpreters.

    Returns:
        The process's exit status.
    """
    # If the server is killed, nobody else is left to end this process at once.
    end_with_parent(server)
    adopt()  # What it leaves behind when it ends goes to the server, which ends it.
    _become_fresh(args, cwd, env, fresh)
    # Imported long ago by the server; here so that importing this module costs nothing.
    from ipykernel.kernelapp import IPKernelApp

    app = IPKernelApp.instance(parent_handle=os.getppid())
    try:
        app.initialize(list(args))  # type: ignore[no-untyped-call]
        # traitlets leaves it to the handler to drop what is too detailed, after making a record.
        app.log.setLevel(app.log_level)
        connection.sendall(b'{"ready": true}\n')
        app.start()  # type: ignore[no-untyped-call]
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def report_failure(error: BaseException) -> None:
    """Show on the real standard error why a kernel could not start."""
    traceback.print_exception(error, file=sys.__stderr__)


def _become_fresh(args: Sequence[str], cwd: str, env: Mapping[str, str], fresh: Fresh) -> None:
    """Undo every trace of the server that a program could see, as a new interpreter would be."""
    # Its own session, as an ordinary kernel has: Ctrl-C in the terminal is not for it.
    os.setsid()
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    # multiprocessing has closed the stream, not only the file.
    stream = open(0, closefd=False)  # noqa: SIM115
    vars(sys).update(stdin=stream, __stdin__=stream)

    os.environ.clear()
    os.environ.update({**fresh.variables, **env})
    time.tzset()
    os.chdir(cwd)
    launcher = find_spec("ipykernel_launcher")
    sys.argv[:] = [str(launcher.origin) if launcher else "ipykernel_launcher", *args]
    sys.path[:] = fresh.search_path

    process = multiprocessing.current_process()
    process.name = "MainProcess"
    process.daemon = False  # A daemonic process may not start others.
    multiprocessing.set_start_method(None, force=True)
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()
    if matplotlib := sys.modules.get("matplotlib"):
        # Read from the environment when matplotlib was imported, which was in the server.
        backend = env.get("MPLBACKEND")
        if backend and backend != matplotlib.get_backend(auto_select=False):
            matplotlib.rcParams["backend"] = backend
