"""The role keys, how many people a city needs in each role, and what each role costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cvi_analysis.model.number import Number, Values, half_up, larger, one, plain, whole

FRONTLINE = (
    "outreach_worker",
    "mediator",
    "case_manager",
    "family_case_manager",
    "victim_advocate",
    "hospital_specialist",
)
SUPERVISOR = "supervisor"
OVP = (
    "ovp_director",
    "ovp_assistant_director",
    "ovp_engagement_manager",
    "ovp_data_analyst",
    "ovp_services_liaison",
)
ROLES = (*FRONTLINE, SUPERVISOR, *OVP)

GROUPS = {
    **dict.fromkeys(FRONTLINE, "frontline"),
    SUPERVISOR: "supervision",
    **dict.fromkeys(OVP, "ovp"),
}
"""The group of each role: frontline, supervision (both community employers) or ovp (city posts)."""


def benefits_load(values: Values, role: str) -> Number:
    """Benefits as a fraction of wages: `benefits.government` for OVP posts, else `.community`.

    A load on wages, not the benefits share of compensation that BLS publishes (29.8% of
    compensation is 42.3% of wages; 28.6% once paid leave counts as wages).
    """
    return values["benefits.government" if GROUPS[role] == "ovp" else "benefits.community"]


@dataclass(frozen=True, slots=True)
class Post:
    """All staff of one role.

    Attributes:
        role: role key, such as `mediator`.
        group: `frontline`, `supervision` or `ovp`.
        count: full-time staff.
        caseload: people served per worker (frontline), workers per supervisor (supervision);
            None for OVP posts, which follow the population.
        wage: dollars a year for one post.
        benefits_load: benefits as a fraction of the wage.
        cost: dollars a year for all staff of the role, `count * wage * (1 + load)`, unrounded.
    """

    role: str
    group: str
    count: Number
    caseload: Number | None
    wage: Number
    benefits_load: Number
    cost: Number


def _entered(values: Values, role: str) -> Number | None:
    return values.get(f"roles.{role}.count")


def workers(values: Values, role: str, load: Number) -> Number:
    """Staff of a role for `load` people (or workers, for supervisors): `max(1, round(load / c))`.

    `c` is `roles.<role>.caseload`; the 1 is `staffing.minimum_per_role`; `round` is half up.
    A count entered as `roles.<role>.count` takes the place of the formula.

    Source: caseloads inferred from the one CAPS profile with readable figures (Norfolk, Virginia:
    238 people and 16, 17, 10, 5, 8, 6 and 12 staff); half-up rounding is what reproduces it.
    """
    entered = _entered(values, role)
    if entered is not None:
        return entered
    return larger(
        values["staffing.minimum_per_role"], half_up(load / values[f"roles.{role}.caseload"])
    )


def population_tier(values: Values, population: Number) -> Number:
    """Size class of a city for the OVP, 0 to 4, from `ovp.population_limits`.

    0 under 250,000; 1 to 500,000; 2 to 1,000,000; 3 to 2,000,000; 4 above.
    """
    first, *rest = values["ovp.population_limits"]
    if one(population) and one(first):
        return int(population >= first) + sum(population > limit for limit in rest)
    tier = np.greater_equal(population, first).astype(int)
    for limit in rest:
        tier = tier + np.greater(population, limit)
    return tier


def ovp_posts(values: Values, role: str, tier: Number) -> Number:
    """City posts of one OVP role in a city of size class `tier` (`population_tier`).

    Source: CAPS names five OVP posts and gives Norfolk four; the steps by population are this
    project's assumption, as no published guidance was found.
    """
    entered = _entered(values, role)
    if entered is not None:
        return entered
    posts = values[f"roles.{role}.posts"]
    return posts[tier] if one(tier) else np.asarray(posts)[tier]


def staffing(values: Values, effective: Number, population: Number) -> tuple[Post, ...]:
    """Every role's staff and cost, in the order of `roles.ROLES`.

    Args:
        values: resolved assumptions.
        effective: people that set the staffing, after economies of scale.
        population: residents, for the size of the OVP.
    """
    counts: dict[str, Number] = {role: workers(values, role, effective) for role in FRONTLINE}
    frontline: Number = 0
    for role in FRONTLINE:
        frontline = frontline + counts[role]
    counts[SUPERVISOR] = workers(values, SUPERVISOR, frontline)
    needed = any(_entered(values, role) is None for role in OVP)
    tier = population_tier(values, population) if needed else None
    counts.update({role: ovp_posts(values, role, tier) for role in OVP})
    return tuple(_post(values, role, count) for role, count in counts.items())


def _post(values: Values, role: str, count: Number) -> Post:
    pay, load = values[f"roles.{role}.wage"], benefits_load(values, role)
    return Post(
        role=role,
        group=GROUPS[role],
        count=whole(count),
        caseload=values.get(f"roles.{role}.caseload"),
        wage=plain(pay),
        benefits_load=plain(load),
        cost=plain(count * pay * (1.0 + load)),
    )
