"""`<slug>.json`: the one structured result that every renderer and every check reads."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from cvi_analysis.model.intervals import Intervals, Range
from cvi_analysis.report.dossier import Dossier

SCHEMA_ID = "cvi-profile-1"


class DocumentPart(BaseModel):
    """Base of the document's parts."""

    model_config = ConfigDict(frozen=True, extra="forbid")


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
    method: Literal["population_share", "local_estimate", "entered"]
    target: float = Field(ge=0, description="persons served, unrounded")


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
    wraparound: int
    total: int


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
    population: PopulationPart
    people_at_risk: PeoplePart
    staffing: tuple[PostPart, ...]
    budget: BudgetPart
    wraparound: dict[str, int] = Field(description="the wraparound line by kind, dollars a year")
    per_resident: float = Field(description="total, dollars a resident a year")
    per_person: float = Field(description="total, dollars a person served a year")
    ranges: RangesPart
    changes: dict[str, Any] = Field(description="assumptions that differ from the baseline")
    provenance: dict[str, str]

    def to_bytes(self) -> bytes:
        """Indented UTF-8 JSON with a final newline."""
        return (self.model_dump_json(indent=2) + "\n").encode()


def document(dossier: Dossier, ranges: Intervals) -> Document:
    """The document of a dossier. Pure: the same dossier gives the same document."""
    result, row, city = dossier.profile, dossier.population, dossier.city
    budget = result.budget
    return Document(
        city=CityPart(slug=city.slug, name=city.city, state=city.state, geoid=city.geoid),
        scenario=dossier.scenario.name,
        population=PopulationPart(
            value=row.population,
            dataset=row.dataset,
            year=row.year,
            variable=row.variable,
            period=row.period,
        ),
        people_at_risk=PeoplePart(
            estimate=result.people.estimate,
            rounded=result.people.rounded,
            share=result.people.share,
            method=result.people.method,
            target=result.people.target,
        ),
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
        budget=BudgetPart(
            frontline=budget.frontline,
            supervision_ovp=budget.supervision_ovp,
            staffing=budget.staffing,
            training=budget.training,
            evaluation=budget.evaluation,
            wraparound=budget.wraparound,
            total=budget.total,
        ),
        wraparound=budget.wraparound_kinds,
        per_resident=result.per_resident,
        per_person=result.per_person,
        ranges=RangesPart(
            people_at_risk=ranges.people_at_risk, staff=ranges.staff, total=ranges.total
        ),
        changes={change.name: change.value for change in dossier.scenario.changes},
        provenance=dossier.provenance,
    )
