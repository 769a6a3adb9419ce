"""The job descriptions as a DataFrame, and whose wage is not of the city's own area."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cvi_analysis.display.formats import dollars, joined, short_dollars, within
from cvi_analysis.model.staffing import Post
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.wording import kind, local

# start-up time: pandas takes half a second, and the commands can do without it.
if TYPE_CHECKING:
    import pandas as pd


def jobs(dossier: Dossier) -> pd.DataFrame:
    """One row a role, in the words of the place; the index is its key.

    `duties` is a tuple of sentences, everything else is words.
    """
    import pandas as pd  # start-up time: as above

    rows = [_row(dossier, post) for post in dossier.profile.posts]
    return pd.DataFrame(rows).set_index("role")


def _row(dossier: Dossier, post: Post) -> dict[str, Any]:
    role = dossier.roles[post.role]
    boss = dossier.roles.get(role.reports_to)
    employers = {
        "community": "A community organization",
        "government": f"The {kind(dossier)}",
    }
    return {
        "role": post.role,
        "title": role.title,
        "function": local(role.function, dossier).strip(),
        "duties": tuple(local(duty, dossier) for duty in role.duties),
        "suits": local(role.suits, dossier).strip(),
        "qualifications": local(role.qualifications, dossier).strip(),
        "reports_to": boss.title if boss else role.reports_to,
        "employer": employers[role.employer],
        "pay": _pay(dossier, post),
    }


def _pay(dossier: Dossier, post: Post) -> str:
    role = dossier.roles[post.role]
    if _wage_changed(dossier, post.role):
        return f"{dollars(post.wage)} a year in this report."
    office = " in local government" if role.employer == "government" else ""
    return (
        f"{dollars(post.wage)} a year, the national mean for {role.soc_title} ({role.soc}){office}."
    )


def wages_not_released(dossier: Dossier) -> list[str]:
    """Whose wage stays national among local ones, because none was released for the area."""
    local_wages = {name for name in dossier.scenario.by_city if name.endswith(".wage")}
    left: dict[tuple[str, str], list[str]] = {}
    for key in dossier.unreleased if local_wages else ():
        role = dossier.roles[key]
        if not (f"roles.{key}.wage" in local_wages or _wage_changed(dossier, key)):
            left.setdefault((role.soc_title, role.soc), []).append(within(role.plural))
    return [
        f"BLS released no wage for {title} ({soc}) in {dossier.city.metro}; the national "
        f"figure stands for {joined(posts)}."
        for (title, soc), posts in left.items()
    ]


def with_local_wages(dossier: Dossier) -> list[str]:
    """The budget with the pay of the city's own area, by the model; empty where it is not known.

    Only where the report itself changes no wage.
    """
    wages = dossier.local_wages
    if not wages or any(item.name.endswith(".wage") for item in dossier.scenario.changes):
        return []
    total = short_dollars(dossier.case.profile(wages).budget.total)
    return [f"With local wages (scenario local-wages) the budget would be {total} a year."]


def _wage_changed(dossier: Dossier, role: str) -> bool:
    return dossier.scenario.sets(f"roles.{role}.wage")
