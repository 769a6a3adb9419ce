"""A case as the part of an address behind `#`, as link.js writes and reads it.

docs/calculator.md has the format. A link holds the figures of the page's fields and the money at
hand; whatever else a case changes has no place in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from cvi_analysis import __edition__
from cvi_analysis.calculator import case_file
from cvi_analysis.calculator.case_file import LONGEST_TITLE, clean_title
from cvi_analysis.calculator.inputs import Input, inputs
from cvi_analysis.errors import InputError
from cvi_analysis.model.profile import Profile, profile
from cvi_analysis.report.dossier import Dossier

MONEY = "phasing.money_at_hand"
"""The one figure beside the inputs that a link holds."""
LONGEST, MOST_PARTS = 16_384, 300
"""What is read of a link at all: characters, and parts between `&`."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_CODE, _CHECK = 4, 6
_EDITION = re.compile(rf"(20\d\d-\d\d(?:-\d\d)?)\.([0-9a-z]{{{_CHECK}}})", re.ASCII)
_TOTAL = re.compile(r"[0-9a-z]{1,10}", re.ASCII)
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d{1,3})?", re.ASCII | re.I)
# What a browser's trim() and \s take for space.
_SPACE = " \t\n\v\f\r\xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_GROUPED = re.compile(r"[1-9]\d{0,2}(,\d{3})+(\.\d*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Linked:
    """What a link says.

    Attributes:
        changes: values by dotted name that differ from the report's.
        title: the case's name; empty without one.
        edition: of the page that made the link, such as `2026-11`; empty in an old link.
        check: that page's `checksum`; empty in an old link.
        total: dollars a year of the case when the link was made; None in an old link.
        refused: parts that are unknown or impossible, as the link has them.
    """

    changes: dict[str, Any] = field(default_factory=dict)
    title: str = ""
    edition: str = ""
    check: str = ""
    total: int | None = None
    refused: tuple[str, ...] = ()


def encode(dossier: Dossier, changes: Mapping[str, Any], title: str = "") -> str:
    """The link's part behind `#` for changes against a report; empty if there are none.

    `changes` are checked values by dotted name; one equal to the report's own is left out.

    Raises:
        InputError: a change that no field of the page holds, or a name of more than 80 letters.
    """
    fields = _fields(dossier)
    name = clean_title(title)
    if len(name) > LONGEST_TITLE:
        raise InputError(
            "is too long for the name of a case",
            parameter="title",
            found=f"{len(name)} letters",
            allowed=f"{LONGEST_TITLE} letters",
        )
    kept = {}
    for key, value in changes.items():
        if key not in fields:
            raise InputError(
                "has no field in the calculator, so a link cannot hold it",
                parameter=key,
                hint="Keep the case as a file (JSON) instead.",
            )
        if value != _baseline(dossier, fields[key], key):
            kept[key] = value
    if not kept and not name:
        return ""
    parts = [f"c={_quoted(name)}"] if name else []
    parts.append(f"e={__edition__}.{checksum(dossier)}")
    parts.append(f"t={_base36(int(_profile(dossier, kept).budget.total))}")
    # In the order of the page's fields, the money last.
    parts += [f"{code(key)}={written(kept[key])}" for key in fields if key in kept]
    return "&".join(parts)


def decode(dossier: Dossier, fragment: str) -> Linked:
    """What the part of a link behind `#` says to a report; with or without the `#`.

    Nothing is raised: what is not understood is left out and stands in `refused`, as on the page.
    """
    text = fragment.removeprefix("#")
    parts = text.split("&")
    if "=" not in text:
        return Linked()
    if len(text) > LONGEST or len(parts) > MOST_PARTS:
        return Linked(refused=(text[:20] + "\N{HORIZONTAL ELLIPSIS}",))
    fields = _fields(dossier)
    names = {code(name): name for name in fields}
    found: dict[str, Any] = {}
    head: dict[str, str] = {}
    refused: list[str] = []
    for part in parts:
        key, mark, typed = part.partition("=")
        try:
            key, typed = _unquoted(key), _unquoted(typed.replace("+", " ") if key == "c" else typed)
        except UnicodeError:
            refused.append(part)
            continue
        if re.match(r"\d+:", key, re.ASCII):
            continue  # Another calculator's on the same page.
        try:
            if not mark or key in head or names.get(key, key) in found:
                raise ValueError
            if key in ("c", "e", "t"):
                head[key] = _head(key, typed)
            else:
                found[names.get(key, key)] = _value(typed, fields[names.get(key, key)])
        except (ValueError, KeyError):
            refused.append(key)
    changes = {
        name: value
        for name, value in found.items()
        if value != _baseline(dossier, fields[name], name)
    }
    values = {**case_file.values(dossier), **changes}
    if _profile(dossier, changes).people.estimate > values["population"]:
        impossible = [name for name in ("people_at_risk", "population") if name in changes]
        refused += impossible
        changes = {name: value for name, value in changes.items() if name not in impossible}
    edition, _, check = head.get("e", "").partition(".")
    total = int(head["t"], 36) if "t" in head else None
    return Linked(changes, head.get("c", ""), edition, check, total, tuple(refused))


def code(name: str) -> str:
    """The short code of an input: four digits to base 36 of the FNV-1a hash of its dotted name."""
    return _hash(name, _CODE)


def checksum(dossier: Dossier) -> str:
    """Six digits to base 36 of all that the page's arithmetic stands on, before any change."""
    known = {"values": case_file.values(dossier), "place": case_file.place(dossier)}
    plain = json.dumps(
        case_file.short(known), sort_keys=True, separators=(",", ":"), ensure_ascii=True
    )
    return _hash(plain, _CHECK)


def written(value: Any) -> str:
    """A value as a link has it: the shortest decimal of a number, as a browser writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value)
    return re.sub(r"^(-?)0\.", r"\1.", _decimal(float(value)))


def _decimal(value: float) -> str:
    """A float as ECMAScript's Number::toString writes it."""
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    digits, _, power = f"{abs(value)!r}".partition("e")
    whole, _, part = digits.partition(".")
    part = "" if part == "0" else part
    point = len(whole) + int(power or 0)
    plain = (whole + part).lstrip("0")
    point -= len(whole + part) - len(plain)
    plain = plain.rstrip("0")
    if 0 < point <= 21:
        tail = plain[point:]
        return sign + plain[:point].ljust(point, "0") + (f".{tail}" if tail else "")
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{plain}"
    return f"{sign}{plain[0]}{'.' + plain[1:] if plain[1:] else ''}e{point - 1:+d}"


def _fields(dossier: Dossier) -> dict[str, Input | None]:
    """The inputs by name, in the page's order, and the money at hand, which is none of them."""
    return {**{item.name: item for item in inputs(dossier)}, MONEY: None}


def _baseline(dossier: Dossier, item: Input | None, name: str) -> Any:
    return dossier.values[name] if item is None else item.baseline


def _value(typed: str, item: Input | None) -> Any:
    """A part's value; raises `ValueError` for what the field would refuse."""
    text = typed.strip(_SPACE)
    text = text[1:].lstrip(_SPACE) if text.startswith("$") else text
    if not text:
        if item is None or item.optional:
            return None
        raise ValueError
    if item is not None and item.kind == "switch":
        return {"true": True, "false": False}[text]
    if item is not None and item.choices:
        return {key: key for key, _ in item.choices}[text]
    low, high = (0.0, 1e11) if item is None else item.allowed
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    percent = item is not None and item.unit.startswith("share") and text.endswith("%")
    text = text[:-1].rstrip(_SPACE) if percent else text
    if not _NUMBER.fullmatch(text):
        raise ValueError
    digits, _, power = text.lower().partition("e")
    value = float(f"{digits}e{int(power or 0) - (2 if percent else 0)}")
    if not low <= value <= high or (item is not None and item.whole and not value.is_integer()):
        raise ValueError
    return case_file.short(value + 0.0)


def _head(key: str, typed: str) -> str:
    if key == "c":
        name = clean_title(typed)
        if not name or len(name) > LONGEST_TITLE:
            raise ValueError
        return name
    if not (_EDITION if key == "e" else _TOTAL).fullmatch(typed):
        raise ValueError
    return typed


def _profile(dossier: Dossier, changes: Mapping[str, Any]) -> Profile:
    values = {**case_file.values(dossier), **changes}
    return profile(values, values["population"], known=dossier.case.known)


def _hash(text: str, digits: int) -> str:
    """FNV-1a of 32 bits over an ASCII text, its last digits to base 36."""
    found = 0x811C9DC5
    for byte in text.encode("ascii"):
        found = ((found ^ byte) * 0x01000193) & 0xFFFFFFFF
    return _base36(found).zfill(digits)[-digits:]


def _base36(number: int) -> str:
    found = ""
    while number:
        number, rest = divmod(number, 36)
        found = _DIGITS[rest] + found
    return found or "0"


def _quoted(text: str) -> str:
    return quote(text, safe="").replace("%20", "+")


def _unquoted(text: str) -> str:
    if re.search(r"%(?![0-9a-fA-F]{2})", text):
        raise UnicodeDecodeError("utf-8", b"", 0, 0, "a percent sign by itself")
    return unquote_to_bytes(text).decode("utf-8")
