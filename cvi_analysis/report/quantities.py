"""The one table of the numbers of a report: what each is, and how it follows from which others.

`cvi explain` reads it (`explanation.py`). A number of a city's JSON that is missing here, or whose
formula does not give its value, is named by `tests/report/test_quantities.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cvi_analysis.census.registry import origin
from cvi_analysis.display.formats import number
from cvi_analysis.model.budget import WRAPAROUND_KINDS
from cvi_analysis.model.intervals import DRAWS, SEED
from cvi_analysis.model.medicaid_offset import ENABLED, ENROLLED, HOURS, RATE
from cvi_analysis.model.people import GAINS, LIMITS
from cvi_analysis.model.sizing_case import (
    LOCAL_ESTIMATE,
    METHOD,
    METHOD_WEIGHT,
    RULES,
    method_is_drawn,
    spreads,
)
from cvi_analysis.model.staffing import FRONTLINE, OVP, ROLES, SUPERVISOR, population_tier
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.wording import citation, note_in_words

ASSUMPTION = "assumption "
"""Before the name of an assumption, since some outputs have the name of one."""

EFFECTIVE = "people that set the staffing"
LOCAL_COUNT = "city.local_estimate"
AT_ONE_TIME = "city.local_estimate_at_one_time"
HOMICIDES = "city.homicides"
PER_HOMICIDE = RULES["homicides"]

Made = Callable[[Dossier, str], Any]


def _always(_dossier: Dossier, _key: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a report, or several of one kind.

    Attributes:
        name: its dotted name in the city's JSON; `*` stands for the key of a role, of a kind.
        title: what it is, in words; `{posts}` stands for the plural of the role, `{key}` for the
            key itself.
        unit: what it is counted in; empty for a name or a date.
        rule: how it follows, in words; empty for a source figure.
        formula: the same with names in braces, `*` in them for the same key:
            `{staffing.*.count} * {staffing.*.wage}`. Arithmetic, `round` (half up), `min`, `max`
            and `sum` only. Text without a name in it is said as it stands.
        uses: further names it depends on, where a formula cannot say so.
        source: where a source figure comes from; empty for a computed one.
        value: the number itself, where the JSON does not hold it.
        holds: whether this is how the number comes about in this report; of several entries of
            one name the first that holds is taken.
    """

    name: str
    title: str
    unit: str = ""
    rule: str = ""
    formula: str | Made = ""
    uses: Made | None = None
    source: str | Made = ""
    value: Made | None = None
    holds: Made = _always


def _origin(dossier: Dossier, _key: str) -> str:
    row = dossier.population
    if not row.raw_file:
        return row.note
    note = f" Note: {note_in_words(row.note)}." if row.note else ""
    return (
        f"U.S. Census Bureau, {citation(row)}, variable {row.variable}, GEOID {row.geoid}; "
        f"{origin(row.raw_file)}: data/raw/{row.raw_file} "
        f"(SHA-256 {row.raw_sha256[:12]}).{note}"
    )


def _local_source(dossier: Dossier, _key: str) -> str:
    place = dossier.city
    year = f" ({place.local_estimate_year})" if place.local_estimate_year else ""
    url = f" <{place.local_estimate_url}>" if place.local_estimate_url else ""
    return f"{place.local_estimate_source}{year}{url}; params/cities.csv"


def _which_population(_dossier: Dossier, _key: str) -> tuple[str, ...]:
    return (f"{ASSUMPTION}population.dataset", f"{ASSUMPTION}population.year")


def _counted_by(method: str) -> Made:
    return lambda dossier, _key: dossier.profile.people.method == method


def _bands(dossier: Dossier, _key: str) -> str:
    served, terms, lower = dossier.profile.people.served, [], ""
    for index, gain in enumerate(GAINS):
        limit = f"economies_of_scale.{LIMITS[index]}" if index < len(LIMITS) else ""
        last = not limit or served <= dossier.values[limit]
        upper = "{people_at_risk.served}" if last else f"{{{ASSUMPTION}{limit}}}"
        people = f"({upper} - {lower})" if lower else upper
        terms.append(f"{people} / (1 + {{{ASSUMPTION}economies_of_scale.{gain}}})")
        if last:
            break
        lower = upper
    return " + ".join(terms)


def _band_limits(dossier: Dossier, _key: str) -> tuple[str, ...]:
    switch = f"{ASSUMPTION}economies_of_scale.enabled"
    if not dossier.values["economies_of_scale.enabled"]:
        return (switch,)
    for limit in LIMITS:
        if dossier.profile.people.served <= dossier.values[f"economies_of_scale.{limit}"]:
            return (switch, f"{ASSUMPTION}economies_of_scale.{limit}")
    return (switch,)


def _entered(dossier: Dossier, role: str) -> bool:
    return dossier.values.get(f"roles.{role}.count") is not None


def _of(*roles: str) -> Made:
    return lambda _dossier, role: role in roles


def _size_class(dossier: Dossier, role: str) -> str:
    residents = dossier.population.population
    tier = int(population_tier(dossier.values, residents))
    posts = dossier.values[f"roles.{role}.posts"]
    return (
        f"{number(residents)} residents are in size class {tier + 1} of {len(posts)}: "
        f"item {tier + 1} of {list(posts)}"
    )


def _size_class_of(_dossier: Dossier, role: str) -> tuple[str, ...]:
    return (
        "population.value",
        f"{ASSUMPTION}ovp.population_limits",
        f"{ASSUMPTION}roles.{role}.posts",
    )


def _spending_source(dossier: Dossier, _key: str) -> str:
    row = dossier.facts.yearly
    if row is None:
        return "no published figure is known; params/spending.csv"
    return f"{row.item}, {row.unit}: {row.source} ({row.year}) <{row.source_url}>"


def _spending_known(dossier: Dossier, _key: str) -> bool:
    return dossier.spending_today is not None


def _medicaid_source(dossier: Dossier, _key: str) -> str:
    row = dossier.facts.medicaid
    if row is None:
        return f"nothing known as of {dossier.facts.medicaid_read_on}; params/medicaid.csv"
    return f"{row.status}, read {row.checked_on} <{row.source_url}>; params/medicaid.csv"


FRONTLINE_POSTS = " + ".join(f"{{staffing.{role}.count}}" for role in FRONTLINE)


def _costs(*groups: str) -> Made:
    def formula(dossier: Dossier, _key: str) -> str:
        roles = [post.role for post in dossier.profile.posts if post.group in groups]
        return f"round({' + '.join(f'{{staffing.{role}.cost}}' for role in roles)})"

    return formula


REMAINDER = WRAPAROUND_KINDS[-1]
"""The kind of wraparound that is what the others leave, so that the parts add up."""


def _remainder(_dossier: Dossier, _key: str) -> str:
    return " - ".join(
        ["{budget.wraparound}", *(f"{{wraparound.{kind}}}" for kind in WRAPAROUND_KINDS[:-1])]
    )


def _all_posts(_dossier: Dossier, _key: str) -> str:
    return " + ".join(f"{{staffing.{role}.count}}" for role in ROLES)


INTERVALS = {
    "people_at_risk": ("people at the highest risk", ""),
    "staff": ("all roles", "full-time posts"),
    "total": ("the whole program", "dollars a year"),
}
"""What an interval is given for, and its unit."""

ENDS = {"low": "5", "middle": "50", "high": "95"}
"""Of each end of an interval and its middle, how many of 100 runs give that or less."""


def _runs(share: str) -> Made:
    return lambda dossier, _key: (
        f"the {share}th percentile of {number(DRAWS)} runs, "
        f"{len(spreads(dossier.case))} numbers moving"
    )


def _moving(dossier: Dossier, figure: str) -> tuple[str, ...]:
    drawn = (f"{ASSUMPTION}{METHOD}", f"{ASSUMPTION}{METHOD_WEIGHT}", HOMICIDES)
    return (
        f"ranges.{figure}.central",
        *(drawn if method_is_drawn(dossier.case) else ()),
        *(
            LOCAL_COUNT if name == LOCAL_ESTIMATE else f"{ASSUMPTION}{name}"
            for name in sorted(spreads(dossier.case))
        ),
    )


def _interval(figure: str) -> tuple[Quantity, ...]:
    title, unit = INTERVALS[figure]
    ends = tuple(
        Quantity(
            f"ranges.{figure}.{end}",
            f"{title}: {'middle run' if end == 'middle' else f'{end} end of the 90% interval'}",
            unit,
            rule=f"{number(DRAWS)} runs of the model (seed {SEED}), in each of which every "
            "uncertain number is drawn from a triangular distribution over its plausible range, "
            f"with its value as the most likely one, and the method of counting is drawn where "
            f"both rules of thumb can be had; {share} of 100 runs give this or less. The figure "
            "itself may lie outside: the baseline stands at an end of what is drawn.",
            formula=_runs(share),
            uses=lambda dossier, _key: _moving(dossier, figure),
        )
        for end, share in ENDS.items()
    )
    below = Quantity(
        f"ranges.{figure}.below",
        f"{title}: share of the runs that gave less than the figure itself",
        "share of runs",
        rule="runs below the figure / all runs, of the same runs as the interval",
        formula=lambda dossier, _key: f"counted in {number(DRAWS)} runs",
        uses=lambda dossier, _key: _moving(dossier, figure),
    )
    return (*ends, below)


BY_HAND = "the number entered by hand"
AS_IT_STANDS = "the assumption of that name"

QUANTITIES: tuple[Quantity, ...] = (
    Quantity(
        "city.slug", "name of the city in commands and file names", source="params/cities.csv"
    ),
    Quantity("city.name", "name of the city", source="params/cities.csv"),
    Quantity("city.state", "state", source="params/cities.csv"),
    Quantity("city.geoid", "the Bureau’s code of the place", source="params/cities.csv"),
    Quantity("scenario", "scenario", source="the scenario of this report"),
    Quantity(
        "price_year",
        "price year of all dollars",
        rule=AS_IT_STANDS,
        formula=f"{{{ASSUMPTION}budget.price_year}}",
    ),
    Quantity("edition", "year and month of the reports", source="this edition of the project"),
    Quantity(
        "changes.*",
        "{key}, changed",
        source="what the scenario of this report changes of the baseline",
    ),
    Quantity("overrides.*", "{key}, changed by hand", source="entered beside the scenario"),
    Quantity("provenance.*", "{key} of this report", source="recorded by the build"),
    # Residents
    Quantity(
        "population.value",
        "residents of {place}",
        source=_origin,
        uses=_which_population,
    ),
    Quantity(
        "population.*", "{key} of the population figure", source=_origin, uses=_which_population
    ),
    # People
    Quantity(
        LOCAL_COUNT,
        "published local count of people at the highest risk",
        source=_local_source,
        value=lambda dossier, _key: dossier.city.local_estimate,
    ),
    Quantity(
        "people_at_risk.method",
        "how the people at the highest risk are known",
        rule="a number entered by hand, else by the method that the assumptions name; a local "
        "count where the city has one, else a share of residents, in the baseline",
        formula=lambda dossier, _key: dossier.profile.people.method,
        uses=lambda dossier, _key: {
            "entered": (f"{ASSUMPTION}people_at_risk",),
            "local": (LOCAL_COUNT, f"{ASSUMPTION}{METHOD}"),
            "residents": (f"{ASSUMPTION}{METHOD}", f"{ASSUMPTION}people_at_risk.share"),
            "homicides": (f"{ASSUMPTION}{METHOD}", f"{ASSUMPTION}{PER_HOMICIDE}"),
        }[dossier.profile.people.method],
    ),
    Quantity(
        "people_at_risk.estimate",
        "people at the highest risk, unrounded",
        rule="residents x share of residents at the highest risk",
        formula="{population.value} * {assumption people_at_risk.share}",
        holds=_counted_by("residents"),
    ),
    Quantity(
        "people_at_risk.estimate",
        "people at the highest risk, unrounded",
        rule="homicides a year x people at the highest risk for each",
        formula=f"{{{HOMICIDES}}} * {{{ASSUMPTION}{PER_HOMICIDE}}}",
        holds=_counted_by("homicides"),
    ),
    Quantity(
        "people_at_risk.estimate",
        "people at the highest risk, unrounded",
        rule="the city's local count, in place of a rule of thumb",
        formula=f"{{{LOCAL_COUNT}}}",
        holds=_counted_by("local"),
    ),
    Quantity(
        "people_at_risk.estimate",
        "people at the highest risk, unrounded",
        rule=BY_HAND,
        formula="{assumption people_at_risk}",
    ),
    Quantity(
        "people_at_risk.rounded",
        "people at the highest risk, whole",
        rule="the estimate, rounded half up",
        formula="round({people_at_risk.estimate})",
    ),
    Quantity(
        "people_at_risk.share",
        "share of residents at the highest risk",
        rule=AS_IT_STANDS,
        formula="{assumption people_at_risk.share}",
        holds=_counted_by("residents"),
    ),
    Quantity(
        "people_at_risk.share",
        "share of residents at the highest risk",
        rule="people at the highest risk / residents",
        formula="{people_at_risk.estimate} / {population.value}",
    ),
    Quantity(
        "people_at_risk.target",
        "people whom the city plans to serve",
        rule="people at the highest risk x share of them to be served",
        formula="{people_at_risk.estimate} * {assumption people_at_risk.target_share}",
    ),
    Quantity(
        "people_at_risk.counts",
        "whom the number of people at the highest risk counts",
        rule="everyone in it over a year, or those in it at one time",
        source=lambda dossier, _key: (
            _local_source(dossier, "")
            if dossier.profile.people.method == "local"
            else "both rules and a number by hand count people over a year; of the share of "
            "residents that is our reading"
        ),
    ),
    Quantity(
        AT_ONE_TIME,
        "published ceiling on people at one time",
        source=_local_source,
        value=lambda dossier, _key: dossier.case.known.at_one_time,
    ),
    Quantity(
        HOMICIDES,
        "homicides a year, mean of the last two years held",
        source=lambda dossier, _key: dossier.homicides_source,
        value=lambda dossier, _key: dossier.case.known.homicides,
    ),
    Quantity(
        "people_at_risk.served",
        "people served at one time",
        rule="people at one time x share of them to be served x take-up",
        formula="{people_at_risk.estimate} * {assumption people_at_risk.target_share}"
        " * {assumption people_at_risk.take_up}",
        holds=lambda dossier, _key: dossier.profile.people.counts == "at_one_time",
    ),
    Quantity(
        "people_at_risk.served",
        "people served at one time",
        rule="the published count of people at one time x share of them to be served x take-up",
        formula=f"{{{AT_ONE_TIME}}} * {{assumption people_at_risk.target_share}}"
        " * {assumption people_at_risk.take_up}",
        holds=lambda dossier, _key: (
            dossier.profile.people.method == "local" and dossier.case.known.at_one_time is not None
        ),
    ),
    Quantity(
        "people_at_risk.served",
        "people served at one time",
        rule="people at the highest risk over a year x months in the program / 12 x share of them "
        "to be served x take-up",
        formula="{people_at_risk.estimate} * ({assumption people_at_risk.months} / 12)"
        " * {assumption people_at_risk.target_share} * {assumption people_at_risk.take_up}",
    ),
    # The same city by every method that can be had
    Quantity("methods.*.method", "method", source="every method that can be had here"),
    Quantity("methods.*.source", "source of the count", source="the method itself"),
    Quantity(
        "methods.entered.estimate",
        "people at the highest risk, entered by hand",
        rule=BY_HAND,
        formula="{assumption people_at_risk}",
    ),
    Quantity(
        "methods.residents.estimate",
        "people at the highest risk by residents",
        rule="residents x share of residents at the highest risk",
        formula="{population.value} * {assumption people_at_risk.share}",
    ),
    Quantity(
        "methods.homicides.estimate",
        "people at the highest risk by homicides",
        rule="homicides a year x people at the highest risk for each",
        formula=f"{{{HOMICIDES}}} * {{{ASSUMPTION}{PER_HOMICIDE}}}",
    ),
    Quantity(
        "methods.local.estimate",
        "people at the highest risk by the local count",
        rule="the city's local count",
        formula=f"{{{LOCAL_COUNT}}}",
    ),
    *(
        Quantity(
            f"methods.*.{figure}",
            f"{title} with the people counted by: {{key}}",
            unit,
            rule="the whole model with that count in place of the one in force",
            uses=lambda _dossier, key: (f"methods.{key}.estimate",),
        )
        for figure, title, unit in (
            ("served", "people served at one time", ""),
            ("staff", "all roles", "full-time posts"),
            ("total", "the whole program", "dollars a year"),
        )
    ),
    Quantity(
        EFFECTIVE,
        f"{EFFECTIVE}, after economies of scale",
        rule="sum over bands of people served in the band / (1 + gain of the band)",
        formula=_bands,
        uses=_band_limits,
        value=lambda dossier, _key: dossier.profile.effective,
        holds=lambda dossier, _key: bool(dossier.values["economies_of_scale.enabled"]),
    ),
    Quantity(
        EFFECTIVE,
        f"{EFFECTIVE}, after economies of scale",
        rule="people served; economies of scale are turned off",
        formula="{people_at_risk.served}",
        uses=_band_limits,
        value=lambda dossier, _key: dossier.profile.effective,
    ),
    # Staff
    Quantity("staffing.*.title", "title of the role", source="params/roles.yaml"),
    Quantity("staffing.*.group", "group of the role", source="params/roles.yaml"),
    Quantity(
        "staffing.*.caseload",
        "caseload of {posts}",
        rule="none: posts of the city office follow the number of residents",
        holds=_of(*OVP),
    ),
    Quantity(
        "staffing.*.caseload",
        "caseload of {posts}",
        rule=AS_IT_STANDS,
        formula="{assumption roles.*.caseload}",
    ),
    Quantity(
        "staffing.*.count",
        "{posts}",
        "full-time posts",
        rule=BY_HAND,
        formula="{assumption roles.*.count}",
        holds=_entered,
    ),
    Quantity(
        "staffing.*.count",
        "{posts}",
        "full-time posts",
        rule="people that set the staffing / caseload, rounded half up, at least the "
        "fewest workers of a role",
        formula=f"max({{assumption staffing.minimum_per_role}}, "
        f"round({{{EFFECTIVE}}} / {{staffing.*.caseload}}))",
        holds=_of(*FRONTLINE),
    ),
    Quantity(
        "staffing.*.count",
        "{posts}",
        "full-time posts",
        rule="frontline staff / caseload, rounded half up, at least the fewest workers of a role",
        formula=f"max({{assumption staffing.minimum_per_role}}, round(({FRONTLINE_POSTS})"
        " / {staffing.*.caseload}))",
        holds=_of(SUPERVISOR),
    ),
    Quantity(
        "staffing.*.count",
        "{posts}",
        "full-time posts",
        rule="posts of the size class of the city, by residents",
        formula=_size_class,
        uses=_size_class_of,
    ),
    Quantity(
        "staffing.*.wage",
        "wage of {posts}",
        "dollars a year for one post",
        rule=AS_IT_STANDS,
        formula="{assumption roles.*.wage}",
    ),
    Quantity(
        "staffing.*.benefits_load",
        "benefits of {posts} as a fraction of the wage",
        rule="that of government",
        formula="{assumption benefits.government}",
        holds=_of(*OVP),
    ),
    Quantity(
        "staffing.*.benefits_load",
        "benefits of {posts} as a fraction of the wage",
        rule="that of community organizations",
        formula="{assumption benefits.community}",
    ),
    Quantity(
        "staffing.*.cost",
        "pay and benefits of all {posts}",
        "dollars a year, unrounded",
        rule="posts x wage x (1 + benefits)",
        formula="{staffing.*.count} * {staffing.*.wage} * (1 + {staffing.*.benefits_load})",
    ),
    # Money
    Quantity(
        "budget.frontline",
        "frontline staff",
        "dollars a year",
        rule="pay and benefits of these posts added up, rounded half up",
        formula=_costs("frontline"),
    ),
    Quantity(
        "budget.supervision_ovp",
        "supervisors and the office of violence prevention",
        "dollars a year",
        rule="pay and benefits of these posts added up, rounded half up",
        formula=_costs("supervision", "ovp"),
    ),
    Quantity(
        "budget.staffing",
        "all staff",
        "dollars a year",
        rule="frontline staff + supervisors and the office of violence prevention",
        formula="{budget.frontline} + {budget.supervision_ovp}",
    ),
    Quantity(
        "budget.training",
        "training and technical assistance",
        "dollars a year",
        rule="a share of staffing, rounded half up",
        formula="round({assumption budget.training_share} * {budget.staffing})",
    ),
    Quantity(
        "budget.evaluation",
        "data and evaluation",
        "dollars a year",
        rule="a share of staffing, rounded half up",
        formula="round({assumption budget.evaluation_share} * {budget.staffing})",
    ),
    Quantity(
        "budget.indirect",
        "indirect costs",
        "dollars a year",
        rule="a share of staffing, rounded half up",
        formula="round({assumption budget.indirect_share} * {budget.staffing})",
    ),
    Quantity(
        "budget.wraparound",
        "wraparound services",
        "dollars a year",
        rule="dollars for one person x people served, rounded half up",
        formula="round({assumption budget.wraparound_per_person} * {people_at_risk.served})",
    ),
    Quantity(
        "budget.total",
        "the whole program",
        "dollars a year",
        rule="all staff + training and technical assistance + data and evaluation + indirect "
        "costs + wraparound services",
        formula="{budget.staffing} + {budget.training} + {budget.evaluation}"
        " + {budget.indirect} + {budget.wraparound}",
    ),
    Quantity(
        f"wraparound.{REMAINDER}",
        f"wraparound services: {REMAINDER}",
        "dollars a year",
        rule="the line less its other kinds",
        formula=_remainder,
    ),
    Quantity(
        "wraparound.*",
        "wraparound services: {key}",
        "dollars a year",
        rule="a share of the line, rounded half up",
        formula="round({assumption budget.wraparound.*_share} * {budget.wraparound})",
    ),
    Quantity(
        "per_resident",
        "the whole program, over residents",
        "dollars a year",
        rule="total / residents",
        formula="{budget.total} / {population.value}",
    ),
    Quantity(
        "per_person",
        "the whole program, over people served",
        "dollars a year",
        rule="total / people served",
        formula="{budget.total} / {people_at_risk.served}",
    ),
    # Beside the budget
    Quantity(
        "existing.spending",
        "what the city spends on this work today",
        "dollars a year",
        rule=BY_HAND,
        formula="{assumption existing.spending}",
        holds=lambda dossier, _key: dossier.values["existing.spending"] is not None,
    ),
    Quantity(
        "existing.spending",
        "what the city spends on this work today",
        "dollars a year",
        source=_spending_source,
        uses=lambda _dossier, _key: (f"{ASSUMPTION}existing.spending",),
    ),
    Quantity(
        "existing.gap",
        "the whole program less what the city spends today",
        "dollars a year",
        rule="total - spending today, which may pay for more or less than the plan's lines",
        formula="{budget.total} - {existing.spending}",
        holds=_spending_known,
    ),
    Quantity(
        "existing.gap",
        "the whole program less what the city spends today",
        "dollars a year",
        rule="none: no yearly figure is known",
        uses=lambda _dossier, _key: ("existing.spending",),
    ),
    Quantity("medicaid.state", "state", source="params/cities.csv"),
    Quantity(
        "medicaid.benefit",
        "whether the state's Medicaid pays for violence prevention",
        source=_medicaid_source,
    ),
    Quantity(
        "medicaid.rate",
        "what Medicaid pays for an hour",
        "dollars",
        rule=BY_HAND,
        formula=f"{{{ASSUMPTION}{RATE}}}",
        holds=lambda dossier, _key: dossier.values[RATE] is not None,
    ),
    Quantity(
        "medicaid.rate",
        "what Medicaid pays for an hour",
        "dollars",
        source=_medicaid_source,
        uses=lambda _dossier, _key: (f"{ASSUMPTION}{RATE}",),
    ),
    Quantity(
        "medicaid.offset",
        "what Medicaid could pay back, not taken off the total",
        "dollars a year",
        rule="frontline posts x hours that one could bill x share of people enrolled x dollars an "
        "hour, rounded half up",
        formula=f"round(({FRONTLINE_POSTS}) * {{{ASSUMPTION}{HOURS}}} * {{{ASSUMPTION}{ENROLLED}}}"
        " * {medicaid.rate})",
        uses=lambda _dossier, _key: (f"{ASSUMPTION}{ENABLED}",),
        holds=lambda dossier, _key: dossier.offset is not None,
    ),
    Quantity(
        "medicaid.offset",
        "what Medicaid could pay back, not taken off the total",
        "dollars a year",
        rule="none: it is turned off, or no rate is known",
        uses=lambda _dossier, _key: (f"{ASSUMPTION}{ENABLED}", "medicaid.rate"),
    ),
    # How far the assumptions move it
    Quantity(
        "ranges.people_at_risk.central",
        INTERVALS["people_at_risk"][0],
        rule="the figure itself",
        formula="{people_at_risk.estimate}",
    ),
    Quantity(
        "ranges.staff.central",
        "all roles",
        "full-time posts",
        rule="all posts added up",
        formula=_all_posts,
    ),
    Quantity(
        "ranges.total.central",
        INTERVALS["total"][0],
        "dollars a year",
        rule="the figure itself",
        formula="{budget.total}",
    ),
    *_interval("people_at_risk"),
    *_interval("staff"),
    *_interval("total"),
)
