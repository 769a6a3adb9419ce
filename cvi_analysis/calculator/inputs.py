"""Which figures a user may change in a meeting: one list for the page and for the workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from cvi_analysis.model.staffing import FRONTLINE, ROLES, SUPERVISOR
from cvi_analysis.params.assumptions import Assumption
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.wording import ADDRESSES, cited

POPULATION = "population"
ENTERED = "people_at_risk"
_USE_LOCAL = "people_at_risk.use_local_estimates"
_LOCAL_PRICES = "pay.scale_by_local_prices"

GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "people": (
        "People",
        (
            POPULATION,
            "people_at_risk.share",
            ENTERED,
            _USE_LOCAL,
            "people_at_risk.target_share",
        ),
    ),
    "lines": (
        "Services, training and evaluation",
        (
            "budget.wraparound_per_person",
            "budget.training_share",
            "budget.evaluation_share",
        ),
    ),
    "caseloads": (
        "Caseloads",
        (
            *(f"roles.{role}.caseload" for role in (*FRONTLINE, SUPERVISOR)),
            "economies_of_scale.enabled",
        ),
    ),
    "counts": ("Number of staff", tuple(f"roles.{role}.count" for role in ROLES)),
    "pay": (
        "Pay and benefits",
        (
            *(f"roles.{role}.wage" for role in ROLES),
            _LOCAL_PRICES,
            "benefits.community",
            "benefits.government",
        ),
    ),
    "existing": ("Staff at work today", tuple(f"roles.{role}.existing" for role in ROLES)),
}
"""Groups of inputs by key, simple ones first: a title and dotted names."""


@dataclass(frozen=True, slots=True)
class Input:
    """One figure that can be changed.

    Attributes:
        name: dotted name of the assumption.
        group: key of `GROUPS`.
        title: what it is, in a few words.
        label: the same where the group's title stands above it.
        kind: `number` or `switch`.
        baseline: value in force in the report; None where the model computes the figure.
        allowed: lowest and highest value; (0, 1) for a switch.
        whole: only whole numbers.
        optional: may be empty, which means that the model computes it.
        unit: what one unit is.
        source: who published the baseline.
        url: where to check it; empty for a judgment.
    """

    name: str
    group: str
    title: str
    label: str
    kind: Literal["number", "switch"]
    baseline: Any
    allowed: tuple[float, float]
    whole: bool
    optional: bool
    unit: str
    source: str
    url: str


def inputs(dossier: Dossier) -> list[Input]:
    """All inputs of a report, in the order of the page and of the workbook.

    A switch that would change nothing here (no local count, no price level) is left out.
    """
    unused = set()
    if dossier.city.local_estimate is None:
        unused.add(_USE_LOCAL)
    if dossier.city.rpp_2023 is None:
        unused.add(_LOCAL_PRICES)
    return [
        described(dossier, name, group)
        for group, (_, names) in GROUPS.items()
        for name in names
        if name not in unused
    ]


def described(dossier: Dossier, name: str, group: str = "") -> Input:
    """One assumption of a report as a figure that can be changed."""
    item = dossier.assumptions[name]
    source, url, baseline = item.source, item.source_url, item.value
    title, label = item.title, _label(dossier, name, item)
    optional = item.kind == "optional"
    if name == POPULATION:
        # Here the Census Bureau's figure is the baseline, so the field is never empty.
        row = dossier.population
        source, url = cited(row), ADDRESSES.get(row.dataset, "")
        title = label = "Residents"
        baseline, optional = row.population, False
    return Input(
        name=name,
        group=group,
        title=title,
        label=label,
        kind="switch" if item.kind == "switch" else "number",
        baseline=baseline,
        allowed=item.allowed or (0.0, 1.0),
        whole=item.kind == "integer" or item.whole,
        optional=optional,
        unit=item.unit,
        source=source,
        url=url,
    )


def _label(dossier: Dossier, name: str, item: Assumption) -> str:
    if not name.startswith("roles."):
        return item.title
    _, role, field = name.split(".")
    if role == SUPERVISOR and field == "caseload":
        return "Workers of one supervisor"
    return dossier.roles[role].plural
