"""The annual budget, line by line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cvi_analysis.model.number import Number, Values, half_up, whole
from cvi_analysis.model.staffing import Post

WRAPAROUND_KINDS = ("housing", "employment", "health", "social")


@dataclass(frozen=True, slots=True)
class Budget:
    """Dollars a year, each line rounded half up to the dollar; the total is their sum.

    Attributes:
        frontline: pay and benefits of frontline workers.
        supervision_ovp: pay and benefits of supervisors and of the office of violence prevention.
        staffing: frontline + supervision_ovp.
        training: staff training and technical assistance.
        evaluation: data and evaluation.
        indirect: overhead of the organizations, space, vehicles and insurance.
        wraparound: housing, employment, health and social services; never policing.
        total: staffing + training + evaluation + indirect + wraparound.
        wraparound_kinds: the wraparound line by kind; the last kind takes the rounding.
    """

    frontline: Number
    supervision_ovp: Number
    staffing: Number
    training: Number
    evaluation: Number
    indirect: Number
    wraparound: Number
    total: Number
    wraparound_kinds: dict[str, Number]


def _sum(costs: Iterable[Number]) -> Number:
    # One addend at a time, in order: the calculator and the workbook add the same way.
    total: Number = 0.0
    for cost in costs:
        total = total + cost
    return total


def budget(values: Values, posts: tuple[Post, ...], served: Number) -> Budget:
    """The budget for these posts and `served` people at one time.

    Source: training at 25% and evaluation at 15% of staffing are published by CAPS
    (https://cviecosystem.org); $45,000 of wraparound a person is inferred from the wraparound
    line of its Norfolk profile ($10,710,225 for 238.005 people). CAPS's total holds no indirect
    costs, so their share is 0 in the baseline.
    """
    frontline = half_up(_sum(post.cost for post in posts if post.group == "frontline"))
    others = half_up(_sum(post.cost for post in posts if post.group != "frontline"))
    staffing = frontline + others
    training = half_up(values["budget.training_share"] * staffing)
    evaluation = half_up(values["budget.evaluation_share"] * staffing)
    indirect = half_up(values["budget.indirect_share"] * staffing)
    wraparound = half_up(values["budget.wraparound_per_person"] * served)
    kinds: dict[str, Number] = {}
    left = wraparound
    for kind in WRAPAROUND_KINDS[:-1]:
        kinds[kind] = whole(half_up(values[f"budget.wraparound.{kind}_share"] * wraparound))
        left = left - kinds[kind]
    kinds[WRAPAROUND_KINDS[-1]] = whole(left)
    return Budget(
        frontline=whole(frontline),
        supervision_ovp=whole(others),
        staffing=whole(staffing),
        training=whole(training),
        evaluation=whole(evaluation),
        indirect=whole(indirect),
        wraparound=whole(wraparound),
        total=whole(staffing + training + evaluation + indirect + wraparound),
        wraparound_kinds=kinds,
    )
