"""What differs between two cases, as the units among which a change is split."""

from __future__ import annotations

from dataclasses import dataclass

from cvi_analysis.uncertainty.case import Case


@dataclass(frozen=True, slots=True)
class Player:
    """One assumption, or several that only make sense together.

    Attributes:
        key: dotted name, or key of the group.
        title: in words.
        names: the assumptions in it that differ.
        facts: the data of the place in it that differ (`population`, `local_estimate`,
            `price_parity`).
    """

    key: str
    title: str
    names: tuple[str, ...]
    facts: tuple[str, ...]


GROUPS = {
    "population": "Population figure",
    "people_at_risk": "People at the highest risk",
    "target_share": "Share of them to be served",
    "economies_of_scale": "Economies of scale",
    "caseloads": "Caseloads",
    "counts": "Staff entered by hand",
    "ovp": "Posts of the office of violence prevention",
    "wages": "Wages",
    "local_prices": "Pay at local prices",
    "benefits": "Benefits",
    "training_evaluation": "Training and evaluation shares",
    "wraparound": "Wraparound services",
    "other": "Other assumptions",
}
"""Groups of related assumptions, in the order in which they are shown."""

# Assumptions of these groups are one player even when a change is split by assumption: a dataset
# without its year, or one limit of the bands without the others, is no meaningful model.
_TOGETHER = {
    "population": ("population.dataset", "population.year"),
    "economies_of_scale.limits": tuple(
        f"economies_of_scale.{place}_limit" for place in ("first", "second", "third")
    ),
}
_TOGETHER_TITLES = {
    "population": GROUPS["population"],
    "economies_of_scale.limits": "Limits of the bands of economies of scale",
}
_FACTS = {
    "population": "population",
    "local_estimate": "people_at_risk",
    "price_parity": "local_prices",
}


def group_of(name: str) -> str:
    """The group of an assumption, a key of `GROUPS`."""
    if name.startswith("roles."):
        return {"caseload": "caseloads", "count": "counts", "posts": "ovp", "wage": "wages"}.get(
            name.rpartition(".")[2], "other"
        )
    if name == "people_at_risk.target_share":
        return "target_share"
    if name == "pay.scale_by_local_prices":
        return "local_prices"
    if name in ("budget.training_share", "budget.evaluation_share"):
        return "training_evaluation"
    if name.startswith("budget.wraparound"):
        return "wraparound"
    first = name.partition(".")[0]
    return {"staffing": "caseloads"}.get(first, first if first in GROUPS else "other")


def players(before: Case, after: Case, *, grouped: bool) -> tuple[Player, ...]:
    """What differs between two cases, by group or by assumption, in the order of `GROUPS`.

    Assumptions that the model does not read under either case, such as the years of a hiring
    plan, are left out: they cannot contribute.
    """
    read = before.reads() | after.reads() | set(_TOGETHER["population"])
    found: dict[str, tuple[list[str], list[str]]] = {}
    for name in before.assumptions:
        differs = before.assumptions[name].value != after.assumptions[name].value
        if name in read and differs:
            found.setdefault(_key(name, grouped), ([], []))[0].append(name)
    for fact, group in _FACTS.items():
        if getattr(before, fact) != getattr(after, fact):
            found.setdefault(group, ([], []))[1].append(fact)
    order = list(GROUPS)
    made = [
        Player(key, _title(before, key), tuple(names), tuple(facts))
        for key, (names, facts) in found.items()
    ]
    return tuple(sorted(made, key=lambda player: order.index(_group(player))))


def _key(name: str, grouped: bool) -> str:
    if grouped:
        return group_of(name)
    return next((key for key, names in _TOGETHER.items() if name in names), name)


def _group(player: Player) -> str:
    return group_of(player.names[0]) if player.names else player.key


def _title(case: Case, key: str) -> str:
    if key in _TOGETHER_TITLES:
        return _TOGETHER_TITLES[key]
    if key in case.assumptions and key not in GROUPS:
        return case.assumptions[key].title
    return GROUPS[key]
