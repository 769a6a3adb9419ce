"""`profiles.csv`: one row a city, for machines."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from cvi_analysis.blocks.escape import spreadsheet
from cvi_analysis.model import ROLES


def columns() -> list[str]:
    """Column names, in order."""
    head = ["slug", "name", "state", "geoid", "scenario", "population", "dataset", "year"]
    people = ["people_at_risk", "people_at_risk_rounded", "share", "method", "target"]
    money = ["frontline", "supervision_ovp", "staffing", "training", "evaluation", "wraparound"]
    ends = [f"{name}_{end}" for name in ("people_at_risk", "staff", "total") for end in _ENDS]
    return [*head, *people, *ROLES, "staff", *money, "total", "per_resident", "per_person", *ends]


_ENDS = ("low", "high")


def profiles_csv(documents: Iterable[Mapping[str, Any]]) -> bytes:
    """The table of these documents (parsed `<slug>.json`): UTF-8, comma-separated, LF."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns(), lineterminator="\n")
    writer.writeheader()
    for document in documents:
        writer.writerow({name: spreadsheet(value) for name, value in _row(document).items()})
    return text.getvalue().encode()


def _row(document: Mapping[str, Any]) -> dict[str, Any]:
    people, population = document["people_at_risk"], document["population"]
    counts = {post["role"]: post["count"] for post in document["staffing"]}
    return {
        **document["city"],
        "scenario": document["scenario"],
        "population": population["value"],
        "dataset": population["dataset"],
        "year": population["year"],
        "people_at_risk": people["estimate"],
        "people_at_risk_rounded": people["rounded"],
        "share": people["share"],
        "method": people["method"],
        "target": people["target"],
        **counts,
        "staff": sum(counts.values()),
        **document["budget"],
        "per_resident": document["per_resident"],
        "per_person": document["per_person"],
        **{
            f"{name}_{end}": document["ranges"][name][end]
            for name in ("people_at_risk", "staff", "total")
            for end in _ENDS
        },
    }
