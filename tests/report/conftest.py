"""Dossiers to write sections from."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from cvi_analysis.params.cities import City

from .reading import shown


@pytest.fixture(scope="session")
def dossiers(library):
    """Norfolk, a large city, a split count, a local count, and scenarios."""
    return {
        "norfolk": library.dossier("norfolk-va"),
        "los angeles": library.dossier("los-angeles-ca"),
        "louisville": library.dossier("louisville-ky"),
        "washington": library.dossier("washington-dc"),
        "field pay": library.dossier("norfolk-va", "field-pay"),
        "local wages": library.dossier("oakland-ca", "local-wages"),
        "as published": library.dossier("louisville-ky", "caps-published"),
        "by hand": library.dossier(
            "norfolk-va",
            "baseline",
            {
                "people_at_risk": 300,
                "roles.mediator.caseload": 12,
                "roles.supervisor.count": 9,
                "roles.case_manager.count": 0,
                "people_at_risk.target_share": 0.6,
                "economies_of_scale.enabled": False,
            },
        ),
    }


@pytest.fixture(scope="session")
def elsewhere(library):
    """A place that is not in the list, of which little is known."""
    place = City(slug="my-town", city="My <b>Town</b> & $1 #x", geoid="5157000")
    return library.dossier(place).model_copy(
        update={"city": City(slug="my-town", city=place.city, geoid="5199999")}
    )


@pytest.fixture(scope="session")
def whole(dossiers, elsewhere) -> Callable[[str], dict[str, list[Any]]]:
    """What each cell of the notebook displays for one of `dossiers` or `elsewhere`, run once."""

    @cache
    def of(name: str) -> dict[str, list[Any]]:
        return shown(elsewhere if name == "elsewhere" else dossiers[name])

    return of
