"""The fingerprint of everything that reports are made from, file by file.

Cheap on purpose (hashing some hundred small files): an unchanged fingerprint lets an up-to-date
run end before any heavy import.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator
from pathlib import Path

from cvi_analysis import paths
from cvi_analysis.build.pictures import pictures

LOCK = "requirements.lock"
NOTEBOOK = "notebooks/city_profile.ipynb"
COMPARISON = "notebooks/comparison.ipynb"
COMPARE = "notebooks/compare.ipynb"
POPULATIONS = "data/processed/populations.csv"
REGISTRY = "data/raw/registry.csv"
SINGLE = (POPULATIONS, REGISTRY, NOTEBOOK, COMPARISON, LOCK)
_SKIPPED = {"__pycache__", ".ipynb_checkpoints"}


def sha256(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def file_sha256(path: Path) -> str | None:
    """SHA-256 of a file, or None if there is no such file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, IsADirectoryError):
        return None


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not _SKIPPED.intersection(path.parts) and path.suffix != ".pyc":
            yield path


def code_sha256(package: Path | None = None) -> str:
    """One hash of the package's code and templates, names included."""
    folder = package or paths.PACKAGE
    total = hashlib.sha256()
    for path in _files(folder):
        total.update(f"{path.relative_to(folder).as_posix()}\0{file_sha256(path)}\n".encode())
    return total.hexdigest()


def fingerprint(root: Path | None = None) -> dict[str, str]:
    """SHA-256 of every input by its path within the project, and the Python version.

    Parameters, populations, the notebooks with the images they show, and the lock file one by
    one; the package's code as one entry, `cvi_analysis`.
    """
    folder = root or paths.root()
    found = {"python": platform.python_version(), "cvi_analysis": code_sha256()}
    for path in (*_files(folder / "params"), *(folder / n for n in SINGLE)):
        digest = file_sha256(path)
        if digest is not None and path.suffix != ".md":
            found[path.relative_to(folder).as_posix()] = digest
    for name in (NOTEBOOK, COMPARISON):
        found.update(_pictures(folder / name))
    return found


def _pictures(notebook: Path) -> Iterator[tuple[str, str]]:
    try:
        text = notebook.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return
    for address, path in pictures(text, notebook.parent):
        digest = file_sha256(path)
        if digest is not None:
            yield f"image {address}", digest
