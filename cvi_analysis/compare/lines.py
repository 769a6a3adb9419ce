"""One city with its figures, as the pages on many cities show it."""

from __future__ import annotations

from dataclasses import dataclass

from cvi_analysis.analysis.estimates import homicides_a_year
from cvi_analysis.compare.panel import Place
from cvi_analysis.model import Profile
from cvi_analysis.uncertainty import Case, Intervals


@dataclass(frozen=True, slots=True)
class Line:
    """One city with its figures."""

    place: Place
    case: Case
    result: Profile
    range: Intervals

    @property
    def name(self) -> str:
        """`Norfolk, VA`."""
        return self.place.city.name

    @property
    def counted(self) -> bool:
        """Its people come from another source than the share of residents."""
        return self.result.people.method != "population_share"

    @property
    def homicides(self) -> float | None:
        """Homicides a year; None where unknown."""
        city = self.place.city
        return homicides_a_year(city.murders_2024, city.murders_2025)
