"""Importing this makes a fork server ready for notebooks' processes.

The modules to import are named in the variable `CVI_PRELOAD`. None of them may leave a thread,
which would not survive the fork.
"""

from __future__ import annotations

import builtins
import gc
import importlib
import json
import os
import subprocess
import sys
from contextlib import suppress
from types import SimpleNamespace

_SHOW = [sys.executable, "-c", "import json, sys; print(json.dumps(sys.path[1:]))"]
SEARCH_PATH: list[str] = json.loads(subprocess.run(_SHOW, check=True, capture_output=True).stdout)
"""`sys.path` of a new interpreter, with the working folder where Jupyter puts it."""
_packages = (i for i, path in enumerate(SEARCH_PATH) if path.endswith("-packages"))
SEARCH_PATH.insert(next(_packages, len(SEARCH_PATH)), "")

# pandas asks when it is imported whether it is in a notebook.
vars(builtins)["get_ipython"] = lambda: SimpleNamespace(kernel=None)
for _name in ("cvi_analysis.batch.notebook_shell", *os.environ.pop("CVI_PRELOAD", "").split()):
    with suppress(Exception):  # The notebook that needs the module will report it.
        importlib.import_module(_name)
del vars(builtins)["get_ipython"]
gc.collect()
gc.freeze()  # So that no process copies what it only looks through.
