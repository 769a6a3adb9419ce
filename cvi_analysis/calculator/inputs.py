"""Which figures a user may change in a meeting: one list for the page and for the workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from cvi_analysis.model.medicaid_offset import ENABLED, ENROLLED, HOURS, RATE
from cvi_analysis.model.people import rule_of
from cvi_analysis.model.sizing_case import METHOD
from cvi_analysis.model.staffing import FRONTLINE, ROLES, SUPERVISOR
from cvi_analysis.params.assumptions import Assumption
from cvi_analysis.report.dossier import SPENDING, Dossier
from cvi_analysis.report.wording import ADDRESSES, METHOD_WORDS, cited

POPULATION = "population"
ENTERED = "people_at_risk"
_PER_HOMICIDE = "people_at_risk.people_per_homicide"

GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "people": (
        "People",
        (
            POPULATION,
            METHOD,
            "people_at_risk.share",
            _PER_HOMICIDE,
            ENTERED,
            "people_at_risk.target_share",
            "people_at_risk.take_up",
            "people_at_risk.months",
        ),
    ),
    "lines": (
        "Services, training and evaluation",
        (
            "budget.wraparound_per_person",
            "budget.training_share",
            "budget.evaluation_share",
            "budget.indirect_share",
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
            "benefits.community",
            "benefits.government",
        ),
    ),
    "existing": (
        "Spending and staff today",
        (SPENDING, *(f"roles.{role}.existing" for role in ROLES)),
    ),
    "plan": (
        "Hiring plan",
        ("phasing.years", "phasing.fill_rate", "phasing.price_growth", "phasing.one_off_share"),
    ),
    "medicaid": ("What Medicaid could pay back", (ENABLED, HOURS, ENROLLED, RATE)),
}
"""Groups of inputs by key, simple ones first: a title and dotted names."""

COMPUTED, UNKNOWN = "computed", "not known"


@dataclass(frozen=True, slots=True)
class Input:
    """One figure that can be changed.

    Attributes:
        name: dotted name of the assumption.
        group: key of `GROUPS`.
        title: what it is, in a few words.
        label: the same where the group's title stands above it.
        kind: `number`, `switch` or `choice`.
        baseline: value in force in the report; None where the model computes the figure.
        allowed: lowest and highest value; (0, 1) for a switch or a choice.
        choices: of a choice, what can be had here: key and words.
        whole: only whole numbers.
        optional: may be empty.
        empty: what that means, in a word or two.
        unit: what one unit is.
        source: who published the baseline.
        url: where to check it; empty for a judgment.
    """

    name: str
    group: str
    title: str
    label: str
    kind: Literal["number", "switch", "choice"]
    baseline: Any
    allowed: tuple[float, float]
    whole: bool
    optional: bool
    unit: str
    source: str
    url: str
    choices: tuple[tuple[str, str], ...] = ()
    empty: str = COMPUTED


def inputs(dossier: Dossier) -> list[Input]:
    """All inputs of a report, in the order of the page and of the workbook.

    What would change nothing here (people per homicide where none are known) is left out.
    """
    unused = set()
    if dossier.case.known.homicides is None:
        unused.add(_PER_HOMICIDE)
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
    choices: tuple[tuple[str, str], ...] = ()
    if name == METHOD:
        # What is in force here: the file's `local` is `residents` in a city without a count.
        baseline = rule_of(dossier.values, dossier.case.known)
        choices = tuple((key, METHOD_WORDS[key]) for key in dossier.case.rules())
    if name == POPULATION:
        # Here the Census Bureau's figure is the baseline, so the field is never empty.
        row = dossier.population
        source, url = cited(row), ADDRESSES.get(row.dataset, "")
        title = label = "Residents"
        baseline, optional = row.population, False
    published = dossier.facts.yearly
    if name == SPENDING and published is not None:
        # A published figure takes the place of an empty field, as in the report.
        optional = False
        if baseline is None:
            baseline, source, url = published.value, published.source, published.source_url
    benefit = dossier.facts.medicaid
    if name == RATE and baseline is None and dossier.facts.hourly_rate is not None:
        baseline, optional = dossier.facts.hourly_rate, False
        if benefit is not None:
            source, url = f"{benefit.status}, read {benefit.checked_on}", benefit.source_url
    return Input(
        name=name,
        group=group,
        title=title,
        label=label,
        kind=item.kind if item.kind in ("switch", "choice") else "number",
        baseline=baseline,
        allowed=item.allowed or (0.0, 1.0),
        whole=item.kind == "integer" or item.whole,
        optional=optional,
        unit=item.unit,
        source=source,
        url=url,
        choices=choices,
        empty=UNKNOWN if name in (SPENDING, RATE) else COMPUTED,
    )


def _label(dossier: Dossier, name: str, item: Assumption) -> str:
    if not name.startswith("roles."):
        return item.title
    _, role, field = name.split(".")
    if role == SUPERVISOR and field == "caseload":
        return "Workers of one supervisor"
    return dossier.roles[role].plural
