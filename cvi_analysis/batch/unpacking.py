"""Files from anybody, unpacked within bounds; what is wrong with one is told in its own words."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lxml import etree

from cvi_analysis.errors import InputError

if sys.platform == "linux":
    import resource

    import psutil

LARGEST = 50_000_000
"""Bytes of a file, and of all that is read of it when unpacked."""
_MOST_TAGS = 1_000_000
"""A report's Word document and workbook have some 10,000."""
_MEMORY = 1_000_000_000
"""Bytes that reading one file may take."""
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
"""How office files begin that are encrypted, or of before 2007."""
_MACROS = "vbaProject.bin"


class UnreadableError(InputError):
    """A file that is not read, for a reason that its sender can do something about."""

    def of(self, path: Path) -> InputError:
        """The same, naming the file."""
        return InputError(
            self.message, file=path, found=self.found, allowed=self.allowed, hint=self.hint
        )


class Room:
    """Bytes that may still be unpacked of one file."""

    def __init__(self) -> None:
        self._left = LARGEST

    def take(self, size: int) -> None:
        """Use so many bytes up.

        Raises:
            UnreadableError: they are not left.
        """
        self._left -= size
        if self._left < 0:
            raise too_large()


def too_large() -> UnreadableError:
    """The refusal of a file that unpacks to more than any report."""
    return UnreadableError(
        "this file is too large when unpacked", allowed=f"at most {LARGEST:,} bytes"
    )


def locked() -> UnreadableError:
    """The refusal of a file that only a password opens."""
    return UnreadableError(
        "this file is encrypted with a password", hint="Save it without a password and try again."
    )


@contextmanager
def bounded_memory() -> Iterator[None]:
    """Refuses what takes more memory inside than any report's file, where the system can.

    Raises:
        UnreadableError: it did.
    """
    try:
        if sys.platform != "linux":
            yield
            return
        before = resource.getrlimit(resource.RLIMIT_DATA)
        most = psutil.Process().memory_info().data + _MEMORY
        kept = [most, *(limit for limit in before if limit != resource.RLIM_INFINITY)]
        resource.setrlimit(resource.RLIMIT_DATA, (min(kept), before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_DATA, before)
    except MemoryError as error:
        raise too_large() from error


def office_parts(content: bytes) -> dict[str, bytes]:
    """The XML parts of an office document by name; nothing else of it is unpacked.

    Raises:
        UnreadableError: it is encrypted, holds macros, or unpacks to more than any report's.
        BadZipFile: it is no office document.
    """
    if content.startswith(_OLE):
        raise locked()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        if any(entry.flag_bits & 1 for entry in entries):
            raise locked()
        if any(entry.filename.endswith(_MACROS) for entry in entries):
            raise UnreadableError(
                "this file holds macros, and no report's does",
                hint="Do not run them. Save it without macros, or ask for the file as it was made.",
            )
        wanted = [entry for entry in entries if entry.filename.endswith((".xml", ".rels"))]
        if sum(entry.file_size for entry in wanted) > LARGEST:
            raise too_large()
        parts = {entry.filename: archive.read(entry) for entry in wanted}
    few_tags(*parts.values())
    return parts


def few_tags(*parts: bytes) -> None:
    """Refuse markup of which a tree would take a hundred times the room.

    Raises:
        UnreadableError: there is too much of it.
    """
    if sum(part.count(b"<") for part in parts) > _MOST_TAGS:
        raise too_large()


def tree(parts: Mapping[str, bytes], name: str) -> Any:
    """The root of a part, with nothing fetched for it.

    Raises:
        UnreadableError: it declares a document type, through which XML names other files.
        LookupError: there is no such part.
        LxmlError: it is no XML.
    """
    declared = UnreadableError(
        "this file declares a document type (DOCTYPE), which no office program writes",
        found=name,
        hint="Ask for the file as it was made.",
    )
    part = parts[name]
    if b"<!DOCTYPE" in part:
        raise declared
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(part, parser)
    if root.getroottree().docinfo.internalDTD is not None:  # in another encoding
        raise declared
    return root
