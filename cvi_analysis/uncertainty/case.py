"""One place under resolved assumptions: what every analysis of a profile starts from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from cvi_analysis.model import Profile, profile

if TYPE_CHECKING:
    from cvi_analysis.dossier import Dossier


LOCAL_ESTIMATE = "people_at_risk.local_estimate"
"""Name under which a city's published count is varied; it is data of the city, no assumption."""


class Ranged(Protocol):
    """The part of a parameter that an analysis reads (`params.Assumption` has it)."""

    @property
    def title(self) -> str:
        """What it is, in words."""

    @property
    def unit(self) -> str:
        """What it is counted in."""

    @property
    def source(self) -> str:
        """Who published it."""

    @property
    def source_url(self) -> str:
        """Where to check it; empty for a judgment."""

    @property
    def kind(self) -> str:
        """`integer` values stay whole when they are varied."""

    @property
    def value(self) -> Any:
        """The value in force."""

    @property
    def low(self) -> Any:
        """Low end of the plausible range, None where it is not varied."""

    @property
    def high(self) -> Any:
        """High end of the plausible range, None where it is not varied."""


@dataclass(frozen=True, slots=True)
class Case:
    """A place and the assumptions in force there.

    Attributes:
        assumptions: every assumption by dotted name, with its value and plausible range.
        population: residents.
        local_estimate: published count of people at the highest risk, or None.
        local_low: published low end of that count, or None.
        local_high: published high end of that count, or None.
        price_parity: regional price parity of the metro (U.S. = 100), or None.
    """

    assumptions: Mapping[str, Ranged]
    population: float
    local_estimate: float | None = None
    local_low: float | None = None
    local_high: float | None = None
    price_parity: float | None = None

    @classmethod
    def of(cls, dossier: Dossier) -> Case:
        """The case a dossier describes."""
        city = dossier.city
        return cls(
            assumptions=dossier.assumptions,
            population=dossier.population.population,
            local_estimate=city.local_estimate,
            local_low=city.local_estimate_low,
            local_high=city.local_estimate_high,
            price_parity=city.rpp_2023,
        )

    @property
    def values(self) -> dict[str, Any]:
        """Values in force, by dotted name."""
        return {name: item.value for name, item in self.assumptions.items()}

    def profile(self, changes: Mapping[str, Any] | None = None) -> Profile:
        """The model's result here, with `changes` in place of the values in force.

        `LOCAL_ESTIMATE` among the changes replaces the published local count.
        """
        return self._run({**self.values, **(changes or {})})

    def _run(self, values: Mapping[str, Any]) -> Profile:
        return profile(
            values,
            self.population,
            local_estimate=values.get(LOCAL_ESTIMATE, self.local_estimate),
            price_parity=self.price_parity,
        )

    def reads(self) -> frozenset[str]:
        """Names of the assumptions that this place's figures depend on.

        Found by watching one run of the model: a city with a local count never reads the share of
        residents. The division of the wraparound line by kind moves no figure and is left out.
        """
        watched = _Watched(self.values)
        self._run(watched)
        return frozenset(name for name in watched.read if not name.startswith("budget.wraparound."))


class _Watched(Mapping[str, Any]):
    """A mapping that remembers which of its keys were asked for."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        value = self._values[name]
        self.read.add(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
