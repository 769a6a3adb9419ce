"""Every location the project reads or writes, in one place. Nothing here creates a folder."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
CARRIED = PACKAGE / "project"
"""The project that an installed package carries; a checkout has none, being one itself."""
_SIGN = Path("params") / "assumptions.yaml"


def root() -> Path:
    """The project folder: `CVI_ROOT`, else the nearest folder with `params/`, else the shipped one.

    The search starts at the working directory and goes up, so that a notebook in `notebooks/`
    and a command in a sub-folder both find the project they stand in.
    """
    return _found()[0]


def why() -> str:
    """Why `root()` is the project in use, in words."""
    return _found()[1]


def shipped() -> Path:
    """The project that came with this package: the one it carries, or the checkout around it."""
    return CARRIED if CARRIED.is_dir() else PACKAGE.parent


def is_own() -> bool:
    """Whether the project in use is somebody's own, and not the one that the package carries."""
    return root() != CARRIED


def _found() -> tuple[Path, str]:
    override = os.environ.get("CVI_ROOT")
    if override:
        return Path(override).resolve(), "the variable CVI_ROOT names it"
    with suppress(FileNotFoundError):
        here = Path.cwd()
        for folder in (here, *here.parents):
            if (folder / _SIGN).is_file():
                return folder, f"it has {_SIGN.as_posix()}"
    what = "the package carries it" if CARRIED.is_dir() else "the package lies in it"
    return shipped(), f"there is no {_SIGN.as_posix()} in this folder or above it, and {what}"


def params() -> Path:
    """`params/`: what a researcher edits."""
    return root() / "params"


def raw() -> Path:
    """`data/raw/`: what the Census Bureau published, with its registry."""
    return root() / "data" / "raw"


def processed() -> Path:
    """`data/processed/`: tidy tables, always rebuilt from `data/raw/`."""
    return root() / "data" / "processed"


def notebooks() -> Path:
    """`notebooks/`: the parameterized notebooks."""
    return root() / "notebooks"


def reports() -> Path:
    """`reports/`: output only. Outside a project it is that of the working directory."""
    return (root() if is_own() else Path.cwd()) / "reports"


def editions() -> Path:
    """`editions/`: what was published, frozen. Outside a project as `reports`."""
    return reports().parent / "editions"


def cache() -> Path:
    """`.cache/`: run logs, the matplotlib font list and other things that can be deleted.

    Outside a project it is the user's own cache.
    """
    if is_own():
        return root() / ".cache"
    from platformdirs import user_cache_path  # start-up time: seldom needed

    return user_cache_path("cvi-profiles")
