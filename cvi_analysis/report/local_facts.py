"""What is published on one city beside the model: spending, payers, people shot.

Of other cities there is nothing here, so that a new figure for one leaves the reports of all others
as they are.
"""

from __future__ import annotations

from functools import cached_property

from cvi_analysis.params import Params
from cvi_analysis.params.cities import City
from cvi_analysis.params.frozen import Frozen, ReadOn
from cvi_analysis.params.medicaid import MedicaidBenefit
from cvi_analysis.params.shootings import PeopleShot, ShootingCount, Shootings
from cvi_analysis.params.spending import Spending, SpendingFigure

HOURLY = "USD an hour"
"""The unit of a rate that hours can be multiplied with."""


class LocalFacts(Frozen):
    """Published figures of one city, its state and the federal government.

    Attributes:
        slug: the city's.
        spending: what is spent and who is employed there today.
        state: what its state spends.
        federal: facts on federal programs.
        medicaid: what is known of its state's Medicaid; None where nothing is.
        medicaid_read_on: when the list of states was read.
        shootings: homicides and people shot there, of every source.
    """

    slug: str
    spending: tuple[SpendingFigure, ...]
    state: tuple[SpendingFigure, ...]
    federal: tuple[SpendingFigure, ...]
    medicaid: MedicaidBenefit | None
    medicaid_read_on: ReadOn
    shootings: tuple[ShootingCount, ...]

    @classmethod
    def of(cls, params: Params, city: City) -> LocalFacts:
        """What `params/` holds on a city; little or nothing on one that is not listed."""
        return cls(
            slug=city.slug,
            spending=params.spending.of_city(city.slug),
            state=params.spending.of_state(city.state) if city.state else (),
            federal=params.spending.federal,
            medicaid=params.medicaid.of_state(city.state) if city.state else None,
            medicaid_read_on=params.medicaid.checked_on,
            shootings=params.shootings.of_city(city.slug),
        )

    @property
    def yearly(self) -> SpendingFigure | None:
        """The dollars a year that stand for all the city is known to spend."""
        return Spending(self.spending).of_plan(self.slug)

    @property
    def hourly_rate(self) -> float | None:
        """What the state's Medicaid pays for an hour; None where that is not known."""
        known = self.medicaid
        if known is None or not known.benefit or HOURLY not in known.rate_unit:
            return None
        return known.rate

    @cached_property
    def counts(self) -> Shootings:
        """Homicides and people shot, to be asked by year and measure."""
        return Shootings(self.shootings)

    @property
    def people_shot(self) -> PeopleShot | None:
        """People shot in the last full year that can be computed with."""
        return self.counts.people_shot(self.slug)
