"""What `cvi ingest` says: each pull in a line, what it means for reports, and what needs no key."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from cvi_analysis.census.api_answer import KEY_SIGNUP
from cvi_analysis.census.client import Pull
from cvi_analysis.census.evidence import Findings
from cvi_analysis.census.population_table import PopulationTable, held
from cvi_analysis.params.cities import City

NOTICE = (
    "This product uses the Census Bureau Data API but is not endorsed or certified by the"
    " Census Bureau."
)
#: Up to this many places are named with their figures.
_FEW = 5


class IngestionReport:
    """Collects what a run did and says it."""

    def __init__(self, say: Callable[[str], None], in_use: tuple[str, int]) -> None:
        self._say = say
        self._in_use = in_use
        self._years: dict[str, set[int]] = {}
        #: What was stored, as `acs5 2023`.
        self.stored: list[str] = []

    def remark(self, text: str) -> None:
        """Say something that stops nothing."""
        self._say(f"  Note: {text}")

    def pulled(
        self, pull: Pull, path: Path | None, findings: Findings, asked: Collection[str]
    ) -> None:
        """Say what one pull brought.

        Args:
            pull: the answer.
            path: where it was stored; None when it was held already.
            findings: what the checks found.
            asked: GEOIDs of the places that the user asked for.
        """
        label = f"{pull.dataset.stored_as} {pull.year}"
        self._years.setdefault(pull.dataset.stored_as, set()).add(pull.year)
        there = [geoid for geoid in asked if geoid in findings.populations]
        noun = "places" if pull.geography.level == "place" else "counties"
        text = (
            f"{label} ({pull.dataset.title}): {len(pull.rows):,} {noun},"
            f" {len(there)} of the {len(asked)} asked for"
        )
        if path is None:
            self._say(f"{text}; the same as held, nothing changed.")
        else:
            self._say(f"{text}; stored as data/raw/{path.name}.")
            self.stored.append(label)
        if len(asked) <= _FEW:
            for geoid in there:
                self._say(f"  {pull.rows[geoid].name} ({geoid}): {findings.populations[geoid]:,}")
        for text in findings.surprising:
            self._say(f"  Accepted: {text}")
        for text in findings.remarks:
            self.remark(text)

    def kept(self) -> str:
        """What was stored before something failed, as a sentence."""
        return f"Stored before that: {', '.join(self.stored)}; all else in data/ is as it was."

    def close(self, sent: int) -> None:
        """Say how much was asked, which year reports use, and the Bureau's notice."""
        self._say(f"Requests sent: {sent}.")
        dataset, year = self._in_use
        years = self._years.get(dataset, set())
        newer = max(years, default=year)
        text = f"Reports use {dataset} {year} (population.dataset and population.year)."
        if newer > year:
            text += f" For {newer}: --set population.year={newer}, or a scenario."
        self._say(text)
        self._say(NOTICE)


def without_a_key(table: PopulationTable, cities: Mapping[str, City], *, asked: bool) -> str:
    """What works without a key and how to get one.

    Args:
        table: what is held.
        cities: the listed cities.
        asked: whether the user asked for something that needs a key.
    """
    rows = [row for city in cities.values() for row in table.series(city.geoid)]
    without = [city.slug for city in cities.values() if not table.series(city.geoid)]
    places = table.places.keys() | {row.geoid for row in rows}
    have = {(row.dataset, row.year): row for row in rows}
    listing = held(have[each] for each in sorted(have))
    first = (
        "No Census API key was found, so nothing was asked of the Bureau and nothing was changed."
        if asked
        else "No Census API key was found; the figures in data/ stay as they are."
    )
    if not rows:
        return f"{first}\nNothing is held for the listed cities. A key is free: {KEY_SIGNUP}."
    listed = f"the {len(cities)} listed cities"
    lacking = ""
    if without:
        listed = f"{len(cities) - len(without)} of {listed}"
        lacking = (
            f"Nothing is held for {', '.join(without)}: no report of it can be made until it is"
            " fetched, unless its residents are given (-P population=NUMBER).\n"
        )
    return (
        f"{first}\n"
        f"Held for {len(places):,} places, {listed} among them: {listing}.\n"
        "Reports, comparisons and the calculator work with these.\n"
        f"{_of_every_place(table)}{lacking}"
        "A key brings newer years, margins of error and counties. It is free:"
        f" {KEY_SIGNUP}. Put it into .env as CENSUS_API_KEY=your-key (see"
        " .env.example), or into the environment, and run `make ingest` again."
    )


def _of_every_place(table: PopulationTable) -> str:
    """What is held of places beside the table, as a line; empty where that is nothing."""
    if not table.carried:
        return ""
    figures = ", ".join(f"{file.dataset} {file.vintage}" for file in table.carried)
    files = ", ".join(f"data/raw/{file.path.name}" for file in table.carried)
    return (
        f"Figures of {table.count:,} U.S. places are held, on {figures} alone ({files}). "
        "Each that is not too small for the model gets a report:"
        ' cvi report "Wilmington, NC".\n'
    )
