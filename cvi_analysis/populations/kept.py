"""`data/raw/places.csv`: which places the tidy table takes from answers of the API.

One request brings all places of the country, about 32,000. The tidy table is in git and is read
at every build, so it takes those that were asked for; the others stay in the answer and are found
there when somebody asks for one.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from cvi_analysis.files import write_file
from cvi_analysis.params.cities import check_geoid
from cvi_analysis.params.csv_files import read_csv

PLACES = "places.csv"
COLUMNS = ("geoid", "census_name")


def kept(raw: Path) -> dict[str, str] | None:
    """The Bureau's name of each place to take, by GEOID; None if no list says so: all of them.

    Raises:
        InputError: the list is damaged.
    """
    path = raw / PLACES
    if not path.is_file():
        return None
    found: dict[str, str] = {}
    for row in read_csv(path, COLUMNS):
        geoid = row.required("geoid", "7 digits for a place, 5 for a county")
        try:
            check_geoid(geoid)
        except ValueError as error:
            raise row.where.error(
                str(error), parameter="geoid", found=geoid, allowed="7 digits, or 5 for a county"
            ) from None
        found[geoid] = row.text("census_name")
    return found


def keep(raw: Path, places: Mapping[str, str]) -> None:
    """Add places (name by GEOID) to the list; none is ever taken off. The file changes in one step.

    Raises:
        OSError: the folder cannot be written; the list is as it was.
        InputError: the list is damaged.
    """
    before = kept(raw)
    after = {**places, **(before or {})}
    if before is not None and len(before) == len(after):
        return
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(sorted(after.items()))
    raw.mkdir(parents=True, exist_ok=True)
    write_file(raw / PLACES, out.getvalue().encode("utf-8"), durable=True)
