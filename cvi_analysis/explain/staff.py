"""How the posts of a role, their wage and their cost come about."""

from __future__ import annotations

from cvi_analysis.blocks.format import plain
from cvi_analysis.dossier import Dossier
from cvi_analysis.explain.people import EFFECTIVE
from cvi_analysis.explain.sources import PRICES
from cvi_analysis.explain.step import ASSUMPTION, Step
from cvi_analysis.model import OVP, Post
from cvi_analysis.model.roles import FRONTLINE
from cvi_analysis.model.staffing import population_tier


def explain(dossier: Dossier, name: str) -> Step | None:
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
