"""Names of the states, for places that users write as `Durham, NC` or `Durham, North Carolina`."""

from __future__ import annotations

from typing import NamedTuple

from cvi_analysis.params.cities import STATE_CODES


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
