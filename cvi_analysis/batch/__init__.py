"""Building many reports: what they look like here, what renders them, and what runs notebooks.

A notebook gets a fresh process, forked from a warm server, without a kernel. Where forking is not
safe (macOS, Windows) it gets an ordinary kernel, and the results are the same.

- `notebook_server.start_server` starts the server, `use_server` points a worker process to it.
- `execution.run_notebook` executes one notebook, over the server or in an ordinary kernel.
- `normalize.normalize` takes out of an executed notebook what differs from run to run.
- `CviEngine` is the engine that papermill knows as `cvi`.
"""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    """`CviEngine`, made after papermill, which asks for it while it is itself being imported."""
    if name != "CviEngine":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # start-up time: papermill takes three seconds.
    import papermill  # noqa: F401

    from cvi_analysis.batch.papermill_engine import CviEngine

    return CviEngine
