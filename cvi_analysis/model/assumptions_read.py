"""Every assumption that the model reads, what each must be, and which must fit together.

`params/assumptions.yaml` is held to this list, by name, when it is read. A formula that takes a new
assumption adds it here; a test names whatever is read and not listed, or listed and never read.
"""

from __future__ import annotations

from cvi_analysis.model.budget import WRAPAROUND_KINDS
from cvi_analysis.model.people import GAINS, LIMITS
from cvi_analysis.model.staffing import FRONTLINE, GROUPS, OVP, ROLES, SUPERVISOR
from cvi_analysis.params.expectations import Expectations, Expected, Together

SIZE_LIMITS = 4
"""Length of `ovp.population_limits`; a list of posts has one item more (one per city size)."""

SHARES = tuple(f"budget.wraparound.{kind}_share" for kind in WRAPAROUND_KINDS)
"""The parts of wraparound, which add up to 1."""

SCALE_LIMITS = tuple(f"economies_of_scale.{limit}" for limit in LIMITS)
SCALE_GAINS = tuple(f"economies_of_scale.{gain}" for gain in GAINS)
POSTS = tuple(f"roles.{role}.posts" for role in OVP)

_SHARE = Expected("number", most=1.0)
_AMOUNT = Expected("number")
_POSITIVE = Expected("number", above=True)
_COUNT = Expected("optional", whole=True)

EXPECTED = Expectations(
    assumptions={
        "population": Expected("optional", above=True, whole=True),
        "population.dataset": Expected("choice"),
        "population.year": Expected("integer"),
        "population.small_place": Expected("integer"),
        "people_at_risk": Expected("optional", above=True),
        "people_at_risk.share": Expected("number", most=1.0, above=True),
        "people_at_risk.target_share": Expected("number", most=1.0, above=True),
        "people_at_risk.method": Expected("choice"),
        "people_at_risk.people_per_homicide": _POSITIVE,
        "people_at_risk.people_per_person_shot": _POSITIVE,
        "people_at_risk.method_weight": _SHARE,
        "people_at_risk.take_up": Expected("number", most=1.0, above=True),
        "people_at_risk.months": Expected("number", most=12.0, above=True),
        "economies_of_scale.enabled": Expected("switch"),
        **dict.fromkeys(SCALE_LIMITS, _POSITIVE),
        **dict.fromkeys(SCALE_GAINS, _AMOUNT),
        "staffing.minimum_per_role": Expected("integer"),
        **{f"roles.{role}.caseload": _POSITIVE for role in (*FRONTLINE, SUPERVISOR)},
        **{f"roles.{role}.wage": _AMOUNT for role in ROLES},
        **{f"roles.{role}.count": _COUNT for role in ROLES},
        "ovp.population_limits": Expected("list", above=True, length=SIZE_LIMITS),
        **dict.fromkeys(POSTS, Expected("list", length=SIZE_LIMITS + 1)),
        "benefits.community": _AMOUNT,
        "benefits.government": _AMOUNT,
        "budget.training_share": _SHARE,
        "budget.evaluation_share": _SHARE,
        "budget.indirect_share": _SHARE,
        "budget.price_year": Expected("integer"),
        "budget.wraparound_per_person": _AMOUNT,
        **dict.fromkeys(SHARES, _SHARE),
        **{f"roles.{role}.existing": Expected("integer") for role in ROLES},
        "phasing.years": Expected("integer", least=1.0),
        "phasing.fill_rate": _SHARE,
        "phasing.price_growth": _AMOUNT,
        "phasing.one_off_share": _SHARE,
        "phasing.money_at_hand": Expected("optional"),
        "existing.spending": Expected("optional"),
        "medicaid.offset_enabled": Expected("switch"),
        "medicaid.billable_hours": _AMOUNT,
        "medicaid.enrolled_share": _SHARE,
        "medicaid.rate": Expected("optional"),
    },
    together=(
        Together(SCALE_LIMITS, "increasing", "the limits of the bands must increase"),
        Together(SCALE_GAINS, "not decreasing", "a gain must not be below the one before"),
        Together(("ovp.population_limits",), "increasing", "the limits must increase"),
        *(
            Together((name,), "not decreasing", "a larger city must not have fewer posts")
            for name in POSTS
        ),
        Together(SHARES, "adding to 1", "the four shares of wraparound must add to 1"),
    ),
    roles=GROUPS,
)
"""What the model asks of `params/`: give it to `load_params`."""
