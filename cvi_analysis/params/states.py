"""The states' FIPS codes: the first two digits of every GEOID tell the state."""

from __future__ import annotations

_CODES = (
    "AL:01 AK:02 AZ:04 AR:05 CA:06 CO:08 CT:09 DE:10 DC:11 FL:12 GA:13 HI:15 ID:16 IL:17 "
    "IN:18 IA:19 KS:20 KY:21 LA:22 ME:23 MD:24 MA:25 MI:26 MN:27 MS:28 MO:29 MT:30 NE:31 "
    "NV:32 NH:33 NJ:34 NM:35 NY:36 NC:37 ND:38 OH:39 OK:40 OR:41 PA:42 RI:44 SC:45 SD:46 "
    "TN:47 TX:48 UT:49 VT:50 VA:51 WA:53 WV:54 WI:55 WY:56 AS:60 GU:66 MP:69 PR:72 VI:78"
)

STATE_CODES: dict[str, str] = {pair[:2]: pair[3:] for pair in _CODES.split()}
"""FIPS code by postal abbreviation: the states, the District of Columbia and the territories."""


def check_geoid(geoid: str, state: str = "") -> str:
    """Return `geoid` if it is a place's (7 digits) or a county's (5 digits), in `state`.

    Args:
        geoid: Census identifier as text.
        state: postal abbreviation, or empty if unknown.

    Raises:
        ValueError: another form, a leading zero that got lost, or another state's code.
    """
    if not (geoid.isascii() and geoid.isdigit()):
        raise ValueError("must be digits only")
    if len(geoid) in (4, 6):
        raise ValueError(
            f"has {len(geoid)} digits: a leading zero was probably lost (0{geoid}), "
            "as spreadsheets do; keep the column as text"
        )
    if len(geoid) not in (5, 7):
        raise ValueError(f"has {len(geoid)} digits")
    code = STATE_CODES.get(state)
    if code is not None and not geoid.startswith(code):
        raise ValueError(f"does not begin with {code}, the code of {state}")
    if geoid[:2] not in STATE_CODES.values():
        raise ValueError(f"begins with {geoid[:2]}, which is no state's code")
    return geoid
