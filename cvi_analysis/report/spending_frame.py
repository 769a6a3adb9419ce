"""What is published on a city's spending and staff today, as a DataFrame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cvi_analysis.display.formats import dollars, plain, sentence
from cvi_analysis.display.prose import line, link
from cvi_analysis.params.spending import SpendingFigure
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.wording import doubt

# start-up time: pandas takes half a second, and the commands can do without it.
if TYPE_CHECKING:
    import pandas as pd

_DOLLARS = "USD"


def spending(dossier: Dossier) -> pd.DataFrame:
    """One row a published figure, as people read it: what is counted, how much, when, by whom."""
    import pandas as pd  # start-up time: as above

    rows = [
        {
            "item": f"{row.item}. {sentence(row.note)}" if row.note else row.item,
            "figure": amount(row),
            "year": str(row.year),
            "source": line(link(row.source, row.source_url), doubt(row.confidence)),
        }
        for row in dossier.facts.spending
    ]
    return pd.DataFrame(rows, columns=["item", "figure", "year", "source"])


def amount(row: SpendingFigure) -> str:
    """The figure with its unit as it is read: `about $25,000,000 a year`, `50 staff`."""
    if row.value is None:
        return ""
    if not row.unit.startswith(_DOLLARS):
        return f"{plain(row.value)} {row.unit}"
    period, _, about = row.unit.removeprefix(_DOLLARS).partition(",")
    return " ".join(part for part in (about.strip(), dollars(row.value), period.strip()) if part)
