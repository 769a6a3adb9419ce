"""Is the answer what was asked for, and plausible? Looked at before anything is stored."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from cvi_analysis.ingest.client import Pull
from cvi_analysis.ingest.faults import BadAnswerError, NeedsAcceptanceError
from cvi_analysis.ingest.table import Figure
from cvi_analysis.populations.split_places import SPLIT
from cvi_analysis.populations.table import PopulationTable

#: A change of more than this share against the previous vintage needs a person's consent.
LARGEST_CHANGE = 0.15
#: A smaller change than that, but still worth a line.
NOTEWORTHY_CHANGE = 0.05
_SHOWN = 6


class Held:
    """What is held already, and what this run has added: the other side of each comparison."""

    def __init__(self, table: PopulationTable) -> None:
        self._table = table
        self._new: dict[tuple[str, str], dict[int, int]] = {}

    def add(self, geoid: str, dataset: str, year: int, population: int) -> None:
        """Remember a figure that was stored a moment ago."""
        self._new.setdefault((geoid, dataset), {})[year] = population

    def previous(self, geoid: str, dataset: str, year: int) -> tuple[int, int] | None:
        """(year, population) to compare with: the same year if held, else the last before it."""
        known = {row.year: row.population for row in self._table.series(geoid, dataset)}
        known.update(self._new.get((geoid, dataset), {}))
        earlier = [held for held in known if held <= year]
        return (max(earlier), known[max(earlier)]) if earlier else None


@dataclass
class Findings:
    """What the checks found.

    Attributes:
        wrong: makes the whole answer unusable.
        surprising: sound, but stored only with `--accept`.
        remarks: worth a line, nothing more.
        populations: the checked figure of each expected place.
    """

    wrong: list[str] = field(default_factory=list)
    surprising: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    populations: dict[str, int] = field(default_factory=dict)

    def settle(self, host_and_table: str, *, accept: bool) -> None:
        """Raise when the answer may not be stored.

        Raises:
            BadAnswerError: something is wrong with it; `--accept` does not help.
            NeedsAcceptanceError: it is surprising and was not accepted.
        """
        if self.wrong:
            raise BadAnswerError(
                f"{host_and_table} is not what was asked for: {_listed(self.wrong)}.",
                next_step="Run the same command again later. If it stays so, compare with"
                " https://data.census.gov and report it to the Bureau.",
            )
        if self.surprising and not accept:
            raise NeedsAcceptanceError(
                f"{host_and_table} needs a look before it is stored: {_listed(self.surprising)}.",
                next_step="Compare with https://data.census.gov; an annexation or a merger is a"
                " common reason. If it is right, run the same command again with --accept.",
            )


def check(pull: Pull, expected: Mapping[str, str], held: Held) -> Findings:
    """Check the figures of the places that matter to this project.

    Args:
        pull: the answer.
        expected: registered name by GEOID of each place that must be in it; an empty name is
            unknown and not compared.
        held: figures to compare with.
    """
    findings = Findings()
    geography, dataset = pull.geography, pull.dataset
    figures = pull.table.figures
    stray = next((geoid for geoid in figures if not geography.covers(geoid)), None)
    if stray is not None:
        findings.wrong.append(f"GEOID {stray} ({figures[stray].name}) was not asked for")
    by_name = {_same(name): geoid for geoid, name in expected.items() if name}
    for geoid, figure in figures.items():
        owner = by_name.get(_same(figure.name))
        if owner is not None and owner != geoid and owner not in figures:
            findings.wrong.append(f"{figure.name} came with GEOID {geoid} instead of {owner}")
    for geoid, name in expected.items():
        found = figures.get(geoid)
        if found is None:
            least = f", which leaves out places under {dataset.minimum:,}" * bool(dataset.minimum)
            findings.surprising.append(
                f"{name or geoid} ({geoid}) is not in the {dataset.title} {pull.year}{least}"
            )
            continue
        if name and _same(found.name) != _same(name):
            findings.surprising.append(f"{geoid} is now called {found.name!r}, not {name!r}")
        population = _population(pull, found, findings)
        if population is not None:
            findings.populations[geoid] = population
            _compare(pull, found, population, held, findings)
    return findings


def _population(pull: Pull, figure: Figure, findings: Findings) -> int | None:
    """The figure of a place, its other parts added where the dataset splits it."""
    if figure.population is None:
        findings.surprising.append(f"{figure.name} ({figure.geoid}) has no figure ({figure.note})")
        return None
    total = 0
    for part in SPLIT.get((pull.dataset.stored_as, pull.year), {}).get(
        figure.geoid, (figure.geoid,)
    ):
        other = pull.table.figures.get(part)
        if other is None or other.population is None:
            findings.wrong.append(
                f"{figure.name} is split in this dataset and its part {part} is missing"
            )
            return None
        total += other.population
    return total


def _compare(pull: Pull, figure: Figure, population: int, held: Held, findings: Findings) -> None:
    before = held.previous(figure.geoid, pull.dataset.stored_as, pull.year)
    if before is None:
        return
    year, earlier = before
    change = population / earlier - 1 if earlier else 1.0
    if abs(change) <= NOTEWORTHY_CHANGE:
        return
    text = f"{figure.name}: {earlier:,} ({year}) -> {population:,} ({pull.year}), {change:+.1%}"
    if abs(change) > LARGEST_CHANGE:
        findings.surprising.append(f"{text}, a change of more than {LARGEST_CHANGE:.0%}")
    else:
        findings.remarks.append(text)


def _same(name: str) -> str:
    """Two spellings of the same characters are the same name; nothing else is smoothed over."""
    return unicodedata.normalize("NFC", name.strip())


def _listed(texts: list[str]) -> str:
    more = len(texts) - _SHOWN
    return "; ".join(texts[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")
