"""Every location the project reads or writes, in one place. Nothing here creates a folder."""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def root() -> Path:
    """The project folder: `CVI_ROOT`, else the nearest folder with `params/`, else the checkout.

    The search starts at the working directory and goes up, so that a notebook in `notebooks/`
    and a command in a sub-folder both find the project they stand in.
    """
    override = os.environ.get("CVI_ROOT")
    if override:
        return Path(override).resolve()
    try:
        here = Path.cwd()
    except FileNotFoundError:
        return PACKAGE.parent
    for folder in (here, *here.parents):
        if (folder / "params" / "assumptions.yaml").is_file():
            return folder
    return PACKAGE.parent


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
    """`reports/`: output only."""
    return root() / "reports"


def cache() -> Path:
    """`.cache/`: run logs, the matplotlib font list and other things that can be deleted."""
    return root() / ".cache"
