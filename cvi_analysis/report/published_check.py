"""The one published profile whose figures could be read, beside this model's, as a DataFrame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cvi_analysis.display.formats import change, dollars, number, percent
from cvi_analysis.params.roles import Role
from cvi_analysis.report.dossier import ExternalCheck

# start-up time: pandas takes half a second, and only a cell shows the table.
if TYPE_CHECKING:
    import pandas as pd

LINES = {
    "population.value": "Residents",
    "people_at_risk.rounded": "People at the highest risk",
    "staffing.ovp.count": "OVP staff, all posts",
    "budget.frontline": "Frontline staff",
    "budget.supervision_ovp": "Supervision and OVP",
    "budget.training": "Training and technical assistance",
    "budget.evaluation": "Data and evaluation",
    "budget.wraparound": "Wraparound services",
    "budget.total": "Total a year",
}


def published_check(check: ExternalCheck, roles: Mapping[str, Role]) -> pd.DataFrame:
    """One row a line of the published profile, by its dotted name.

    `line`, `published`, `ours` and `difference` are written as people read them, `off` is the
    difference and `part` what it is of the published figure. A line that could not be read is set
    against what the readable ones leave for it.
    """
    import pandas as pd  # start-up time: as above

    implied = {
        figure.item: figure.value
        for figure in check.published
        if figure.how_known == "inferred" and figure.value is not None
    }
    rows = {}
    for figure in check.published:
        item = figure.item
        if figure.how_known != "published" or item not in check.ours:
            continue
        write = dollars if item.startswith("budget.") else number
        against = implied.get(item) if figure.value is None else figure.value
        off = None if against is None else check.ours[item] - against
        told = "not readable" if figure.value is None else write(figure.value)
        if figure.value is None and against is not None:
            told += f"; {write(against)} implied"
        rows[item] = {
            "line": _line(item, roles),
            "published": told,
            "ours": write(check.ours[item]),
            "difference": "" if off is None else _signed(off, write(abs(off)), against or 0),
            "off": off,
            "part": None if off is None or not against else off / against,
        }
    columns = ["line", "published", "ours", "difference", "off", "part"]
    found = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    return found.astype({"off": float, "part": float}).rename_axis("item")


def _line(item: str, roles: Mapping[str, Role]) -> str:
    if item in LINES:
        return LINES[item]
    role = item.split(".")[1]
    return roles[role].plural if role in roles else item


def _signed(off: float, size: str, against: float) -> str:
    if off == 0:
        return "none"
    part = f" ({change(off, percent(abs(off) / against, 1))})" if against else ""
    return f"{change(off, size)}{part}"
