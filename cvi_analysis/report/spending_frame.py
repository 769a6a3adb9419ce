"""What is published on a city's spending and staff today, as a DataFrame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cvi_analysis.display.formats import sentence
from cvi_analysis.display.prose import line, link
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.section_existing import amount
from cvi_analysis.report.wording import doubt

# start-up time: pandas takes half a second, and the commands can do without it.
if TYPE_CHECKING:
    import pandas as pd


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
