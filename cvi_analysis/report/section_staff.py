"""Sections: the recommended staff and the job descriptions."""

from __future__ import annotations

from cvi_analysis.display.blocks import JobDescription, Jobs, Stack
from cvi_analysis.display.formats import counted, dollars, joined, number, percent, plain, within
from cvi_analysis.display.part_charts import Crew, team
from cvi_analysis.display.prose import Prose, line, shown, strong
from cvi_analysis.model.staffing import Post
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.wording import kind, local, named, place_name

GROUP_TITLES = {
    "frontline": "Frontline staff",
    "supervision": "Supervision",
    "ovp": "Office of Violence Prevention (OVP)",
}


def recommended_staff(dossier: Dossier) -> Stack:
    """What the team adds up to, and a picture of it."""
    crews = [
        Crew(named(dossier.roles[post.role], int(post.count)), post.group, int(post.count))
        for post in dossier.profile.posts
        if post.count > 0
    ]
    chart = team(crews, GROUP_TITLES, dossier.city.city) if crews else None
    return Stack.of(_summary(dossier), chart)


def _summary(dossier: Dossier) -> Prose:
    result = dossier.profile
    lines = [
        line(
            f"{place_name(dossier)} would need ",
            shown(
                f"{counted(int(result.staff), 'full-time post')}",
                "ranges.staff.central",
                result.staff,
                strong=True,
            ),
            f": {number(result.count('frontline'))} frontline staff who work directly with people "
            f"at risk and their families, {number(result.count('supervision'))} supervisors, and "
            f"{number(result.count('ovp'))} in the {kind(dossier)}’s Office of Violence Prevention "
            "(OVP), which plans, pays for and checks the work.",
        )
    ]
    served = result.people.served
    if result.effective < served:
        lines.append(
            line(
                f"Larger programs can share supervision, training and travel. For {number(served)} "
                f"people served, the staffing is set as for {number(result.effective)} "
                f"({percent(1 - result.effective / served)} fewer): economies of scale."
            )
        )
    elif dossier.values["economies_of_scale.enabled"]:
        limit = dossier.values["economies_of_scale.first_limit"]
        lines.append(
            line(
                f"With {number(served)} people served, {dossier.city.city} is below the size "
                f"({plain(limit)} people) at which economies of scale would lower the numbers."
            )
        )
    else:
        lines.append(line("Economies of scale are turned off in this report."))
    return Prose.of(*lines)


def wages_not_released(dossier: Dossier) -> list[str]:
    """Whose wage stays national among local ones, because none was released for the area."""
    local = {name for name in dossier.scenario.by_city if name.endswith(".wage")}
    left: dict[tuple[str, str], list[str]] = {}
    for key in dossier.unreleased if local else ():
        role = dossier.roles[key]
        if not (f"roles.{key}.wage" in local or _wage_changed(dossier, key)):
            left.setdefault((role.soc_title, role.soc), []).append(within(role.plural))
    return [
        f"BLS released no wage for {title} ({soc}) in {dossier.city.metro}; the national "
        f"figure stands for {joined(posts)}."
        for (title, soc), posts in left.items()
    ]


def job_descriptions(dossier: Dossier) -> Jobs:
    """A job description for every role that has a post in this city."""
    return Jobs(tuple(_job(dossier, post) for post in dossier.profile.posts if post.count))


def _job(dossier: Dossier, post: Post) -> JobDescription:
    role = dossier.roles[post.role]
    boss = dossier.roles.get(role.reports_to)
    count = shown(counted(int(post.count), "post"), f"staffing.{post.role}.count", post.count)
    employer = {
        "community": "A community organization",
        "government": f"The {kind(dossier)}",
    }.get(role.employer, role.employer)
    return JobDescription(
        title=line(f"{role.title}: ", count),
        function=local(role.function, dossier),
        duties=tuple(local(duty, dossier) for duty in role.duties),
        facts=(
            ("Who it suits", local(role.suits, dossier)),
            ("Typical qualifications", local(role.qualifications, dossier)),
            (
                "Reports to",
                line(
                    f"{boss.title if boss else role.reports_to}. ",
                    strong("Employer. "),
                    f"{employer}. ",
                    strong("Pay. "),
                    _pay(dossier, post),
                ),
            ),
        ),
    )


def _pay(dossier: Dossier, post: Post) -> str:
    role = dossier.roles[post.role]
    if _wage_changed(dossier, post.role):
        return f"{dollars(post.wage)} a year in this report."
    office = " in local government" if role.employer == "government" else ""
    return (
        f"{dollars(post.wage)} a year, the national mean for {role.soc_title} ({role.soc}){office}."
    )


def _wage_changed(dossier: Dossier, role: str) -> bool:
    return any(item.name == f"roles.{role}.wage" for item in dossier.scenario.changes)
