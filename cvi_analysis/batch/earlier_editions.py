"""`params/earlier_values.csv`: what the calculator's inputs were in the editions there are."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from cvi_analysis import paths
from cvi_analysis.batch import edition
from cvi_analysis.batch.answers import shown
from cvi_analysis.calculator.inputs import GROUPS, POPULATION
from cvi_analysis.files import write_file, writing_to
from cvi_analysis.model.people import rule_of
from cvi_analysis.model.sizing_case import METHOD, Case
from cvi_analysis.params.earlier_values import COLUMNS, FILE
from cvi_analysis.report.dossier import SPENDING
from cvi_analysis.report.library import Library


def write() -> int:
    """Write the inputs that differ from today's, of every edition and city. Exit status 0.

    Raises:
        InputError: an edition is damaged, or today's code cannot read its inputs.
        BuildError: the file cannot be written.
    """
    now = {slug: _values(city.case) for slug, city in edition.cities_now(Library.load()).items()}
    rows: list[tuple[str, str, str, str]] = []
    folders = sorted(path.parent for path in paths.editions().glob(f"*/{edition.RECORD}"))
    # Of two editions of one month the later one counts.
    editions = {made.month: (folder, made) for folder in folders for made in [edition.read(folder)]}
    for month, (folder, made) in sorted(editions.items()):
        cities = edition.cities(folder, made).items()
        then = {slug: _values(city.case) for slug, city in cities if slug in now}
        rows += [(month, *row) for row in differing(then, now)]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    target = paths.params() / FILE
    with writing_to(target.parent):
        write_file(target, text.getvalue().encode())
    many = "" if len(editions) == 1 else "s"
    print(
        f"{shown(target)}: values that differ from today's: {len(rows)}, "
        f"from {len(editions)} edition{many}."
    )
    return 0


def differing(
    then: Mapping[str, Mapping[str, Any]], now: Mapping[str, Mapping[str, Any]]
) -> list[tuple[str, str, str]]:
    """City, name and old value of each input that is another now; no city where all have one."""
    found: list[tuple[str, str, str]] = []
    names = [name for _, group in GROUPS.values() for name in group]
    for name in names:
        old = {
            slug: _written(values[name])
            for slug, values in then.items()
            if name in values and name in now[slug] and values[name] != now[slug][name]
        }
        if len(old) == len(now) and len(set(old.values())) == 1:
            found.append(("", name, next(iter(old.values()))))
        else:
            found += [(slug, name, value) for slug, value in sorted(old.items())]
    return found


def _values(case: Case) -> dict[str, Any]:
    """The inputs of a case; what a city spends today is left out, as it moves no total."""
    values = {name: item.value for name, item in case.assumptions.items() if name != SPENDING}
    return {**values, POPULATION: case.population, METHOD: rule_of(values, case.known)}


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
