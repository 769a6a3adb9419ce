"""People at the highest risk of near-term violence, those served, and economies of scale."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Literal

import numpy as np

from cvi_analysis.model.number import Number, Values, half_up, larger, plain, smaller, whole

Method = Literal["entered", "local", "residents", "homicides"]
"""How the people at the highest risk are counted: by hand, or one of three methods."""

Counts = Literal["over_a_year", "at_one_time"]
"""What a number of people counts: everyone in it over a year, or those in it at one time."""

MONTHS = 12.0
"""Months of the year that a count over a year covers."""


@dataclass(frozen=True, slots=True)
class KnownCounts:
    """What is known of a place besides its residents; None where nothing is.

    Attributes:
        local: published or own count of people at the highest risk, persons.
        counts: what that count counts.
        at_one_time: published ceiling on people at one time beside a count over a year, persons.
        homicides: mean yearly homicides of the last two years held.
    """

    local: Number | None = None
    counts: Counts = "over_a_year"
    at_one_time: Number | None = None
    homicides: Number | None = None


@dataclass(frozen=True, slots=True)
class People:
    """How many people, by which method.

    Attributes:
        estimate: people at the highest risk, unrounded persons.
        rounded: the same, rounded half up for people to read.
        share: estimate over residents, a fraction.
        method: how they are counted.
        counts: what `estimate` counts.
        target: those of them whom the city plans to serve, unrounded persons.
        served: people in the program at one time, unrounded persons: a stock, since a caseload
            is people at one time.
    """

    estimate: Number
    rounded: Number
    share: Number
    method: Method
    counts: Counts
    target: Number
    served: Number


def rule_of(values: Values, known: KnownCounts) -> Method:
    """`people_at_risk.method` here, whether or not a count by hand takes its place.

    `local` stands for the city's count where it has one, and for `residents` elsewhere.
    """
    method: Method = values["people_at_risk.method"]
    return "residents" if method == "local" and known.local is None else method


def method_of(values: Values, known: KnownCounts) -> Method:
    """The method in force: a count by hand, else `rule_of`.

    Raises:
        LookupError: `homicides` is asked for and none are known.
    """
    if values["people_at_risk"] is not None:
        return "entered"
    method = rule_of(values, known)
    if method == "homicides" and known.homicides is None:
        raise LookupError("no homicides of full years are known")
    return method


def people_at_risk(values: Values, population: Number, known: KnownCounts) -> People:
    """People at the highest risk `H`, those planned for, and people served at one time `S`.

    `H` is, by the method in force (`method_of`): the count entered as `people_at_risk`; the
    local count; `population * share`; or `homicides * people_per_homicide`. Then
    `S = H * target_share * take_up * months / 12`. A count of people at one time, the local one
    or the one published beside it, stands for `H * months / 12`.

    Source: CAPS states roughly 0.1% of the population, or a local count from a report by the
    National Institute for Criminal Justice Reform, and a target share in some places
    (https://cviecosystem.org, About our methodology). Its own figures use its count as it stands,
    which is a take-up of 1 and 12 months. People per homicide are this project's reading of
    params/people_per_shooting.csv.

    >>> values = {
    ...     "people_at_risk": None,
    ...     "people_at_risk.method": "local",
    ...     "people_at_risk.share": 0.001,
    ...     "people_at_risk.target_share": 1.0,
    ...     "people_at_risk.take_up": 0.5,
    ...     "people_at_risk.months": 12.0,
    ... }
    >>> people = people_at_risk(values, 238000, KnownCounts())
    >>> people.rounded, people.served
    (238, 119.0)
    """
    method = method_of(values, known)
    if method == "entered":
        estimate = values["people_at_risk"]
    elif method == "local":
        estimate = known.local
    elif method == "homicides":
        estimate = known.homicides * values["people_at_risk.people_per_homicide"]
    else:
        estimate = population * values["people_at_risk.share"]
    estimate = estimate * 1.0
    share = (
        values["people_at_risk.share"] * 1.0
        if method == "residents"
        else np.divide(estimate, population)
    )
    counts = known.counts if method == "local" else "over_a_year"
    if counts == "at_one_time":
        stock = estimate
    elif method == "local" and known.at_one_time is not None:
        stock = known.at_one_time * 1.0
    else:
        # The fraction first: 12 months of 12 leave the estimate as it is, to the last bit.
        stock = estimate * (values["people_at_risk.months"] / MONTHS)
    target = values["people_at_risk.target_share"]
    return People(
        estimate=plain(estimate),
        rounded=whole(half_up(estimate)),
        share=plain(share),
        method=method,
        counts=counts,
        target=plain(estimate * target),
        served=plain(stock * target * values["people_at_risk.take_up"]),
    )


LIMITS = ("first_limit", "second_limit", "third_limit")
GAINS = ("first_gain", "second_gain", "third_gain", "fourth_gain")


def effective_people(values: Values, served: Number) -> Number:
    """People that set the staffing, `E(S)`: persons, never more than `served`.

    The sum over bands of `people in the band / (1 + gain)`. Bands end at
    `economies_of_scale.first_limit` (500), `second_limit` (1,000), `third_limit` (2,000) and go
    on without end; their gains are 0, 0.10, 0.20 and 0.30. Continuous and increasing in `served`.
    With `economies_of_scale.enabled` off it returns `served`.

    Source: CAPS says that staffing is adjusted for economies of scale in larger cities and
    publishes no rule; bands and gains are this project's assumption.
    """
    if not values["economies_of_scale.enabled"]:
        return plain(served * 1.0)
    limits = [values[f"economies_of_scale.{name}"] for name in LIMITS]
    gains = [values[f"economies_of_scale.{name}"] for name in GAINS]
    lower: Number = 0.0
    effective: Number = 0.0
    for upper, gain in zip([*limits, inf], gains, strict=True):
        band = larger(smaller(served, upper) - lower, 0.0)
        effective = effective + band / (1.0 + gain)
        lower = upper
    return plain(effective)
