"""`cvi params` and `cvi explain`: what a report stands on, printed."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

from cvi_analysis.batch.commands import CommandOptions
from cvi_analysis.batch.opening import opened, overrides_of
from cvi_analysis.report.explanation import Chain
from cvi_analysis.report.library import Library


def params(city: str | None, scenario: str, sets: Sequence[str], *, full: bool) -> int:
    """Print resolved assumptions as JSON on standard output. Exit status 0."""
    library = Library.load()
    place = library.params.city(city) if city else None
    register = library.params.resolve(scenario, place, overrides_of(sets, library))
    shown: dict[str, Any] = (
        {n: a.model_dump(mode="json", exclude={"line"}) for n, a in register.assumptions.items()}
        if full
        else dict(register.values())
    )
    json.dump(shown, sys.stdout, indent=2, ensure_ascii=False)
    print()
    return 0


def explain(city: str, name: str, scenario: str = "baseline", sets: Sequence[str] = ()) -> int:
    """Print the chain of steps to a number of a city's JSON. Exit status 0.

    Args:
        city: slug, GEOID or name of a place.
        name: dotted name, such as `budget.total`; a role's numbers as `staffing.mediator.count`.
        scenario: name of a scenario file.
        sets: `NAME=VALUE` changes.

    Raises:
        InputError: an unknown city, scenario, parameter or number.
    """
    library, request, _ = opened(
        CommandOptions(scenario=scenario, cities=(city,), sets=tuple(sets))
    )
    (place,) = request.cities or ()
    print(Chain(library.dossier(place, scenario, request.overrides)).text(name))
    return 0
