"""The names people use for a place, from the one name the Census Bureau writes, and the states'."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from cvi_analysis.params.cities import STATE_CODES

_PARENTHESIS = re.compile(r"\s*\(([^)]*)\)")
#: What the Bureau puts after the proper name: `city`, `metro government`, `urban county`, `CDP`.
_KIND = re.compile(r"(\s+(?:[a-z]+|CDP))+$")
_CONSOLIDATED = re.compile(r"government|\(balance\)|urban county| County$")
_COUNTY = re.compile(r" (County|Counties|Parish|Borough|Municipio|Census Area)$")
_SAME_WORD = {"saint": "st", "sainte": "ste", "fort": "ft", "mount": "mt"}


class State(NamedTuple):
    """A state, the District of Columbia, Puerto Rico or an island area."""

    fips: str
    postal: str
    name: str


_NAMES = (
    "AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|"
    "DE Delaware|DC District of Columbia|FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|"
    "IN Indiana|IA Iowa|KS Kansas|KY Kentucky|LA Louisiana|ME Maine|MD Maryland|"
    "MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|MO Missouri|MT Montana|"
    "NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York|"
    "NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma|OR Oregon|PA Pennsylvania|"
    "RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah|VT Vermont|"
    "VA Virginia|WA Washington|WV West Virginia|WI Wisconsin|WY Wyoming|AS American Samoa|"
    "GU Guam|MP Northern Mariana Islands|PR Puerto Rico|VI U.S. Virgin Islands"
)

#: By FIPS code. Washington is in here: the Bureau treats the District as a state (11).
STATES: dict[str, State] = {
    STATE_CODES[entry[:2]]: State(STATE_CODES[entry[:2]], entry[:2], entry[3:])
    for entry in _NAMES.split("|")
}

_BY_WORD: dict[str, State] = {
    word.casefold(): state for state in STATES.values() for word in (state.postal, state.name)
}
_BY_WORD["d.c."] = STATES["11"]


def state_named(word: str) -> State | None:
    """The state that `word` means (`NC`, `north carolina`, `D.C.`), or None."""
    return _BY_WORD.get(" ".join(word.casefold().split()))


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
    letters = name
    if not name.isascii():
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
