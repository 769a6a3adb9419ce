"""Pandoc as a coprocess: started once a process, asked over a pipe, a few milliseconds a batch.

Starting pandoc for every Markdown cell would cost more than everything else in an export. One
`pandoc lua` process reads requests as lines of JSON and answers each with a line of JSON. It dies
with its standard input, so it can not outlive the Python process that started it, and answers are
kept by content: the Markdown cells of a notebook stay the same from run to run.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
import threading
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pypandoc

from cvi_analysis.errors import BuildError
from cvi_analysis.export.spoken_formulas import delimited

SCRIPT = Path(__file__).parent / "templates" / "pandoc.lua"
TOKEN_OPEN, TOKEN_CLOSE = "\uf5a0", "\uf5a1"
_KEPT_CHARACTERS = 32_000_000


@dataclass(frozen=True)
class PandocRequest:
    """A text to convert: Markdown, HTML or LaTeX, to an HTML fragment or Typst markup."""

    text: str
    source: Literal["markdown", "html", "latex"]
    target: Literal["html", "typst"]


@dataclass(frozen=True)
class LinkedImage:
    """An image that the text refers to, in the order of its token."""

    src: str
    alt: str
    title: str
    width: str


@dataclass(frozen=True)
class FoundHeading:
    """A heading of the text, with the level its author gave it (1 is the highest)."""

    level: int
    text: str


@dataclass(frozen=True)
class ConvertedText:
    """A converted text. The tuples are filled for Typst only, where tokens refer to them.

    `math` holds formulas as MathML.
    """

    text: str
    math: tuple[str, ...] = ()
    images: tuple[LinkedImage, ...] = ()
    headings: tuple[FoundHeading, ...] = ()
    links: tuple[str, ...] = ()


class PandocProcess:
    """A pandoc process that is started when first needed and restarted once when it has died."""

    def __init__(self, command: Sequence[str] | None = None, timeout: float = 120.0) -> None:
        """Prepare, without starting anything.

        Args:
            command: the program and its arguments; by default the bundled pandoc and our script.
            timeout: seconds to wait for the answer to one batch.
        """
        self._command = list(command) if command is not None else None
        self._timeout = timeout
        self._process: subprocess.Popen[bytes] | None = None
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._kept: dict[PandocRequest, ConvertedText] = {}
        self._kept_characters = 0
        _instances.add(self)

    def convert(self, items: Sequence[PandocRequest]) -> list[ConvertedText]:
        """The fragments of `items`, in order; only what is not known yet is sent to pandoc.

        Raises:
            BuildError: pandoc can not be started, refuses a text, or dies twice on one batch.
        """
        with self._lock:
            missing = [item for item in dict.fromkeys(items) if item not in self._kept]
            fresh = dict(zip(missing, self._ask(missing), strict=True)) if missing else {}
            result = [fresh[item] if item in fresh else self._kept[item] for item in items]
            for item, fragment in fresh.items():
                self._keep(item, fragment)
            return result

    def close(self) -> None:
        """End the process. A later `convert` starts a new one."""
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _keep(self, item: PandocRequest, fragment: ConvertedText) -> None:
        size = len(item.text) + len(fragment.text)
        if size > _KEPT_CHARACTERS // 8:
            return
        if self._kept_characters + size > _KEPT_CHARACTERS:
            self._kept.clear()
            self._kept_characters = 0
        self._kept[item] = fragment
        self._kept_characters += size

    def _ask(self, items: Sequence[PandocRequest]) -> list[ConvertedText]:
        line = json.dumps(
            {
                "items": [
                    {"text": _clean(item), "source": item.source, "target": item.target}
                    for item in items
                ]
            }
        ).encode()
        answer = self._exchange(line) or self._exchange(line)
        if answer is None:
            raise BuildError(
                "Pandoc stopped twice while converting the notebook's text. "
                "Run the command again; if it happens again, look for a cell with unusual text."
            )
        return [_fragment(item, found) for item, found in zip(items, answer, strict=True)]

    def _exchange(self, line: bytes) -> list[dict[str, Any]] | None:
        """One request and its answer, or None when the process is gone."""
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(line + b"\n")
            process.stdin.flush()
            if os.name == "posix":
                ready, _, _ = select.select([process.stdout], [], [], self._timeout)
                if not ready:
                    process.kill()
                    self.close()
                    raise BuildError(
                        f"Pandoc gave no answer within {self._timeout:g} seconds, so it was ended."
                    )
            answer = process.stdout.readline()
            if answer.endswith(b"\n"):
                return list(json.loads(answer)["items"])
        except (OSError, ValueError):
            pass
        self.close()
        return None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._pid != os.getpid():
            self._abandon()
        if self._process is None or self._process.poll() is not None:
            self.close()
            command = self._command or [program(), "lua", SCRIPT.name]
            try:
                self._process = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=_environment(),
                    # Its scripts by their plain names: pandoc may not know the folder's letters.
                    cwd=SCRIPT.parent,
                )
            except OSError as error:
                raise BuildError(f"Pandoc could not be started ({error}).") from error
            self._pid = os.getpid()
        return self._process

    def _abandon(self) -> None:
        """After a fork: leave the parent's process alone, close our ends of its pipes.

        An inherited write end would keep the parent's pandoc alive after the parent's death.
        """
        process, self._process = self._process, None
        self._lock = threading.Lock()
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        process.returncode = 0  # not our child: nothing to wait for, nothing to warn about


def _environment() -> dict[str, str] | None:
    """Where this Python takes names of files for ASCII, so would pandoc: it could not find ours."""
    if sys.getfilesystemencoding() in ("utf-8", "mbcs"):
        return None
    return {**os.environ, "LC_ALL": "C.UTF-8"}


def document(text: str, options: Sequence[str], folder: Path) -> bytes:
    """What pandoc makes of HTML as a whole file, by a process of its own.

    Args:
        text: the HTML.
        options: pandoc's, such as `--to=docx`.
        folder: where the pictures are that the text names.

    Raises:
        BuildError: pandoc can not be started or refuses the text.
    """
    command = [program(), "--from=html", "--output=-", *options]
    # Otherwise pandoc asks the clock.
    environment = {**(_environment() or os.environ), "SOURCE_DATE_EPOCH": "946684800"}
    try:
        done = subprocess.run(
            command, input=text.encode("utf-8", "replace"), capture_output=True, check=True,
            cwd=folder, env=environment,
        )  # fmt: skip
    except subprocess.CalledProcessError as error:
        told = error.stderr.decode("utf-8", "replace").strip().splitlines()
        raise BuildError(f"Pandoc refused the text: {' '.join(told[-3:])}") from error
    except OSError as error:
        raise BuildError(f"Pandoc could not be started ({error}).") from error
    return done.stdout


def _clean(item: PandocRequest) -> str:
    """The text without our tokens and without lone surrogates, which are not text.

    It ends with a line break: without one pandoc drops the last row of a table that ends it.
    """
    text = delimited(item.text) if item.source == "markdown" else item.text
    for mark in (TOKEN_OPEN, TOKEN_CLOSE):
        text = text.replace(mark, "\ufffd")
    return text.encode("utf-8", "replace").decode().rstrip("\n") + "\n"


def _fragment(item: PandocRequest, found: dict[str, Any]) -> ConvertedText:
    if "error" in found:
        start = " ".join(item.text.split())[:60]
        raise BuildError(f"Pandoc could not read the text starting {start!r}: {found['error']}")
    return ConvertedText(
        text=found["text"],
        math=tuple(found["math"]),
        images=tuple(LinkedImage(**entry) for entry in found["images"]),
        headings=tuple(FoundHeading(int(e["level"]), e["text"]) for e in found["headings"]),
        links=tuple(found["links"]),
    )


@cache
def program() -> str:
    """The pandoc that came with pypandoc, or the system's where there is none.

    pypandoc itself starts every pandoc that it finds once, to ask for its version; there is no need
    to wait for that where it brought one along.
    """
    bundled = shutil.which("pandoc", path=os.fspath(Path(pypandoc.__file__).parent / "files"))
    return bundled or str(pypandoc.get_pandoc_path())


_instances: weakref.WeakSet[PandocProcess] = weakref.WeakSet()


def _after_fork() -> None:
    for instance in list(_instances):
        instance._abandon()


def _at_exit() -> None:
    for instance in list(_instances):
        if instance._pid == os.getpid():
            instance.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
atexit.register(_at_exit)

shared = PandocProcess()
"""The process's own pandoc, for everything that has no reason to keep one apart."""
