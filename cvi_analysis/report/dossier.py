"""Everything one city's report needs, resolved and self-contained.

A dossier is the whole input of a report besides the notebook and the code. Its canonical JSON is
what the build hashes, what travels to a worker on another machine, and what the notebook opens.
Nothing of it depends on where the project lies or on another city's local estimate.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from pydantic import Field

from cvi_analysis.census.population_table import PopulationRow
from cvi_analysis.census.registry import origin
from cvi_analysis.model.intervals import Intervals, interval
from cvi_analysis.model.medicaid_offset import Offset, medicaid_offset
from cvi_analysis.model.number import Number
from cvi_analysis.model.people import KnownCounts
from cvi_analysis.model.profile import Profile, profile
from cvi_analysis.model.sizing_case import Case
from cvi_analysis.params.assumptions import Assumption
from cvi_analysis.params.cities import City
from cvi_analysis.params.frozen import Frozen
from cvi_analysis.params.measures import Measures
from cvi_analysis.params.people_per_shooting import CountedPeople, PeoplePerShooting
from cvi_analysis.params.published_figures import (
    Benchmark,
    HighRiskEstimate,
    Program,
    PublishedFigure,
    ShootingCost,
)
from cvi_analysis.params.roles import Role, Strategy
from cvi_analysis.params.shootings import MeanOfYears
from cvi_analysis.params.studies import Study
from cvi_analysis.report.local_facts import LocalFacts

SPENDING = "existing.spending"
"""The assumption of what a city spends today."""
NEED = "need_estimate"
"""Topic of the benchmarks that say what a city needs."""


class Change(Frozen):
    """One assumption that differs from the baseline register.

    `own` says that the scenario sets it for this city alone; `source` and `source_url` are those of
    the value, `entered` that it was given for this report beside the scenario.
    """

    name: str
    title: str
    unit: str
    baseline: Any
    value: Any
    own: bool = False
    entered: bool = False
    source: str = ""
    source_url: str = ""


class ScenarioNote(Frozen):
    """The scenario a report stands on, and all that it changes.

    `name` names the folder of the reports; `base` is the scenario file, `overrides` what was given
    beside it on the command line or in the notebook. `by_city` holds the assumptions that the
    scenario sets for this city alone (in a note on all cities, for any one of them), with the value
    that stands for every other city.
    """

    name: str
    base: str
    overrides: dict[str, Any]
    title: str
    reason: str
    changes: tuple[Change, ...]
    by_city: dict[str, Any] = Field(default_factory=dict)

    @property
    def whole_reason(self) -> str:
        """The reason, and by name what was changed beside the scenario, if anything was."""
        own = ", ".join(sorted(self.overrides))
        return f"{self.reason} Changes of your own: {own}." if own else self.reason

    def sets(self, name: str) -> bool:
        """Whether it changes the assumption of this dotted name."""
        return any(change.name == name for change in self.changes)


YEARS_OF_RATE = (2024, 2025)
"""The years that the murder rates of `params/cities.csv` are a mean of."""


def murder_rate(
    city: City, homicides: MeanOfYears | None, residents: float
) -> tuple[float | None, bool]:
    """Murders a year per 100,000 people, and whether we divided a city's own count.

    The Real-Time Crime Index where it has the city; else the homicides of the same two years that
    are held for it, over its residents. None where those are not held either.
    """
    if city.murder_rate_2024_25 is not None:
        return city.murder_rate_2024_25, False
    if homicides is None or homicides.years != YEARS_OF_RATE:
        return None, False
    return homicides.value / residents * 100_000, True


class Peer(Frozen):
    """One of the listed cities, for comparison, on the report's own dataset and year.

    `divided` says that the murder rate is the city's own count over its residents, because the
    Real-Time Crime Index does not have the city.
    """

    slug: str
    name: str
    state: str
    geoid: str
    population: int
    murder_rate: float | None
    homicides: float | None
    divided: bool = False


class ExternalCheck(Frozen):
    """The published Norfolk profile beside what this model gives on the same population.

    `ours` has a value for every item of `published` that the model computes.
    """

    population: PopulationRow
    published: tuple[PublishedFigure, ...]
    ours: dict[str, float]


class Evidence(Frozen):
    """What was published elsewhere, as far as one city's report shows it.

    Other cities' local counts, claims of need and costs are not in it, so that a new figure for
    one city leaves the reports of all others as they are.

    Attributes:
        programs: published programs, the same in every report.
        estimates: local counts of this city and national rules of thumb.
        needs: what others say this city needs.
        costs: what a shooting costs government here; none for most cities.
        counted: people beside the homicides of their time, elsewhere too: the rule by homicides
            rests on them.
    """

    programs: tuple[Program, ...]
    estimates: tuple[HighRiskEstimate, ...]
    needs: tuple[Benchmark, ...]
    costs: tuple[ShootingCost, ...]
    counted: tuple[CountedPeople, ...]

    def of(self, city: City) -> Evidence:
        """The part of all rows that a city's report shows."""
        place = (city.city, city.state)
        return Evidence(
            programs=self.programs,
            estimates=tuple(
                row for row in self.estimates if (row.place, row.state) == place or not row.state
            ),
            needs=tuple(
                row
                for row in self.needs
                if row.topic == NEED and row.place == f"{city.city} {city.state}"
            ),
            costs=tuple(row for row in self.costs if (row.city, row.state) == place),
            counted=PeoplePerShooting(self.counted).firm,
        )


def case_of(
    city: City,
    population: PopulationRow,
    assumptions: Mapping[str, Assumption],
    homicides: MeanOfYears | None,
) -> Case:
    """What every analysis of the model starts from, for a city under resolved assumptions."""
    return Case(
        assumptions=assumptions,
        population=population.population,
        known=KnownCounts(
            local=city.local_estimate,
            counts=city.local_estimate_counts or "over_a_year",
            at_one_time=city.local_estimate_at_one_time,
            homicides=None if homicides is None else homicides.value,
        ),
        local_low=city.local_estimate_low,
        local_high=city.local_estimate_high,
    )


class Dossier(Frozen):
    """One city's resolved inputs."""

    city: City
    scenario: ScenarioNote
    assumptions: dict[str, Assumption]
    roles: dict[str, Role]
    strategies: dict[str, Strategy]
    population: PopulationRow
    series: tuple[PopulationRow, ...]
    homicides: MeanOfYears | None
    peers: tuple[Peer, ...]
    check: ExternalCheck
    evidence: Evidence
    facts: LocalFacts
    measures: Measures
    studies: tuple[Study, ...]
    version: str
    unreleased: tuple[str, ...] = ()
    """Roles for whose occupation BLS released no wage in the city's metropolitan area."""
    local_wages: dict[str, float] = Field(default_factory=dict)
    """Wages of the scenario `local-wages` here, dollars a year by dotted name, in the baseline."""
    earlier: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Inputs of the baseline in earlier editions that differ, by month and dotted name."""
    drawn: Intervals | None = Field(default=None, exclude=True, repr=False)
    """`ranges`, where the build has drawn them already; no part of the JSON."""

    @cached_property
    def values(self) -> dict[str, Any]:
        """Resolved assumptions by dotted name."""
        return {name: item.value for name, item in self.assumptions.items()}

    @cached_property
    def profile(self) -> Profile:
        """The model's result for this city."""
        return profile(
            self.values,
            self.population.population,
            known=self.case.known,
        )

    @property
    def case(self) -> Case:
        """What every analysis of the model starts from."""
        return case_of(self.city, self.population, self.assumptions, self.homicides)

    @property
    def homicides_source(self) -> str:
        """The two counts behind the mean of homicides, and who published them."""
        if self.homicides is None:
            return "no homicides of two full years are held"
        counts = " and ".join(f"{row.value:,} in {row.year}" for row in self.homicides.rows)
        return f"{counts}; {', '.join(dict.fromkeys(row.source for row in self.homicides.rows))}"

    @property
    def spending_today(self) -> float | None:
        """Dollars a year that the city spends today: entered by hand, else published, else None."""
        entered: float | None = self.values[SPENDING]
        published = self.facts.yearly
        return published.value if entered is None and published is not None else entered

    @property
    def spending_gap(self) -> float | None:
        """Dollars a year of the plan less those of today; None where today's are not known."""
        today = self.spending_today
        return None if today is None else float(self.profile.budget.total - today)

    @cached_property
    def offset(self) -> Offset | None:
        """What Medicaid could pay; None where it is turned off or no rate is known."""
        return medicaid_offset(self.case, self.facts.hourly_rate)

    @cached_property
    def ranges(self) -> Intervals:
        """90% intervals of people at risk, staff and total for this city."""
        return self.drawn or interval(self.case)

    def by_one_rule(self, residents: Number, homicides: Number | None = None) -> Profile:
        """Any places, people counted by the share of residents, or by homicides if those are given.

        Local estimates are left out for all: they count different things, and a comparison needs
        one definition. What the scenario sets for this city alone is left out too.
        """
        values = {
            **self.values,
            **self.scenario.by_city,
            "people_at_risk": None,
            "people_at_risk.method": "residents" if homicides is None else "homicides",
        }
        values.update({name: None for name in values if name.endswith(".count")})
        return profile(values, residents, known=KnownCounts(homicides=homicides))

    @cached_property
    def provenance(self) -> dict[str, str]:
        """Where the figures come from: dataset, vintage, hashes, version, scenario."""
        row = self.population
        return {
            "dataset": row.dataset,
            "vintage": str(row.vintage),
            "variable": row.variable,
            "period": row.period,
            "origin": origin(row.raw_file) if row.raw_file else "",
            "raw_file": row.raw_file,
            "raw_sha256": row.raw_sha256,
            "params_sha256": self.params_sha256,
            "scenario": self.scenario.name,
            "version": self.version,
        }

    @cached_property
    def params_sha256(self) -> str:
        """SHA-256 of the resolved assumptions, roles, city row and scenario of this report."""
        parts = self.model_dump(
            mode="json", include={"city", "scenario", "assumptions", "roles", "strategies"}
        )
        return hashlib.sha256(canonical(parts)).hexdigest()

    def to_json(self) -> str:
        """Canonical JSON: sorted keys, no spaces, the same text on every machine."""
        return canonical(self.model_dump(mode="json")).decode()


def canonical(value: Any) -> bytes:
    """JSON bytes with sorted keys and shortest numbers, for hashing and comparing."""
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()
