"""The environment variables that every kernel gets, whichever engine starts it."""

from __future__ import annotations

import os
from collections.abc import Mapping

from cvi_analysis import paths

# What an IPython kernel makes matplotlib's backend: figures appear below the cell.
BACKEND = "module://matplotlib_inline.backend_inline"
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
    fonts = paths.cache() / "matplotlib"
    fonts.mkdir(parents=True, exist_ok=True)
    return {"PYTHONHASHSEED": "0", "MPLCONFIGDIR": str(fonts), **dict.fromkeys(_THREADS, "1")}


def kernel_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """All variables of a new kernel: this process's, the fixed ones, then `extra`.

    IPython's own folder is the project's too, so that nobody's startup files or configuration
    change a report and no report writes into a home folder.
    """
    return {
        **os.environ,
        **server_environment(),
        "IPYTHONDIR": str(paths.cache() / "ipython"),
        "MPLBACKEND": BACKEND,
        **(extra or {}),
    }
