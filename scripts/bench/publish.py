"""What the site of all scenarios costs, from nothing."""

from __future__ import annotations

import sys

from cvi_analysis.errors import BuildError
from scripts.bench.machine import busy
from scripts.bench.reading import measure
from scripts.bench.results import SiteCost
from scripts.bench.sandbox import CHANGED, Sandbox


def publish(sandbox: Sandbox, *, quick: bool = False) -> SiteCost:
    """Run `cvi site` once in a project without reports, every report of every scenario included.

    Args:
        sandbox: where.
        quick: one city of one scenario: whether it works.

    Raises:
        BuildError: the command failed or left no site.
    """
    load = busy()
    few = ["--scenarios", "baseline", "--cities", CHANGED] if quick else []
    out = sandbox.empty("site")
    reading = measure(
        [sys.executable, "-m", "cvi_analysis", "site", "--out", out, *few],
        env=sandbox.environment(),
        cwd=sandbox.project,
        scratch=sandbox.scratch,
    )
    if not (out / "index.html").is_file():
        raise BuildError(f"{out}: `cvi site` left no site, so it cannot be timed")
    sizes = [file.stat().st_size for file in out.rglob("*") if file.is_file()]
    scenarios = sum((folder / "index.html").is_file() for folder in out.iterdir())
    return SiteCost(run=reading, scenarios=scenarios, files=len(sizes), bytes=sum(sizes), busy=load)
