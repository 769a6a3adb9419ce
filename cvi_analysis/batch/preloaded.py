"""Importing this makes a fork server ready for notebooks' processes.

The modules to import are named in the variable `CVI_PRELOAD`. None of them may leave a thread,
which would not survive the fork.
"""

from __future__ import annotations

import builtins
import gc
import importlib
import os
from contextlib import suppress
from types import SimpleNamespace

gc.disable()  # What is imported stays: looking for what does not takes a tenth of the time.
# pandas asks when it is imported whether it is in a notebook.
vars(builtins)["get_ipython"] = lambda: SimpleNamespace(kernel=None)
for _name in (
    "cvi_analysis.batch.notebook_server",
    "cvi_analysis.batch.notebook_shell",
    *os.environ.pop("CVI_PRELOAD", "").split(),
):
    with suppress(Exception):  # The notebook that needs the module will report it.
        importlib.import_module(_name)
del vars(builtins)["get_ipython"]
gc.collect()
gc.freeze()  # So that no process copies what it only looks through.
gc.enable()
