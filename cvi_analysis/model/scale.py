"""Economies of scale: in a larger program one worker reaches a few more people."""

from __future__ import annotations

from math import inf

from cvi_analysis.model.number import Number, Values, larger, plain, smaller

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
