"""The place that a report is about, in words: its name and what it calls itself."""

from __future__ import annotations

import re

from cvi_analysis.dossier import Dossier

_KINDS = ("town", "village", "borough", "township", "county", "parish", "municipio")
_CITY = re.compile(r"\bcity(?=['’]s\b| (?:government|office|size)\b)|(?<=\bthe )city\b")


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


def possessive(name: str) -> str:
    """`Norfolk’s`, `St. Louis’s`."""
    return f"{name}\N{RIGHT SINGLE QUOTATION MARK}s"


def listed(dossier: Dossier) -> int | None:
    """Position of the city among the peers, or None for a place outside the list."""
    for index, peer in enumerate(dossier.peers):
        if peer.geoid == dossier.city.geoid:
            return index
    return None
