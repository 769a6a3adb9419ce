"""What a notebook's process does: IPython's shell runs cells and tells the engine what they show.

It tells in records, of the form that nbclient can put into a notebook, and waits for a receipt of
each. What is printed goes through the pipes of the file descriptors, from Python too. Together
this keeps everything in order.
"""

from __future__ import annotations

import asyncio
import builtins
import getpass
import io
import json
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from typing import Any, NoReturn

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Bool, Instance, Type
from traitlets.config import Config

from cvi_analysis.batch.fresh_code import drop_told

# What a process that has used up its memory gets to say so.
_RESERVE = 32_000_000


class Speaker:
    """The notebook's end of the connection with the engine."""

    def __init__(self, talk: Connection, acks: Connection) -> None:
        self._talk, self._acks = talk, acks
        self._lock = threading.RLock()
        self._pid = os.getpid()
        self._last: io.TextIOBase | None = None

    def tell(self, kind: str, **content: Any) -> None:
        """Send a record and wait until the engine has taken it, and what was printed before.

        A process that a cell has forked has nothing to tell: only what it prints is shown.
        """
        with self._lock:
            if os.getpid() == self._pid:
                self._last = None
                record = json.dumps([kind, content], default=_plain)
                self._talk.send_bytes(record.encode(errors="surrogateescape"))
                if kind != "done":
                    self._acks.recv_bytes()

    def turn(self, stream: io.TextIOBase) -> None:
        """Let this stream print, after all that the other one has printed."""
        if self._last not in (None, stream):
            self.tell("turn")
        self._last = stream

    async def listen(self) -> str:
        """The next cell. Until it comes the notebook's own tasks go on."""
        loop = asyncio.get_running_loop()
        heard = loop.create_future()
        loop.add_reader(self._talk.fileno(), heard.set_result, None)
        await heard
        loop.remove_reader(self._talk.fileno())
        cell: str = json.loads(self._talk.recv_bytes())
        return cell


class NotebookStream(io.TextIOWrapper):
    """Standard output or standard error, written at once."""

    def __init__(self, speaker: Speaker, number: int) -> None:
        raw = open(number, "wb", closefd=False)  # noqa: SIM115
        super().__init__(raw, encoding="UTF-8", errors="backslashreplace")
        self._speaker = speaker

    def write(self, text: str) -> int:
        """Print a text."""
        self._speaker.turn(self)
        count = super().write(text)
        self.flush()
        return count


class NotebookDisplayHook(DisplayHook):
    """Tells the value of a cell's last expression, where a terminal's hook prints it."""

    def write_output_prompt(self) -> None:
        """Nothing: the number is told with the value."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        """Tell the value in every format that it has."""
        count = self.prompt_count
        told = {"data": format_dict, "metadata": md_dict, "execution_count": count}
        self.shell.speaker.tell("execute_result", **told)  # type: ignore[union-attr]

    def finish_displayhook(self) -> None:
        """Note that the value is told."""
        self._is_active = False


class NotebookDisplayPublisher(DisplayPublisher):
    """Tells what is displayed, and changes of it."""

    def publish(self, data: Any, metadata: Any = None, *args: Any, **options: Any) -> None:
        """Tell one thing in every format that it has; `update` changes those of the same name."""
        kind = "update_display_data" if options.get("update") else "display_data"
        named = {"transient": options.get("transient") or {}}
        self.shell.speaker.tell(kind, data=data, metadata=metadata or {}, **named)

    def clear_output(self, wait: bool = False) -> None:
        """Tell that the cell's outputs are to go, now or when the next one comes."""
        self.shell.speaker.tell("clear_output", wait=wait)


class NotebookCompiler(CachingCompiler):
    """Names cells like files, without which tracebacks would look another way than a kernel's."""

    def get_code_name(self, *args: Any) -> str:
        """The name of a cell's code; the same cell always has the same."""
        return f"{super().get_code_name(*args)}.py"


class ZMQInteractiveShell(InteractiveShell):
    """The shell of a notebook, without ZMQ.

    pandas, rich and others know by this name, that of Jupyter's own shell, by its `kernel` and by
    the name of the application that they are in a notebook and not in a terminal.
    """

    displayhook_class = Type(NotebookDisplayHook)
    display_pub_class = Type(NotebookDisplayPublisher)
    compiler_class = Type(NotebookCompiler)
    autoindent = Bool(False)
    speaker = Instance(Speaker)
    kernel = None
    trace: list[str]
    failed_display = False

    def init_environment(self) -> None:
        """Ask programs for colors and against paging, as Jupyter's own shell does."""
        colors = {"TERM": "xterm-color", "FORCE_COLOR": "1"}
        os.environ.update(colors, CLICOLOR="1", CLICOLOR_FORCE="1", PAGER="cat", GIT_PAGER="cat")

    def init_hooks(self) -> None:
        """Show nothing for `name?`, which an executed notebook has no pager for."""
        super().init_hooks()  # type: ignore[no-untyped-call]
        self.set_hook("show_in_pager", lambda *shown, **how: None, 99)  # type: ignore[no-untyped-call]

    def enable_gui(self, gui: Any = None) -> None:
        """Nothing: there are no windows."""

    def ask_exit(self) -> None:
        """Note that the cell has called `exit()` or `quit()`."""
        self.exit_now = True

    def showtraceback(self, *args: Any, **options: Any) -> None:
        """Tell an exception; one for want of memory needs some memory for that."""
        most = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
        super().showtraceback(*args, **options)

    def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
        # By its documentation it is for subclasses to override.
        self.trace = stb
        self.failed_display |= self.displayhook.is_active
        self.speaker.tell("error", ename=etype.__name__, evalue=str(evalue), traceback=stb)

    async def execute(self, cell: str) -> dict[str, Any]:
        """Run a cell; what the engine needs to know when it is done."""
        self.trace, self.failed_display = [], False
        known: dict[str, Any] = {"preprocessing_exc_tuple": None}
        try:
            known["transformed_cell"] = self.transform_cell(cell)  # type: ignore[no-untyped-call]
        except Exception:
            known = {"transformed_cell": cell, "preprocessing_exc_tuple": sys.exc_info()}
        awaits = self.should_run_async(cell, **known)
        result = None
        try:
            running = self.run_cell_async(cell, store_history=True, **known)
            # What awaits nothing is not made a task: it sets variables of this very context.
            # `run_cell` would do, but transforms and looks through each cell once more.
            result = await (asyncio.ensure_future(running) if awaits else running)
        finally:
            self.events.trigger("post_execute")
            self.events.trigger("post_run_cell", result)
        told: dict[str, Any] = {"execution_count": self.execution_count - 1, "exit": self.exit_now}
        if not result.success or self.failed_display:
            error = result.error_before_exec or result.error_in_exec
            told["error"] = {"ename": type(error).__name__, "evalue": str(error)}
            told["error"]["traceback"] = self.trace
        return told


def begin(
    order: Mapping[str, Any], talk: Connection, acks: Connection, out: Connection, err: Connection
) -> NoReturn:
    """Run the cells that the engine sends, until it goes.

    Args:
        order: `environment`, `cwd`, and `memory` in gigabytes or None.
        talk: brings cells and takes records.
        acks: brings receipts for records.
        out: takes what goes to standard output.
        err: takes what goes to standard error.
    """
    os.setsid()  # Ctrl-C in the terminal is not for it.
    for number, end in enumerate((out, err), 1):
        os.dup2(end.fileno(), number)
        end.close()
    for end in (talk, acks):
        os.set_inheritable(end.fileno(), False)
    speaker = Speaker(talk, acks)
    try:
        _become_fresh(order["environment"], order["cwd"])
        drop_told()
        if order["memory"] is not None:
            _limit_memory(int(order["memory"] * 1e9))
        shell = _shell(speaker)
    except OSError as error:
        speaker.tell("done", refused=[error.errno, error.strerror, error.filename])
        raise
    loop = asyncio.new_event_loop()  # `asyncio.run` would handle Ctrl-C in a way of its own.
    asyncio.set_event_loop(loop)
    loop.run_until_complete(_converse(shell, speaker))
    os._exit(0)


async def _converse(shell: ZMQInteractiveShell, speaker: Speaker) -> None:
    told: dict[str, Any] = {}
    pid = os.getpid()
    while os.getpid() == pid:  # A process that a cell has forked ends with that cell.
        speaker.tell("done", **told)
        told = await shell.execute(await speaker.listen())


def _shell(speaker: Speaker) -> ZMQInteractiveShell:
    sys.stdout = sys.__stdout__ = NotebookStream(speaker, 1)  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = NotebookStream(speaker, 2)  # type: ignore[misc]
    builtins.input, getpass.getpass = _refusal("raw_input"), _refusal("getpass")
    config = Config(IPKernelApp={"name": "cvi"}, HistoryManager={"enabled": False})
    shell: ZMQInteractiveShell = ZMQInteractiveShell.instance(config=config, speaker=speaker)
    shell.extension_manager.load_extension("storemagic")  # type: ignore[union-attr]
    return shell


def _refusal(name: str) -> Callable[..., str]:
    def refuse(*args: object, **options: object) -> NoReturn:
        why = "was called, but this frontend does not support input requests."
        raise StdinNotImplementedError(f"{name} {why}")

    return refuse


def _become_fresh(environment: Mapping[str, str], cwd: str) -> None:
    """Undo every trace of the server that a program could see, as a new interpreter would be."""
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(cwd)
    sys.argv[:] = [""]
    # The working folder, where Jupyter puts it.
    packages = (i for i, path in enumerate(sys.path) if path.endswith("-packages"))
    sys.path.insert(next(packages, len(sys.path)), "")
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()
    if matplotlib := sys.modules.get("matplotlib"):
        # What it has read from the environment when it was imported, which was in the server.
        matplotlib.rcParams["backend"] = environment["MPLBACKEND"]
        folder = environment["MPLCONFIGDIR"]
        vars(matplotlib).update(get_configdir=lambda: folder, get_cachedir=lambda: folder)


def _limit_memory(most: int) -> None:
    """Refuse this process more bytes of data; libraries reserve much address space unused."""
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most - _RESERVE, most))


def _plain(value: Any) -> Any:
    """What JSON does not know, as Jupyter's messages carry it."""
    from jupyter_client.jsonutil import json_default  # start-up time: seldom needed

    return json_default(value)
