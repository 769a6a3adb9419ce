"""LibreOffice, in whose cells other inputs are typed, gets the model's numbers exactly."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest

from cvi_analysis.calculator.workbook import workbook
from cvi_analysis.model.hiring_plan import plan
from cvi_analysis.model.medicaid_offset import ENABLED, ENROLLED, HOURS, RATE, rate_of
from cvi_analysis.model.profile import profile
from cvi_analysis.model.sizing_case import Case
from cvi_analysis.report.document import document
from cvi_analysis.report.dossier import SPENDING
from tests.calculator import cases as random_cases
from tests.calculator.spreadsheet import Spreadsheet, Typing, typed
from tests.conftest import tool

pytestmark = [pytest.mark.libreoffice, pytest.mark.slow]
CITIES = ("norfolk-va", "washington-dc", "oakland-ca", "los-angeles-ca")
COUNT = 208


def drawn(dossier, count: int) -> list[dict[str, Any]]:
    """Cases as hypothesis draws them, half of them with another hiring plan."""
    dice = random.Random(dossier.city.slug)
    cases = random_cases.drawn(dossier, count)
    for changes in cases[::2]:
        changes["phasing.years"] = dice.randint(1, 10)
        changes["phasing.fill_rate"] = round(dice.uniform(0.1, 1), 3)
        changes["phasing.price_growth"] = round(dice.uniform(0, 0.2), 4)
        changes["phasing.one_off_share"] = round(dice.uniform(0, 1), 3)
    return cases


LINES = ("frontline", "supervision_ovp", "training", "evaluation", "indirect")


def expected(dossier, changes: dict[str, Any]) -> dict[str, float]:
    """Every result by the name of its cell."""
    population = changes.get("population", dossier.population.population)
    assumptions = {
        name: item.model_copy(update={"value": changes.get(name, item.value)})
        for name, item in dossier.assumptions.items()
    }
    case = Case(
        assumptions,
        population,
        known=dossier.case.known,
    )
    result = profile(
        case.values,
        population,
        known=case.known,
    )
    found = {
        "population_value": population,
        "people_at_risk_rounded": result.people.rounded,
        "staffing_total": result.staff,
    }
    for post in result.posts:
        found[f"staffing_{post.role}_count"] = post.count
    for line in (*LINES, "staffing"):
        found[f"budget_{line}"] = getattr(result.budget, line)
    found["budget_wraparound"] = result.budget.wraparound
    found["budget_total"] = result.budget.total
    for kind, amount in result.budget.wraparound_kinds.items():
        found[f"wraparound_{kind}"] = amount
    for year in plan(case, horizon=5).years:
        name = f"year_{year.number}"
        found[f"{name}_staff_planned"] = year.posts_in().planned
        found[f"{name}_staff_filled"] = year.posts_in().filled
        for line in (*LINES, "wraparound"):
            found[f"{name}_budget_{line}"] = getattr(year.budget, line)
            found[f"{name}_expected_{line}"] = getattr(year.expected, line)
        found[f"{name}_budget_total"] = year.budget.total
        found[f"{name}_expected_total"] = year.expected.total
        found[f"{name}_new_money"] = year.new_money
        found[f"{name}_recurring_needed"] = year.recurring_needed
    return found


def nearly(dossier, changes: dict[str, Any]) -> dict[str, float | None]:
    """Results that are no whole numbers, or none: LibreOffice says 15 digits of them."""
    values = {**dossier.values, **changes}
    population = changes.get("population", dossier.population.population)
    result = profile(
        values,
        population,
        known=dossier.case.known,
    )
    spending = changes.get(SPENDING, dossier.spending_today)
    rate = changes.get(RATE, rate_of(dossier.values, dossier.facts.hourly_rate))
    offset = None
    if values[ENABLED] and rate is not None:
        hours = result.count("frontline") * values[HOURS] * values[ENROLLED]
        offset = math.floor(hours * rate + 0.5)
    return {
        "medicaid_offset": offset,
        "existing_gap": None if spending is None else result.budget.total - spending,
        "people_at_risk_estimate": result.people.estimate,
        "people_at_risk_target": result.people.target,
        "people_at_risk_served": result.people.served,
        "effective_people": result.effective,
        "per_resident": result.per_resident,
        "per_person": result.per_person,
        **{f"staffing_{post.role}_wage": post.wage for post in result.posts},
        **{f"staffing_{post.role}_cost": post.cost for post in result.posts},
    }


def test_recalculated_workbooks_equal_the_model(library, tmp_path):
    books = []
    dossiers = [library.dossier(slug) for slug in CITIES]
    for dossier in dossiers:
        sheet = Spreadsheet(workbook(dossier, document(dossier)))
        names = [*expected(dossier, {}), *nearly(dossier, {})]
        books.append(Typing(sheet, [{}, *drawn(dossier, COUNT // len(CITIES) - 1)], names))
    assert sum(len(book.cases) for book in books) >= 200
    found = typed(tool("soffice", "libreoffice"), books, tmp_path / "office")
    wrong = []
    for dossier, book, shown in zip(dossiers, books, found, strict=True):
        for changes, cells in zip(book.cases, shown, strict=True):
            for name, value in expected(dossier, changes).items():
                if cells[name] != value:
                    wrong.append((dossier.city.slug, name, cells[name], value, changes))
            for name, value in nearly(dossier, changes).items():
                near = None if value is None else pytest.approx(value, rel=1e-13)
                assert cells[name] == near, (name, changes)
    assert not wrong, wrong[:3]
