"""The conventional tools from Python: papermill and nbconvert in a pool with ordinary kernels.

As an ordinary script would do it: imports once, `ProcessPoolExecutor`, one HTML exporter a worker.
Run as `python -m scripts.bench.api_pool`; writes its own times as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import Any

import papermill
from nbconvert import HTMLExporter

NOTEBOOK = Path("notebooks", "city_profile.ipynb")


@cache
def _exporter() -> Any:
    return HTMLExporter()  # type: ignore[no-untyped-call]


def report(city: str, folder: Path) -> float:
    """Write `<city>.ipynb` and `<city>.html`; processor seconds of it, its kernel included."""
    before = _cpu()
    executed = papermill.execute_notebook(
        NOTEBOOK, folder / f"{city}.ipynb", parameters={"city": city}, progress_bar=False
    )
    text, _ = _exporter().from_notebook_node(executed)
    (folder / f"{city}.html").write_text(text, encoding="utf-8")
    return _cpu() - before


def _cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main() -> None:
    """Make the reports of some cities."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--times", type=Path, required=True)
    parser.add_argument("cities", nargs="+")
    options = parser.parse_args()
    options.out.mkdir(parents=True)
    start = time.perf_counter()
    with ProcessPoolExecutor(options.jobs) as pool:
        cpu = sum(pool.map(partial(report, folder=options.out), options.cities))
        seconds = time.perf_counter() - start
    options.times.write_text(json.dumps({"seconds": seconds, "cpu_seconds": cpu}))


if __name__ == "__main__":
    main()
