"""People at the highest risk of near-term violence, those served, and economies of scale."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Literal

import numpy as np

from cvi_analysis.model.number import Number, Values, half_up, larger, plain, smaller, whole

Method = Literal["population_share", "local_estimate", "entered"]


@dataclass(frozen=True, slots=True)
class People:
    """How many people, by which method.

    Attributes:
        estimate: people at the highest risk, unrounded persons.
        rounded: the same, rounded half up for people to read.
        share: estimate over residents, a fraction.
        method: `population_share`, `local_estimate` (a published count) or `entered` (a user's).
        target: people the program serves in a year, unrounded persons.
    """

    estimate: Number
    rounded: Number
    share: Number
    method: Method
    target: Number


def people_at_risk(values: Values, population: Number, local_estimate: Number | None) -> People:
    """People at the highest risk `H` and the target population `T = H * target_share`.

    `H` is, first that applies: the count entered as `people_at_risk`; the city's published local
    estimate, unless `people_at_risk.use_local_estimates` is off; `population * share`.

    Source: CAPS states roughly 0.1% of the population, or a local count from a report by the
    National Institute for Criminal Justice Reform, and a target share in some places
    (https://cviecosystem.org, About our methodology).

    >>> values = {
    ...     "people_at_risk": None,
    ...     "people_at_risk.use_local_estimates": True,
    ...     "people_at_risk.share": 0.001,
    ...     "people_at_risk.target_share": 1.0,
    ... }
    >>> people_at_risk(values, 238005, None).rounded
    238
    """
    method: Method
    if values["people_at_risk"] is not None:
        estimate, method = values["people_at_risk"], "entered"
    elif local_estimate is not None and values["people_at_risk.use_local_estimates"]:
        estimate, method = local_estimate, "local_estimate"
    else:
        estimate, method = population * values["people_at_risk.share"], "population_share"
    estimate = estimate * 1.0
    share = (
        values["people_at_risk.share"] * 1.0
        if method == "population_share"
        else np.divide(estimate, population)
    )
    return People(
        estimate=plain(estimate),
        rounded=whole(half_up(estimate)),
        share=plain(share),
        method=method,
        target=plain(estimate * values["people_at_risk.target_share"]),
    )


LIMITS = ("first_limit", "second_limit", "third_limit")
GAINS = ("first_gain", "second_gain", "third_gain", "fourth_gain")


def effective_people(values: Values, target: Number) -> Number:
    """People that set the staffing, `E(T)`: persons, never more than `target`.

    The sum over bands of `people in the band / (1 + gain)`. Bands end at
    `economies_of_scale.first_limit` (500), `second_limit` (1,000), `third_limit` (2,000) and go
    on without end; their gains are 0, 0.10, 0.20 and 0.30. Continuous and increasing in `target`.
    With `economies_of_scale.enabled` off it returns `target`.

    Source: CAPS says that staffing is adjusted for economies of scale in larger cities and
    publishes no rule; bands and gains are this project's assumption.
    """
    if not values["economies_of_scale.enabled"]:
        return plain(target * 1.0)
    limits = [values[f"economies_of_scale.{name}"] for name in LIMITS]
    gains = [values[f"economies_of_scale.{name}"] for name in GAINS]
    lower: Number = 0.0
    effective: Number = 0.0
    for upper, gain in zip([*limits, inf], gains, strict=True):
        band = larger(smaller(target, upper) - lower, 0.0)
        effective = effective + band / (1.0 + gain)
        lower = upper
    return plain(effective)
