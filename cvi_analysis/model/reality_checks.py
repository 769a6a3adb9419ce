"""What others did, counted and asked for, beside this model's figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from cvi_analysis.model.inverse import MONTHS_IN_PROGRAM, SERVED_AS_GIVEN
from cvi_analysis.model.profile import Profile
from cvi_analysis.model.sizing_case import Case, spread_of
from cvi_analysis.model.staffing import ROLES
from cvi_analysis.params.assumptions import Constant
from cvi_analysis.params.cities import City
from cvi_analysis.params.published_figures import Benchmark, HighRiskEstimate, Program, publisher


@dataclass(frozen=True, slots=True)
class ProgramCheck:
    """A published program beside the model.

    Attributes:
        program: what was published, with the reasons why it differs.
        same_city: the program is in the city of the report.
        model: the model's profile for as many people in a place of that size; None where the
            program's number of people is unknown.
        own: the report's own figure of dollars for one person served.
    """

    program: Program
    same_city: bool
    model: Profile | None
    own: float

    @property
    def community_staff(self) -> int | None:
        """The model's frontline workers and supervisors: posts like those programs report."""
        return None if self.model is None else int(self.model.count("frontline", "supervision"))

    @property
    def times_dollars(self) -> float | None:
        """The model's total over the program's budget (the middle of its range)."""
        low, high = self.program.dollars_low, self.program.dollars_high
        if self.model is None or low is None or high is None or low + high == 0:
            return None
        return float(2.0 * self.model.budget.total / (low + high))


def program_checks(
    case: Case, slug: str, programs: Sequence[Program], elsewhere: Mapping[str, Any] | None = None
) -> tuple[ProgramCheck, ...]:
    """Every program beside the model, those in the report's city first.

    The model runs under the report's assumptions for the program's number of people, all of whom
    take part: a count at one time is served as it stands, one over a year for the report's months
    in the program. It runs with the
    residents of the program's place (for the size of the city's office) and without what holds for
    the report's city alone, unless the program is there. Staff counts entered by hand for the city
    are set aside.

    Args:
        case: the report's city.
        slug: its slug.
        programs: published programs.
        elsewhere: values by dotted name that take the place of the city's own in other places.
    """
    own = float(case.profile().per_person)
    checks = [
        ProgramCheck(
            program=program,
            same_city=program.slug == slug,
            model=None
            if program.people is None
            else _model(case, program, None if program.slug == slug else elsewhere or {}),
            own=own,
        )
        for program in programs
    ]
    return tuple(sorted(checks, key=lambda check: not check.same_city))


def _model(case: Case, program: Program, elsewhere: Mapping[str, Any] | None) -> Profile:
    residents = case.population
    if elsewhere is not None:
        residents = program.residents or residents
    given: dict[str, Any] = {**SERVED_AS_GIVEN, "people_at_risk": program.people}
    if program.people_count == "over_a_year":
        del given[MONTHS_IN_PROGRAM]
    return replace(case, population=residents).profile(
        {**(elsewhere or {}), **{f"roles.{role}.count": None for role in ROLES}, **given}
    )


Kind = Literal["share", "homicides", "published", "entered"]

PER_HOMICIDE = "people_at_risk.people_per_homicide"
_SHARE = "people_at_risk.share"


@dataclass(frozen=True, slots=True)
class PeopleEstimate:
    """One way to count people at the highest risk in a city.

    Attributes:
        kind: `share` of residents, `homicides` times a rule, `published` locally, `entered`.
        title: what it is, in words.
        low: low end, persons, None where none is known.
        central: the estimate, persons, None where only an end was published.
        high: high end, persons, None where none is known.
        definition: who is counted.
        source: who says so, and the year.
        source_url: where to check it; empty where there is nothing to open.
        confidence: `high`, `medium` or `low`; empty for a rule of ours.
        used: this is the count that the city's figures stand on.
    """

    kind: Kind
    title: str
    low: float | None
    central: float | None
    high: float | None
    definition: str
    source: str
    source_url: str
    confidence: str
    used: bool


def own_count(city: City) -> PeopleEstimate | None:
    """The local count in the city's row of `params/cities.csv`; None where it has none."""
    if city.local_estimate is None:
        return None
    return PeopleEstimate(
        kind="published",
        title=_by(publisher(city.local_estimate_source), city.local_estimate_year),
        low=city.local_estimate_low,
        central=city.local_estimate,
        high=city.local_estimate_high,
        definition=city.local_estimate_note,
        source=city.local_estimate_source,
        source_url=city.local_estimate_url or "",
        confidence="",
        used=False,
    )


def people_estimates(
    case: Case,
    city: str,
    state: str,
    homicides: float | None,
    rows: Sequence[HighRiskEstimate],
    own: PeopleEstimate | None = None,
) -> tuple[PeopleEstimate, ...]:
    """Every estimate for one city: the share rule, homicides, local counts.

    Args:
        case: the city under its assumptions.
        city: its name, as in the rows.
        state: two letters.
        homicides: a year's homicides, None where unknown.
        rows: published local counts of all places.
        own: the city's count in `params/cities.csv` (`own_count`), which its figures stand on. It
            is left out if a row gives it too: the same count, publisher and year. None: a row
            says itself whether it is used.
    """
    people = case.profile().people
    found = []
    if people.method == "entered":
        found.append(
            PeopleEstimate(
                kind="entered",
                title="Entered by hand",
                low=None,
                central=people.estimate,
                high=None,
                definition="The count that this report was made with.",
                source="",
                source_url="",
                confidence="",
                used=True,
            )
        )
    share = case.assumptions[_SHARE]
    found.append(
        _by_rule("share", share, case.population, "residents", people.method == "residents")
    )
    if homicides is not None:
        rule = case.assumptions[PER_HOMICIDE]
        found.append(
            _by_rule("homicides", rule, homicides, "homicides a year", people.method == "homicides")
        )
    local = people.method == "local"
    published = [
        _published(row, local and row.used_in_profiles)
        for row in rows
        if (row.place, row.state) == (city, state)
    ]
    if own is not None:
        key = (own.title, own.central)
        published = [
            replace(one, used=local and (one.title, one.central) == key) for one in published
        ]
        if key not in [(one.title, one.central) for one in published]:
            found.append(replace(own, used=local))
    return (*found, *published)


def _by_rule(kind: Kind, rule: Constant, times: float, of: str, used: bool) -> PeopleEstimate:
    spread = spread_of(rule)
    return PeopleEstimate(
        kind=kind,
        title=rule.title,
        low=None if spread is None else spread.low[0] * times,
        central=rule.value * times,
        high=None if spread is None else spread.high[0] * times,
        definition=f"{rule.value:g} {rule.unit} x {times:,.10g} {of}",
        source=rule.source,
        source_url=rule.source_url,
        confidence="",
        used=used,
    )


def _by(who: str, year: int | None) -> str:
    return who if year is None else f"{who}, {year}"


def _published(row: HighRiskEstimate, used: bool) -> PeopleEstimate:
    return PeopleEstimate(
        kind="published",
        title=_by(row.estimated_by, row.year),
        low=row.people_low,
        central=row.people,
        high=row.people_high,
        definition=row.definition,
        source=row.source,
        source_url=row.source_url,
        confidence=row.confidence,
        used=used,
    )


@dataclass(frozen=True, slots=True)
class NeedEstimate:
    """What someone else says a city needs a year.

    Attributes:
        title: the rule or the claim.
        dollars: a year.
        basis: how it comes about.
        source_url: where to check it.
    """

    title: str
    dollars: float
    basis: str
    source_url: str


def needs(city: str, state: str, rows: Sequence[Benchmark]) -> tuple[NeedEstimate, ...]:
    """Published claims of need for one city, the smallest first.

    Args:
        city: its name.
        state: two letters.
        rows: figures from programs elsewhere; those on need in this city are taken.
    """
    found = [
        NeedEstimate(row.measure, row.high, f"{row.unit}. {row.note}", row.source_url)
        for row in rows
        if row.topic == "need_estimate" and row.place == f"{city} {state}"
    ]
    return tuple(sorted(found, key=lambda need: need.dollars))
