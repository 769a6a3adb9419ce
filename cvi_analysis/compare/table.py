"""`<A>-vs-<B>.csv`: every city under both scenarios, and its change by assumption."""

from __future__ import annotations

import csv
import io
from typing import Any

from cvi_analysis.blocks.escape import spreadsheet
from cvi_analysis.compare.change import CityChange, Comparison

FIGURES = ("people", "staff", "total")


def columns(comparison: Comparison) -> list[str]:
    """Column names: the city, both scenarios, the change, then three columns an assumption.

    `total by roles.mediator.wage` is what that assumption adds to the city's total, dollars a
    year; the columns of one figure add up to its `change` column.
    """
    head = ["slug", "name", "state", "residents_before", "residents_after"]
    for figure in FIGURES:
        head += [f"{figure}_before", f"{figure}_after", f"{figure}_change"]
    return head + [f"{figure} by {key}" for figure in FIGURES for key in comparison.keys]


def comparison_csv(comparison: Comparison) -> bytes:
    """The table as UTF-8, comma-separated, LF; the most affected city first."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns(comparison), lineterminator="\n")
    writer.writeheader()
    for city in comparison.cities:
        writer.writerow(_row(comparison, city))
    return text.getvalue().encode()


def _row(comparison: Comparison, city: CityChange) -> dict[str, Any]:
    place, result = city.before.city, city.result
    row: dict[str, Any] = {
        "slug": place.slug,
        "name": spreadsheet(place.city),
        "state": place.state,
        "residents_before": city.before.population.population,
        "residents_after": city.after.population.population,
    }
    for figure in FIGURES:
        row[f"{figure}_before"] = getattr(result.before, figure)
        row[f"{figure}_after"] = getattr(result.after, figure)
        row[f"{figure}_change"] = getattr(result.change, figure)
        for key in comparison.keys:
            row[f"{figure} by {key}"] = getattr(comparison.part(city, key), figure)
    return row
