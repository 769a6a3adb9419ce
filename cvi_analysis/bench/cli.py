"""The options of `cvi bench`, to be registered with the command line.

Heavy imports stand inside: listing the commands must not load them.
"""

from __future__ import annotations

from typing import Annotated

import typer


def bench(
    repeat: Annotated[int, typer.Option(min=1, help="Rounds; the figures are medians.")] = 5,
    cities: Annotated[
        int, typer.Option(min=1, help="Cities a round for the conventional ways, then scaled.")
    ] = 4,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=0, help="Reports at a time; 0: one a processor.")
    ] = 0,
    skip_ways: Annotated[bool, typer.Option(help="Do not compare ways of making reports.")] = False,
    skip_scaling: Annotated[
        bool, typer.Option(help="Do not measure 10 to 1,000 cities, which takes 10 minutes.")
    ] = False,
    quick: Annotated[
        bool, typer.Option(help="Two cities and one round: does it work, not how fast.")
    ] = False,
    write: Annotated[
        bool, typer.Option(help="Write docs/performance.md and its chart from all results so far.")
    ] = False,
) -> None:
    """Measure how long reports take here, beside papermill and nbconvert alone."""
    from cvi_analysis.bench.command import Options
    from cvi_analysis.bench.command import bench as run

    raise typer.Exit(
        run(
            Options(
                quick=quick,
                repeat=repeat,
                sample=cities,
                jobs=jobs,
                ways=not skip_ways,
                scaling=not skip_scaling,
                write=write,
            )
        )
    )
