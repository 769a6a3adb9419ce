"""What reports are made from: every input's hash, images included, and files' seals."""

from __future__ import annotations

import base64
import hashlib
import json
import platform
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from cvi_analysis import paths
from cvi_analysis.batch.installed import LOCK, unlike_lock
from cvi_analysis.batch.saved_outputs import without_outputs
from cvi_analysis.files import read_file

NOTEBOOK = "notebooks/city_profile.ipynb"
COMPARISON = "notebooks/comparison.ipynb"
ANNEX = "notebooks/annex.ipynb"
COMPARE = "notebooks/compare.ipynb"
POPULATIONS = "data/processed/populations.csv"
REGISTRY = "data/raw/registry.csv"
SINGLE = (POPULATIONS, REGISTRY, NOTEBOOK, COMPARISON, ANNEX, LOCK)
_SKIPPED = {"__pycache__", ".ipynb_checkpoints"}


def sha256(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def file_sha256(path: Path) -> str | None:
    """SHA-256 of a file, or None if there is no such file, or none that can be read to its end."""
    try:
        if not path.is_file():  # Nobody may ever write into a pipe, and a device may not end.
            return None
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def differing(first: Mapping[str, str], second: Mapping[str, str]) -> list[str]:
    """The names whose hashes are not the same on both sides."""
    return sorted(name for name in {*first, *second} if first.get(name) != second.get(name))


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not _SKIPPED.intersection(path.parts) and path.suffix != ".pyc":
            yield path


def code_sha256(package: Path | None = None) -> str:
    """One hash of the package's code and templates, names included.

    The project that an installed package carries is none of its code: it counts file by file.
    """
    folder = package or paths.PACKAGE
    total = hashlib.sha256()
    for path in _files(folder):
        if path.is_relative_to(paths.CARRIED):
            continue
        total.update(f"{path.relative_to(folder).as_posix()}\0{file_sha256(path)}\n".encode())
    return total.hexdigest()


def lock_sha256() -> str:
    """Hash of the lock file, `none` without one, and what is installed otherwise than it says."""
    unlike = (f", but {name} {version}" for name, version in unlike_lock().items())
    return (file_sha256(paths.root() / LOCK) or "none") + "".join(unlike)


def fingerprint(root: Path | None = None, notebook: Path | None = None) -> dict[str, str]:
    """SHA-256 of every input by its path within the project, and the Python version.

    Parameters, populations, the notebooks with the images they show, the lock file and each
    package installed otherwise than it says one by one; the package's code as one entry,
    `cvi_analysis`. Of a notebook counts what it runs and
    says, not the outputs that were saved in it.

    Args:
        root: the project's folder; by default the one in use.
        notebook: one of somebody's own, in place of the project's.
    """
    folder = root or paths.root()
    found = {"python": platform.python_version(), "cvi_analysis": code_sha256()}
    single = (name for name in SINGLE if name not in (NOTEBOOK, COMPARISON, ANNEX))
    for path in (*_files(folder / "params"), *(folder / name for name in single)):
        digest = file_sha256(path)
        if digest is not None and path.suffix != ".md":
            found[path.relative_to(folder).as_posix()] = digest
    found.update((f"installed {name}", version) for name, version in unlike_lock(folder).items())
    for path in (notebook or folder / NOTEBOOK, folder / COMPARISON, folder / ANNEX):
        found.update(_notebook(path, folder))
    return found


def _notebook(path: Path, folder: Path) -> Iterator[tuple[str, str]]:
    try:
        text = without_outputs(read_file(path).decode("utf-8"))
    except (OSError, UnicodeDecodeError):
        digest = file_sha256(path)
        if digest is None:
            return
        text = digest
    # Outside the project by its name alone: a manifest has no paths of a machine.
    inside = path.is_relative_to(folder)
    yield path.relative_to(folder).as_posix() if inside else path.name, sha256(text.encode())
    for address, picture in pictures(text, path.parent):
        digest = file_sha256(picture)
        if digest is not None:
            yield f"image {address}", digest


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
    except (ValueError, AttributeError, TypeError, LookupError, RecursionError):
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
        return path.read_bytes() if path is not None and path.is_file() else None
    except OSError:
        return None
