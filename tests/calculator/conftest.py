"""The calculator's model in V8, beside the Python model."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from py_mini_racer import MiniRacer

from cvi_analysis import paths
from cvi_analysis.batch import opening
from cvi_analysis.batch.commands import CommandOptions
from cvi_analysis.calculator import case_file
from cvi_analysis.model.profile import profile
from cvi_analysis.report.dossier import SPENDING, Dossier

FOLDER = paths.PACKAGE / "calculator"
CITIES = ("norfolk-va", "washington-dc", "chicago-il", "los-angeles-ca")


def script(name: str) -> str:
    return (Path(FOLDER) / name).read_text(encoding="utf-8")


class Browser:
    """The pure scripts, called as the page calls them; numbers travel as shortest decimals."""

    def __init__(self) -> None:
        self.engine = MiniRacer()
        self.engine.eval(f"'use strict';\n{script('model.js')}\n{script('years.js')}")
        self.engine.eval(
            "const yearsOf = (values, place) => hiringPlan(values, place, profile(values, place));"
            "const offsetOf = (values, place) => medicaidOffset(values, profile(values, place));"
        )
        self.engine.eval(
            "globalThis.run = (name, json) => JSON.stringify("
            "({profile, affordable, peopleAtRisk, effectivePeople, halfUp, yearsOf, offsetOf})"
            "[name](...JSON.parse(json)))"
        )

    def __call__(self, name: str, *arguments: Any) -> Any:
        return json.loads(self.engine.call("run", name, json.dumps(arguments)))


@pytest.fixture(scope="session")
def browser() -> Browser:
    return Browser()


@pytest.fixture(scope="session")
def dossiers(library) -> dict[str, Dossier]:
    return {slug: library.dossier(slug) for slug in CITIES}


def python_profile(dossier: Dossier, changes: dict[str, Any]) -> dict[str, Any]:
    """What the Python model says of a case, in the shape of model.js."""
    values = {**case_file.values(dossier), **changes}
    result = profile(
        values,
        values["population"],
        known=dossier.case.known,
    )
    people, budget = result.people, result.budget
    spending = values[SPENDING]
    names = ("estimate", "rounded", "share", "method", "counts", "target", "served")
    lines = ("frontline", "supervision_ovp", "staffing", "training", "evaluation", "indirect")
    lines += ("wraparound", "total")
    return {
        "population": values["population"],
        "people_at_risk": {name: getattr(people, name) for name in names},
        "effective": result.effective,
        "staffing": [
            {
                "role": post.role,
                "group": post.group,
                "count": post.count,
                "wage": post.wage,
                "benefits_load": post.benefits_load,
                "cost": post.cost,
            }
            for post in result.posts
        ],
        "staff": result.staff,
        "budget": {name: getattr(budget, name) for name in lines},
        "wraparound": budget.wraparound_kinds,
        "per_resident": result.per_resident,
        "per_person": result.per_person,
        "existing": {
            "spending": spending,
            "gap": None if spending is None else float(budget.total - spending),
        },
    }


@pytest.fixture(scope="session")
def python() -> Callable[[Dossier, dict[str, Any]], dict[str, Any]]:
    return python_profile


@pytest.fixture(scope="module")
def read_once() -> Iterator[None]:
    """The project's files read once for all cases of a file's tests, which change none of them."""
    read = opening._read(CommandOptions())
    with patch.object(opening, "_read", lambda _options: read):
        yield
