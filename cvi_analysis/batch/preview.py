"""`cvi preview`: one city's report in a browser, made afresh on every save.

Each refresh is a whole run, by a process that has imported everything before; the page is the one
that a build writes, byte for byte. What the browser adds stands around it, in a page of its own.
"""

from __future__ import annotations

import re
import sys
import threading
import time
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

from cvi_analysis import paths
from cvi_analysis.batch.answers import shown
from cvi_analysis.batch.commands import ended_by_signals
from cvi_analysis.batch.fingerprint import NOTEBOOK
from cvi_analysis.batch.fresh_code import dependents, module_imports, needs_restart
from cvi_analysis.batch.notebook_environment import RunOptions
from cvi_analysis.batch.preview_server import Board, PreviewServer
from cvi_analysis.batch.preview_watch import INTERVAL, State, Watch, changed, is_code
from cvi_analysis.batch.preview_worker import HELD, Answer, Worker
from cvi_analysis.batch.report_formats import FORMATS
from cvi_analysis.files import require_files, require_folder, workspace

_PATIENCE = 3.0
"""Seconds after which a run that an edit has made useless is not waited for."""


@dataclass(frozen=True, slots=True)
class PreviewOptions:
    """What to show, and where.

    Attributes:
        city: as typed.
        scenario: name of a scenario's file.
        notebook: one of somebody's own, in place of the project's.
        run: how the notebook is run.
        pdf: whether to show the PDF beside the page.
        port: where to listen; None for a free one.
        browser: whether to open a browser.
    """

    city: str
    scenario: str = "baseline"
    notebook: Path | None = None
    run: RunOptions = RunOptions()  # noqa: RUF009 - frozen
    pdf: bool = False
    port: int | None = None
    browser: bool = True

    def order(self) -> dict[str, Any]:
        """What a worker is asked for; see `preview_worker`."""
        return {
            "options": {
                "cities": (self.city,),
                "scenario": self.scenario,
                "notebook": self.notebook,
                "formats": FORMATS,  # As `cvi report`: the page leads to all of them.
            },
            "run": {
                "engine": self.run.engine,
                "timeout": self.run.timeout,
                "memory": self.run.memory,
            },
            "only": ("html", "xlsx", "json", "pdf") if self.pdf else ("html",),
        }


def preview(options: PreviewOptions) -> int:
    """Show a report and keep it up to date until Ctrl-C. Exit status 0.

    Raises:
        CviError: the port cannot be used, or the working folder is gone.
    """
    require_folder()
    require_files()
    board = Board()
    with ended_by_signals(), workspace():
        workers = Workers()
        maker = Maker(options, board, workers)
        try:
            with _served(board, options, maker) as address:
                _say(f"Preview of {options.city} ({options.scenario}): {address}")
                _say("It follows every save. Ctrl-C ends it.")
                if options.browser:
                    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
                maker.run()
        except KeyboardInterrupt:
            _say("Preview ended.")
        finally:
            workers.stop()
    return 0


@contextmanager
def _served(board: Board, options: PreviewOptions, maker: Maker) -> Iterator[str]:
    with PreviewServer(board, options.port, lambda: maker.folder, pdf=options.pdf) as server:
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
        try:
            yield server.address
        finally:
            server.shutdown()


class Workers:
    """The warm process that makes the pages, and after an edit of code the one to follow it."""

    def __init__(self) -> None:
        self.current = Worker(first=True)
        threading.Thread(target=module_imports, daemon=True).start()  # It keeps what it has read.
        self._next: Worker | None = None

    def edited(self, files: Sequence[Path]) -> None:
        """Have the processes work with these files of the package as they are now."""
        for path in files:  # See `Worker` on bytecode.
            if path.suffix == ".py":
                with suppress(OSError, NotImplementedError):
                    Path(cache_from_source(path)).unlink()
        if needs_restart(files, HELD):
            for stale in (self.current, self._next):
                if stale is not None:
                    threading.Thread(target=stale.stop).start()
            self.current, self._next = Worker(), None
            return
        for worker in (self.current, self._next):
            if worker is not None:
                worker.edited(dependents(files))

    def restart(self) -> None:
        """End the process, which hangs or has ended, and start another."""
        self.current.stop()
        self.current = Worker()

    def prepare(self) -> None:
        """While there is nothing to do, start one whose notebooks need not import the edited."""
        if self._next is None:
            if self.current.ready.is_set() and self.current.dropped:
                self._next = Worker()
        elif self._next.ready.is_set():
            used, self.current, self._next = self.current, self._next, None
            threading.Thread(target=used.stop).start()

    def stop(self) -> None:
        """End them all."""
        for worker in (self.current, self._next):
            if worker is not None:
                worker.stop()


class Maker:
    """Makes the report whenever a file has changed, the newest state only."""

    def __init__(self, options: PreviewOptions, board: Board, workers: Workers) -> None:
        self._options, self._board, self._workers = options, board, workers
        notebook = options.notebook or paths.root() / NOTEBOOK
        self._watch = Watch(notebook)
        self.folder: Path | None = None
        """Where a build leaves the report's files; known after the first page."""
        self._pages = 0

    def run(self) -> None:
        """Make the report again and again, until interrupted."""
        state = self._watch.settled()
        self._make(state, [])
        while True:
            now = self._watch.look()
            if now == state:
                self._workers.prepare()
                time.sleep(INTERVAL)
                continue
            now = self._watch.settled()
            edited = changed(state, now)
            if code := [path for path in edited if is_code(path)]:
                self._workers.edited(code)
            state = now
            if edited:
                self._make(state, edited)

    def _make(self, state: State, edited: Sequence[Path]) -> None:
        """Make the report of this state; what is edited meanwhile, the next turn sees."""
        began = time.monotonic()
        for attempt in range(2):
            self._workers.current.order(self._options.order())
            answer = self._take(state, began, edited)
            if answer["kind"] != "ended":
                break
            self._workers.restart()
            if attempt == 1:
                words = "the process that makes the report ended twice. Is memory short?"
                answer = {**answer, "kind": "failed", "error": words, "detail": ""}
        if answer["kind"] == "failed" and self._watch.look() == state:
            error = _with_line(answer["error"], answer["detail"])
            self._board.put(error=error, detail=answer["detail"])
            _say(f"{_names(edited)}{error}")

    def _take(self, state: State, began: float, edited: Sequence[Path]) -> Answer:
        """Take what the worker makes, until it is done, or the order is of no more use."""
        files: dict[str, bytes] = {}
        while True:
            answer = self._workers.current.answer(INTERVAL)
            if answer is None:
                if time.monotonic() > began + _PATIENCE and self._useless(state):
                    self._workers.restart()
                    return {"kind": "given up"}
                continue
            kind = answer["kind"]
            if kind == "begun":
                self.folder = paths.reports() / answer["scenario"]
            elif kind == "file":
                name, content = answer["name"], answer["content"]
                files[name] = content
                if name.endswith(".html"):
                    self._pages += 1
                    title = f"{self._options.city}, {self._options.scenario}"
                    told = {"page": self._pages, "name": name, "title": title}
                    self._board.put({name: content}, error="", detail="", **told)
                    _say(f"{_names(edited)}{time.monotonic() - began:.1f} s")
                elif name.endswith(".pdf"):
                    self._board.put(files, pdf=self._pages)
            else:
                return answer

    def _useless(self, state: State) -> bool:
        """Whether something has been edited since, and the process is not one still starting."""
        return self._workers.current.ready.is_set() and self._watch.look() != state


_LINE = re.compile(r"^(?:Cell In\s?\[?\d*\]?, )?line (\d+)|^-+> ?(\d+) ", re.MULTILINE)


def _with_line(error: str, detail: str) -> str:
    """The message on a failing cell, with the line in that cell that its traceback names."""
    found = _LINE.search(detail) if error.startswith("cell ") or ", cell " in error else None
    if found is None:
        return error
    return f"{error} (line {found[1] or found[2]} of the cell)"


def _names(edited: Sequence[Path]) -> str:
    names = [str(shown(path)) for path in edited]
    return f"{', '.join(names[:3])}{', …' if len(names) > 3 else ''}: " if names else ""


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
