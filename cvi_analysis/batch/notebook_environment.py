"""What a notebook's process sees and may use, whichever engine starts it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Literal, get_args

from cvi_analysis import paths
from cvi_analysis.errors import require_choice

Engine = Literal["warm", "standard"]

MEMORY = 4.0
"""Gigabytes that a notebook's process may allocate unless something else is asked for."""

OUTPUT = 50_000_000
"""Bytes of output that a notebook may show. A report has less than half a million."""

# By name: a key or a token would be one `print(os.environ)` away from a published page.
_PASSED_ON = """
PATH HOME USER LOGNAME SHELL LANG LANGUAGE LC_ALL LC_ADDRESS LC_COLLATE LC_CTYPE LC_IDENTIFICATION
LC_MEASUREMENT LC_MESSAGES LC_MONETARY LC_NAME LC_NUMERIC LC_PAPER LC_TELEPHONE LC_TIME TZ
TMPDIR TEMP TMP LD_LIBRARY_PATH DYLD_LIBRARY_PATH SOURCE_DATE_EPOCH
PYTHONPATH PYTHONHOME PYTHONUTF8 PYTHONIOENCODING PYTHONCOERCECLOCALE PYTHONNOUSERSITE
PYTHONUSERBASE PYTHONSAFEPATH PYTHONOPTIMIZE PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX
CVI_ROOT CVI_INPUTS CVI_DROPPED
__CF_USER_TEXT_ENCODING SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT USERNAME USERPROFILE
HOMEDRIVE HOMEPATH APPDATA LOCALAPPDATA PROGRAMDATA PROCESSOR_ARCHITECTURE NUMBER_OF_PROCESSORS
"""
# One order of sets in every process; figures below the cell; and one thread for linear algebra,
# since the batch runs a notebook a core and what is to be forked must not have threads.
_FIXED = {
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    **dict.fromkeys(("NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"),
}


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How notebooks are run; none of it is in what comes out.

    Attributes:
        engine: `warm` (a process forked from a warm server) or `standard` (an ordinary kernel).
        timeout: seconds that one cell may run, or None for no limit.
        memory: gigabytes that a notebook's process may allocate, or None for no limit.
    """

    engine: Engine = "warm"
    timeout: float | None = None
    memory: float | None = MEMORY

    @classmethod
    def typed(cls, engine: str, timeout: float | None, memory: float | None = MEMORY) -> RunOptions:
        """The options as typed on the command line.

        Raises:
            InputError: there is no such engine.
        """
        require_choice("--engine", engine, get_args(Engine))
        return cls("standard" if engine == "standard" else "warm", timeout, memory)


def clean_environment(folder: Path | None = None) -> dict[str, str]:
    """The variables of a process that runs notebooks, or is to start such processes.

    Args:
        folder: where IPython and matplotlib keep their files, so that nobody's settings change a
            report and nothing that a notebook leaves is executed or read by the next.
    """
    variables = {name: os.environ[name] for name in _PASSED_ON.split() if name in os.environ}
    if folder is not None:
        variables |= {"IPYTHONDIR": f"{folder / 'ipython'}", "MPLCONFIGDIR": f"{folder / 'fonts'}"}
    return variables | _FIXED


@contextmanager
def private_environment(more: Mapping[str, str]) -> Iterator[tuple[Path, dict[str, str]]]:
    """A folder for one notebook, removed afterwards, and all its variables; `more` among them."""
    with tempfile.TemporaryDirectory(prefix="notebook-", ignore_cleanup_errors=True) as name:
        (Path(name) / "tmp").mkdir()
        temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(Path(name) / "tmp"))
        yield Path(name), {**clean_environment(Path(name)), **temporary, **more}


def bring_fonts(folder: Path) -> None:
    """Give a private folder matplotlib's list of fonts, which takes a second to make.

    It is made once, by no notebook, and kept in the project's cache. Where there is no room for
    it, matplotlib makes its own.
    """
    kept = paths.cache() / "fonts" / version("matplotlib")
    with suppress(OSError, subprocess.CalledProcessError):
        if not kept.is_dir():
            if not paths.root().is_dir():  # Nor is it made: the command says that it is not there.
                return
            kept.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=kept.parent) as made:
                command = [sys.executable, "-c", "import matplotlib.font_manager"]
                environment = clean_environment(Path(made))
                subprocess.run(command, env=environment, check=True, capture_output=True)
                Path(made, "fonts").rename(kept)
        shutil.copytree(kept, folder / "fonts")
