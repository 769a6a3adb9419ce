"""What is published on a city's spending and staff today, in phrases of several sections."""

from __future__ import annotations

from cvi_analysis.display.formats import dollars, plain
from cvi_analysis.params.spending import SpendingFigure
from cvi_analysis.report.dossier import SPENDING, Dossier

_DOLLARS = "USD"


def amount(row: SpendingFigure) -> str:
    """The figure with its unit as it is read: `about $25,000,000 a year`, `50 staff`."""
    if row.value is None:
        return ""
    if not row.unit.startswith(_DOLLARS):
        return f"{plain(row.value)} {row.unit}"
    period, _, about = row.unit.removeprefix(_DOLLARS).partition(",")
    return " ".join(part for part in (about.strip(), dollars(row.value), period.strip()) if part)


def known_today(dossier: Dossier) -> bool:
    """Whether such work is known to be paid for in the city today; a sum by hand decides alone."""
    entered = dossier.values[SPENDING]
    return bool(dossier.facts.spending) if entered is None else entered > 0
