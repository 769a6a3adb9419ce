"""`cvi compare a.json b.xlsx`: two cases of one city, and which assumption makes the difference."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from cvi_analysis.batch.answers import print_json
from cvi_analysis.batch.case_at import ENDINGS, case_at, planned
from cvi_analysis.display.formats import assumption_values
from cvi_analysis.errors import InputError


def are_files(first: str, second: str) -> bool:
    """Whether two arguments name files with cases, and no scenarios.

    Raises:
        InputError: only one of them does.
    """
    kinds = [Path(name).suffix.lower() in ENDINGS for name in (first, second)]
    if any(kinds) and not all(kinds):
        raise InputError(
            "a case is compared with another case, and a scenario with a scenario",
            found=f"{first} and {second}",
            hint="A report's JSON case without changes stands for the scenario itself.",
        )
    return all(kinds)


def compare_cases(first: Path, second: Path, *, as_json: bool = False) -> int:
    """Print what changes from one case to the other, split exactly by assumption. Exit status 0.

    The parts are Shapley values (`model.decomposition`); they add up to the change to the person,
    the post and the dollar.

    Raises:
        InputError: a file is no case, holds a refused value, or the cases are of two cities.
    """
    from cvi_analysis.model.decomposition import decompose  # start-up time

    cases = [case_at(path) for path in (first, second)]
    dossiers = [planned(case)[2] for case in cases]
    slugs = [dossier.city.slug for dossier in dossiers]
    if slugs[0] != slugs[1]:
        raise InputError(
            "these cases are of two cities",
            found=f"{first.name} of {slugs[0]}, {second.name} of {slugs[1]}",
            allowed="two cases of one city",
        )
    before, after = (dossier.case for dossier in dossiers)
    found = decompose(before, after, "assumption")
    rows = [
        {
            "name": part.key,
            "title": part.title,
            "before": list(part.before),
            "after": list(part.after),
            "people": part.change.people,
            "staff": part.change.staff,
            "total": part.change.total,
        }
        for part in found.largest
    ]
    both = {
        "before": {"people": found.before.people, "staff": found.before.staff,
                   "total": found.before.total},
        "after": {"people": found.after.people, "staff": found.after.staff,
                  "total": found.after.total},
    }  # fmt: skip
    out = sys.stderr if as_json else sys.stdout
    for path, figures in zip((first, second), both.values(), strict=True):
        print(
            f"{path.name}: {figures['people']:,} people, {figures['staff']:,} staff, "
            f"${figures['total']:,} a year.",
            file=out,
        )
    if not rows:
        print("No figure that the model reads differs.", file=out)
    known = dossiers[0].assumptions
    for part, row in zip(found.largest, rows, strict=True):
        units = [known[name].unit if name in known else "" for name in part.names]
        print(f"  {_part(row, units)}", file=out)
    change = found.change
    print(
        f"Together: {change.people:+,} people, {change.staff:+,} staff, {change.total:+,} dollars "
        "a year" + ("." if found.exact else "; the parts from a fixed sample of orders."),
        file=out,
    )
    if as_json:
        print_json({"city": slugs[0], "first": first.name, "second": second.name, **both,
                    "exact": found.exact, "parts": rows})  # fmt: skip
    return 0


def _part(row: dict[str, Any], units: list[str]) -> str:
    pairs = [
        assumption_values(old, new, unit)
        for old, new, unit in zip(row["before"], row["after"], units, strict=True)
    ]
    before, after = (", ".join(texts) for texts in zip(*pairs, strict=True)) if pairs else ("", "")
    values = f" ({before} -> {after})" if pairs else ""
    return (
        f"{row['title']}{values}: {row['people']:+,} people, {row['staff']:+,} staff, "
        f"{row['total']:+,} dollars a year"
    )
