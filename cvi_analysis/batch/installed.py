"""Which versions are installed, beside those of the lock file, here and where an order came from.

A run with nothing to do imports this module: names and versions are read off the names of the
folders that every installer leaves, which takes milliseconds and imports nothing.
"""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from cvi_analysis import paths

LOCK = "requirements.lock"
PYTHON = "python"
HINT = "To have what requirements.lock says, remove .venv and run `make setup`."
_PIN = re.compile(r"\n([A-Za-z0-9][\w.-]*)==([^\s;\\]+)")
_LATER = "\n# Layer notebook"
"""Where the lock goes on with what no report is made with."""


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def packages() -> dict[str, str]:
    """The version of every installed package by its normalized name, as Python would find it."""
    found: dict[str, str] = {}
    for folder in sys.path:
        names = [path.name for path in Path(folder or ".").glob("*.dist-info")]
        for name in sorted(names, reverse=True):
            package, _, version = name.removesuffix(".dist-info").partition("-")
            found.setdefault(_normal(package), version)
    return found


def _pins(root: Path | None) -> dict[str, set[str]]:
    """What the lock file allows of each package for reports; several versions by Python's own."""
    try:
        text = ((root or paths.root()) / LOCK).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    pins: dict[str, set[str]] = {}
    for name, version in _PIN.findall("\n" + text.partition(_LATER)[0]):
        pins.setdefault(_normal(name), set()).add(version)
    return pins


def here() -> dict[str, str]:
    """Python's version and those of all installed packages."""
    return {PYTHON: platform.python_version(), **packages()}


def versions(root: Path | None = None) -> dict[str, str]:
    """Python's version, and that of each installed package that reports are made with."""
    found = here()
    return {name: found[name] for name in (PYTHON, *sorted(_pins(root))) if name in found}


def unlike_lock(root: Path | None = None) -> dict[str, str]:
    """The installed version of each package of which the lock file names another.

    Args:
        root: the project's folder; by default the one in use.
    """
    found = packages()
    return {
        name: found[name]
        for name, allowed in sorted(_pins(root).items())
        if name in found and found[name] not in allowed
    }


def unlike(theirs: Mapping[str, str], ours: Mapping[str, str]) -> list[str]:
    """What is another version here than there, in words; what is absent here is left to fail.

    Args:
        theirs: what `versions` said where an order comes from.
        ours: what `here` says.
    """
    return [
        f"{name} {ours[name]} instead of {version}"
        for name, version in theirs.items()
        if name in ours and ours[name] != version
    ]
