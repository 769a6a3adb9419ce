"""The process that makes a preview's pages, warm and replaceable; and its owner's side of it.

It takes orders on its standard input and answers on its standard output, in pickled dictionaries
of plain values: the two sides may be of different states of the code. It ends with its input.

It has imported everything and made a page. Of code that has been edited since it imports again
what the edit touches, see `fresh_code`; only its own parts, `HELD`, ask for another process.
"""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import queue
import subprocess
import sys
import threading
import traceback
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from cvi_analysis import paths
from cvi_analysis.batch.fresh_code import DROPPED, drop, forget_files

Answer = Mapping[str, Any]
"""`kind` is ready, file, done, failed or ended; a file has `name` and `content`."""

_LIBRARIES = (
    *("jinja2", "lxml.etree", "lxml.html", "mistune", "nbclient", "nbconvert", "nbformat"),
    *("nbconvert.exporters.templateexporter", "papermill", "pikepdf", "PIL.Image", "psutil"),
    *("pydantic", "pygments.formatters", "pygments.lexers", "pypandoc", "requests", "rich.console"),
    *("tenacity", "typst", "xlsxwriter", "yaml", "filelock", "jupyter_client.manager"),
)
"""What a page's making imports besides our code."""

_IN_NOTEBOOKS = ("pydantic", "yaml", "jinja2", "lxml.etree", "mistune", "PIL.Image", "requests")


class Worker:
    """The owner's side. Its answers come in the order of its orders.

    Args:
        first: keep bytecode of our code. Later ones do not: it is told from its source by whole
            seconds and bytes, and who saves twice in one would see the older state.
    """

    def __init__(self, *, first: bool = False) -> None:
        start = f"from {__name__} import serve; serve()"
        environment = {**os.environ, "CVI_ROOT": str(paths.root())}
        if not first:
            environment["PYTHONDONTWRITEBYTECODE"] = "1"
        self._process = subprocess.Popen(
            [sys.executable, "-c", start],
            cwd=paths.PACKAGE.parent,  # So that it imports this very package.
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for its owner to handle.
        )
        self.ready = threading.Event()
        self.dropped: frozenset[str] = frozenset()
        """The modules that its notebooks have to import again."""
        self._edited: frozenset[str] | None = None
        self._answers: queue.Queue[Answer] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with suppress(EOFError, OSError, pickle.UnpicklingError):
            while True:
                answer = pickle.load(self._process.stdout)  # noqa: S301 - from our own process
                if answer["kind"] == "ready":
                    self.ready.set()
                else:
                    self._answers.put(answer)
        self._answers.put({"kind": "ended"})

    def edited(self, names: frozenset[str]) -> None:
        """Before the next order, forget the package's files and import these modules again."""
        self._edited = names | (self._edited or frozenset())
        self.dropped |= names

    def order(self, order: Mapping[str, Any]) -> None:
        """Ask for a report; see `_make`. One that has ended says so in its answer."""
        assert self._process.stdin is not None
        edited, self._edited = self._edited, None
        with suppress(OSError):
            pickle.dump({**order, "edited": edited}, self._process.stdin)
            self._process.stdin.flush()

    def answer(self, seconds: float) -> Answer | None:
        """The next answer, or None if there is none in time."""
        try:
            return self._answers.get(timeout=seconds)
        except queue.Empty:
            return None

    def stop(self) -> None:
        """End the process and all that it has started, whatever it is doing."""
        import psutil  # start-up time: not needed before

        below = []
        with suppress(psutil.Error):
            below = psutil.Process(self._process.pid).children(recursive=True)
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(1 if self.ready.is_set() else 0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        # Its notebooks' server ends by itself when nobody holds its socket.
        _, left = psutil.wait_procs(below, 3)
        for process in left:
            with suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(left, 2)


def serve() -> None:
    """Be the process, until its input ends."""
    orders, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # What anything prints here is no answer.
    # start-up time: its owner has no need of them.
    from cvi_analysis.batch import notebook_server
    from cvi_analysis.batch.pool import NOTEBOOK_PRELOAD

    gc.set_threshold(20_000, 10, 10)  # As the batch's workers, see `pool`.
    server = notebook_server.start_server((*NOTEBOOK_PRELOAD, *_IN_NOTEBOOKS))
    try:
        for name in _LIBRARIES:
            with suppress(ImportError):
                importlib.import_module(name)
        with suppress(Exception):  # The first order will say what is wrong.
            importlib.import_module("cvi_analysis.batch.city")
            _rehearse()
        gc.collect()
        gc.freeze()
        with suppress(EOFError, BrokenPipeError):  # Its owner has ended, perhaps by a kill.
            _send(answers, kind="ready")
            while True:
                _answer(pickle.load(orders), answers)  # noqa: S301 - from our owner
    finally:
        if server is not None:
            server.stop()


def _rehearse() -> None:
    """Render the notebook as it stands, without results, and throw the files away.

    Afterwards pandoc runs and has converted the text that all reports share, and Typst has read
    its fonts. A build's workers gained nothing by it.

    Raises:
        Exception: what is wrong with the notebook, which is for the build to say.
    """
    # start-up time: its owner has no need of them.
    import nbformat

    from cvi_analysis.batch import rendering
    from cvi_analysis.batch.fingerprint import NOTEBOOK
    from cvi_analysis.batch.orders import noted

    with noted():
        text = (paths.root() / NOTEBOOK).read_text(encoding="utf-8")
        notebook = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
        rendering.render_html(notebook)
        rendering.render_pdf(notebook)


HELD = frozenset(
    f"cvi_analysis.batch.{name}"
    for name in ("preview_worker", "fresh_code", "notebook_server", "notebook_shell")
) | {"cvi_analysis.batch.papermill_engine"}  # papermill keeps the class.
"""The modules that the process, its notebooks' server and papermill keep running."""


def _send(answers: BinaryIO, **answer: Any) -> None:
    pickle.dump(answer, answers)
    answers.flush()


def _answer(order: Mapping[str, Any], answers: BinaryIO) -> None:
    try:
        if order["edited"] is not None:
            forget_files()
            drop(order["edited"])
            told = {*os.environ.get(DROPPED, "").split(), *order["edited"]}
            os.environ[DROPPED] = " ".join(sorted(told))
        _make(order, answers)
    except BrokenPipeError:
        raise
    except Exception as error:
        _send(answers, kind="failed", error=_told(error), detail=traceback.format_exc())


def _told(error: Exception) -> str:
    """A message on an error; on one of the code, which a researcher may be editing, with line."""
    from cvi_analysis.errors import CviError  # start-up time: loaded long since

    if isinstance(error, CviError):
        return str(error)
    words = f"{type(error).__name__}: {error}"
    if isinstance(error, SyntaxError) and error.filename:
        return f"{_shown(error.filename)}:{error.lineno}: {type(error).__name__}: {error.msg}"
    ours = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(paths.PACKAGE)
    ]
    return f"{_shown(ours[-1].filename)}:{ours[-1].lineno}: {words}" if ours else words


def _shown(file: str) -> str:
    path = Path(file)
    folder = paths.PACKAGE.parent
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name


def _make(order: Mapping[str, Any], answers: BinaryIO) -> None:
    """Make a report's page, and its other files if asked, from the project as it is now.

    `options` are those of `commands.CommandOptions`; `run` those of its `RunOptions`; `only` the
    endings of the files to make.
    """
    # start-up time: and code that has been edited is imported as it is when it is asked.
    from cvi_analysis.batch.city import build_city
    from cvi_analysis.batch.commands import CommandOptions
    from cvi_analysis.batch.notebook_environment import RunOptions
    from cvi_analysis.batch.opening import opened
    from cvi_analysis.batch.plan import RunPlan

    options = CommandOptions(**order["options"], run=RunOptions(**order["run"]))
    library, request, inputs = opened(options)
    plan = RunPlan.make(request, library, inputs, indexed=False)
    spec = plan.spec(plan.cities[0])
    _send(answers, kind="begun", slug=spec.slug, scenario=request.name)
    result = build_city(
        spec,
        only=order["only"],
        made=lambda name, content: _send(answers, kind="file", name=name, content=content),
    )
    if result.error is not None:
        _send(answers, kind="failed", error=result.error, detail=result.detail)
    else:
        _send(answers, kind="done", notes=list(result.notes))
