"""The library of the project's inputs, read once, from which dossiers are made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cvi_analysis import __version__, paths
from cvi_analysis.census.population_table import PopulationRow, PopulationTable
from cvi_analysis.errors import InputError
from cvi_analysis.model.assumptions_read import EXPECTED
from cvi_analysis.model.profile import profile
from cvi_analysis.params import Params, load_params
from cvi_analysis.params.cities import City, read_cities
from cvi_analysis.params.expectations import Expectations
from cvi_analysis.params.published_figures import (
    PublishedFigure,
    load_benchmarks,
    load_high_risk_estimates,
    load_programs,
    load_published,
    load_shooting_costs,
)
from cvi_analysis.params.register import Register
from cvi_analysis.params.scenarios import BASELINE
from cvi_analysis.params.shootings import MeanOfYears
from cvi_analysis.report.dossier import (
    Change,
    Dossier,
    Evidence,
    ExternalCheck,
    Peer,
    ScenarioNote,
    canonical,
    murder_rate,
)
from cvi_analysis.report.local_facts import LocalFacts

LOCAL_WAGES = "local-wages"
"""The scenario of which a baseline report says what it would do to the budget."""
CHECK_CITY, CHECK_SCENARIO = "norfolk-va", "caps-published"


class Library:
    """The project's parameters and populations, read once, from which dossiers are made."""

    def __init__(
        self,
        params: Params,
        populations: PopulationTable,
        published: tuple[PublishedFigure, ...],
        evidence: Evidence,
    ) -> None:
        self.params = params
        self.populations = populations
        self.published = published
        self.evidence = evidence

    @classmethod
    def load(cls, root: Path | None = None, expected: Expectations | None = EXPECTED) -> Library:
        """Read `params/` and `data/processed/` under `root` (default: `paths.root()`).

        A place that is in no table of `data/processed/` is looked up in `data/raw/` when asked for.

        Args:
            root: the project's folder.
            expected: what the model asks of the files; None for files of another time, which are
                held to their own form alone.

        Raises:
            InputError: something in the files is wrong; file and line are named.
        """
        folder = root or paths.root()
        params = load_params(folder, expected)
        return cls(
            params,
            PopulationTable.load(
                folder / "data" / "processed" / "populations.csv", folder / "data" / "raw"
            ),
            load_published(folder / "params" / "caps_published.csv"),
            Evidence(
                programs=load_programs(folder / "params" / "programs.csv"),
                estimates=load_high_risk_estimates(folder / "params" / "high_risk_estimates.csv"),
                needs=load_benchmarks(folder / "params" / "benchmarks.csv"),
                costs=load_shooting_costs(folder / "params" / "cost_of_gun_violence.csv"),
                counted=params.people_per_shooting.rows,
            ),
        )

    def dossier(
        self,
        city: str | City,
        scenario: str = "baseline",
        overrides: Mapping[str, Any] | None = None,
    ) -> Dossier:
        """The dossier of one city under a scenario and ad hoc overrides.

        Args:
            city: slug of a listed city, or a `City` of any other place.
            scenario: name of a file in `params/scenarios/`.
            overrides: assumptions by dotted name that replace the scenario's.

        Raises:
            InputError: unknown city, scenario or parameter, a refused value, or no population
                for the place in the dataset and year asked for.
        """
        place = self.params.city(city) if isinstance(city, str) else city
        register = self.params.resolve(scenario, place, dict(overrides or {}))
        self._countable(place, register)
        dataset, year = dataset_and_year(register.values())
        dossier = Dossier(
            city=place,
            scenario=self.scenario_note(scenario, dict(overrides or {}), place),
            assumptions=dict(register.assumptions),
            roles=dict(self.params.roles),
            strategies=dict(self.params.strategies),
            population=self.residents(place, register),
            series=tuple(self.populations.series(place.geoid)),
            homicides=self.homicides(place),
            peers=self._peers(dataset, year),
            check=self.check(),
            evidence=self.evidence.of(place),
            facts=LocalFacts.of(self.params, place),
            measures=self.params.measures,
            studies=self.params.studies,
            version=__version__,
            unreleased=self._unreleased(place),
            local_wages=self._local_wages(place) if scenario == BASELINE else {},
            earlier=self.params.earlier.of(place.slug)
            if scenario == BASELINE and not overrides
            else {},
        )
        _plausible(dossier)
        return dossier

    def residents(self, city: City, register: Register) -> PopulationRow:
        """The population figure that resolved assumptions ask for, or the one they enter.

        Raises:
            InputError: no figure is held for the place in that dataset and year, and none is
                entered. For a listed city of which none is held at all, its row is named.
        """
        dataset, year = dataset_and_year(register.values())
        rows = self.populations.series(city.geoid)
        entered: Any = register["population"].value
        if entered is not None:
            held = (row for row in rows if (row.dataset, row.year) == (dataset, year))
            return _entered(int(entered), city, year, next(held, None))
        if not rows and city.slug in self.params.cities:
            raise self._without_figures(city)
        found = self.populations.get(city.geoid, dataset, year)
        least, _ = register["population"].allowed or (0.0, 0.0)
        if found.population < least:
            raise InputError(
                f"{city.name} is too small a place for this model",
                parameter="population",
                found=f"{found.population:,} residents",
                allowed=f"{least:,.0f} or more",
                hint="Every role would have its one post whether or not there is work for it. Plan "
                "together with the county or with neighbors, and give the residents of them all: "
                "-P population=NUMBER.",
            )
        return found

    def homicides(self, city: City) -> MeanOfYears | None:
        """Mean homicides of the last two years held for a place; None if there are not two."""
        return self.params.shootings.mean_homicides(city.slug)

    def _unreleased(self, city: City) -> tuple[str, ...]:
        """Roles for whose occupation no wage is held in the city's metropolitan area, if known."""
        wages, roles = self.params.wages, self.params.roles
        return tuple(
            key
            for key, role in roles.items()
            if city.metro_code and wages.metro(role.soc, city.metro_code) is None
        )

    def _local_wages(self, city: City) -> dict[str, float]:
        """What the scenario `local-wages` pays by dotted name, where it sets wages of the city."""
        if LOCAL_WAGES not in self.params.scenario_names:
            return {}
        found = self.params.scenario(LOCAL_WAGES).by_city.get(city.slug, {})
        register = self.params.resolve(LOCAL_WAGES, city, {})
        return {name: register[name].value for name in found if name.endswith(".wage")}

    def _countable(self, city: City, register: Register) -> None:
        """Refuse to count people by homicides where none are held."""
        by_homicides = register["people_at_risk.method"].value == "homicides"
        entered = register["people_at_risk"].value is not None
        if by_homicides and not entered and self.homicides(city) is None:
            raise InputError(
                f"no homicides of two full years are held for {city.name}",
                parameter="people_at_risk.method",
                found="homicides",
                allowed="local or residents",
                hint="Add the counts to params/shootings.csv, or enter the people themselves: "
                "-P people_at_risk=NUMBER.",
            )

    def require_figures(self, city: City, register: Register) -> None:
        """Refuse a place that resolved assumptions ask for a figure of which is not held.

        Raises:
            InputError: residents, or homicides where people are counted by them.
        """
        self._countable(city, register)
        self.residents(city, register)

    def _without_figures(self, city: City) -> InputError:
        path = self.params.folder / "cities.csv"
        where = next(where for row, where in read_cities(path) if row.slug == city.slug)
        return where.error(
            f"no population is held for {city.name}",
            parameter="geoid",
            found=city.geoid,
            allowed=f"one of the {self.populations.count:,} places held",
            hint="Check the GEOID, fetch it with `make ingest`, which needs a free key, "
            "or give its residents: -P population=NUMBER.",
        )

    def with_figures(self, scenario: str, overrides: Mapping[str, Any]) -> tuple[City, ...]:
        """The listed cities that have the population figure which a scenario asks for.

        Raises:
            InputError: none has it, with the reason of the first; or as `Params.resolve`.
        """
        self.params.resolve(scenario, None, overrides)
        found: list[City] = []
        reasons: list[InputError] = []
        for city in self.params.cities.values():
            try:
                register = self.params.resolve(scenario, city, overrides)
                self.require_figures(city, register)
            except InputError as error:
                reasons.append(error)
            else:
                found.append(city)
        if not found:
            raise reasons[0]
        return tuple(found)

    def scenario_note(
        self, base: str, overrides: dict[str, Any], city: City | None = None
    ) -> ScenarioNote:
        """The scenario in words, with all that it changes for a city (None: for any).

        Raises:
            InputError: an unknown scenario or name, or a refused value.
        """
        scenario = self.params.scenario(base)
        register = self.params.resolve(base, city, overrides)
        common = self.params.resolve(base, None, overrides)
        baseline = self.params.resolve("baseline", city, {})
        own = {
            name
            for slug, values in scenario.by_city.items()
            if city is None or slug == city.slug
            for name in values
            if name not in overrides
        }
        title, reason = scenario.title, scenario.reason
        if overrides:
            title = f"{title}, with changes of your own"
        return ScenarioNote(
            name=scenario_name(base, overrides),
            base=base,
            overrides=overrides,
            title=title,
            reason=reason,
            changes=tuple(
                Change(
                    name=name,
                    title=item.title,
                    unit=item.unit,
                    baseline=baseline[name].value,
                    value=item.value,
                    own=city is not None and name in own,
                    entered=name in overrides,
                    source=item.source if item.source != baseline[name].source else "",
                    source_url=item.source_url if item.source != baseline[name].source else "",
                )
                for name, item in register.assumptions.items()
                if item.value != baseline[name].value
            ),
            by_city={name: item.value for name, item in common.assumptions.items() if name in own},
        )

    def _peers(self, dataset: str, year: int) -> tuple[Peer, ...]:
        """The listed cities of which that figure is held; raises `InputError` if of none."""
        peers = tuple(
            self._peer(city, row.population)
            for city in self.params.cities.values()
            for row in self.populations.series(city.geoid, dataset)
            if row.year == year
        )
        if not peers:
            self.populations.get(next(iter(self.params.cities.values())).geoid, dataset, year)
        return peers

    def _peer(self, city: City, residents: int) -> Peer:
        homicides = self.homicides(city)
        rate, divided = murder_rate(city, homicides, residents)
        return Peer(
            slug=city.slug,
            name=city.city,
            state=city.state,
            geoid=city.geoid,
            population=residents,
            murder_rate=rate,
            homicides=None if homicides is None else homicides.value,
            divided=divided,
        )

    def check(self) -> ExternalCheck:
        """The one published profile that could be read, beside this model on its population."""
        city = self.params.city(CHECK_CITY)
        values = self.params.resolve(CHECK_SCENARIO, city, {}).values()
        row = self.populations.get(city.geoid, *dataset_and_year(values))
        result = profile(values, row.population)
        budget = result.budget
        ours: dict[str, float] = {
            "population.value": row.population,
            "people_at_risk.rounded": result.people.rounded,
            **{f"staffing.{post.role}.count": post.count for post in result.posts},
            "staffing.ovp.count": result.count("ovp"),
            "budget.frontline": budget.frontline,
            "budget.supervision_ovp": budget.supervision_ovp,
            "budget.training": budget.training,
            "budget.evaluation": budget.evaluation,
            "budget.wraparound": budget.wraparound,
            "budget.total": budget.total,
        }
        return ExternalCheck(population=row, published=self.published, ours=ours)


def dataset_and_year(values: Mapping[str, Any]) -> tuple[str, int]:
    """Which population figure resolved assumptions ask for."""
    return str(values["population.dataset"]), int(values["population.year"])


def _entered(
    residents: int, city: City, year: int, instead_of: PopulationRow | None
) -> PopulationRow:
    """A figure entered by hand, in place of the Bureau's if one is held: no file stands behind it.

    Without one, `year` is that of the figure that is asked for and not held.
    """
    if instead_of is None:
        name, note = city.census_name, f"Entered by hand; no Census figure is held for {city.name}."
    else:
        row = instead_of
        name, year = row.census_name, row.year
        note = f"Entered in place of {row.population:,} ({row.dataset} {row.year})."
    return PopulationRow(
        geoid=city.geoid,
        census_name=name,
        dataset="entered",
        vintage="",
        year=year,
        variable="population",
        period="not a Census figure",
        population=residents,
        moe=None,
        note=note,
        raw_file="",
        raw_sha256="",
    )


def _plausible(dossier: Dossier) -> None:
    """Refuse more people at the highest risk than residents, which no single limit can catch."""
    estimate, residents = dossier.profile.people.estimate, dossier.population.population
    if estimate > residents:
        raise InputError(
            f"{dossier.city.city} would have more people at the highest risk than residents",
            parameter="people_at_risk",
            found=estimate,
            allowed=f"a number up to {residents:,}",
        )


def scenario_name(base: str, overrides: Mapping[str, Any]) -> str:
    """Folder name of a scenario: its own, or `<base>-with-<8 hex digits>` for ad hoc changes.

    >>> scenario_name("baseline", {})
    'baseline'
    """
    if not overrides:
        return base
    return f"{base}-with-{hashlib.sha256(canonical(dict(overrides))).hexdigest()[:8]}"
