"""The parameters: what a researcher edits in `params/`, read, checked and typed.

params = load_params(expected=EXPECTED)  # what the model asks of them
register = params.resolve("field-pay", "norfolk-va", {"budget.training_share": 0.2})
register["roles.mediator.wage"].value
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cvi_analysis import paths
from cvi_analysis.errors import InputError
from cvi_analysis.params.assumptions import Assumption, Value
from cvi_analysis.params.cities import City, city_named, read_cities
from cvi_analysis.params.earlier_values import FILE as EARLIER_VALUES
from cvi_analysis.params.earlier_values import EarlierValues, load_earlier_values
from cvi_analysis.params.expectations import Expectations
from cvi_analysis.params.measures import Measures, load_measures
from cvi_analysis.params.medicaid import Medicaid, load_medicaid
from cvi_analysis.params.people_per_shooting import PeoplePerShooting, load_people_per_shooting
from cvi_analysis.params.register import Register, load_register, parse_override, parse_overrides
from cvi_analysis.params.roles import Role, Strategy, check_links, load_roles, load_strategies
from cvi_analysis.params.scenarios import BASELINE, Scenario, load_scenario, scenario_names
from cvi_analysis.params.shootings import Shootings, load_shootings
from cvi_analysis.params.spending import Spending, load_spending
from cvi_analysis.params.studies import Study, load_studies
from cvi_analysis.params.wages import Wages, load_wages, require_area

__all__ = [
    "BASELINE",
    "Assumption",
    "City",
    "Expectations",
    "Measures",
    "Medicaid",
    "Params",
    "PeoplePerShooting",
    "Register",
    "Role",
    "Scenario",
    "Shootings",
    "Spending",
    "Strategy",
    "Study",
    "Value",
    "Wages",
    "load_params",
    "parse_override",
    "parse_overrides",
]

TARGET_SHARE = "people_at_risk.target_share"


@dataclass(frozen=True)
class Params:
    """All parameters as they were read; scenarios are read when they are first asked for."""

    folder: Path
    register: Register
    roles: dict[str, Role]
    strategies: dict[str, Strategy]
    cities: dict[str, City]
    scenario_names: tuple[str, ...]
    shootings: Shootings
    people_per_shooting: PeoplePerShooting
    spending: Spending
    medicaid: Medicaid
    measures: Measures
    studies: tuple[Study, ...]
    wages: Wages
    earlier: EarlierValues
    _scenarios: dict[str, Scenario] = field(default_factory=dict, repr=False, compare=False)

    def city(self, slug: str) -> City:
        """Return a listed city; raises `InputError` with the nearest slug."""
        return city_named(slug, self.cities)

    def scenario(self, name: str) -> Scenario:
        """Return a scenario with all its changes.

        Raises:
            InputError: as `load_scenario`, or a change for one city is refused.
        """
        if name not in self._scenarios:
            scenario = load_scenario(name, self.folder / "scenarios", self.cities)
            for slug in scenario.by_city:
                _changed(self.register, scenario, slug)
            self._scenarios[name] = scenario
        return self._scenarios[name]

    def resolve(
        self,
        scenario: str = BASELINE,
        city: City | str | None = None,
        overrides: Mapping[str, Any] | None = None,
    ) -> Register:
        """Return the assumptions of one run.

        In this order, later ones winning: the register, the city's own target share, the
        scenario's changes, its changes for the city, the overrides.

        Args:
            scenario: name of a file in `params/scenarios/`.
            city: a city or the slug of a listed one; None for what holds for every city.
            overrides: typed values by dotted name (see `parse_override` for text).

        Raises:
            InputError: an unknown city, scenario or name, a refused value, or values that do not
                fit together.
        """
        plan = self.scenario(scenario)
        place = self.city(city) if isinstance(city, str) else city
        register = self.register
        if place is not None and place.target_share is not None:
            register = register.replace(
                {TARGET_SHARE: place.target_share}, origin=f"city {place.slug}"
            )
        register = _changed(register, plan, None if place is None else place.slug)
        return register.replace(overrides or {}, origin="override")

    def check_scenarios(self) -> None:
        """Read and resolve every scenario; raises `InputError` for the first that is wrong."""
        for name in self.scenario_names:
            self.resolve(name)


def _changed(register: Register, scenario: Scenario, slug: str | None) -> Register:
    """Return a register with a scenario's changes, for every city and for this one."""
    register = register.replace(scenario.changes, f"scenario {scenario.name}", scenario.places)
    if slug is None or slug not in scenario.by_city:
        return register
    return register.replace(
        scenario.by_city[slug],
        f"scenario {scenario.name}, for {slug} alone",
        scenario.city_places[slug],
    )


def load_params(root: Path | None = None, expected: Expectations | None = None) -> Params:
    """Return all parameters of the project in `root` (default: `paths.root()`).

    Args:
        root: the project's folder.
        expected: what the model asks of the files. Without it they are only held to their own
            form, which is enough for a look at the cities.

    Raises:
        InputError: something in `params/` is wrong; file, line, what was found and what is
            allowed are named.
    """
    folder = paths.params() if root is None else root / "params"
    first = folder / "assumptions.yaml"
    if folder == paths.params() and not (first.exists() or first.is_symlink()):
        raise InputError(
            "the file does not exist",
            file=first,
            hint=f"The project in use is {folder.parent}: {paths.why()}.",
        )
    register = load_register(first, expected)
    roles = load_roles(folder / "roles.yaml", expected.roles if expected is not None else None)
    strategies = load_strategies(folder / "strategies.yaml")
    check_links(roles, strategies, folder)
    cities = read_cities(folder / "cities.csv")
    wages = load_wages(folder / "wages.csv")
    for city, where in cities:
        require_area(city.metro_code, city.metro, wages, where)
        if city.target_share is not None:
            register.lookup(TARGET_SHARE, where).check(city.target_share, where)
    slugs = {city.slug for city, _ in cities}
    return Params(
        folder=folder,
        register=register,
        roles=roles,
        strategies=strategies,
        cities={city.slug: city for city, _ in cities},
        scenario_names=scenario_names(folder / "scenarios"),
        shootings=load_shootings(folder / "shootings.csv", slugs),
        people_per_shooting=load_people_per_shooting(folder / "people_per_shooting.csv"),
        spending=load_spending(folder / "spending.csv", slugs),
        medicaid=load_medicaid(folder / "medicaid.csv"),
        measures=load_measures(folder / "measures.yaml", roles),
        studies=load_studies(folder / "studies.yaml"),
        wages=wages,
        earlier=load_earlier_values(folder / EARLIER_VALUES, register, slugs),
    )
