"""`cvi compare`: what changes from one scenario to another, as HTML, PDF and CSV."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from cvi_analysis import paths
from cvi_analysis.batch import failures, fingerprint, plan, pool, scenario_pages
from cvi_analysis.batch.answers import print_json, shown
from cvi_analysis.batch.commands import CommandOptions, ended_by_signals
from cvi_analysis.batch.notebook_environment import RunOptions
from cvi_analysis.batch.opening import opened
from cvi_analysis.batch.orders import build
from cvi_analysis.errors import BuildError
from cvi_analysis.files import exclusive, remove_leftovers, workspace, write_files, writing_to
from cvi_analysis.params.register import parse_overrides
from cvi_analysis.report.panel import Panel
from cvi_analysis.report.scenario_change import Comparison, compare, comparison_csv

FOLDER = "compare"


def compare_scenarios(
    first: str,
    second: str,
    sets: Sequence[str] = (),
    *,
    out: Path | None = None,
    run: RunOptions,
    with_code: bool = True,
    as_json: bool = False,
) -> int:
    """Write `<A>-vs-<B>.html`, `.pdf` and `.csv`. Exit status 0.

    Args:
        first: name of the scenario compared with.
        second: name of the scenario compared.
        sets: `NAME=VALUE` changes to the second scenario.
        out: folder that holds the folder `compare`; None for `reports/`.
        run: how the notebook is run.
        with_code: fold the code in the page under what it shows.
        as_json: print the outcome as one JSON document.

    Raises:
        InputError: an unknown scenario or name, or a refused value; nothing has been written.
        BuildError: a cell failed, or the folder cannot be written.
    """
    library, _, _ = opened(CommandOptions(scenario=first))
    overrides = parse_overrides(sets, library.params.register)
    comparison = compare(*Panel.pair(library, first, second, overrides))
    spec = scenario_pages.difference_page(
        library,
        first,
        second,
        overrides,
        notebook=plan.read_notebook(paths.root() / fingerprint.COMPARE),
        code=fingerprint.code_sha256(),
        lock=fingerprint.lock_sha256(),
        run=run,
        with_code=with_code,
    )
    folder = (out or paths.reports()) / FOLDER
    with ExitStack() as stack:
        stack.enter_context(ended_by_signals())
        stack.enter_context(exclusive(folder))
        stack.enter_context(workspace())
        with stack.enter_context(pool.local()).pool(1) as executor:
            result = pool.taken(executor.submit(build, spec).result())
        if result.error is not None:
            result = failures.keep(FOLDER, result)
            raise BuildError(" ".join([result.error or "", *result.notes]))
        failures.forget(FOLDER, [result.slug])
        remove_leftovers(folder)
        files = {**result.files, f"{comparison.name}.csv": comparison_csv(comparison)}
        with writing_to(folder):
            write_files(folder, files)
    page = shown(folder / f"{comparison.name}.html")
    human = sys.stderr if as_json else sys.stdout
    print(_told(comparison), file=human)
    print(f"Written: {page}, .pdf and .csv. Open {page}.", file=human)
    if as_json:
        print_json(
            {
                "first": comparison.first.name,
                "second": comparison.second.name,
                "open": str(page),
                "files": sorted(str(shown(folder / name)) for name in files),
                "cities": [comparison.row(city) for city in comparison.cities],
            }
        )
    return 0


def _told(comparison: Comparison) -> str:
    """The outcome in one line."""
    change = comparison.after - comparison.before
    if not comparison.changed:
        return "No figure of any city changes."
    first = comparison.cities[0]
    return (
        f"{len(comparison.changed)} of {len(comparison.cities)} cities change; all together: "
        f"{change.people:+,} people, {change.staff:+,} staff, {change.total:+,} dollars a year; "
        f"most in {first.name} ({first.result.change.total:+,})."
    )
