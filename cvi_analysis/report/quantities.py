"""How each quantity of a report comes about."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from cvi_analysis.census.registry import origin
from cvi_analysis.display.formats import assumption_value, number, plain
from cvi_analysis.model.budget import WRAPAROUND_KINDS
from cvi_analysis.model.intervals import DRAWS, SEED
from cvi_analysis.model.people import GAINS, LIMITS
from cvi_analysis.model.sizing_case import LOCAL_ESTIMATE, spreads
from cvi_analysis.model.staffing import FRONTLINE, OVP, ROLES, Post, population_tier
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.wording import citation, note_in_words


@dataclass(frozen=True, slots=True)
class Step:
    """A figure.

    Attributes:
        name: its dotted name, as in the city's JSON or in `params/assumptions.yaml`.
        value: its exact value.
        title: what it is, in words, with its unit.
        rule: the formula in words; empty for a source figure.
        numbers: the formula with the numbers in it; empty for a source figure.
        source: where a source figure comes from; empty for a computed one.
        uses: names of the steps it is computed from.
    """

    name: str
    value: Any
    title: str
    rule: str = ""
    numbers: str = ""
    source: str = ""
    uses: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """The step as lines of text, the last of which is `name = value` as the JSON has it."""
        found = [self.title[0].upper() + self.title[1:]]
        found += [f"    {text}" for text in (self.source, self.rule) if text]
        if self.numbers:
            found.append(f"    = {self.numbers}")
        return [*found, f"    {label(self.name)} = {exact(self.value)}"]


ASSUMPTION = "assumption "
"""Before the name of an assumption, since some outputs have the name of one."""


def label(name: str) -> str:
    """A step's name as a user types it."""
    return name.removeprefix(ASSUMPTION)


def exact(value: Any) -> str:
    """A value as the JSON writes it."""
    return json.dumps(value, ensure_ascii=False)


LOCAL_COUNT = "city.local_estimate"
PRICES = "city.rpp_2023"


def assumption(dossier: Dossier, name: str) -> Step:
    """An assumption with its range, grade and source, and what the scenario did to it."""
    item = dossier.assumptions[name]
    told = [f"assumption, grade {item.quality}: {item.source.rstrip('.')}"]
    if item.year is not None and str(item.year) not in item.source:
        told.append(f"({item.year})")
    if item.source_url:
        told.append(f"<{item.source_url}>")
    if item.low is not None and item.high is not None:
        low, high = (assumption_value(end, item.unit) for end in (item.low, item.high))
        told.append(f"; plausible {low} to {high}")
    change = next((c for c in dossier.scenario.changes if c.name == name), None)
    if change is not None:
        before = assumption_value(change.baseline, item.unit)
        told.append(f"; changed by this scenario from {before}")
    value = list(item.value) if isinstance(item.value, tuple) else item.value
    return Step(
        name=f"{ASSUMPTION}{name}",
        value=value,
        title=f"{item.title} ({item.unit})",
        source=" ".join(told).replace(" ;", ";"),
    )


def residents(dossier: Dossier, name: str) -> Step | None:
    """The population figure and what is known of it."""
    if not name.startswith("population."):
        return None
    row = dossier.population
    field = name.removeprefix("population.")
    chosen = (f"{ASSUMPTION}population.dataset", f"{ASSUMPTION}population.year")
    if field != "value":
        return Step(
            name=name,
            value=getattr(row, field),
            title=f"{field} of the population figure",
            source=_origin(dossier),
            uses=chosen,
        )
    return Step(
        name=name,
        value=row.population,
        title=f"residents of {row.census_name}",
        source=_origin(dossier),
        uses=chosen,
    )


def _origin(dossier: Dossier) -> str:
    row = dossier.population
    if not row.raw_file:
        return row.note
    note = f" Note: {note_in_words(row.note)}." if row.note else ""
    return (
        f"U.S. Census Bureau, {citation(row)}, variable {row.variable}, GEOID {row.geoid}; "
        f"{origin(row.raw_file)}: data/raw/{row.raw_file} "
        f"(SHA-256 {row.raw_sha256[:12]}).{note}"
    )


def city(dossier: Dossier, name: str) -> Step | None:
    """A city's own count of people at the highest risk, or its price level."""
    place = dossier.city
    if name == LOCAL_COUNT:
        year = f" ({place.local_estimate_year})" if place.local_estimate_year else ""
        url = f" <{place.local_estimate_url}>" if place.local_estimate_url else ""
        return Step(
            name=name,
            value=place.local_estimate,
            title="published local count of people at the highest risk",
            source=f"{place.local_estimate_source}{year}{url}; params/cities.csv",
        )
    if name == PRICES:
        return Step(
            name=name,
            value=place.rpp_2023,
            title=f"price level of {place.rpp_metro or 'the metropolitan area'} (U.S. = 100)",
            source="Bureau of Economic Analysis, regional price parities 2023; params/cities.csv",
        )
    return None


def fact(dossier: Dossier, name: str, value: Any) -> Step:
    """Anything else in the document: a name, a title, a hash."""
    where = {
        "city": "params/cities.csv",
        "staffing": "params/roles.yaml",
        "scenario": "the scenario of this report",
        "changes": "what the scenario changes of the baseline",
        "provenance": "recorded by the build",
    }
    return Step(
        name=name,
        value=value,
        title=name.replace("_", " ").replace(".", ", "),
        source=where.get(name.partition(".")[0], "params/"),
    )


EFFECTIVE = "people that set the staffing"
METHODS = {
    "entered": f"{ASSUMPTION}people_at_risk",
    "local_estimate": LOCAL_COUNT,
    "population_share": f"{ASSUMPTION}people_at_risk.share",
}


def explain_people(dossier: Dossier, name: str) -> Step | None:
    """A number of `people_at_risk`, or the people that set the staffing; None for others."""
    if name == EFFECTIVE:
        return _effective(dossier)
    if not name.startswith("people_at_risk."):
        return None
    people, residents = dossier.profile.people, dossier.population.population
    field = name.removeprefix("people_at_risk.")
    if field == "method":
        return Step(
            name,
            people.method,
            "how the people at the highest risk are known",
            rule="a number entered by hand, else a local count, else a share of residents",
            numbers=people.method,
            uses=(METHODS[people.method],),
        )
    if field == "estimate":
        return _estimate(dossier, name)
    if field == "rounded":
        return Step(
            name,
            people.rounded,
            "people at the highest risk, whole",
            rule="the estimate, rounded half up",
            numbers=f"round({plain(people.estimate, 6)})",
            uses=("people_at_risk.estimate",),
        )
    if field == "share":
        if people.method == "population_share":
            return Step(
                name,
                people.share,
                "share of residents at the highest risk",
                rule="the assumption of that name",
                numbers=plain(people.share, 6),
                uses=(METHODS[people.method],),
            )
        return Step(
            name,
            people.share,
            "share of residents at the highest risk",
            rule="people at the highest risk / residents",
            numbers=f"{plain(people.estimate, 6)} / {plain(residents)}",
            uses=("people_at_risk.estimate", "population.value"),
        )
    target = f"{ASSUMPTION}people_at_risk.target_share"
    return Step(
        name,
        people.target,
        "people served in a year",
        rule="people at the highest risk x share of them to be served",
        numbers=f"{plain(people.estimate, 6)} x "
        f"{plain(dossier.values['people_at_risk.target_share'], 6)}",
        uses=("people_at_risk.estimate", target),
    )


def _estimate(dossier: Dossier, name: str) -> Step:
    people, residents = dossier.profile.people, dossier.population.population
    title = "people at the highest risk, unrounded"
    used = METHODS[people.method]
    if people.method == "population_share":
        return Step(
            name,
            people.estimate,
            title,
            rule="residents x share of residents at the highest risk",
            numbers=f"{plain(residents)} x {plain(people.share, 6)}",
            uses=("population.value", used),
        )
    rule = (
        "the number entered by hand"
        if people.method == "entered"
        else "the published local count, in place of a share of residents"
    )
    return Step(
        name, people.estimate, title, rule=rule, numbers=plain(people.estimate, 6), uses=(used,)
    )


def _effective(dossier: Dossier) -> Step:
    values, result = dossier.values, dossier.profile
    switch = f"{ASSUMPTION}economies_of_scale.enabled"
    title = "people that set the staffing, after economies of scale"
    target = result.people.target
    if not values["economies_of_scale.enabled"]:
        return Step(
            EFFECTIVE,
            result.effective,
            title,
            rule="people served; economies of scale are turned off",
            numbers=plain(target, 6),
            uses=("people_at_risk.target", switch),
        )
    terms, used, lower = [], [switch], 0.0
    limits = [float(values[f"economies_of_scale.{limit}"]) for limit in LIMITS]
    for index, (upper, gain) in enumerate(zip([*limits, float("inf")], GAINS, strict=True)):
        share = max(min(target, upper) - lower, 0.0)
        if share > 0 or index == 0:
            terms.append(f"{plain(share, 6)} / {plain(1 + values[f'economies_of_scale.{gain}'])}")
            used.append(f"{ASSUMPTION}economies_of_scale.{gain}")
            if index < len(LIMITS):
                used.append(f"{ASSUMPTION}economies_of_scale.{LIMITS[index]}")
        lower = upper
    return Step(
        EFFECTIVE,
        result.effective,
        title,
        rule="sum over bands of people served in the band / (1 + gain of the band)",
        numbers=" + ".join(terms),
        uses=("people_at_risk.target", *used),
    )


def explain_staff(dossier: Dossier, name: str) -> Step | None:
    """A number of `staffing.<role>`; None for others."""
    first, _, rest = name.partition(".")
    role, _, field = rest.partition(".")
    if first != "staffing" or field in ("title", "group") or not field:
        return None
    post = dossier.profile.post(role)
    if field == "count":
        return _count(dossier, name, post)
    if field == "cost":
        return _cost(dossier, name, post)
    if field == "wage":
        return _wage(dossier, name, post)
    if field == "benefits_load":
        return Step(
            name,
            post.benefits_load,
            f"benefits of {_plural(dossier, post)} as a fraction of the wage",
            rule="that of government" if post.group == "ovp" else "that of community organizations",
            numbers=plain(post.benefits_load),
            uses=(f"{ASSUMPTION}{_benefits(post)}",),
        )
    if post.caseload is None:
        return Step(
            name,
            None,
            f"caseload of {_plural(dossier, post)}",
            rule="none: posts of the city office follow the number of residents",
        )
    return Step(
        name,
        post.caseload,
        f"caseload of {_plural(dossier, post)}",
        rule="the assumption of that name",
        numbers=plain(post.caseload),
        uses=(f"{ASSUMPTION}roles.{post.role}.caseload",),
    )


def _count(dossier: Dossier, name: str, post: Post) -> Step:
    values, result = dossier.values, dossier.profile
    title = f"{_plural(dossier, post)}, full-time posts"
    entered = f"roles.{post.role}.count"
    if values.get(entered) is not None:
        return Step(
            name,
            post.count,
            title,
            rule="the number entered by hand",
            numbers=plain(values[entered]),
            uses=(f"{ASSUMPTION}{entered}",),
        )
    if post.role in OVP:
        return _office(dossier, name, post, title)
    least = values["staffing.minimum_per_role"]
    load = values[f"roles.{post.role}.caseload"]
    if post.role in FRONTLINE:
        over, what = result.effective, EFFECTIVE
        used: tuple[str, ...] = (EFFECTIVE,)
    else:
        over, what = result.count("frontline"), "frontline staff"
        used = tuple(f"staffing.{role}.count" for role in FRONTLINE)
    return Step(
        name,
        post.count,
        title,
        rule=f"{what} / caseload, rounded half up, at least {plain(least)}",
        numbers=f"max({plain(least)}, round({plain(over, 6)} / {plain(load)})) "
        f"= max({plain(least)}, round({plain(over / load)}))",
        uses=(
            *used,
            f"{ASSUMPTION}roles.{post.role}.caseload",
            f"{ASSUMPTION}staffing.minimum_per_role",
        ),
    )


def _office(dossier: Dossier, name: str, post: Post, title: str) -> Step:
    values, residents = dossier.values, dossier.population.population
    tier = int(population_tier(values, residents))
    posts = values[f"roles.{post.role}.posts"]
    return Step(
        name,
        post.count,
        title,
        rule="posts of the size class of the city, by residents",
        numbers=f"{plain(residents)} residents are in size class {tier + 1} of {len(posts)}: "
        f"item {tier + 1} of {list(posts)}",
        uses=(
            "population.value",
            f"{ASSUMPTION}ovp.population_limits",
            f"{ASSUMPTION}roles.{post.role}.posts",
        ),
    )


def _wage(dossier: Dossier, name: str, post: Post) -> Step:
    national = f"{ASSUMPTION}roles.{post.role}.wage"
    title = f"wage of {_plural(dossier, post)}, dollars a year for one post"
    prices = dossier.city.rpp_2023
    if dossier.values["pay.scale_by_local_prices"] and prices is not None:
        return Step(
            name,
            post.wage,
            title,
            rule="national wage x price level / 100, rounded half up",
            numbers=f"round({plain(dossier.values[f'roles.{post.role}.wage'])} x "
            f"{plain(prices)} / 100)",
            uses=(national, PRICES, f"{ASSUMPTION}pay.scale_by_local_prices"),
        )
    return Step(
        name,
        post.wage,
        title,
        rule="the assumption of that name",
        numbers=plain(post.wage),
        uses=(national,),
    )


def _cost(dossier: Dossier, name: str, post: Post) -> Step:
    base = f"staffing.{post.role}"
    wage = _wage(dossier, f"{base}.wage", post)
    return Step(
        name,
        post.cost,
        f"pay and benefits of all {_plural(dossier, post)}, dollars a year, unrounded",
        rule="posts x wage x (1 + benefits)",
        numbers=f"{plain(post.count)} x {plain(post.wage)} x (1 + {plain(post.benefits_load)})",
        uses=(
            f"{base}.count",
            # A wage that is an assumption as it stands needs no step of its own.
            wage.name if len(wage.uses) > 1 else wage.uses[0],
            f"{ASSUMPTION}{_benefits(post)}",
        ),
    )


def _plural(dossier: Dossier, post: Post) -> str:
    name = dossier.roles[post.role].plural
    return name if name[:2].isupper() else name[0].lower() + name[1:]


def _benefits(post: Post) -> str:
    return "benefits.government" if post.group == "ovp" else "benefits.community"


TITLES = {
    "frontline": "frontline staff",
    "supervision_ovp": "supervisors and the office of violence prevention",
    "staffing": "all staff",
    "training": "training and technical assistance",
    "evaluation": "data and evaluation",
    "wraparound": "wraparound services",
    "total": "the whole program",
}


def explain_money(dossier: Dossier, name: str) -> Step | None:
    """A number of `budget` or `wraparound`, `per_resident` or `per_person`; None for others."""
    first, _, field = name.partition(".")
    if first == "budget":
        return _line(dossier, name, field)
    if first == "wraparound":
        return _kind(dossier, name, field)
    result = dossier.profile
    if name == "per_resident":
        over, value, words = "population.value", result.population, "residents"
        ratio = result.per_resident
    elif name == "per_person":
        over, value, words = "people_at_risk.target", result.people.target, "people served"
        ratio = result.per_person
    else:
        return None
    return Step(
        name,
        ratio,
        f"the whole program, dollars a year, over {words}",
        rule=f"total / {words}",
        numbers=f"{plain(result.budget.total)} / {plain(value, 6)}",
        uses=("budget.total", over),
    )


def _line(dossier: Dossier, name: str, field: str) -> Step:
    budget, values, result = dossier.profile.budget, dossier.values, dossier.profile
    value = getattr(budget, field)
    title = f"{TITLES[field]}, dollars a year"
    if field in ("frontline", "supervision_ovp"):
        posts = [p for p in result.posts if (p.group == "frontline") == (field == "frontline")]
        return Step(
            name,
            value,
            title,
            rule="pay and benefits of these posts added up, rounded half up",
            numbers=f"round({' + '.join(plain(post.cost, 2) for post in posts)})",
            uses=tuple(f"staffing.{post.role}.cost" for post in posts),
        )
    if field in ("training", "evaluation"):
        share = f"budget.{field}_share"
        return Step(
            name,
            value,
            title,
            rule="a share of staffing, rounded half up",
            numbers=f"round({plain(values[share])} x {plain(budget.staffing)})",
            uses=("budget.staffing", f"{ASSUMPTION}{share}"),
        )
    if field == "wraparound":
        each = "budget.wraparound_per_person"
        return Step(
            name,
            value,
            title,
            rule="dollars for one person x people served, rounded half up",
            numbers=f"round({plain(values[each])} x {plain(result.people.target, 6)})",
            uses=("people_at_risk.target", f"{ASSUMPTION}{each}"),
        )
    parts = (
        ("frontline", "supervision_ovp")
        if field == "staffing"
        else ("staffing", "training", "evaluation", "wraparound")
    )
    return Step(
        name,
        value,
        title,
        rule=" + ".join(TITLES[part] for part in parts),
        numbers=" + ".join(plain(getattr(budget, part)) for part in parts),
        uses=tuple(f"budget.{part}" for part in parts),
    )


def _kind(dossier: Dossier, name: str, kind: str) -> Step:
    budget, values = dossier.profile.budget, dossier.values
    value = budget.wraparound_kinds[kind]
    title = f"wraparound services: {kind}, dollars a year"
    whole = plain(budget.wraparound)
    if kind == WRAPAROUND_KINDS[-1]:
        others = WRAPAROUND_KINDS[:-1]
        return Step(
            name,
            value,
            title,
            rule="the line less its other kinds",
            numbers=" - ".join([whole, *(plain(budget.wraparound_kinds[k]) for k in others)]),
            uses=("budget.wraparound", *(f"wraparound.{k}" for k in others)),
        )
    share = f"budget.wraparound.{kind}_share"
    return Step(
        name,
        value,
        title,
        rule="a share of the line, rounded half up",
        numbers=f"round({plain(values[share])} x {whole})",
        uses=("budget.wraparound", f"{ASSUMPTION}{share}"),
    )


CENTRAL = {
    "people_at_risk": ("people_at_risk.estimate",),
    "staff": tuple(f"staffing.{role}.count" for role in ROLES),
    "total": ("budget.total",),
}
WORDS = {
    "people_at_risk": "people at the highest risk",
    "staff": "full-time posts, all roles",
    "total": "the whole program, dollars a year",
}


def explain_ranges(dossier: Dossier, name: str) -> Step | None:
    """A number of `ranges`; None for others."""
    first, _, rest = name.partition(".")
    if first != "ranges":
        return None
    figure, _, end = rest.partition(".")
    value = getattr(getattr(dossier.ranges, figure), end)
    if end == "central":
        staff = figure == "staff"
        posts = " + ".join(str(post.count) for post in dossier.profile.posts)
        return Step(
            name,
            value,
            WORDS[figure],
            rule="all posts added up" if staff else "the figure itself",
            numbers=posts if staff else number(value, 6 if figure == "people_at_risk" else 0),
            uses=CENTRAL[figure],
        )
    varied = sorted(spreads(dossier.case))
    share = "5" if end == "low" else "95"
    return Step(
        name,
        value,
        f"{WORDS[figure]}: {end} end of the 90% interval",
        rule=f"{number(DRAWS)} runs of the model (seed {SEED}), in each of which every uncertain "
        "number is drawn from a triangular distribution over its plausible range, with its value "
        f"as the most likely one; {share} of 100 runs give this or less. The figure itself always "
        "lies inside.",
        numbers=f"the {share}th percentile of {number(DRAWS)} runs, {len(varied)} numbers moving",
        uses=(
            *CENTRAL[figure],
            *(LOCAL_COUNT if n == LOCAL_ESTIMATE else f"{ASSUMPTION}{n}" for n in varied),
        ),
    )
