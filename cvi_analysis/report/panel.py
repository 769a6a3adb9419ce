"""Every listed city under one scenario: what a report on many cities is made from.

Like a dossier it is self-contained: its canonical JSON is what the build hashes and what travels
to a worker.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any

from cvi_analysis import __version__
from cvi_analysis.census.population_table import PopulationRow
from cvi_analysis.model.sizing_case import Case
from cvi_analysis.params.assumptions import Assumption
from cvi_analysis.params.cities import City
from cvi_analysis.params.frozen import Frozen
from cvi_analysis.params.register import Register
from cvi_analysis.params.shootings import MeanOfYears
from cvi_analysis.report.dossier import Change, ScenarioNote, canonical, case_of
from cvi_analysis.report.library import Library


class PanelPlace(Frozen):
    """One city of a panel.

    `own` holds the assumptions whose value is the city's own, such as its target share, by dotted
    name.
    """

    city: City
    population: PopulationRow
    homicides: MeanOfYears | None
    own: dict[str, Assumption]


class Panel(Frozen):
    """The listed cities under one scenario that a figure is held for, in the list's order."""

    scenario: ScenarioNote
    assumptions: dict[str, Assumption]
    places: tuple[PanelPlace, ...]
    version: str

    @classmethod
    def of(
        cls,
        library: Library,
        scenario: str = "baseline",
        overrides: Mapping[str, Any] | None = None,
        cities: Collection[City] | None = None,
        facts: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Panel:
        """The panel of a scenario, with ad hoc overrides if there are any.

        Args:
            library: parameters and populations.
            scenario: name of a file in `params/scenarios/`.
            overrides: assumptions by dotted name that replace the scenario's.
            cities: which ones; None for all listed that the scenario's population figure is held
                for.
            facts: assumptions by dotted name that replace the others in one place, by its slug.

        Raises:
            InputError: an unknown scenario or name, a refused value, or no city with a
                population in the dataset and year asked for.
        """
        given, own = dict(overrides or {}), facts or {}
        common = library.params.resolve(scenario, None, given)
        return cls(
            scenario=library.scenario_note(scenario, given),
            assumptions=dict(common.assumptions),
            places=tuple(
                cls._place(
                    library,
                    city,
                    common,
                    library.params.resolve(scenario, city, {**given, **own.get(city.slug, {})}),
                )
                for city in (library.with_figures(scenario, given) if cities is None else cities)
            ),
            version=__version__,
        )

    @classmethod
    def pair(
        cls, library: Library, first: str, second: str, overrides: Mapping[str, Any] | None = None
    ) -> tuple[Panel, Panel]:
        """Two scenarios over the same cities; overrides change the second only.

        Raises:
            InputError: as `of`, under either.
        """
        held = library.with_figures(second, dict(overrides or {}))
        cities = [city for city in library.with_figures(first, {}) if city in held]
        return cls.of(library, first, None, cities), cls.of(library, second, overrides, cities)

    @staticmethod
    def _place(library: Library, city: City, common: Register, own: Register) -> PanelPlace:
        return PanelPlace(
            city=city,
            population=library.residents(city, own),
            homicides=library.homicides(city),
            own={n: item for n, item in own.assumptions.items() if item != common[n]},
        )

    @cached_property
    def cases(self) -> dict[str, Case]:
        """The case of each city by slug."""
        return {
            place.city.slug: case_of(
                place.city,
                place.population,
                {**self.assumptions, **place.own},
                place.homicides,
            )
            for place in self.places
        }

    @cached_property
    def values(self) -> dict[str, Any]:
        """Resolved assumptions that hold for every city, by dotted name."""
        return {name: item.value for name, item in self.assumptions.items()}

    def differences(self, other: Panel) -> tuple[Change, ...]:
        """The assumptions that differ between two panels; `baseline` is this one's value."""
        return tuple(
            Change(
                name=name,
                title=item.title,
                unit=item.unit,
                baseline=item.value,
                value=other.assumptions[name].value,
            )
            for name, item in self.assumptions.items()
            if item.value != other.assumptions[name].value
        )

    def to_json(self) -> str:
        """Canonical JSON: sorted keys, no spaces, the same text on every machine."""
        return canonical(self.model_dump(mode="json")).decode()
