"""Cost and memory of `cvi reports` by the number of cities, with made-up places."""

from __future__ import annotations

import shutil
from collections.abc import Mapping

from cvi_analysis.errors import BuildError
from scripts.bench import ways
from scripts.bench.alternation import Say
from scripts.bench.machine import busy
from scripts.bench.reading import Reading, measure
from scripts.bench.results import Scaling, Size
from scripts.bench.sandbox import Sandbox

SIZES: Mapping[int, int] = {10: 5, 50: 3, 250: 1, 1000: 1}
"""Runs by number of cities; hundreds take minutes, so once."""

MEMORY_EVERY = 1.0
"""Seconds between samples of memory, in all runs alike; a sample costs some milliseconds."""


def grow(sandbox: Sandbox, sizes: Mapping[int, int], *, jobs: int, say: Say) -> Scaling:
    """Measure all sizes in turns, the numbers of runs as given.

    Raises:
        BuildError: a command failed or made fewer reports than it should.
    """
    load = busy()
    geoids = sandbox.add_places(max(sizes))
    _run(sandbox, geoids[:2], jobs)  # Leaves matplotlib's font list behind.
    runs: dict[int, list[Reading]] = {size: [] for size in sizes}
    for turn in range(max(sizes.values())):
        for size, wanted in sizes.items():
            if turn < wanted:
                runs[size].append(_run(sandbox, geoids[:size], jobs))
                each = runs[size][-1].seconds / size
                say(f"{size:,} cities, run {turn + 1} of {wanted}: {each:.3f} s a city.")
    return Scaling(
        jobs=jobs, busy=load, sizes=[Size(cities=n, runs=found) for n, found in runs.items()]
    )


def _run(sandbox: Sandbox, geoids: list[str], jobs: int) -> Reading:
    listed = sandbox.scratch / "places.txt"
    listed.write_text("\n".join(geoids) + "\n", encoding="utf-8")
    out = sandbox.empty("out")
    reading = measure(
        ways.reports(out, jobs, file=listed),
        env=sandbox.environment(sandbox.many),
        cwd=sandbox.many,
        scratch=sandbox.scratch,
        memory=MEMORY_EVERY,
    )
    made = len(list((out / f"baseline-of-{listed.stem}").glob("sample-*.pdf")))
    if made != len(geoids):
        raise BuildError(f"{made} of {len(geoids)} reports were made, so the run cannot be timed")
    shutil.rmtree(out)
    return reading
