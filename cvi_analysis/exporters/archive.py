"""A PDF written again in its smallest form: the same document in half the bytes."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import pikepdf


def compact(pdf: bytes) -> bytes:
    """`pdf` with its objects packed into compressed streams, which PDF/A-2 allows.

    Typst writes every tag of the structure tree as an object of its own, in plain text; in a
    report these are more than half of the file. The XMP metadata stay uncompressed, as PDF/A asks
    for, and the identifier follows from the content: the same document gives the same bytes.
    """
    small = io.BytesIO()
    with _file(pdf) as (file, access), pikepdf.open(file, access_mode=access) as document:
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
