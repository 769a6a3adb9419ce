from __future__ import annotations

from pathlib import Path

import pytest

from cvi_analysis.errors import InputError
from cvi_analysis.model.inverse import break_even
from cvi_analysis.model.reality_checks import (
    needs,
    people_estimates,
    program_checks,
)
from cvi_analysis.model.sizing_case import Case
from cvi_analysis.params.published_figures import (
    Program,
    load_benchmarks,
    load_high_risk_estimates,
    load_programs,
    load_shooting_costs,
)
from cvi_analysis.params.register import Register

PARAMS = Path(__file__).parents[2] / "params"


@pytest.fixture(scope="module")
def programs() -> tuple[Program, ...]:
    return load_programs(PARAMS / "programs.csv")


def test_every_program_says_why_it_differs(programs: tuple[Program, ...]) -> None:
    assert {program.place for program in programs} >= {
        "Indianapolis, IN",
        "Washington, DC",
        "Memphis, TN",
        "Richmond, CA",
        "Chicago, IL",
    }
    for program in programs:
        assert program.differs.endswith(".")
        assert program.source_url
        assert program.per_person is not None


def test_the_model_beside_a_program(norfolk: Case, programs: tuple[Program, ...]) -> None:
    checks = {check.program.program: check for check in program_checks(norfolk, "x", programs)}
    indianapolis = checks["Peacemakers"]
    assert indianapolis.model is not None
    assert indianapolis.model.people.served == 400
    assert indianapolis.model.count("ovp") == 6
    assert indianapolis.community_staff == indianapolis.model.staff - 6
    assert indianapolis.times_dollars == pytest.approx(
        3 * indianapolis.model.budget.total / 37_000_000, rel=1e-6
    )
    assert checks["Roca"].model is None
    assert checks["Roca"].times_dollars is None
    assert indianapolis.own == norfolk.profile().per_person


def test_the_own_citys_program_comes_first(
    register: Register, programs: tuple[Program, ...]
) -> None:
    case = Case(register.assumptions, 630_000)
    first, *others = program_checks(case, "memphis-tn", programs)
    assert first.same_city
    assert first.program.program == "Memphis Allies"
    assert first.model is not None
    assert first.model.population == 630_000
    assert not any(check.same_city for check in others)


def test_counts_entered_for_the_city_stay_out(
    register: Register, programs: tuple[Program, ...]
) -> None:
    entered = register.replace({"roles.mediator.count": 1000})
    for check in program_checks(Case(entered.assumptions, 200_000), "x", programs):
        assert check.model is None or check.model.post("mediator").count < 1000


def test_people_without_what_they_count_are_refused(tmp_path: Path) -> None:
    text = (PARAMS / "programs.csv").read_text(encoding="utf-8")
    path = tmp_path / "programs.csv"
    path.write_text(text.replace(",400,over_a_year,", ",400,,", 1), encoding="utf-8")
    with pytest.raises(InputError, match=r"programs\.csv:2: people_count.*both or neither"):
        load_programs(path)


def test_a_range_of_one_end_is_refused(tmp_path: Path) -> None:
    text = (PARAMS / "programs.csv").read_text(encoding="utf-8")
    path = tmp_path / "programs.csv"
    path.write_text(text.replace("12333333,12333333", "12333333,", 1), encoding="utf-8")
    with pytest.raises(InputError, match=r"programs\.csv:2: dollars_low"):
        load_programs(path)


def test_estimates_of_people(register: Register, washington: Case) -> None:
    rows = load_high_risk_estimates(PARAMS / "high_risk_estimates.csv")
    found = people_estimates(washington, "Washington", "DC", 157.0, rows)
    assert [estimate.kind for estimate in found] == ["share", "homicides", "published", "published"]
    share, rate, year, moment = found
    assert (share.low, share.central, share.high) == pytest.approx((336.04, 672.08, 1344.16), 1e-4)
    assert (rate.low, rate.central, rate.high) == pytest.approx((251.2, 345.4, 408.2))
    assert [estimate.used for estimate in found] == [False, False, True, False]
    assert year.central == 500
    assert moment.central == 200

    plain = Case(register.assumptions, 100_000)
    (only,) = people_estimates(plain, "Nowhere", "TX", None, rows)
    assert only.used
    entered = Case(register.replace({"people_at_risk": 77}).assumptions, 100_000)
    first, second = people_estimates(entered, "Nowhere", "TX", None, rows)
    assert (first.central, first.used, second.used) == (77, True, False)


def test_needs_are_those_that_were_asked_for_in_the_city() -> None:
    rows = load_benchmarks(PARAMS / "benchmarks.csv")
    assert [need.dollars for need in needs("Chicago", "IL", rows)] == [405_000_000]
    assert needs("Norfolk", "VA", rows) == ()


def test_break_even_only_where_a_cost_was_published(norfolk: Case) -> None:
    costs = load_shooting_costs(PARAMS / "cost_of_gun_violence.csv")
    assert break_even(norfolk, "Norfolk", "VA", costs) is None
    assert break_even(norfolk, "Columbus", "GA", costs) is None
    found = break_even(norfolk, "Columbus", "OH", costs, homicides=97.0)
    total = norfolk.profile().budget.total
    assert found is not None
    assert found.fatal is not None
    assert (found.fatal - 1) * 2_100_000 < total <= found.fatal * 2_100_000
    assert found.nonfatal is not None
    assert (found.nonfatal - 1) * 738_600 < total <= found.nonfatal * 738_600
    assert found.of_homicides == found.fatal / 97.0
    oakland = break_even(norfolk, "Oakland", "CA", costs)
    assert oakland is not None
    assert oakland.nonfatal is None
    assert oakland.of_homicides is None
