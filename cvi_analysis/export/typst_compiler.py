"""Typst: text made safe for its markup, its compiler, kept warm, and its PDFs in half the bytes."""

from __future__ import annotations

import importlib.util
import io
import json
import logging
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import pikepdf
import typst

from cvi_analysis.errors import BuildError
from cvi_analysis.export.pdf_row_headers import name_rows

log = logging.getLogger(__name__)
STANDARDS = ["ua-1", "a-3a"]
"""PDF/A-3 is PDF/A-2, but that files of any kind may be attached."""
DATE = 946684800
"""2000-01-01, the date of every file: the same notebook has to give the same bytes."""
_MARKUP = re.compile(r"([\\#$*_`<>@\[\]~=+/\-'\"{}().:;!^|&%])")
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff]|[\U000f0000-\U0010ffff]"
)
_PLACE = re.compile(r"┌─ ([^\s:]+):(\d+):\d+")
_NOT_SHOWN = re.compile("could not be displayed|missing codepoints|disallowed codepoint")
_SHOWN = re.compile(r"^ *\d+ │ (.*)$", re.M)


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file that a PDF carries inside.

    Attributes:
        name: what it is called there; no backslash may be in it.
        content: its bytes.
        mime_type: such as `text/csv`.
        description: what it is, in words; programs show it beside the name.
        relation: `data` if the document was made from it, else `supplement`.
    """

    name: str
    content: bytes
    mime_type: str
    description: str
    relation: str = "supplement"

    @property
    def path(self) -> str:
        """Where `listing` stands among a document's files, whatever letters are in the name."""
        return f"attached/{self.name.encode().hex()}.json"

    @property
    def listing(self) -> bytes:
        """The content as a list of numbers: the compiler takes no files but UTF-8 texts."""
        return json.dumps(list(self.content), separators=(",", ":")).encode()

    def markup(self) -> str:
        """The Typst that attaches it."""
        return (
            f"#pdf.attach({quote(self.name)}, bytes(json({quote(self.path)})), "
            f"relationship: {quote(self.relation)}, mime-type: {quote(self.mime_type)}, "
            f"description: {quote(self.description)})\n"
        )


def escape(text: str) -> str:
    r"""`text` as Typst markup that prints exactly it, on one line.

    >>> escape("50% of #1")
    '50\\% of \\#1'
    """
    return _MARKUP.sub(r"\\\1", " ".join(printable(str(text)).split()))


def quote(text: str) -> str:
    r"""`text` as a Typst string, quotes included: `"a \"b\""`."""
    body = printable(str(text)).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + body.replace("\n", "\\n").replace("\t", "    ") + '"'


def printable(text: str) -> str:
    """`text` without what PDF/A does not allow: control, private-use and unassigned characters."""
    # The byte order mark shows nothing, so nothing takes its place.
    return _UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\ufeff", ""))


def compile_pdf(
    files: Mapping[str, bytes], names: Mapping[str, str], font_folders: Sequence[str] = ()
) -> bytes:
    """The PDF of `main.typ` in `files`, as PDF/UA-1 and PDF/A-3a. Nothing is read from disk.

    Args:
        files: every file that the document refers to, by name.
        names: what to call a file in a message, such as "cell 3" for `part-3.typ`.
        font_folders: where the document's fonts are, besides Typst's own and DejaVu Sans.

    Raises:
        BuildError: Typst refuses the document; the message says where and why.
    """
    main = {("main" if name == "main.typ" else name): data for name, data in files.items()}
    _refuse_fork()
    compiler = _compiler(os.getpid(), tuple(font_folders))
    simpler = [_without_rare_marks, _without_marks, _without_rare_characters]
    while True:
        try:
            with _panics_told():
                result = compiler.compile(
                    input=main, format="pdf", pdf_standards=STANDARDS, timestamp=DATE
                )
        except typst.TypstError as error:
            if not _NOT_SHOWN.search(str(error)) or not simpler:
                raise BuildError(_explained(error, names)) from error
            simplify = simpler.pop(0)
            log.warning("Some characters are in none of the fonts; the PDF goes without them")
            main = {name: simplify(data.decode()).encode() for name, data in main.items()}
        else:
            assert isinstance(result, bytes)
            _forget(compiler)
            return result


def draw(
    drawings: Sequence[str], dots: int, names: Mapping[str, str], font_folders: Sequence[str] = ()
) -> list[bytes]:
    """SVG drawings as PNG pictures, for what draws no SVG itself.

    Args:
        drawings: the drawings, whole.
        dots: an inch.
        names: what to call each drawing in a message, in their order.
        font_folders: as for `compile_pdf`.

    Raises:
        BuildError: Typst refuses one; the message says which.
    """
    if not drawings:
        return []
    files = {name: printable(text).encode() for name, text in zip(names, drawings, strict=True)}
    pages = "\n#pagebreak()\n".join(f"#image({quote(name)})" for name in files)
    page = "#set page(width: auto, height: auto, margin: 0pt)\n"
    _refuse_fork()
    compiler = _compiler(os.getpid(), tuple(font_folders))
    try:
        with _panics_told():
            drawn = compiler.compile(
                input={"main": f"{page}{pages}".encode(), **files}, format="png", ppi=dots
            )
    except typst.TypstError as error:
        raise BuildError(_explained(error, names)) from error
    return [drawn] if isinstance(drawn, bytes) else list(drawn)


@contextmanager
def _panics_told() -> Iterator[None]:
    """Turns a fault of Typst's own into an error like any other.

    Raises:
        BuildError: there was one. Python sees it as no `Exception`, so a worker would end with it.
    """
    try:
        yield
    except BaseException as error:
        if type(error).__module__ != "pyo3_runtime":
            raise
        _compiler.cache_clear()  # Nobody knows what state it is in.
        raise BuildError(
            f"the PDF could not be made: Typst itself has failed ({error}). Leave out what is "
            "unusual in the notebook, such as enormous numbers, part by part."
        ) from None


def _refuse_fork() -> None:
    """Typst's threads do not survive a fork: without this, the child would wait for them forever.

    Raises:
        BuildError: this process was forked from one that had already compiled a document.
    """
    _first_process.append(os.getpid())
    if _first_process[0] != os.getpid():
        raise BuildError(
            "This process was forked from one that had already made a PDF, so it can not make "
            "one. Start worker processes with the spawn or forkserver method."
        )
    del _first_process[1:]


_first_process: list[int] = []


def _forget(compiler: Any) -> None:
    """Let go of what the last reports left in Typst's memory.

    Typst forgets what ten compilations in a row have not used. An empty one counts: with one after
    each report, a process that makes many needs 370 MB instead of 470 MB, and what all reports
    have in common is still remembered from one to the next.
    """
    compiler.compile(input={"main": b""}, format="pdf")


def _without_rare_marks(text: str) -> str:
    """`text` without accents, joiners and modifiers that no font here can place on a letter."""
    return "".join(
        c
        for c in text
        if c < "\u0370"
        or not (
            unicodedata.category(c).startswith(("M", "Cf")) or "\U0001f3fb" <= c <= "\U0001f3ff"
        )
    )


def _without_marks(text: str) -> str:
    """`text` with the accents that make one letter with theirs, and no others."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(c for c in composed if not unicodedata.category(c).startswith("M"))


def _without_rare_characters(text: str) -> str:
    """`text` with a box for everything but European scripts, punctuation and symbols."""
    return "".join(c if c < "\u0530" or "\u2000" <= c < "\u2600" else "□" for c in text)


def _explained(error: Any, names: Mapping[str, str]) -> str:
    """One message: the part of the notebook at fault, what Typst says, and the line it shows."""
    diagnostic = str(getattr(error, "diagnostic", "") or "")
    places = _PLACE.findall(diagnostic)
    where = next((names[name] for name, _ in places if name in names), "")
    message = str(getattr(error, "message", "") or error).strip().rstrip(".")
    shown = _SHOWN.search(diagnostic)
    text = f"{where}: " if where else ""
    text += f"the PDF could not be made: {message}."
    if where and shown and places and places[0][0] in names:
        text += f" Typst stopped at: {shown[1].strip()[:120]}"
    hints = [str(hint) for hint in getattr(error, "hints", None) or ()]
    return text + "".join(f" Hint: {hint}." for hint in hints)


@lru_cache(maxsize=1)
def _compiler(pid: int, font_folders: tuple[str, ...]) -> Any:
    """The compiler of this process, with the fonts read once."""
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=[*font_folders, *_matplotlib_fonts()],
    )
    return typst.Compiler(font_paths=fonts, ignore_system_fonts=True)


def _matplotlib_fonts() -> list[str]:
    """The folder with DejaVu Sans that matplotlib ships, found without importing matplotlib."""
    found = importlib.util.find_spec("matplotlib")
    places = found.submodule_search_locations if found is not None else None
    folders = [Path(place) / "mpl-data" / "fonts" / "ttf" for place in places or ()]
    return [str(folder) for folder in folders if folder.is_dir()]


def compact(pdf: bytes) -> bytes:
    """`pdf` with its rows named and its objects packed into compressed streams, as PDF/A allows.

    Typst writes every tag of the structure tree as an object of its own, in plain text; in a
    report these are more than half of the file. The XMP metadata stay uncompressed, as PDF/A asks
    for, and the identifier follows from the content: the same document gives the same bytes.
    """
    small = io.BytesIO()
    with _file(pdf) as (file, access), pikepdf.open(file, access_mode=access) as document:
        name_rows(document)
        document.save(
            small,
            compress_streams=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
        )
    return small.getvalue()


@contextmanager
def _file(pdf: bytes) -> Iterator[tuple[BinaryIO, pikepdf.AccessMode]]:
    """The content as an open file that lies in memory, and how to read it.

    qpdf moves to every object of the file. Through a Python stream that takes longer than all the
    rest, so where the system has files in memory they are mapped instead.
    """
    if not hasattr(os, "memfd_create"):
        yield io.BytesIO(pdf), pikepdf.AccessMode.stream
        return
    with os.fdopen(os.memfd_create("report.pdf"), "r+b") as file:
        file.write(pdf)
        file.flush()
        file.seek(0)
        yield file, pikepdf.AccessMode.mmap
