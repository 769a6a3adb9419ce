"""What is spent today and who could pay, as far as it is published, as DataFrames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cvi_analysis.display.formats import dollars, plain, sentence
from cvi_analysis.display.markdown import linked, literal
from cvi_analysis.display.prose import line, link
from cvi_analysis.params.spending import SpendingFigure
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.wording import day, doubt, kind, possessive

# start-up time: pandas takes half a second, and the commands can do without it.
if TYPE_CHECKING:
    import pandas as pd

_DOLLARS = "USD"
_RECURRING, _ENDS = "recurring", "one-off"
_PAYERS = (
    ("general_fund", "General fund of the {kind}", _RECURRING),
    ("state", "{state} grants and trust funds", _RECURRING),
    ("medicaid", "Medicaid", _RECURRING),
    ("federal_grants", "Federal grants", _ENDS),
    ("recovery_act", "Federal recovery money of 2021 (ARPA)", _ENDS),
    ("donors", "Foundations and donors", _ENDS),
)
"""Whose money it is, in words, and whether it comes again every year."""

_DISTRICT = "District of Columbia"
"""What is no state and has a Medicaid agency of its own."""


def spending(dossier: Dossier) -> pd.DataFrame:
    """One row a published figure, as people read it: what is counted, how much, when, by whom."""
    import pandas as pd  # start-up time: as above

    rows = [
        {
            "item": f"{row.item}. {sentence(row.note)}" if row.note else row.item,
            "figure": _amount(row),
            "year": str(row.year),
            "source": line(link(row.source, row.source_url), doubt(row.confidence)),
        }
        for row in dossier.facts.spending
    ]
    return pd.DataFrame(rows, columns=["item", "figure", "year", "source"])


def payers(dossier: Dossier) -> pd.DataFrame:
    """Each source of money by its key: its `title`, whether it `lasts`, what is `known`.

    What is known is Markdown.
    """
    import pandas as pd  # start-up time: as above

    state = "District" if _DISTRICT in _state(dossier) else "State"
    rows = {
        key: (title.format(kind=kind(dossier), state=state), lasts, _known(dossier, key))
        for key, title, lasts in _PAYERS
    }
    return pd.DataFrame(rows.values(), index=list(rows), columns=["title", "lasts", "known"])


def federal_grants(dossier: Dossier, listed: pd.DataFrame) -> pd.DataFrame:
    """Each `fact` on federal grants with its `source` in Markdown, and when it was `read`.

    The source ends with its number among those `listed` (`sources`), which print can follow too.
    """
    import pandas as pd  # start-up time: as above

    number = {url: place for place, url in listed["url"].items()}
    rows = [
        (
            f"{_told(row)}. {sentence(row.note)}" if row.note else _told(row),
            f"{_cited(row)} (no. {number[row.source_url]})",
            row.checked_on,
        )
        for row in dossier.facts.federal
    ]
    return pd.DataFrame(rows, columns=["fact", "source", "read"])


def _known(dossier: Dossier, payer: str) -> str:
    facts = dossier.facts
    if payer == "medicaid":
        return _medicaid(dossier)
    if payer == "federal_grants" and facts.federal:
        return "See the next table."
    found = [row for row in (*facts.spending, *facts.state) if row.payer == payer]
    return " ".join(map(_figure, found)) or "No published figure known."


def _figure(row: SpendingFigure) -> str:
    """A figure in one sentence, and its note in another."""
    note = f" {literal(sentence(row.note))}" if row.note else ""
    return f"{literal(_told(row))} ({_cited(row)}).{note}"


def _told(row: SpendingFigure) -> str:
    """What a figure is about, and how much it is."""
    figure = _amount(row)
    return f"{row.item}: {figure}" if figure else row.item


def _amount(row: SpendingFigure) -> str:
    """The figure with its unit as it is read: `about $25,000,000 a year`, `50 staff`."""
    if row.value is None:
        return ""
    if not row.unit.startswith(_DOLLARS):
        return f"{plain(row.value)} {row.unit}"
    period, _, about = row.unit.removeprefix(_DOLLARS).partition(",")
    return " ".join(part for part in (about.strip(), dollars(row.value), period.strip()) if part)


def _cited(row: SpendingFigure) -> str:
    """Who published a figure and in which year, with a word where that is not sure."""
    return f"{linked(row.source, row.source_url)}, {row.year}{doubt(row.confidence, '; ', '')}"


def _state(dossier: Dossier) -> str:
    """The state as the Bureau writes it after the place, else its two letters."""
    city = dossier.city
    name = city.census_name.rpartition(", ")[2] or city.state
    return f"the {name}" if name == _DISTRICT else name


def _medicaid(dossier: Dossier) -> str:
    facts, state = dossier.facts, literal(_state(dossier))
    row = facts.medicaid
    if row is None:
        return (
            f"No benefit for violence prevention known{f' for {state}' if state else ''}, as of "
            f"{day(facts.medicaid_read_on)}. Ask {possessive(state or 'the state')} Medicaid "
            "agency."
        )
    codes = row.billing_code.replace(";", ",")
    said = [
        *([row.rate_unit.replace("USD", dollars(row.rate, 2), 1)] if row.rate else []),
        row.status,
        *([f"billing codes {codes}"] if codes else []),
        *([f"training: {row.training}"] if row.training else []),
    ]
    has = "Pays in" if row.benefit else "No benefit yet in"
    read = linked(f"read in {day(row.checked_on)}", row.source_url)
    note = f" {literal(sentence(row.note))}" if row.note else ""
    sure = doubt(row.confidence, "; ", "")
    return f"{has} {state}: {literal('; '.join(said))} ({read}{sure}).{note}"
