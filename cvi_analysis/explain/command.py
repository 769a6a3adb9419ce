"""`cvi explain`: print where a number comes from."""

from __future__ import annotations

from collections.abc import Sequence


def run(city: str, name: str, scenario: str = "baseline", sets: Sequence[str] = ()) -> int:
    """Print the chain of steps to a number of a city's JSON. Exit status 0.

    Args:
        city: slug, GEOID or name of a place.
        name: dotted name, such as `budget.total`; a role's numbers as `staffing.mediator.count`.
        scenario: name of a scenario file.
        sets: `NAME=VALUE` changes.

    Raises:
        InputError: an unknown city, scenario, parameter or number.
    """
    from cvi_analysis.build import command
    from cvi_analysis.explain.chain import Chain

    library, request, _ = command.opened(
        command.Options(scenario=scenario, cities=(city,), sets=tuple(sets))
    )
    (place,) = request.cities or ()
    print(Chain(library.dossier(place, scenario, request.overrides)).text(name))
    return 0
