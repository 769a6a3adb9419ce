"""Which states pay for violence prevention through Medicaid, as read on a stated date."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from cvi_analysis.params.cities import StateOrEmpty
from cvi_analysis.params.csv_files import read_table, require_once
from cvi_analysis.params.frozen import Frozen, Number, ReadOn, Text, Url, Words
from cvi_analysis.params.published_figures import Confidence
from cvi_analysis.params.text_files import Where

_NEEDED = ("state", "benefit", "status", "checked_on", "source_url", "confidence")
_ADVICE = {
    "year_authorized": "Give the year of the law, or empty the cell.",
    "status": "Say how far it has come, such as in force, or bill introduced.",
    "confidence": "Without a way to judge it, write low.",
    "state": "Write the state's two letters, such as CA.",
    "rate": "Write dollars without a sign; leave the cell empty where no rate was found.",
    "checked_on": "Write when the source was read.",
    "benefit": "Write no for a state with a bill, and say so under status.",
    "source_url": "Say where it can be checked, or leave the row out.",
}


class MedicaidBenefit(Frozen):
    """What is known of one state.

    Attributes:
        state: two letters.
        benefit: whether the state has the benefit; a bill is not one, `status` tells of it.
        rate: what is paid, in `rate_unit`; None where it was not found.
        checked_on: month or day on which this was read.
    """

    state: StateOrEmpty = Field(description="a two-letter state")
    benefit: bool = Field(description="yes or no")
    authorizing_law: Words
    year_authorized: int | None = Field(
        ge=2000, le=2100, description="a year from 2000 to 2100, or nothing where it is unknown"
    )
    rate: Number | None = Field(description="a number from 0, or nothing where it is unknown")
    rate_unit: Words
    billing_code: Words
    training: Words
    status: Text = Field(description="how far the benefit or the bill has come")
    checked_on: ReadOn = Field(description="a month or a day, as 2026-11")
    source_url: Url = Field(description="a web address")
    confidence: Confidence = Field(description="high, medium or low")
    note: Words


@dataclass(frozen=True)
class Medicaid:
    """All states of which something is known, in the file's order."""

    rows: tuple[MedicaidBenefit, ...]

    def of_state(self, state: str) -> MedicaidBenefit | None:
        """Return what is known of a state by its two letters.

        None where nothing is known as of `checked_on`, which does not mean that there is nothing.
        """
        return next((row for row in self.rows if row.state == state), None)

    @property
    def checked_on(self) -> str:
        """When the list was last read as a whole: the earliest date of its rows."""
        return min(row.checked_on for row in self.rows)


def load_medicaid(path: Path) -> Medicaid:
    """Return the rows of `params/medicaid.csv`.

    Raises:
        InputError: with file and line: a refused cell, a rate without its unit, a state given
            twice, or a file without a row, of which no date could be told.
    """
    found = read_table(path, MedicaidBenefit, needed=_NEEDED, advice=_ADVICE)
    seen: dict[Hashable, Where] = {}
    for row, where in found:
        if (row.rate is None) != (not row.rate_unit):
            raise where.error(
                "rate and rate_unit do not fit together",
                parameter="rate_unit",
                found=[row.rate, row.rate_unit],
                allowed="both or neither",
                hint="Say what is paid for, such as USD an hour.",
            )
        require_once(seen, row.state, where, "the state", "one row a state", parameter="state")
    if not found:
        raise Where(str(path)).error("the file holds no state", allowed="one row a state")
    return Medicaid(tuple(row for row, _ in found))
