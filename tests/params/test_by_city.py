"""Values of single cities in a scenario: what wins over what, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from cvi_analysis.errors import InputError
from cvi_analysis.model.assumptions_read import EXPECTED
from cvi_analysis.params import Params, load_params

from .test_scenario import HEAD, write

WAGE, LOAD = "roles.mediator.wage", "roles.mediator.caseload"
OWN = (
    "by_city:\n"
    "  norfolk-va:\n"
    f"    {WAGE}:\n"
    "      value: 52000\n"
    "      low: 48000\n"
    "      high: 56000\n"
    "      source: City of Norfolk, pay plan\n"
    "      source_url: https://example.org/pay\n"
    "      year: 2026\n"
    "      note: Step 3 of the grade.\n"
)


def loaded(copy: Path, text: str, name: str = "own") -> Params:
    write(copy, name, HEAD + text)
    return load_params(copy, EXPECTED)


def test_a_value_of_one_city_leaves_the_others(copy: Path) -> None:
    params = loaded(copy, f"by_city:\n  norfolk-va:\n    {WAGE}: 52000\n  hampton-va:\n")
    assert params.resolve("own", "norfolk-va")[WAGE].value == 52_000
    national = params.register[WAGE]
    for city in (None, "hampton-va", "chicago-il"):
        assert params.resolve("own", city)[WAGE] == national
    own = params.resolve("own", "norfolk-va")
    assert own[WAGE].source == national.source, "a value alone keeps the source"
    assert own.origins == {WAGE: "scenario own, for norfolk-va alone"}


def test_a_value_with_its_source_takes_the_place_of_the_national_one(copy: Path) -> None:
    params = loaded(copy, OWN)
    item = params.resolve("own", "norfolk-va")[WAGE]
    assert (item.value, item.low, item.high) == (52_000.0, 48_000.0, 56_000.0)
    assert (item.source, item.source_url) == (
        "City of Norfolk, pay plan",
        "https://example.org/pay",
    )
    assert (item.year, item.quality, item.note) == (2026, "A", "Step 3 of the grade.")
    assert (item.title, item.fit) == (params.register[WAGE].title, params.register[WAGE].fit)
    assert params.resolve("own", "hampton-va")[WAGE] == params.register[WAGE]


def test_without_its_own_range_the_range_is_widened(copy: Path) -> None:
    params = loaded(
        copy,
        f"by_city:\n  norfolk-va:\n    {WAGE}:\n"
        "      {value: 90000, source: The city, quality: B, fit: A}\n",
    )
    item, national = params.resolve("own", "norfolk-va")[WAGE], params.register[WAGE]
    assert (item.low, item.high) == (national.low, 90_000.0)
    assert (item.quality, item.source_url, item.year, item.note) == ("B", "", None, "")
    assert (item.fit, national.fit) == ("A", "C")


def test_staff_at_work_today_with_its_source(copy: Path) -> None:
    name = "roles.outreach_worker.existing"
    params = loaded(
        copy, f"by_city:\n  norfolk-va:\n    {name}: {{value: 9, source: Count of June}}\n"
    )
    item = params.resolve("own", "norfolk-va")[name]
    assert (item.value, item.source, item.low) == (9, "Count of June", None)


def test_one_source_for_all_values_of_a_city(copy: Path) -> None:
    params = loaded(
        copy,
        "by_city:\n  norfolk-va:\n    from: {source: Pay plan, year: 2026}\n"
        f"    {LOAD}: 12\n    {WAGE}: {{value: 52000, low: 50000, high: 54000}}\n"
        "    roles.supervisor.wage: {value: 60000, source: Another}\n",
    )
    register = params.resolve("own", "norfolk-va")
    assert (register[LOAD].value, register[LOAD].source) == (12.0, "Pay plan")
    item = register[WAGE]
    assert (item.value, item.high, item.source, item.year) == (52_000, 54_000, "Pay plan", 2026)
    assert register["roles.supervisor.wage"].source == "Another"


def test_a_city_comes_before_all_cities_of_the_same_file(copy: Path) -> None:
    params = loaded(
        copy, f"changes:\n  {WAGE}: 60000\nby_city:\n  norfolk-va:\n    {WAGE}: 52000\n"
    )
    assert params.resolve("own", "norfolk-va")[WAGE].value == 52_000
    assert params.resolve("own", "hampton-va")[WAGE].value == 60_000
    assert params.resolve("own")[WAGE].value == 60_000


def test_the_nearer_file_wins(copy: Path) -> None:
    write(
        copy,
        "far",
        HEAD + f"by_city:\n  norfolk-va:\n    {WAGE}: 52000\n    {LOAD}: 12\n"
        f"  hampton-va:\n    {LOAD}: 11\n",
    )
    params = loaded(
        copy,
        f"extends: far\nchanges:\n  {WAGE}: 60000\nby_city:\n  norfolk-va:\n    {LOAD}: 13\n",
    )
    norfolk = params.resolve("own", "norfolk-va")
    assert norfolk[WAGE].value == 60_000, "a nearer change for all, over one for this city"
    assert norfolk[LOAD].value == 13
    assert params.resolve("own", "hampton-va")[LOAD].value == 11
    assert params.scenario("own").by_city == {"norfolk-va": {LOAD: 13}, "hampton-va": {LOAD: 11}}


def test_the_command_line_wins(copy: Path) -> None:
    params = loaded(copy, OWN)
    register = params.resolve("own", "norfolk-va", {WAGE: 70_000})
    assert register[WAGE].value == 70_000
    assert register.origins[WAGE] == "override"


def test_over_the_city_s_own_target_share(copy: Path) -> None:
    name = "people_at_risk.target_share"
    params = loaded(copy, f"by_city:\n  norfolk-va:\n    {name}: 0.4\n")
    city = params.city("norfolk-va").model_copy(update={"target_share": 0.8})
    assert params.resolve("own", city)[name].value == 0.4


def test_values_that_fit_together_only_in_that_city(copy: Path) -> None:
    shares = "budget.wraparound.{}_share: {}"
    params = loaded(
        copy,
        "by_city:\n  norfolk-va:\n"
        f"    {shares.format('housing', 0.4)}\n    {shares.format('employment', 0.2)}\n",
    )
    assert params.resolve("own", "norfolk-va")["budget.wraparound.housing_share"].value == 0.4


IN_NORFOLK = "by_city:\n  norfolk-va:\n    "
CASES = {
    "unknown city": (
        "by_city:\n  norfolk-vs:\n    roles.mediator.wage: 52000\n",
        4,
        ("by_city: there is no such city", "'norfolk-vs'", "a slug of params", "mean norfolk-va"),
    ),
    "nowhere": (
        "by_city:\n  qqqq-zz:\n",
        4,
        ("no such city", "'qqqq-zz'", "Add the city there"),
    ),
    "unknown name": (
        f"{IN_NORFOLK}roles.mediator.wag: 52000\n",
        5,
        ("no such assumption", "roles.mediator.wag", "Did you mean roles.mediator.wage"),
    ),
    "outside the limits": (
        f"{IN_NORFOLK}{WAGE}: 52\n",
        5,
        ("outside the limits", "found 52", "from 15,000 to 400,000"),
    ),
    "wrong type": (f"{IN_NORFOLK}{WAGE}: much\n", 5, ("must be a number", "'much'")),
    "name twice": (
        f"{IN_NORFOLK}{WAGE}: 52000\n    {WAGE}: 53000\n",
        6,
        ("occurs twice", "each name once", "line 5"),
    ),
    "city twice": (
        f"{IN_NORFOLK}{WAGE}: 52000\n  norfolk-va:\n    {LOAD}: 12\n",
        6,
        ("norfolk-va", "occurs twice", "line 4"),
    ),
    "nested": (
        f"{IN_NORFOLK}roles:\n      mediator:\n        wage: 52000\n",
        5,
        ("must be one value", "on one line, such as roles.mediator.wage: 52000"),
    ),
    "city without names": ("by_city:\n  norfolk-va: 3\n", 4, ("by_city.norfolk-va", "must hold")),
    "no cities": ("by_city: 3\n", 3, ("by_city", "must hold", "each city's slug")),
    "together": (
        f"{IN_NORFOLK}budget.wraparound.housing_share: 0.5\n",
        5,
        ("must add to 1", "a sum of 1", "Change the others"),
    ),
    "value outside the limits": (
        OWN.replace("52000", "520"),
        6,
        (WAGE, "outside the limits", "found 520"),
    ),
    "end outside the limits": (
        OWN.replace("48000", "480"),
        7,
        (f"{WAGE}.low", "outside the limits", "found 480"),
    ),
    "value outside its range": (
        OWN.replace("52000", "57000"),
        6,
        ("outside its range", "found 57000", "from low (48000.0) to high (56000.0)"),
    ),
    "one end": (
        OWN.replace("      high: 56000\n", ""),
        5,
        (f"{WAGE}.high", "is missing", "both low and high"),
    ),
    "range of a choice": (
        f"{IN_NORFOLK}phasing.years:\n      value: 4\n      low: 3\n      source: Council\n",
        7,
        ("phasing.years.low", "never varied", "without low and high"),
    ),
    "no source": (
        OWN.replace("      source: City of Norfolk, pay plan\n", ""),
        5,
        ("source", "is missing", "who published it"),
    ),
    "no value": (OWN.replace("      value: 52000\n", ""), 5, ("value", "is missing")),
    "unknown field": (
        OWN.replace("source:", "soruce:"),
        9,
        ("no such field", "'soruce'", "mean source"),
    ),
    "bad address": (
        OWN.replace("https://example.org/pay", "javascript:1"),
        10,
        ("source_url", "right form", "a web address"),
    ),
    "source of all without words": (
        f"{IN_NORFOLK}from:\n      year: 2026\n    {WAGE}: 52000\n",
        5,
        ("by_city.norfolk-va.from.source", "is missing", "who published it"),
    ),
    "unknown field of the source of all": (
        f"{IN_NORFOLK}from:\n      source: Pay plan\n      note: New\n    {WAGE}: 52000\n",
        7,
        ("by_city.norfolk-va.from", "no such field", "'note'"),
    ),
    "source of all is no mapping": (
        f"{IN_NORFOLK}from: Pay plan\n    {WAGE}: 52000\n",
        5,
        ("from", "must hold", "'Pay plan'"),
    ),
    "bad year": (OWN.replace("2026", "soon"), 11, ("year", "must be a whole number", "'soon'")),
}


@pytest.mark.parametrize("case", CASES)
def test_refusal(copy: Path, case: str) -> None:
    text, line, says = CASES[case]
    params = loaded(copy, text, "bad")
    for city in (None, "chicago-il"):  # wherever it is asked for
        with pytest.raises(InputError) as refusal:
            params.resolve("bad", city)
        message = str(refusal.value)
        assert refusal.value.exit_status == 2
        for part in (f"bad.yaml:{line}: ", *says):
            assert part in message, message


def test_the_baseline_has_no_values_of_single_cities(copy: Path) -> None:
    params = loaded(copy, f"{IN_NORFOLK}{WAGE}: 52000\n", "baseline")
    with pytest.raises(InputError, match=r"baseline\.yaml:3: .*changes nothing"):
        params.resolve("baseline")
