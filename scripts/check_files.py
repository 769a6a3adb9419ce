"""Check what no linter looks at: notebooks without outputs, clean line ends, no large files.

`python scripts/check_files.py [FILE ...]`: without files, all that git tracks. Prints one line a
problem, `file:line: what is wrong`, and exits with 1 if there is any. Run by `make check` and
before each commit.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AS_RECEIVED = ("data/raw/", "cvi_analysis/batch/fonts/")  # others' files, kept to the byte
LARGEST = 1_000_000  # bytes
MERGE_MARKERS = ("<" * 7 + " ", "=" * 7, ">" * 7 + " ")


def main(arguments: list[str]) -> int:
    """Check the files; the exit status."""
    try:
        names = arguments or tracked()
    except (OSError, subprocess.CalledProcessError):
        print("Not a git checkout: nothing is tracked, so no file was checked.", file=sys.stderr)
        return 0
    found = [line for name in names for line in problems(ROOT, name)]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


def tracked() -> list[str]:
    """The files that git tracks and that are there, relative to the project folder."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    names = listing.stdout.decode("utf-8").split("\0")
    return [name for name in names if name and (ROOT / name).is_file()]


def problems(root: Path, name: str) -> Iterator[str]:
    """What is wrong with one file, each as `file:line: what is wrong`."""
    content = (root / name).read_bytes()
    if len(content) > LARGEST:
        yield f"{name}: larger than {LARGEST:,} bytes"
    if name.startswith(AS_RECEIVED):
        return
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return  # an image or a font
    if "\r" in text:
        yield f"{name}: has carriage returns; lines end in a line feed alone"
    if text and (not text.endswith("\n") or text.endswith("\n\n")):
        yield f"{name}: must end in exactly one line feed"
    for number, line in enumerate(text.split("\n"), 1):
        if line != line.rstrip(" \t"):
            yield f"{name}:{number}: ends in white space"
        if line.startswith(MERGE_MARKERS[::2]) or line == MERGE_MARKERS[1]:
            yield f"{name}:{number}: a merge conflict is left"
    if name.endswith(".ipynb"):
        yield from _notebook_problems(name, _staged(root, name) or text)


def _staged(root: Path, name: str) -> str:
    """A notebook as git holds it for the next commit, which a filter may have cleared; or ""."""
    command = ["git", "show", f":./{name}"]
    try:
        found = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout
        return found.decode("utf-8")
    except (OSError, UnicodeDecodeError, subprocess.CalledProcessError):
        return ""


def _notebook_problems(name: str, text: str) -> Iterator[str]:
    for number, cell in enumerate(json.loads(text)["cells"], 1):
        if cell.get("outputs") or cell.get("execution_count") is not None:
            yield f"{name}: cell {number} is committed with its output; clear all outputs and save"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
