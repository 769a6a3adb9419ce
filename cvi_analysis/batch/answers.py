"""Answers of a command: one JSON document for a program, or aligned lines for a person."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def print_json(document: Any) -> None:
    """Print one JSON document on standard output, where nothing else may stand beside it."""
    json.dump(document, sys.stdout, indent=2, ensure_ascii=False)
    print()


def print_aligned(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under their heads on standard output, each column as wide as its widest cell."""
    lines = [tuple(heads), *map(tuple, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for cells in lines:
        padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        print("  ".join(padded).rstrip())


def shown(path: Path) -> Path:
    """`path` as a user sees it: relative to the working folder where it lies in there."""
    try:
        return path.relative_to(Path.cwd())
    except (ValueError, OSError):
        return path
