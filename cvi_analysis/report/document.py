"""`<slug>.json`: the one structured result that every renderer and every check reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from cvi_analysis import __edition__
from cvi_analysis.model.intervals import Range
from cvi_analysis.model.medicaid_offset import rate_of
from cvi_analysis.model.people import Counts, Method
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.wording import method_source


class DocumentPart(BaseModel):
    """Base of the document's parts; one is made of anything with attributes of its names."""

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


class CityPart(DocumentPart):
    """The place."""

    slug: str
    name: str
    state: str
    geoid: str = Field(
        pattern=r"^(\d{7}|\d{5})?$", description="empty for a place entered by name alone"
    )


class PopulationPart(DocumentPart):
    """Residents, and which of the Bureau's figures that is."""

    value: int = Field(gt=0, description="persons")
    dataset: str
    year: int
    variable: str
    period: str = Field(description="one date, or start/end")


class PeoplePart(DocumentPart):
    """People at the highest risk of near-term violence."""

    estimate: float = Field(ge=0, description="persons, unrounded")
    rounded: int = Field(ge=0, description="persons")
    share: float = Field(ge=0, le=1, description="of residents")
    method: Method
    counts: Counts = Field(description="whom the estimate counts")
    target: float = Field(ge=0, description="persons the city plans to serve, unrounded")
    served: float = Field(ge=0, description="persons in the program at one time, unrounded")


class MethodPart(DocumentPart):
    """The same city with its people counted by one of the methods that can be had there."""

    method: Method
    estimate: float = Field(ge=0, description="persons, unrounded")
    served: float = Field(ge=0, description="persons at one time, unrounded")
    staff: int = Field(ge=0, description="full-time posts")
    total: int = Field(ge=0, description="dollars a year")
    source: str


class PostPart(DocumentPart):
    """All staff of one role."""

    role: str
    title: str
    group: Literal["frontline", "supervision", "ovp"]
    count: int = Field(ge=0, description="full-time posts")
    caseload: float | None = Field(description="people per worker; workers per supervisor")
    wage: float = Field(description="dollars a year for one post")
    benefits_load: float = Field(description="benefits as a fraction of the wage")
    cost: float = Field(description="dollars a year, unrounded")


class BudgetPart(DocumentPart):
    """Dollars a year."""

    frontline: int
    supervision_ovp: int
    staffing: int
    training: int
    evaluation: int
    indirect: int
    wraparound: int
    total: int


class ExistingPart(DocumentPart):
    """What the city is known to spend on this work today, set against the plan."""

    spending: float | None = Field(
        description="dollars a year, entered by hand or else published; null: no figure is known"
    )
    gap: float | None = Field(
        description="total less spending, dollars a year; it may pay for other lines than the plan"
    )


class MedicaidPart(DocumentPart):
    """What Medicaid could pay back; it is not taken off the total."""

    state: str = Field(description="two letters, or empty for a place without a state")
    benefit: bool | None = Field(description="whether the state pays; null: nothing is known")
    rate: float | None = Field(
        description="dollars an hour, entered by hand or else the state's; null: none is known"
    )
    offset: int | None = Field(
        description="dollars a year; null: it is turned off, or no rate is known"
    )


class RangesPart(DocumentPart):
    """90% intervals of the headline figures."""

    people_at_risk: Range
    staff: Range
    total: Range


class Document(DocumentPart):
    """A city's profile as data."""

    model_config = ConfigDict(frozen=True, extra="forbid", title="CVI city profile")

    city: CityPart
    scenario: str
    price_year: int = Field(description="of all dollars, but for what is said to be of no year")
    edition: str = Field(pattern=r"^\d{4}-\d{2}$", description="year and month of the reports")
    population: PopulationPart
    people_at_risk: PeoplePart
    methods: tuple[MethodPart, ...] = Field(description="the one in force first")
    staffing: tuple[PostPart, ...]
    budget: BudgetPart
    wraparound: dict[str, int] = Field(description="the wraparound line by kind, dollars a year")
    per_resident: float = Field(description="total, dollars a resident a year")
    per_person: float = Field(
        description="total, dollars a year for each person served at one time"
    )
    existing: ExistingPart
    medicaid: MedicaidPart
    ranges: RangesPart
    changes: dict[str, Any] = Field(description="assumptions that differ from the baseline")
    overrides: dict[str, Any] = Field(description="assumptions entered beside the scenario")
    provenance: dict[str, str]

    def to_bytes(self) -> bytes:
        """Indented UTF-8 JSON with a final newline."""
        return (self.model_dump_json(indent=2) + "\n").encode()


def document(dossier: Dossier) -> Document:
    """The document of a dossier. Pure: the same dossier gives the same document."""
    result, row, city = dossier.profile, dossier.population, dossier.city
    return Document(
        city=CityPart(slug=city.slug, name=city.city, state=city.state, geoid=city.geoid),
        scenario=dossier.scenario.name,
        price_year=dossier.values["budget.price_year"],
        edition=__edition__,
        population=PopulationPart(
            value=row.population,
            dataset=row.dataset,
            year=row.year,
            variable=row.variable,
            period=row.period,
        ),
        people_at_risk=PeoplePart.model_validate(result.people),
        methods=tuple(_by(dossier, method) for method in dossier.case.methods()),
        staffing=tuple(
            PostPart(
                role=post.role,
                title=dossier.roles[post.role].title,
                group=post.group,
                count=post.count,
                caseload=post.caseload,
                wage=post.wage,
                benefits_load=post.benefits_load,
                cost=post.cost,
            )
            for post in result.posts
        ),
        budget=BudgetPart.model_validate(result.budget),
        wraparound=result.budget.wraparound_kinds,
        per_resident=result.per_resident,
        per_person=result.per_person,
        existing=ExistingPart(spending=dossier.spending_today, gap=dossier.spending_gap),
        medicaid=_medicaid(dossier),
        ranges=RangesPart.model_validate(dossier.ranges),
        changes={change.name: change.value for change in dossier.scenario.changes},
        overrides=dossier.scenario.overrides,
        provenance=dossier.provenance,
    )


def _by(dossier: Dossier, method: Method) -> MethodPart:
    result = dossier.case.by(method)
    return MethodPart(
        method=method,
        estimate=result.people.estimate,
        served=result.people.served,
        staff=int(result.staff),
        total=int(result.budget.total),
        source=method_source(dossier, method),
    )


def _medicaid(dossier: Dossier) -> MedicaidPart:
    facts, offset = dossier.facts, dossier.offset
    return MedicaidPart(
        state=dossier.city.state,
        benefit=None if facts.medicaid is None else facts.medicaid.benefit,
        rate=rate_of(dossier.values, facts.hourly_rate),
        offset=None if offset is None else offset.dollars,
    )


def staff_of(document: Mapping[str, Any]) -> int:
    """Full-time posts of all roles in a parsed `<slug>.json`."""
    return sum(post["count"] for post in document["staffing"])
