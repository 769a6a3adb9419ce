"""How long each stage of each report takes, as the workers themselves measure it.

The same build as `cvi reports`, which does not print its stages. Run as
`python -m cvi_analysis.bench.stages`.
"""

from __future__ import annotations

import argparse
import json
from functools import partial
from pathlib import Path

from cvi_analysis.build import executors, lock
from cvi_analysis.build.plan import Request
from cvi_analysis.build.reports import make_reports
from cvi_analysis.build.spec import CityResult
from cvi_analysis.build.workspace import workspace
from cvi_analysis.dossier import Library


def main() -> None:
    """Build some cities into a folder and write the seconds of each stage as JSON."""
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
    request = Request(cities=cities, timeout=120.0, out=options.out)
    with (
        lock.exclusive(request.folder),
        workspace(),
        executors.local() as machine,
    ):
        maker = partial(machine.pool, options.jobs)
        make_reports(request, library, maker, window=2 * options.jobs, tell=tell)
    options.times.write_text(json.dumps(found))


if __name__ == "__main__":
    main()
