"""`cvi init`: a project of one's own, made from what this package came with."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from cvi_analysis import __version__, paths
from cvi_analysis.errors import InputError
from cvi_analysis.files import refusal

PARTS = ("params", "data", "notebooks")
"""The folders that are copied, whole."""

_NOT_COMMITTED = ("reports/", "site/", ".site.*/", ".cache/", ".env", ".venv/")
_TEMPLATES = Path(__file__).parent / "templates" / "project"
_NOT_COPIED = shutil.ignore_patterns(
    "__pycache__", ".ipynb_checkpoints", ".virtual_documents", ".unfinished-*", ".*.tmp"
)


def init(folder: Path) -> int:
    """Make a project in `folder`. Exit status 0.

    It has the parameters, figures and notebooks that this version came with, a Makefile, a README
    and a list of what to install. It appears whole or not at all.

    Raises:
        InputError: there is something in the folder, or it cannot be written.
    """
    target = folder.absolute()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InputError(
            "is not empty, and a project takes the place of nothing",
            parameter="FOLDER",
            found=str(folder),
            allowed="a folder that is not there yet, or an empty one",
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".cvi-init-") as made:
            whole = Path(made) / "project"
            for part in PARTS:
                shutil.copytree(paths.shipped() / part, whole / part, ignore=_NOT_COPIED)
            for name in ("Makefile", "README.md"):
                text = (_TEMPLATES / name).read_text("utf-8").replace("VERSION", __version__)
                (whole / name).write_text(text, "utf-8")
            (whole / "requirements.txt").write_text(f"cvi-analysis=={__version__}\n", "utf-8")
            (whole / ".gitignore").write_text("\n".join(_NOT_COMMITTED) + "\n", "utf-8")
            # Where the folder is there and empty, it is replaced in one step on POSIX systems.
            if target.exists():
                target.rmdir()
            whole.rename(target)
    except OSError as error:
        raise InputError(
            "can not be made",
            parameter="FOLDER",
            found=refusal(error) or f"{folder}: {error.strerror}",
        ) from error
    print(f"Made {folder}: change what you like in its params/, then run `cvi reports` in it.")
    print(f"{folder / 'README.md'} says what is where.")
    return 0
