"""`workbooks.zip`: the workbooks of all cities in one download."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

NAME = "workbooks.zip"
_DATE = (1980, 1, 1, 0, 0, 0)  # the first that the format knows: the same content, the same bytes


def zipped(workbooks: Mapping[str, bytes], folder: str) -> bytes:
    """A zip file of these workbooks, the same bytes for the same content on every machine.

    Args:
        workbooks: their content by file name.
        folder: the folder that they unpack into.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(workbooks):
            entry = zipfile.ZipInfo(f"{folder}/{name}", _DATE)
            entry.create_system = 3  # Unix, wherever it is made
            entry.external_attr = 0o644 << 16
            # A workbook is a compressed file itself: packing it again saves nothing.
            entry.compress_type = zipfile.ZIP_STORED
            archive.writestr(entry, workbooks[name])
    return target.getvalue()
