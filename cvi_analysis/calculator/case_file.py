"""What the browser's model computes on, and a meeting's case as a file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cvi_analysis.errors import InputError
from cvi_analysis.model.budget import WRAPAROUND_KINDS
from cvi_analysis.model.medicaid_offset import RATE, rate_of
from cvi_analysis.model.people import rule_of
from cvi_analysis.model.sizing_case import METHOD
from cvi_analysis.model.staffing import GROUPS
from cvi_analysis.params.register import Register
from cvi_analysis.params.scenarios import BASELINE
from cvi_analysis.params.text_files import Where, read_bounded, shown
from cvi_analysis.report.dossier import SPENDING, Dossier
from cvi_analysis.report.wording import listed

_UNREAD = (
    *("population.", "comparison."),
    "people_at_risk.people_per_person_shot",
    "phasing.money_at_hand",
)
_KEYS = ("city", "scenario", "changes", "format", "title", "note")
FORMAT = "cvi-case-1"
LONGEST_TITLE = 80
"""Letters of a case's name."""
_MISSES = 20
"""Refused values of a case that are named; the nearest name to each takes its time."""
_NO_LETTER = re.compile(
    "[\0-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+"
)


def values(dossier: Dossier) -> dict[str, Any]:
    """What model.js takes as `values`: the report's assumptions, with the residents in force."""
    found = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in dossier.values.items()
        if not name.startswith(_UNREAD)
    }
    return {
        **found,
        "population": dossier.population.population,
        METHOD: rule_of(dossier.values, dossier.case.known),
        SPENDING: dossier.spending_today,
        RATE: rate_of(dossier.values, dossier.facts.hourly_rate),
    }


def place(dossier: Dossier) -> dict[str, Any]:
    """What model.js takes as `place`."""
    known = dossier.case.known
    return {
        "roles": [[role, group] for role, group in GROUPS.items()],
        "kinds": list(WRAPAROUND_KINDS),
        "local": known.local,
        "counts": known.counts,
        "at_one_time": known.at_one_time,
        "homicides": known.homicides,
    }


def short(value: Any) -> Any:
    """Whole floats as integers, in lists and objects too, so that 12 and 12.0 are one."""
    if isinstance(value, dict):
        return {key: short(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [short(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def identity(dossier: Dossier) -> dict[str, Any]:
    """City, scenario and changes that lead back to this report: the base of a case."""
    city = dossier.city
    return {
        "format": FORMAT,
        "city": (city.geoid or city.name) if listed(dossier) is None else city.slug,
        "scenario": dossier.scenario.base,
        "changes": dict(dossier.scenario.overrides),
    }


PROPERTY = "cvi case"
"""What a document's own properties call the case that it was made of."""
_LONGEST = 255  # letters of a property, for office programs


def properties(dossier: Dossier, title: str = "") -> dict[str, str]:
    """The identity of a report as properties of a document, in parts if it is long."""
    case = {**identity(dossier), **({"title": title} if title else {})}
    text = json.dumps(case, sort_keys=True, separators=(",", ":"))
    starts = range(0, len(text), _LONGEST)
    return {f"{PROPERTY} {number}": text[at : at + _LONGEST] for number, at in enumerate(starts, 1)}


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case as the calculator saves it.

    Attributes:
        city: slug or GEOID.
        scenario: the scenario it stands on.
        changes: values by dotted name that differ from the scenario; not yet checked against the
            register.
        file: where it was read.
        title: its name; empty without one.
        cells: of a workbook, where each change stands in it.
    """

    city: str
    scenario: str
    changes: dict[str, Any]
    file: Path
    title: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> CaseFile:
        """The case in a file.

        Raises:
            InputError: the file cannot be read, is no JSON or no case; what is wrong is named.
        """
        where = Where(str(path))
        try:
            text = read_bounded(path).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise where.error("this case cannot be read", hint=f"{error}.") from error
        try:
            found = json.loads(text, object_pairs_hook=_once, parse_constant=_refused)
        except json.JSONDecodeError as error:
            raise where.at(error.lineno).error(
                "this is no JSON", found=error.msg, allowed="the file that the calculator saves"
            ) from error
        except (ValueError, RecursionError) as error:
            raise where.error("this is no case", hint=f"{error}.") from error
        return cls._of(found, where)

    @classmethod
    def _of(cls, found: Any, where: Where) -> CaseFile:
        if not isinstance(found, dict):
            raise where.error("this is no case", allowed="an object with city and changes")
        for name in found:
            if name not in _KEYS:
                raise where.error(
                    "a case has no such part", parameter=name, allowed=", ".join(_KEYS)
                )
        form = found.get("format", FORMAT)
        if form != FORMAT:
            raise where.error(
                "this case is of another format",
                parameter="format",
                found=form,
                allowed=FORMAT,
                hint="It may be a newer version's: use that one to make its report.",
            )
        city = found.get("city")
        if not isinstance(city, str) or not city.strip():
            raise where.error("a case names its city", parameter="city", found=city)
        scenario = found.get("scenario", "baseline")
        if not isinstance(scenario, str):
            raise where.error("must be a scenario's name", parameter="scenario", found=scenario)
        changes = found.get("changes", {})
        if not isinstance(changes, dict):
            raise where.error(
                "must hold values by dotted name",
                parameter="changes",
                found=changes,
                allowed='for example {"roles.mediator.caseload": 12}',
            )
        for name, value in changes.items():
            if isinstance(value, dict):
                raise where.error("must be one value", parameter=name, found=value)
        title = found.get("title", "")
        if not isinstance(title, str) or len(clean_title(title)) > LONGEST_TITLE:
            raise where.error(
                "must be the case's name",
                parameter="title",
                found=title,
                allowed=f"text of up to {LONGEST_TITLE} letters",
            )
        return cls(city.strip(), scenario, changes, Path(where.file), clean_title(title))

    def checked(self, register: Register) -> dict[str, Any]:
        """The changes in the register's own types.

        Raises:
            InputError: unknown names (with the nearest one) or refused values, the first 20.
        """
        checked = {}
        refused: dict[str, InputError] = {}
        for name, value in self.changes.items():
            where = Where(", ".join([str(self.file), *filter(None, [self.cells.get(name)])]))
            try:
                item = register.lookup(name, where)
                checked[name] = item.check(value, where)
            except InputError as error:
                refused[name] = error
                low_high = None if name not in register else register[name].allowed
                if name in self.cells and low_high and register[name].unit.startswith("share"):
                    ends = " to ".join(f"{100 * end:.4g}%" for end in low_high)
                    refused[name] = error.but(allowed=f"{error.allowed} ({ends})")
                if len(refused) == _MISSES:
                    break
        if len(refused) == 1:
            raise next(iter(refused.values()))
        if refused:
            raise InputError(
                f"{'at least ' * (len(refused) == _MISSES)}{len(refused)} values are refused",
                file=shown(str(self.file)),
                choices=[
                    str(error.but(file=self.cells.get(name))) for name, error in refused.items()
                ],
            )
        return checked

    def fits(self, city: str | None, scenario: str) -> None:
        """Refuse another city or scenario beside the case than its own.

        Raises:
            InputError: both are named.
        """
        where = Where(str(self.file))
        if city is not None and city != self.city:
            raise where.error(
                "this case was saved for another city",
                parameter="city",
                found=self.city,
                allowed=city,
                hint="Leave the city out, or save the case from that city's report.",
            )
        if scenario not in (BASELINE, self.scenario):
            raise where.error(
                "this case was saved on another scenario",
                parameter="scenario",
                found=self.scenario,
                allowed=scenario,
                hint="Leave --scenario out.",
            )


def clean_title(text: str) -> str:
    """A case's name without line ends, control characters and spaces that show nothing."""
    return re.sub(" +", " ", _NO_LETTER.sub(" ", text)).strip(" ")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("A name is given twice")
    return found


def _refused(word: str) -> None:
    raise ValueError(f"{word} is no number")
