"""What one post costs a year: wage plus benefits."""

from __future__ import annotations

from cvi_analysis.model.number import Number, Values, half_up
from cvi_analysis.model.roles import GROUPS


def wage(values: Values, role: str, price_parity: Number | None) -> Number:
    """Annual wage of one post, dollars.

    The national mean wage of the nearest occupation (BLS OEWS, May 2024). With
    `pay.scale_by_local_prices` on and a known regional price parity (BEA, U.S. = 100) it is
    `wage * parity / 100`, rounded to the dollar; a price parity is not a wage index, so this is
    a scenario and never the baseline.
    """
    national = values[f"roles.{role}.wage"]
    if values["pay.scale_by_local_prices"] and price_parity is not None:
        return half_up(national * price_parity / 100.0)
    return national


def benefits_load(values: Values, role: str) -> Number:
    """Benefits as a fraction of wages: `benefits.government` for OVP posts, else `.community`.

    A load on wages, not the benefits share of compensation that BLS publishes (29.8% of
    compensation is 42.3% of wages; 28.6% once paid leave counts as wages).
    """
    return values["benefits.government" if GROUPS[role] == "ovp" else "benefits.community"]
