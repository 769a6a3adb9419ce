"""How sure a case is, in the browser's arithmetic: the very ranges, effects and order of Python."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from py_mini_racer import MiniRacer

from cvi_analysis.calculator import case_file, ranges_data
from cvi_analysis.model.find_out_first import find_out_first
from cvi_analysis.model.intervals import Intervals, interval, quantiles
from cvi_analysis.model.sensitivity import effects
from cvi_analysis.model.sizing_case import LOCAL_ESTIMATE, METHOD, Case, spreads
from tests.calculator import cases as random_cases
from tests.calculator.conftest import CITIES, script

RUN = """
const end = (steps) => { let step; do step = steps.next(); while (!step.done); return step.value; };
globalThis.column = (json) => JSON.stringify([...quantiles(...JSON.parse(json))]);
globalThis.run = (json, parts) => {
  const asked = JSON.parse(json);
  return JSON.stringify([rangesOf, effectsOf, findOutFirst].slice(0, parts).map(
    (one) => end(one(...asked))));
};
"""


class InBrowser:
    """ranges.js, called as the page calls it."""

    def __init__(self) -> None:
        self.engine = MiniRacer()
        self.known: dict[int, Any] = {}
        self.engine.eval(f"'use strict';{script('model.js')}{script('ranges.js')}{RUN}")

    def column(self, *arguments: Any) -> list[float]:
        return json.loads(self.engine.call("column", json.dumps(arguments)))

    def __call__(self, dossier, changes, draws=None, fewer=None, parts=3) -> Any:
        """The first `parts` of ranges, effects and what to find out first."""
        values, place, ranges = self._data(dossier)
        if draws is not None:
            # The lattice is of the full number of draws alone, there as here.
            ranges = {**ranges, "draws": draws, "fewer": fewer, "lattice": {}}
        text = json.dumps([{**values, **changes}, place, ranges])
        return json.loads(self.engine.call("run", text, parts))

    def _data(self, dossier) -> Any:
        if id(dossier) not in self.known:
            made = case_file.values(dossier), case_file.place(dossier), ranges_data.ranges(dossier)
            self.known[id(dossier)] = dossier, made  # held, so that no other takes its id
        return self.known[id(dossier)][1]


@pytest.fixture(scope="module")
def browser() -> InBrowser:
    return InBrowser()


def python_case(dossier, changes: dict[str, Any]) -> Case:
    """The case that the report of these changes would stand on."""
    values = dict(changes)
    population = values.pop("population", dossier.population.population)
    assumptions = {
        name: item.model_copy(update={"value": values[name]}) if name in values else item
        for name, item in dossier.assumptions.items()
    }
    case = dossier.case
    return Case(assumptions, population, case.known, case.local_low, case.local_high)


def shown(found: Intervals) -> dict[str, Any]:
    return {
        "people": asdict(found.people_at_risk),
        "staff": asdict(found.staff),
        "total": asdict(found.total),
    }


def compare(found: Any, case: Case, **fewer: int) -> None:
    ranges, bars, *more = found
    draws = {"draws": fewer["draws"]} if fewer else {}
    assert ranges == shown(interval(case, **draws))
    assert [(bar["name"], bar["low"], bar["high"], bar["swing"]) for bar in bars] == [
        (bar.name, bar.at_low.total, bar.at_high.total, bar.swing) for bar in effects(case)
    ]
    if not more:
        return
    (groups,) = more
    expected = find_out_first(case, **({"draws": fewer["fewer"]} if fewer else {}))
    assert [one["key"] for one in groups] == [one.key for one in expected]
    for name in ("first", "total", "narrows"):
        ours, theirs = ([one[name] for one in groups], [getattr(one, name) for one in expected])
        assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("seed", "draws"), [(2024, 10_000), (2024, 512), (2025, 1024), (0, 1)])
def test_every_draw_is_numpys_to_the_last_bit(browser, library, seed, draws):
    dossier = library.dossier("norfolk-va")
    ranges = ranges_data.ranges(dossier)
    names = [*spreads(dossier.case), METHOD, LOCAL_ESTIMATE]
    assert len(names) > 40
    for name in names:
        found = browser.column(ranges, name, seed, draws)
        assert np.array_equal(found, quantiles(name, seed, draws)), name


@pytest.mark.parametrize("slug", CITIES)
def test_random_cases_are_as_sure_as_in_python(browser, library, slug):
    """Over the four cities 2,520 cases; fewer draws than the page's, by the same steps.

    What to find out first takes a dozen runs of the model a case: every tenth is asked for it.
    """
    dossier = library.dossier(slug)
    drawn = random_cases.drawn(dossier, 630)
    assert len(drawn) == 630
    for place, changes in enumerate(drawn):
        case = python_case(dossier, changes)
        found = browser(dossier, changes, 128, 64, parts=2 if place % 10 else 3)
        compare(found, case, draws=128, fewer=64)


@pytest.mark.parametrize("slug", CITIES)
def test_random_cases_are_as_sure_as_in_python_with_all_draws(browser, library, slug):
    dossier = library.dossier(slug)
    for changes in random_cases.drawn(dossier, 30)[-6:]:
        compare(browser(dossier, changes), python_case(dossier, changes))


def test_an_unchanged_case_has_every_reports_own_ranges(browser, library):
    for slug in library.params.cities:
        dossier = library.dossier(slug)
        found = browser(dossier, {}, parts=1)
        assert found[0] == shown(dossier.ranges), slug
    for name in library.params.scenario_names:
        dossier = library.dossier("washington-dc", name)
        assert browser(dossier, {}, parts=1)[0] == shown(dossier.ranges), name


def test_what_is_entered_by_hand_is_no_longer_uncertain(browser, library):
    dossier = library.dossier("norfolk-va")
    found, bars, _ = browser(dossier, {"people_at_risk": 300.0})
    assert found["people"]["low"] == found["people"]["high"] == 300.0
    names = {bar["name"] for bar in bars}
    assert not names & {METHOD, "people_at_risk.share", "people_at_risk.people_per_homicide"}
    _, bars, _ = browser(dossier, {"roles.mediator.count": 4})
    assert {bar["swing"] for bar in bars if bar["name"] == "roles.mediator.caseload"} == {0}


def test_a_value_outside_its_range_widens_it(browser, library):
    dossier = library.dossier("norfolk-va")
    item = dossier.assumptions["roles.supervisor.wage"]
    wage = float(item.high) + 50_000.0
    before, after = (browser(dossier, case)[1] for case in ({}, {"roles.supervisor.wage": wage}))
    swing = [
        next(bar["swing"] for bar in bars if bar["name"] == "roles.supervisor.wage")
        for bars in (before, after)
    ]
    assert swing[1] > swing[0]


@pytest.mark.parametrize("name", ["ovp.population_limits", "staffing.minimum_per_role"])
def test_a_range_that_a_project_adds_is_followed(browser, library, name):
    """Neither has a range in the files here; one that is added counts in the page as well."""
    dossier = library.dossier("norfolk-va")
    item = dossier.assumptions[name]
    low, high = (
        (tuple(int(one * part) for one in item.value) for part in (0.7, 1.4))
        if isinstance(item.value, list | tuple)
        else (0, 3)
    )
    wider = item.model_copy(update={"low": low, "high": high})
    mine = dossier.model_copy(update={"assumptions": {**dossier.assumptions, name: wider}})
    assert name in spreads(mine.case)
    compare(browser(mine, {}, 512, 64), mine.case, draws=512, fewer=64)
    assert browser(mine, {}, 512, 64)[0] != browser(dossier, {}, 512, 64)[0]
