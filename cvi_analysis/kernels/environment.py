"""What every kernel gets, whichever engine starts it: its environment variables and its limits."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from cvi_analysis import paths
from cvi_analysis.errors import BuildError

# What an IPython kernel makes matplotlib's backend: figures appear below the cell.
BACKEND = "module://matplotlib_inline.backend_inline"
MEMORY = 4.0
"""Gigabytes that a notebook's kernel may allocate unless something else is asked for."""

OUTPUT = 50_000_000
"""Bytes of output that a notebook may show. A report has less than half a million."""

# One thread each: the batch runs a kernel per core, and a forked process must not have threads.
_THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


def server_environment() -> dict[str, str]:
    """What the warm server needs before it imports anything.

    - a fixed hash seed, so that sets come in one order in every process;
    - one thread for linear algebra;
    - matplotlib's font list in the project's own cache, read once instead of built by each.
    """
    fonts = _folder("matplotlib")
    return {"PYTHONHASHSEED": "0", "MPLCONFIGDIR": str(fonts), **dict.fromkeys(_THREADS, "1")}


def _folder(name: str) -> Path:
    """A folder in the project's cache; among the temporary ones where the project is read-only."""
    for base in (paths.cache(), Path(tempfile.gettempdir())):
        with suppress(OSError):
            (base / name).mkdir(parents=True, exist_ok=True)
            if os.access(base / name, os.W_OK | os.X_OK):
                return base / name
    raise BuildError(
        f"{paths.cache()} cannot be written, and neither can {tempfile.gettempdir()}. Free some "
        "space, or name a folder for temporary files in TMPDIR."
    )


def kernel_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """All variables of a new kernel: this process's, the fixed ones, then `extra`.

    IPython's own folder is the project's too, so that nobody's startup files or configuration
    change a report and no report writes into a home folder.
    """
    return {
        **os.environ,
        **server_environment(),
        "IPYTHONDIR": str(_folder("ipython")),
        "MPLBACKEND": BACKEND,
        **(extra or {}),
    }
