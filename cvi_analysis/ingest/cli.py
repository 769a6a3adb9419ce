"""The options of `cvi ingest`, to be registered with the command line.

Heavy imports stand inside: listing the commands must not load the HTTP stack.
"""

from __future__ import annotations

from typing import Annotated, Optional

import typer


def ingest(
    dataset: Annotated[
        Optional[list[str]],  # noqa: UP045 - typer reads this at run time
        typer.Option(help="acs5, acs1 or pl; may be repeated. Default: acs5."),
    ] = None,
    year: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(help="One year. Default: the newest that answers, and the one in use."),
    ] = None,
    since: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(help="Every year from this one to the newest."),
    ] = None,
    city: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(help="Slug, GEOID or 'City, ST'; may be repeated. Default: all listed."),
    ] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="All listed cities, said explicitly.")
    ] = False,
    accept: Annotated[
        bool, typer.Option(help="Store changes over 15%, new names and missing figures.")
    ] = False,
    dry_run: Annotated[bool, typer.Option(help="Say what would be asked; ask nothing.")] = False,
    deadline: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(min=1, help="Seconds that one pull may take. Default: 60."),
    ] = None,
) -> None:
    """Pull populations from the Census API (needs a free key) and keep them as evidence."""
    from cvi_analysis.ingest.command import IngestOptions, ingest_command

    options = IngestOptions(
        datasets=tuple(dataset or ()),
        year=year,
        since=since,
        cities=tuple(city or ()),
        all_cities=all_,
        accept=accept,
        dry_run=dry_run,
        deadline=deadline,
    )
    raise typer.Exit(ingest_command(options, say=typer.echo))
