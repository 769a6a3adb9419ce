"""How long each stage of each report takes, as the workers themselves measure it.

The same build as `cvi reports`, which does not print its stages, with Word documents; then two
parts of it alone, in this process, with nothing else going on. Run as
`python -m scripts.bench.stages`.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from cvi_analysis import paths
from cvi_analysis.batch import pool
from cvi_analysis.batch.fingerprint import POPULATIONS
from cvi_analysis.batch.notebook_environment import RunOptions
from cvi_analysis.batch.orders import CityResult
from cvi_analysis.batch.plan import RunRequest
from cvi_analysis.batch.report_formats import FORMATS
from cvi_analysis.batch.run import make_reports
from cvi_analysis.calculator.workbook import workbook
from cvi_analysis.census.population_table import PopulationTable
from cvi_analysis.files import exclusive, workspace
from cvi_analysis.report.document import document
from cvi_analysis.report.library import Library

ALONE_RUNS = 5


def alone(library: Library, slug: str) -> dict[str, list[float]]:
    """Processor seconds of parts that must stay quick, each done once before, untimed.

    Args:
        library: from which the workbook's city is taken.
        slug: that city.

    Returns:
        For each part, by name, one item a run.
    """
    dossier = library.dossier(slug)
    result = document(dossier)
    table = paths.root() / POPULATIONS
    parts: dict[str, Callable[[], object]] = {
        "populations": lambda: PopulationTable.load(table),
        "workbook": lambda: workbook(dossier, result),
    }
    return {name: [_timed(part) for _ in range(ALONE_RUNS + 1)][1:] for name, part in parts.items()}


def _timed(part: Callable[[], object]) -> float:
    start = time.process_time()
    part()
    return time.process_time() - start


def main() -> None:
    """Build some cities into a folder; write the seconds of stages and parts alone as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--times", type=Path, required=True)
    parser.add_argument("cities", nargs="+")
    options = parser.parse_args()
    found: dict[str, list[float]] = {}

    def tell(slug: str, result: CityResult | None) -> None:
        if result is not None and slug in options.cities:
            for stage, seconds in result.seconds.items():
                found.setdefault(stage, []).append(seconds)

    library = Library.load()
    cities = tuple(library.params.city(slug) for slug in options.cities)
    # With Word documents, which `cvi reports` leaves out, so that it is told what they cost.
    request = RunRequest(
        cities=cities, run=RunOptions(timeout=120.0), out=options.out, formats=FORMATS
    )
    with (
        exclusive(request.folder),
        workspace(),
        pool.local() as machine,
    ):
        maker = partial(machine.pool, options.jobs)
        make_reports(request, library, maker, window=2 * options.jobs, tell=tell)
    times = {"stages": found, "alone": alone(library, options.cities[0])}
    options.times.write_text(json.dumps(times))


if __name__ == "__main__":
    main()
