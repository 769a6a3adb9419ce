"""The assumptions that move a city's total most, as a DataFrame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cvi_analysis.display.formats import assumption_value
from cvi_analysis.model.sensitivity import Effect, tornado
from cvi_analysis.report.dossier import Dossier

# start-up time: pandas takes half a second, and the commands can do without it.
if TYPE_CHECKING:
    import pandas as pd


def effects(dossier: Dossier) -> pd.DataFrame:
    """What each assumption alone does to the total at both ends of its range, the widest first.

    The index is its dotted name. `here`, `low`, `high` and `range` are written as people read them,
    `at_value`, `at_low` and `at_high` are the totals, `least` and `most` the ends of those.
    """
    import pandas as pd  # start-up time: as above

    rows = [_row(effect) for effect in tornado(dossier.case)]
    names = ["assumption", "title", "here", "low", "high", "range"]
    totals = ["at_value", "at_low", "at_high", "least", "most"]
    return pd.DataFrame(rows, columns=[*names, *totals]).set_index("assumption")


def _row(effect: Effect) -> dict[str, Any]:
    low, high = (assumption_value(end, effect.unit) for end in (effect.low, effect.high))
    listed = isinstance(effect.low, tuple | list)
    return {
        "assumption": effect.name,
        "title": effect.title,
        "here": assumption_value(effect.value, effect.unit),
        "low": "low" if listed else low,
        "high": "high" if listed else high,
        "range": f"{low} to {high}",
        "at_value": effect.at_value.total,
        "at_low": effect.at_low.total,
        "at_high": effect.at_high.total,
        "least": effect.least,
        "most": effect.most,
    }
