"""Published counts of people killed, shot and at the highest risk, as DataFrames.

Of the city itself, and beside it the other cities of the list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cvi_analysis.display.formats import number, sentence
from cvi_analysis.display.markdown import linked, literal
from cvi_analysis.display.prose import line, strong
from cvi_analysis.params.published_figures import publisher
from cvi_analysis.params.shootings import ShootingCount
from cvi_analysis.report.dossier import Dossier, Peer
from cvi_analysis.report.wording import behind_the_rule, doubt, listed

# start-up time: pandas takes half a second, and the commands can do without it.
if TYPE_CHECKING:
    import pandas as pd

_WORDS = {
    "homicides": "homicides",
    "fatal_shootings": "people killed with a gun",
    "nonfatal_shooting_victims": "people shot who survived",
    "nonfatal_shooting_incidents": "shootings that nobody died of",
    "shooting_victims_total": "people shot",
    "shooting_incidents_total": "shootings with someone hit",
}
_OF_PEOPLE_SHOT = tuple(name for name in _WORDS if name not in ("homicides", "fatal_shootings"))
"""Measures that count more than the people who were killed."""


def violence(dossier: Dossier) -> pd.DataFrame:
    """Homicides and people shot as others count them, one row a count.

    `words` is what is counted, `how` the way and the source, in Markdown. `rule` says what is
    computed with the count: `homicides`, `shot`, or nothing.
    """
    import pandas as pd  # start-up time: as above

    shot = dossier.facts.people_shot
    used = {"homicides": dossier.homicides, "shot": shot}
    rules = {row: rule for rule, found in used.items() if found for row in found.rows}
    rows = [
        (
            rules.get(row, ""),
            row.value,
            _WORDS[row.measure],
            row.year,
            f"{literal(row.definition)}; {linked(row.source, row.source_url)}"
            + ", low confidence" * (row.confidence == "low"),
        )
        for row in _counts(dossier)
    ]
    return pd.DataFrame(rows, columns=["rule", "count", "words", "year", "how"])


def counts_before(dossier: Dossier) -> list[str]:
    """The last counts that can be relied on, in words."""
    rows = [row for row in _counts(dossier) if row.confidence != "low"]
    return [f"{number(row.value)} {_WORDS[row.measure]} in {row.year}" for row in rows]


def _counts(dossier: Dossier) -> list[ShootingCount]:
    """Homicides of the last two full years, people shot in the last, and what is counted later."""
    found = dossier.facts.people_shot
    used = () if found is None else found.rows
    later = [
        row
        for row in dossier.facts.shootings
        if row.chosen and row.measure in _OF_PEOPLE_SHOT and (not found or row.year > found.year)
    ]
    last = max((row.year for row in later), default=None)
    homicides = list(dossier.facts.counts.homicides(dossier.city.slug).values())
    return [*homicides[-2:], *used, *(row for row in later if row.year == last)]


def local_counts(dossier: Dossier) -> pd.DataFrame:
    """People at the highest risk as others counted them in this city, the city's own count first.

    The index says `local` of that one. `way` is whose count it is, `told` whom it counts and who
    says so, in Markdown.
    """
    import pandas as pd  # start-up time: as above

    city, own = dossier.city, None
    rows: list[tuple[Any, ...]] = []
    if city.local_estimate is not None:
        own = (publisher(city.local_estimate_source), city.local_estimate_year)
        year = f" ({city.local_estimate_year})" if city.local_estimate_year else ""
        source = linked(city.local_estimate_source, city.local_estimate_url or "")
        note = literal(sentence(city.local_estimate_note)) if city.local_estimate_note else ""
        ends = city.local_estimate_low, city.local_estimate, city.local_estimate_high
        rows.append(("local", *own, *ends, f"{source}{year}. {note}".strip()))
    for row in dossier.evidence.estimates:
        same = (row.estimated_by, row.year) == own
        told_already = same and row.people in (city.local_estimate, city.local_estimate_at_one_time)
        if row.state and not told_already:
            source = linked(row.source, row.source_url)
            count = row.people or row.people_high or row.people_low or 0
            told = f"{number(count)}: {literal(row.definition)} {source}{doubt(row.confidence)}."
            counts = row.people_low, row.people, row.people_high
            rows.append(("other", row.estimated_by, row.year, *counts, told))
    numbers = ["low", "people", "high"]
    found = pd.DataFrame(rows, columns=["by", "who", "year", *numbers, "told"]).set_index("by")
    when = [f", {year:.0f}" if year else "" for year in found["year"].fillna(0)]
    found["way"] = "Local count (" + found["who"] + when + ")"
    return found[["way", *numbers, "told"]].astype(dict.fromkeys(numbers, float))


def core_counts(dossier: Dossier) -> pd.DataFrame:
    """The counts that the rule by homicides rests on; none where a scenario or reader sets it.

    One row a count of the core at the highest risk: its `place`, `people`, `homicides` of a year,
    and whether it is of this city (`here`).
    """
    import pandas as pd  # start-up time: as above

    city = dossier.city
    rows = [
        (row.place.rpartition(" ")[0], row.people, row.homicides, row.of(city.city, city.state))
        for row in behind_the_rule(dossier)
    ]
    return pd.DataFrame(rows, columns=["place", "people", "homicides", "here"])


def peers(dossier: Dossier) -> pd.DataFrame:
    """One row a city, the report's own last where it is none of the listed ones.

    The index is its slug. `place` is its name as a table has it, `homicides` are those of a year
    and `murder_rate` those for each 100,000 people, where they are known; `divided` says that the
    rate is the city's own count over its residents, `here` that the report is about it.
    """
    import pandas as pd  # start-up time: as above

    index, city = listed(dossier), dossier.city
    every = list(dossier.peers)
    if index is None:
        index = len(every)
        every.append(
            Peer(
                slug=city.slug,
                name=city.city,
                state=city.state,
                geoid=city.geoid,
                population=dossier.population.population,
                murder_rate=None,
                homicides=None if dossier.homicides is None else dossier.homicides.value,
            )
        )
    rows = [
        {
            "slug": peer.slug,
            "name": peer.name,
            "place": line(strong(city.city)) if number == index else f"{peer.name}, {peer.state}",
            "residents": peer.population,
            "homicides": peer.homicides or None,
            "murder_rate": peer.murder_rate,
            "divided": peer.divided,
            "here": number == index,
        }
        for number, peer in enumerate(every)
    ]
    counts = {"homicides": float, "murder_rate": float}
    return pd.DataFrame(rows).set_index("slug").astype(counts)
