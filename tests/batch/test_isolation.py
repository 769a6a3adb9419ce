"""A forked kernel is as fresh as one that was started the ordinary way."""

from __future__ import annotations

import json
from typing import Any

from cvi_analysis.batch.execution import Engine, run_notebook
from cvi_analysis.batch.notebook_server import NotebookServer

from .conftest import notebook, printed

# Everything a notebook could leave behind or find changed, as one JSON object.
LOOK = """
import asyncio, gc, json, multiprocessing, os, signal, sys, threading, warnings
import matplotlib, matplotlib.pyplot as plt, numpy as np, pandas as pd
print(json.dumps({
    "pandas": {k: str(pd.get_option(k)) for k in ("display.max_rows", "display.precision")},
    "rcParams": {k: str(v) for k, v in matplotlib.rcParams.items()},
    "backend": matplotlib.get_backend(),
    "figures": plt.get_fignums(),
    "environment": sorted((k, v) for k, v in os.environ.items() if not k.startswith("JPY_")),
    "cwd": os.getcwd(),
    "argv": [os.path.basename(sys.argv[0]), len(sys.argv)],
    "path": sys.path,
    "main": sys.modules["__main__"].__name__,
    "names": sorted(n for n in dir() if not n.startswith("_")),
    "signals": [str(signal.getsignal(n)).split(" at ")[0] for n in (2, 13, 15, 17)],
    "process": [multiprocessing.current_process().name, multiprocessing.get_start_method(True)],
    "daemon": multiprocessing.current_process().daemon,
    "session": os.getsid(0) == os.getpid() == os.getpgrp(),
    "threads": threading.active_count(),
    "gc": [gc.isenabled(), gc.get_threshold()],
    "warnings": sorted({str(f) for f in warnings.filters}),
    "stdin": sys.__stdin__.read(),
    "hash": hash("norfolk"),
    "set": list({"outreach", "mediator", "advocate", "supervisor", "director"}),
    "recursion": sys.getrecursionlimit(),
    "builtins": sorted(vars(__builtins__)),
    "history": [In[0], len(Out)],
    "umask": os.umask(0o22),
}))
"""

DISTURB = """
import asyncio, os, random, signal, sys, warnings
import matplotlib, matplotlib.pyplot as plt, numpy as np, pandas as pd
pd.set_option("display.max_rows", 3)
pd.set_option("display.precision", 1)
matplotlib.rcParams["font.size"] = 40
plt.style.use("ggplot")
plt.figure()
random.seed(1)
np.random.seed(1)
os.environ["LEFTOVER"] = "1"
os.environ.pop("HOME", None)
os.chdir("/")
sys.path.insert(0, "/leftover")
sys.modules["leftover"] = sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
warnings.simplefilter("error")
sys.setrecursionlimit(5000)
os.umask(0o77)
import builtins
builtins.leftover = 1
pd.DataFrame.leftover = 1
"""


def look(engine: Engine = "warm") -> dict[str, Any]:
    seen: dict[str, Any] = json.loads(printed(run_notebook(notebook(LOOK), {}, engine=engine).nb))
    return seen


def test_forked_kernel_is_like_an_ordinary_one(server: NotebookServer) -> None:
    fresh, forked = look("standard"), look()
    # What a kernel has only because it is one: a command line, threads for its sockets, and what
    # its debugger and its shell leave.
    for name in ("argv", "threads"):
        del fresh[name]
    fresh["builtins"] = [n for n in fresh["builtins"] if n not in ("execfile", "runfile")]
    shells = {text for text in fresh["warnings"] if "Trio" in text}
    # What else the server has imported may have added filters for warnings of its own.
    assert {*fresh.pop("warnings")} - shells <= set(forked["warnings"])
    own = {"IPYTHONDIR", "MPLCONFIGDIR", "TMPDIR", "TEMP", "TMP"}
    for seen in (fresh, forked):
        variables = dict(seen["environment"])
        assert own <= variables.keys()
        seen["environment"] = {
            name: value
            for name, value in variables.items()
            if name not in own and not name.startswith("PYDEVD_")
        }
    for name, value in fresh.items():
        assert forked[name] == value, name


def test_one_notebook_does_not_affect_the_next(server: NotebookServer) -> None:
    before = look()
    run_notebook(notebook(DISTURB), {})
    after = look()
    for seen in (before, after):  # Its own folders are named at random.
        seen["environment"] = [pair for pair in seen["environment"] if "/notebook-" not in pair[1]]
    assert after == before
    nb = notebook(
        "import pandas as pd, sys\nprint(hasattr(pd.DataFrame, 'leftover'),"
        " 'leftover' in sys.modules)"
    )
    assert printed(run_notebook(nb, {}).nb) == "False False\n"


def test_random_numbers_differ_from_kernel_to_kernel(server: NotebookServer) -> None:
    nb = notebook(
        "import random, numpy as np, uuid\n"
        "print(random.random(), np.random.random(), np.random.default_rng().random())"
    )
    first, second = (printed(run_notebook(nb, {}).nb).split() for _ in range(2))
    assert all(a != b for a, b in zip(first, second, strict=True))


def test_notebooks_are_processes_of_the_one_server(server: NotebookServer) -> None:
    nb = notebook(
        "import os, psutil, sys\nready = 'pandas' in sys.modules\n"
        "print(os.getpid(), [p.pid for p in psutil.Process().parents()][1], ready)"
    )
    first, second = (printed(run_notebook(nb, {}).nb).split() for _ in range(2))
    assert first[0] != second[0]
    assert first[1:] == second[1:] == [str(server.pid), "True"]
