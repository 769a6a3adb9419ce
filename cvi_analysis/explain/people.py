"""How the people at the highest risk, those served, and those that set the staffing come about."""

from __future__ import annotations

from cvi_analysis.blocks.format import plain
from cvi_analysis.dossier import Dossier
from cvi_analysis.explain.sources import LOCAL_ESTIMATE
from cvi_analysis.explain.step import ASSUMPTION, Step
from cvi_analysis.model.scale import GAINS, LIMITS

EFFECTIVE = "people that set the staffing"
METHODS = {
    "entered": f"{ASSUMPTION}people_at_risk",
    "local_estimate": LOCAL_ESTIMATE,
    "population_share": f"{ASSUMPTION}people_at_risk.share",
}


def explain(dossier: Dossier, name: str) -> Step | None:
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
