"""The options of `make bench`, or `python -m scripts.bench`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cvi_analysis.errors import CviError
from scripts.bench.command import Options
from scripts.bench.command import bench as run

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
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
    skip_site: Annotated[
        bool, typer.Option(help="Do not make the site of all scenarios, which takes 10 minutes.")
    ] = False,
    skip_loops: Annotated[
        bool, typer.Option(help="Do not measure preview and calculator, which needs Chromium.")
    ] = False,
    skip_places: Annotated[
        bool, typer.Option(help="Do not measure a sample of all places, which takes minutes.")
    ] = False,
    quick: Annotated[
        bool, typer.Option(help="Two cities and one round: does it work, not how fast.")
    ] = False,
    write: Annotated[
        bool, typer.Option(help="Write docs/performance.md and its chart from all results so far.")
    ] = False,
) -> None:
    """Measure how long reports take here, beside papermill and nbconvert alone."""
    raise typer.Exit(
        run(
            Options(
                quick=quick,
                repeat=repeat,
                sample=cities,
                jobs=jobs,
                ways=not skip_ways,
                scaling=not skip_scaling,
                site=not skip_site,
                loops=not skip_loops,
                places=not skip_places,
                write=write,
            )
        )
    )


if __name__ == "__main__":
    try:
        app()
    except CviError as error:
        print(f"bench: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
