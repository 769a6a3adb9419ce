"""`cvi params` and `cvi explain`: what a report stands on, printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from cvi_analysis.batch.answers import print_json
from cvi_analysis.batch.commands import CommandOptions
from cvi_analysis.batch.opening import opened
from cvi_analysis.errors import InputError
from cvi_analysis.model.sensitivity import effects
from cvi_analysis.model.sizing_case import spread_of
from cvi_analysis.params.assumptions import Assumption
from cvi_analysis.params.register import parse_overrides
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.explanation import Chain
from cvi_analysis.report.library import Library


def params(
    city: str | None,
    scenario: str,
    sets: Sequence[str],
    *,
    full: bool = False,
    by_effect: bool = False,
) -> int:
    """Print resolved assumptions as JSON on standard output. Exit status 0.

    Args:
        city: slug of a city, whose own values count; None for any.
        scenario: name of a scenario file.
        sets: `NAME=VALUE` changes.
        full: with title, range, unit, grades, source and note, and whether it is varied.
        by_effect: the same with the city's budget at both ends of the range, in dollars a year;
            first what moves it most.

    Raises:
        InputError: an unknown city, scenario or parameter, or `by_effect` without a city.
    """
    library = Library.load()
    overrides = parse_overrides(sets, library.params.register)
    if by_effect:
        if city is None:
            raise InputError(
                "an order by effect is that of a city",
                parameter="--by-effect",
                allowed="with a city, such as `cvi params norfolk-va --by-effect`",
            )
        print_json(_by_effect(library.dossier(city, scenario, overrides)))
        return 0
    place = library.params.city(city) if city else None
    register = library.params.resolve(scenario, place, overrides)
    print_json(
        {name: _entry(item) for name, item in register.assumptions.items()}
        if full
        else dict(register.values())
    )
    return 0


def _entry(item: Assumption) -> dict[str, Any]:
    spread = spread_of(item)
    varied = spread is not None and not spread.fixed
    return {**item.model_dump(mode="json", exclude={"line"}), "varied": varied}


def _by_effect(dossier: Dossier) -> dict[str, Any]:
    """What is varied here with the budget at its ends, the largest effect first; then the rest."""
    found: dict[str, Any] = {}
    for effect in effects(dossier.case):
        item = dossier.assumptions.get(effect.name)
        known = {} if item is None else _entry(item)
        found[effect.name] = {
            **{"title": effect.title, "unit": effect.unit, "value": effect.value},
            **known,
            "varied": True,
            "total_at_least": effect.least,
            "total_at_most": effect.most,
        }
    return found | {
        name: {**_entry(item), "varied": False}
        for name, item in dossier.assumptions.items()
        if name not in found
    }


def explain(
    city: str,
    name: str,
    scenario: str = "baseline",
    sets: Sequence[str] = (),
    *,
    as_json: bool = False,
) -> int:
    """Print the chain of steps to a number of a city's JSON. Exit status 0.

    Args:
        city: slug, GEOID or name of a place.
        name: dotted name, such as `budget.total`; a role's numbers as `staffing.mediator.count`.
        scenario: name of a scenario file.
        sets: `NAME=VALUE` changes.
        as_json: print the steps as one JSON document.

    Raises:
        InputError: an unknown city, scenario, parameter or number.
    """
    library, request, _ = opened(
        CommandOptions(scenario=scenario, cities=(city,), sets=tuple(sets))
    )
    (place,) = request.cities or ()
    chain = Chain(library.dossier(place, scenario, request.overrides))
    if as_json:
        steps = [asdict(step) for step in chain.steps(name)]
        print_json(
            {
                "city": place.slug,
                "scenario": request.name,
                "name": name,
                "value": steps[-1]["value"],
                "steps": steps,
            }
        )
    else:
        print(chain.text(name))
    return 0
