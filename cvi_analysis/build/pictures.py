"""A notebook with the images that its text shows put inside, so that it can travel.

A worker on another machine, the executed notebook in `reports/` and the key of a report all need
the images and not only their names.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

_MARKDOWN = re.compile(r"(!\[(?:[^\[\]]|\[[^\[\]]*\])*\]\(\s*)(<[^<>\n]+>|[^\s()<>]+)")
_HTML = re.compile(r"""(<img\b[^>]*?\bsrc\s*=\s*["'])([^"']+)""", re.IGNORECASE)
_PATTERNS = (_MARKDOWN, _HTML)

KINDS = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
"""The images that reports show, by ending; the same on every machine."""


def with_pictures(notebook: dict[str, Any], folder: Path) -> bool:
    """Turn images beside the notebook into attachments of the cells that show them.

    Only relative addresses of files that exist are taken; others stay as they are, and the
    exporters say what they cannot show.

    Args:
        notebook: the notebook's JSON; changed in place.
        folder: where relative addresses start.

    Returns:
        Whether anything was changed.
    """
    changed = False
    for cell in _text_cells(notebook):
        text = "".join(cell.get("source", ""))
        attachments = dict(cell.get("attachments") or {})

        def attach(match: re.Match[str], kept: dict[str, Any] = attachments) -> str:
            path = _path(match[2], folder)
            data = _content(path)
            if path is None or data is None:
                return match[0]
            name = f"{hashlib.sha256(data).hexdigest()[:12]}{path.suffix.lower()}"
            kept[name] = {KINDS[path.suffix.lower()]: base64.b64encode(data).decode("ascii")}
            return f"{match[1]}attachment:{name}"

        new = text
        for pattern in _PATTERNS:
            new = pattern.sub(attach, new)
        if new != text:
            cell["source"], cell["attachments"] = new, attachments
            changed = True
    return changed


def pictures(text: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """The images beside a notebook that its text shows: address as written, and file.

    Args:
        text: the notebook's JSON text; one that cannot be read shows none.
        folder: where relative addresses start.
    """
    try:
        notebook = json.loads(text)
        cells = [cell for cell in _text_cells(notebook) if cell.get("source")]
    except (ValueError, AttributeError, TypeError):
        return
    for cell in cells:
        for pattern in _PATTERNS:
            for match in pattern.finditer("".join(cell["source"])):
                path = _path(match[2], folder)
                if path is not None and path.is_file():
                    yield match[2], path


def _text_cells(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for cell in notebook["cells"]:
        if cell.get("cell_type") == "markdown":
            yield cell


def _path(address: str, folder: Path) -> Path | None:
    """The file that a relative address means, or None for any other address."""
    parts = urlsplit(address.strip("<>"))
    name = unquote(parts.path)
    if parts.scheme or parts.netloc or Path(name).is_absolute() or "\0" in name:
        return None
    return folder / name if Path(name).suffix.lower() in KINDS else None


def _content(path: Path | None) -> bytes | None:
    try:
        return None if path is None else path.read_bytes()
    except OSError:
        return None
