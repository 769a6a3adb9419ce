"""What others did, counted and asked for, as DataFrames to set beside the plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cvi_analysis.display.formats import dollars, number, sentence, short_dollars, span
from cvi_analysis.model.inverse import BreakEven, break_even
from cvi_analysis.model.reality_checks import needs, own_count, people_estimates, program_checks
from cvi_analysis.model.sizing_case import RULES
from cvi_analysis.params.published_figures import Program
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.wording import doubt

# start-up time: pandas takes half a second, and only a cell shows the tables.
if TYPE_CHECKING:
    import pandas as pd

_COUNTED = {"over_a_year": "a year", "at_one_time": "at a time"}


def programs(dossier: Dossier) -> pd.DataFrame:
    """Published programs beside this model for as many people, those of the city first.

    The index is the program. `people`, `money` and `per_person` are written as people read them,
    empty where nothing is known; `model_staff` and `model_money` are the model's, `times` its money
    over the program's, the middle of it where that is a range. `differs` says why, in its
    first sentence above all; `doubt` how unsure the figures are.
    """
    import pandas as pd  # start-up time: as above

    checks = program_checks(
        dossier.case, dossier.city.slug, dossier.evidence.programs, dossier.scenario.by_city
    )
    rows = {
        check.program.program: {
            **in_words(check.program),
            "here": check.same_city,
            "model_staff": check.community_staff,
            "model_money": None if check.model is None else check.model.budget.total,
            "times": check.times_dollars,
        }
        for check in checks
    }
    columns = ["place", "people", "staff", "money", "per_person", "differs", "doubt", "url"]
    columns += ["here", "model_staff", "model_money", "times"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("program")


def in_words(program: Program) -> dict[str, object]:
    """A program's own figures as people read them, and why they differ from the model's."""
    people = ""
    if program.people is not None:
        people = f"{number(program.people)} {_COUNTED[program.people_count or 'over_a_year']}"
    each = "" if program.per_person is None else _ends(*program.per_person, dollars)
    return {
        "place": f"{program.place}, {program.year}" if program.year else program.place,
        "people": people,
        "staff": program.staff,
        "money": _ends(program.dollars_low, program.dollars_high, short_dollars),
        "per_person": f"{each} for {program.per_person_span}" if program.per_person_span else each,
        "differs": program.differs,
        "doubt": doubt(program.confidence),
        "url": program.source_url,
    }


def other_counts(dossier: Dossier) -> pd.DataFrame:
    """Counts of people at the highest risk here by others than the rules of this report.

    Columns: estimate, people, share (of residents), counted (who), url, local (of this city), used.
    """
    import pandas as pd  # start-up time: as above

    city, case = dossier.city, dossier.case
    local = [row for row in dossier.evidence.estimates if row.state]
    found = people_estimates(case, city.city, city.state, None, local, own_count(city))
    rows: list[dict[str, object]] = []
    for item in found:
        if item.kind != "published":
            continue
        ends = [end for end in (item.central, item.low, item.high) if end is not None]
        people = "" if not ends else number(ends[0])
        if item.central is None and ends:
            people = f"at {'least' if item.low is not None else 'most'} {people}"
        elif item.low is not None and item.high is not None and item.low < item.high:
            people += f" ({span(number(item.low), number(item.high))})"
        counted = sentence(item.definition) if item.definition else "Its source says whom."
        rows.append(
            {
                "estimate": f"{item.title}{' (used)' if item.used else ''}",
                "people": people,
                "share": ends[0] / case.population if ends else None,
                "counted": f"{counted}{doubt(item.confidence)}",
                "url": item.source_url,
                "local": True,
            }
        )
    for row in dossier.evidence.estimates:
        part = row.share_of_residents
        if not row.state and part is not None and part != dossier.values[RULES["residents"]]:
            rows.append(
                {
                    "estimate": row.estimated_by,
                    "people": number(part * case.population),
                    "share": part,
                    "counted": row.definition,
                    "url": row.source_url,
                    "local": False,
                }
            )
    return pd.DataFrame(
        rows, columns=["estimate", "people", "share", "counted", "url", "local"]
    ).astype({"local": bool, "share": float})


def claims(dossier: Dossier) -> pd.DataFrame:
    """What others say that the city needs, the smallest sum first: title, dollars, basis, url."""
    import pandas as pd  # start-up time: as above

    found = needs(dossier.city.city, dossier.city.state, dossier.evidence.needs)
    rows = [(need.title, need.dollars, need.basis, need.source_url) for need in found]
    return pd.DataFrame(rows, columns=["title", "dollars", "basis", "url"])


def cost_of_shootings(dossier: Dossier) -> BreakEven | None:
    """What a shooting costs government here, and how many cost as much as the program."""
    city, case = dossier.city, dossier.case
    return break_even(case, city.city, city.state, dossier.evidence.costs, case.known.homicides)


def _ends(low: float | None, high: float | None, write: Callable[[float], str]) -> str:
    if low is None or high is None:
        return ""
    first, last = write(low), write(high)
    if low == high:
        return last
    return span(first.removesuffix(" million") if last.endswith(" million") else first, last)
