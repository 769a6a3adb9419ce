"""How the lines of the budget and the ratios made of its total come about."""

from __future__ import annotations

from cvi_analysis.blocks.format import plain
from cvi_analysis.dossier import Dossier
from cvi_analysis.explain.step import ASSUMPTION, Step
from cvi_analysis.model.budget import WRAPAROUND_KINDS

TITLES = {
    "frontline": "frontline staff",
    "supervision_ovp": "supervisors and the office of violence prevention",
    "staffing": "all staff",
    "training": "training and technical assistance",
    "evaluation": "data and evaluation",
    "wraparound": "wraparound services",
    "total": "the whole program",
}


def explain(dossier: Dossier, name: str) -> Step | None:
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
