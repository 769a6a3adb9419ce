"""The names people use for a place, from the one name the Census Bureau writes."""

from __future__ import annotations

import re
import unicodedata

_PARENTHESIS = re.compile(r"\s*\(([^)]*)\)")
#: What the Bureau puts after the proper name: `city`, `metro government`, `urban county`, `CDP`.
_KIND = re.compile(r"(\s+(?:[a-z]+|CDP))+$")
_CONSOLIDATED = re.compile(r"government|\(balance\)|urban county| County$")
_COUNTY = re.compile(r" (County|Counties|Parish|Borough|Municipio|Census Area)$")
_SAME_WORD = {"saint": "st", "sainte": "ste", "fort": "ft", "mount": "mt"}


def split_state(census_name: str) -> tuple[str, str]:
    """The place and the state of a NAME; a comma can be part of the place.

    >>> split_state("Lynchburg, Moore County metropolitan government, Tennessee")
    ('Lynchburg, Moore County metropolitan government', 'Tennessee')
    """
    place, comma, state = census_name.rpartition(", ")
    return (place, state) if comma else (census_name, "")


def proper_name(census_name: str, *, county: bool = False) -> str:
    """The name without the Bureau's word for the kind of place; a county keeps its word.

    >>> proper_name("Kansas City city, Missouri")
    'Kansas City'
    >>> proper_name("Louisville/Jefferson County metro government (balance), Kentucky")
    'Louisville/Jefferson County'
    """
    place, _ = split_state(census_name)
    if county:
        return place
    without = _PARENTHESIS.sub("", place)
    return _KIND.sub("", without) or without or place


def spoken_name(census_name: str, *, county: bool = False) -> str:
    """The everyday name: of a consolidated government, the city before its county.

    >>> spoken_name("Augusta-Richmond County consolidated government (balance), Georgia")
    'Augusta'
    >>> spoken_name("Winston-Salem city, North Carolina")
    'Winston-Salem'
    """
    place, _ = split_state(census_name)
    proper = proper_name(census_name, county=county)
    if county or not _CONSOLIDATED.search(place):
        return proper
    return re.split(r"[/,-]", proper)[0].strip() or proper


def names_of(census_name: str, *, county: bool = False) -> set[str]:
    """Every folded form under which the place is found."""
    place, _ = split_state(census_name)
    names = {place, proper_name(census_name, county=county)}
    names.add(spoken_name(census_name, county=county))
    if not county:
        names.add(_KIND.sub("", place))
        # "El Paso de Robles (Paso Robles) city" goes by both names.
        # "Fairwood CDP (King County)" only says where it lies.
        names.update(
            other
            for other in _PARENTHESIS.findall(place)
            if other != "balance" and not _COUNTY.search(other)
        )
    return {folded(name) for name in names} - {""}


def folded(name: str) -> str:
    """`name` for comparing: no accents, case or punctuation, `Saint` and `St.` alike.

    >>> folded("Saint Louis") == folded("St. Louis")
    True
    >>> folded("La Cañada Flintridge")
    'la canada flintridge'
    """
    return " ".join(_SAME_WORD.get(word, word) for word in _words(name))


def _words(name: str) -> list[str]:
    letters = unicodedata.normalize("NFKD", name)
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    letters = re.sub(r"['’.]", "", letters.casefold())
    return re.sub(r"[^\w]+", " ", letters).split()


def slug(name: str, postal: str) -> str:
    """Lower-case file name of a place: `winston-salem-nc`.

    >>> slug("St. Louis", "MO")
    'st-louis-mo'
    """
    words = re.sub(r"[^a-z0-9]+", "-", "-".join(_words(name))).strip("-")[:70].strip("-")
    return f"{words or 'place'}-{postal.lower()}"
