"""People at the highest risk of near-term violence, and how many of them a program serves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from cvi_analysis.model.number import Number, Values, half_up, plain, whole

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
