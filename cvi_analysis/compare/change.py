"""What changes between two scenarios, city by city, and which assumption changes it."""

from __future__ import annotations

from dataclasses import dataclass

from cvi_analysis.analysis.decomposition import EXACT, By, Decomposition, Part, decompose
from cvi_analysis.analysis.players import players
from cvi_analysis.compare.panel import Panel, Place
from cvi_analysis.dossier import Change, ScenarioNote
from cvi_analysis.uncertainty.headline import Headline


@dataclass(frozen=True, slots=True)
class CityChange:
    """One city under both scenarios.

    Attributes:
        before: the city and its population under the first.
        after: the same under the second.
        result: figures under both, and the change split by assumption.
    """

    before: Place
    after: Place
    result: Decomposition

    @property
    def name(self) -> str:
        """The city as a reader sees it: `Norfolk, VA`."""
        return self.before.city.name

    @property
    def relative(self) -> float:
        """Change of the total as a fraction of the first total; 0 where that is 0."""
        total = self.result.before.total
        return self.result.change.total / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two scenarios over all cities.

    Attributes:
        first: the scenario compared with.
        second: the scenario compared.
        differs: assumptions with another value, under `baseline` that of the first.
        cities: every city, the largest change of the total first.
        keys: assumptions (or groups) that moved some city, with their titles, in the order of
            the register.
        grouped: the change is split by groups of assumptions, because very many differ.
    """

    first: ScenarioNote
    second: ScenarioNote
    differs: tuple[Change, ...]
    cities: tuple[CityChange, ...]
    keys: dict[str, str]
    grouped: bool

    @property
    def name(self) -> str:
        """Stem of the files: `baseline-vs-field-pay`."""
        return f"{self.first.name}-vs-{self.second.name}"

    @property
    def before(self) -> Headline:
        """All cities together under the first scenario."""
        return _sum([city.result.before for city in self.cities])

    @property
    def after(self) -> Headline:
        """All cities together under the second."""
        return _sum([city.result.after for city in self.cities])

    @property
    def changed(self) -> tuple[CityChange, ...]:
        """The cities with any other figure."""
        return tuple(c for c in self.cities if c.result.change != Headline(0, 0, 0))

    def part(self, city: CityChange, key: str) -> Headline:
        """What one assumption contributes to a city's change; zeros where it does not differ."""
        found = next((part.change for part in city.result.parts if part.key == key), None)
        return found or Headline(0, 0, 0)

    def together(self, key: str) -> Headline:
        """What one assumption contributes to the change of all cities together."""
        return _sum([self.part(city, key) for city in self.cities])


def compare(first: Panel, second: Panel) -> Comparison:
    """Every city's figures under both scenarios, and the change split exactly by assumption.

    The split is that of `analysis.decomposition`: the parts of a city add up to its change. All
    cities are split alike: by assumption while at most `EXACT` of them differ anywhere, else by
    groups of related ones.
    """
    pairs = [
        (before, after, first.cases[before.city.slug], second.cases[after.city.slug])
        for before, after in zip(first.places, second.places, strict=True)
    ]
    most = max((len(players(old, new, grouped=False)) for *_, old, new in pairs), default=0)
    by: By = "group" if most > EXACT else "assumption"
    cities = [
        CityChange(before, after, decompose(old, new, by=by)) for before, after, old, new in pairs
    ]
    parts: dict[str, Part] = {part.key: part for city in cities for part in city.result.parts}
    return Comparison(
        first=first.scenario,
        second=second.scenario,
        differs=first.differences(second),
        cities=tuple(
            sorted(cities, key=lambda c: (-abs(c.result.change.total), c.before.city.slug))
        ),
        keys={key: part.title for key, part in parts.items()},
        grouped=by == "group",
    )


def _sum(figures: list[Headline]) -> Headline:
    return Headline(
        sum(item.people for item in figures),
        sum(item.staff for item in figures),
        sum(item.total for item in figures),
    )
