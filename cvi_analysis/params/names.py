"""The complete list of assumptions the model knows, and what each must be.

`params/assumptions.yaml` holds their values and sources and may narrow what is allowed; nothing
may be left out, added or turned into another kind, because the arithmetic relies on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from cvi_analysis.model.roles import FRONTLINE, OVP, ROLES, SUPERVISOR

Kind: TypeAlias = Literal["number", "integer", "switch", "choice", "list", "optional"]

LIMITS = 4
"""Length of `ovp.population_limits`; a list of posts has one item more (one per city size)."""

SHARES = (
    "budget.wraparound.housing_share",
    "budget.wraparound.employment_share",
    "budget.wraparound.health_share",
    "budget.wraparound.social_share",
)
"""The parts of wraparound, which add up to 1."""

SCALE_LIMITS = tuple(f"economies_of_scale.{place}_limit" for place in ("first", "second", "third"))
SCALE_GAINS = tuple(
    f"economies_of_scale.{place}_gain" for place in ("first", "second", "third", "fourth")
)
POSTS = tuple(f"roles.{role}.posts" for role in OVP)


@dataclass(frozen=True, slots=True)
class Expected:
    """What the model needs of one assumption, whatever the file says.

    Attributes:
        kind: type of the value.
        least, most: widest limits the file may set.
        above: `least` itself is refused too (the value divides something).
        length: number of items of a list.
        whole: a number that replaces a computed one must be whole.
    """

    kind: Kind
    least: float = 0.0
    most: float | None = None
    above: bool = False
    length: int | None = None
    whole: bool = False


_SHARE = Expected("number", most=1.0)
_AMOUNT = Expected("number")
_POSITIVE = Expected("number", above=True)
_COUNT = Expected("optional", whole=True)

EXPECTED: dict[str, Expected] = {
    "population": Expected("optional", above=True, whole=True),
    "population.dataset": Expected("choice"),
    "population.year": Expected("integer"),
    "people_at_risk": Expected("optional", above=True),
    "people_at_risk.share": Expected("number", most=1.0, above=True),
    "people_at_risk.target_share": Expected("number", most=1.0, above=True),
    "people_at_risk.use_local_estimates": Expected("switch"),
    "economies_of_scale.enabled": Expected("switch"),
    **dict.fromkeys(SCALE_LIMITS, _POSITIVE),
    **dict.fromkeys(SCALE_GAINS, _AMOUNT),
    "staffing.minimum_per_role": Expected("integer"),
    **{f"roles.{role}.caseload": _POSITIVE for role in (*FRONTLINE, SUPERVISOR)},
    **{f"roles.{role}.wage": _AMOUNT for role in ROLES},
    **{f"roles.{role}.count": _COUNT for role in ROLES},
    "ovp.population_limits": Expected("list", above=True, length=LIMITS),
    **dict.fromkeys(POSTS, Expected("list", length=LIMITS + 1)),
    "benefits.community": _AMOUNT,
    "benefits.government": _AMOUNT,
    "pay.scale_by_local_prices": Expected("switch"),
    "budget.training_share": _SHARE,
    "budget.evaluation_share": _SHARE,
    "budget.wraparound_per_person": _AMOUNT,
    **dict.fromkeys(SHARES, _SHARE),
    **{f"roles.{role}.existing": Expected("integer") for role in ROLES},
    "phasing.years": Expected("integer", least=1.0),
    "phasing.fill_rate": _SHARE,
    "phasing.wage_growth": _AMOUNT,
    "phasing.one_off_share": _SHARE,
    "phasing.money_at_hand": Expected("optional"),
    "comparison.people_per_homicide": _POSITIVE,
    "comparison.dollars_per_homicide": _AMOUNT,
}
"""Every assumption by dotted name."""
