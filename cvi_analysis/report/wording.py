"""Words that pages, workbook and calculator share: places, datasets, kinds of wraparound."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from cvi_analysis.census.population_table import PopulationRow
from cvi_analysis.display.formats import EN_DASH, at_the_head, counted, joined, plain, within
from cvi_analysis.model.people import Method
from cvi_analysis.model.sizing_case import RULES
from cvi_analysis.params.people_per_shooting import CountedPeople
from cvi_analysis.params.roles import Role
from cvi_analysis.report.dossier import Dossier, ScenarioNote

_KINDS = ("town", "village", "borough", "township", "county", "parish", "municipio")
_CITY = re.compile(r"\bcity(?=['’]s\b| (?:government|office|size)\b)|(?<=\bthe )city\b")


METHOD_WORDS = {
    "local": "the city\N{RIGHT SINGLE QUOTATION MARK}s own count",
    "residents": "a share of residents",
    "homicides": "homicides a year",
    "entered": "a number entered by hand",
}
"""How people at the highest risk are counted, by key of the method."""


def titled(method: Method) -> str:
    """A method of counting as the head of a line.

    >>> titled("homicides")
    'Homicides a year'
    """
    return at_the_head(METHOD_WORDS[method])


def method_source(dossier: Dossier, method: Method) -> str:
    """Who stands behind a count of people by this method."""
    if method == "entered":
        return "entered by hand"
    if method == "local":
        year = dossier.city.local_estimate_year
        return dossier.city.local_estimate_source + (f" ({year})" if year else "")
    rule = dossier.assumptions[RULES[method]]
    facts = cited(dossier.population) if method == "residents" else dossier.homicides_source
    return f"{facts}; {within(rule.title)}: {rule.source}"


def behind_the_rule(dossier: Dossier) -> tuple[CountedPeople, ...]:
    """The counts that the rule by homicides rests on.

    A rule that the scenario or the reader sets rests on no count that we know.
    """
    if dossier.scenario.sets(RULES["homicides"]):
        return ()
    return dossier.evidence.counted


def own_part(dossier: Dossier) -> str:
    """That the rule by homicides rests on this city's own count in part; empty elsewhere."""
    city = dossier.city
    rows = [row for row in behind_the_rule(dossier) if row.of(city.city, city.state)]
    if not rows:
        return ""
    counts = joined(
        [
            f"{plain(row.people)} people beside {plain(row.homicides)} homicides a year, {row.year}"
            for row in rows
        ]
    )
    return (
        f"The rule by homicides rests in part on the count for {city.city} itself "
        f"({counts}), so here it is no second opinion."
    )


def city_by_city(note: ScenarioNote) -> str:
    """That a scenario sets some assumptions city by city, if any; their values stand elsewhere."""
    if not note.by_city:
        return ""
    have = "has a value" if len(note.by_city) == 1 else "have values"
    return (
        f"{counted(len(note.by_city), 'assumption')} {have} of the city’s own in some cities or in "
        "all; each city’s report lists them with their source."
    )


def place_name(dossier: Dossier) -> str:
    """`Norfolk, VA`, or the name alone where no state is known."""
    city = dossier.city
    return f"{city.city}, {city.state}" if city.state else city.city


def kind(dossier: Dossier) -> str:
    """What the place calls itself in a sentence: `city`, `county`, `town`, …; else `city`."""
    county = len(dossier.city.geoid) == 5
    words = dossier.city.census_name.partition(",")[0].lower().split() or [""]
    return words[-1] if words[-1] in _KINDS else "county" if county else "city"


def local(text: str, dossier: Dossier) -> str:
    """A text about "the city" as it reads for this place: "the county’s office"."""
    word = kind(dossier)
    return text if word == "city" else _CITY.sub(word, text)


def census_place(dossier: Dossier) -> str:
    """The Bureau's name of the place and its GEOID; for a place entered by name that name alone."""
    name, geoid = dossier.population.census_name, dossier.city.geoid
    return f"{name} ({geoid})" if geoid else name


def named(role: Role, count: int) -> str:
    """The role's name for so many posts: `OVP director` for one, else `OVP directors`."""
    return role.title if count == 1 else role.plural


def outside_the_index(cities: Iterable[str]) -> str:
    """How cities that the Real-Time Crime Index does not have come by their murder rate.

    >>> outside_the_index(["Oakland"])
    ' Oakland is not in that index: its homicides, from other sources, for each 100,000 residents.'
    """
    names = list(cities)
    if not names:
        return ""
    are, whose = ("is", "its") if len(names) == 1 else ("are", "their")
    return (
        f" {joined(names)} {are} not in that index: {whose} homicides, from other sources, for "
        "each 100,000 residents."
    )


def doubt(confidence: str, before: str = " (", after: str = ")") -> str:
    """How sure a published figure is, where that is not high; a rule of ours says nothing.

    >>> doubt("medium"), doubt("low", before="; ", after=""), doubt("high")
    (' (confidence: medium)', '; confidence: low', '')
    """
    return f"{before}confidence: {confidence}{after}" if confidence in ("medium", "low") else ""


def possessive(name: str) -> str:
    """`Norfolk’s`, `St. Louis’s`."""
    return f"{name}\N{RIGHT SINGLE QUOTATION MARK}s"


def listed(dossier: Dossier) -> int | None:
    """Position of the city among the peers, or None for a place outside the list."""
    for index, peer in enumerate(dossier.peers):
        if peer.geoid == dossier.city.geoid:
            return index
    return None


NAMES = {
    "acs5": "American Community Survey, 5-year estimates",
    "acs1": "American Community Survey, 1-year estimates",
    "dec": "decennial census count",
    "pep2019": "Population Estimates Program, vintage 2019",
    "pep2024": "Population Estimates Program, vintage 2024",
    "entered": "entered by hand",
}
SHORT = {
    "acs5": "5-year survey average (ACS)",
    "acs1": "1-year survey estimate (ACS)",
    "dec": "Census count",
    "pep2019": "Yearly estimates, vintage 2019",
    "pep2024": "Yearly estimates, vintage 2024",
    "entered": "Entered by hand",
}
ADDRESSES = {
    "acs5": "https://www.census.gov/programs-surveys/acs",
    "acs1": "https://www.census.gov/programs-surveys/acs",
    "dec": "https://www.census.gov/programs-surveys/decennial-census.html",
    "pep2019": "https://www.census.gov/programs-surveys/popest.html",
    "pep2024": "https://www.census.gov/programs-surveys/popest.html",
}


def dataset_name(key: str) -> str:
    """The dataset's full name; an unknown key stands for itself."""
    return NAMES.get(key, key)


def short_name(key: str) -> str:
    """A label for charts and tables."""
    return SHORT.get(key, key)


def period(text: str) -> str:
    """`2019–2023` for a span of whole years, `July 1, 2024` for a day, else the text itself.

    >>> period("2019-01-01/2023-12-31"), period("2020-04-01"), period("2023")
    ('2019–2023', 'April 1, 2020', '2023')
    """
    first, _, last = text.partition("/")
    if last:
        if first.endswith("-01-01") and last.endswith("-12-31"):
            return f"{first[:4]}{EN_DASH}{last[:4]}"
        return f"{day(first)} to {day(last)}"
    return day(first)


def day(text: str) -> str:
    """`July 1, 2024` for `2024-07-01`, `July 2024` for `2024-07`; else the text itself."""
    whole = len(text) > len("2024-07")
    try:
        found = date.fromisoformat(text if whole else f"{text}-01")
    except ValueError:
        return text
    months = "January February March April May June July August September October November December"
    month = months.split()[found.month - 1]
    return f"{month} {found.day}, {found.year}" if whole else f"{month} {found.year}"


_HELD = re.compile(r"^(\S+) has ([\d,]+)$")
_NOTES = {
    "controlled": "the Bureau sets this estimate to an official count: it has no margin of error",
    "margin of error not available": "no margin of error is held for it",
}


def note_in_words(note: str) -> str:
    """The table's note on a figure, for a reader.

    >>> note_in_words("margin of error not available; acs5_2023.csv has 185,097")
    'no margin of error is held for it; an earlier file, acs5_2023.csv, has 185,097'
    """
    parts = (_NOTES.get(part, part) for part in note.split("; "))
    return "; ".join(_HELD.sub(r"an earlier file, \1, has \2", part) for part in parts)


def citation(row: PopulationRow) -> str:
    """Dataset and period of a figure, as it stands beside it."""
    return f"{dataset_name(row.dataset)}, {period(row.period)}"


def cited(row: PopulationRow) -> str:
    """`citation` with its author: the Census Bureau, unless the figure was entered by hand."""
    return citation(row) if row.dataset == "entered" else f"U.S. Census Bureau, {citation(row)}"


KINDS = {
    "housing": ("Housing", "safe places to stay, moving costs, rent"),
    "employment": ("Employment", "paid training, job placement, transitional work"),
    "health": ("Health", "trauma care, counseling, treatment"),
    "social": ("Social services", "legal help, school, child care, family support"),
}
"""Title and examples by key; the keys are those of `model.budget.WRAPAROUND_KINDS`."""
