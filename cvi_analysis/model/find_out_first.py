"""Which group of assumptions to find out first: whose share of the uncertainty is largest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np

from cvi_analysis.model.decomposition import GROUPS, group_of
from cvi_analysis.model.intervals import SEED, drawn, quantiles
from cvi_analysis.model.sizing_case import METHOD, Case, Floats, method_is_drawn, spreads

DRAWS = 1_024


@dataclass(frozen=True, slots=True)
class Influence:
    """How much of the uncertainty of the total one group of assumptions accounts for.

    Attributes:
        key: key of `decomposition.GROUPS`.
        title: the group in words.
        first: first-order Sobol index: the share of the variance of the total that would go if
            the group were known, on average; 0 to 1.
        total: total Sobol index: the same with all that it does together with the others.
    """

    key: str
    title: str
    first: float
    total: float

    @property
    def narrows(self) -> float:
        """By what fraction knowing the group would narrow the spread of the total, on average."""
        return 1.0 - sqrt(max(0.0, 1.0 - self.first))


def find_out_first(case: Case, *, seed: int = SEED, draws: int = DRAWS) -> tuple[Influence, ...]:
    """Every group that is uncertain here, the one with the largest first-order index first.

    Assumptions of one group (all wages, all caseloads, all that counts people) are taken together,
    because they are found out together. First-order indices by the estimator of Saltelli et al.,
    total ones by Jansen's (Saltelli and others, Variance based sensitivity analysis of model
    output, Computer Physics Communications 181, 2010, table 2), on two independent Latin
    hypercubes: `draws` times (groups + 2) runs of the model.
    """
    names = [*spreads(case), *([METHOD] if method_is_drawn(case) else [])]
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(group_of(name), []).append(name)

    def columns(shift: int) -> dict[str, Floats]:
        return {name: quantiles(name, seed + shift, draws) for name in names}

    first, second = columns(1), columns(2)
    at_first, at_second = (_totals(case, held.__getitem__, draws) for held in (first, second))
    variance = float(np.var(np.concatenate([at_first, at_second])))
    if variance == 0.0:
        return ()
    found = []
    for key, members in groups.items():
        mixed = {**first, **{name: second[name] for name in members}}
        at_mixed = _totals(case, mixed.__getitem__, draws)
        alone = float(np.mean(at_second * (at_mixed - at_first))) / variance
        whole = float(np.mean((at_first - at_mixed) ** 2)) / 2.0 / variance
        found.append(Influence(key, GROUPS[key], min(max(alone, 0.0), 1.0), min(whole, 1.0)))
    return tuple(sorted(found, key=lambda one: (-one.first, one.key)))


def _totals(case: Case, column: Callable[[str], Floats], draws: int) -> Floats:
    total = drawn([case], column, draws).budget.total
    # Around the middle, so that the products of the estimator do not drown in it.
    around: Floats = np.asarray(total, dtype=float) - float(case.profile().budget.total)
    row: Floats = np.broadcast_to(around, (1, draws)).reshape(draws)
    return row
