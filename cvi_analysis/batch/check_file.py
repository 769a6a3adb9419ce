"""`cvi check FILE`: whether the figures that a report's file shows are the model's.

The file names its case: city, scenario, changes. From it the report is made again, here and now,
and every number of the file is set beside the same number of the new one.
"""

from __future__ import annotations

import csv
import json
import string
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from cvi_analysis import __edition__
from cvi_analysis.batch import notebook_server
from cvi_analysis.batch.attached_data import STAFFING
from cvi_analysis.batch.case_at import planned
from cvi_analysis.batch.city import build_city
from cvi_analysis.batch.commands import ended_by_signals
from cvi_analysis.batch.data_package import staffing_csv
from cvi_analysis.batch.input_cells import Edit, edits, followed
from cvi_analysis.batch.plan import RunPlan
from cvi_analysis.batch.read_back import (
    Cell,
    ReadFile,
    Word,
    content_of,
    read,
    same,
    same_formula,
)
from cvi_analysis.batch.report_formats import chosen
from cvi_analysis.calculator.case_file import CaseFile
from cvi_analysis.calculator.inputs_sheet import FACTS
from cvi_analysis.calculator.workbook import workbook
from cvi_analysis.errors import BuildError, CviError, InputError
from cvi_analysis.files import workspace
from cvi_analysis.params.cities import City
from cvi_analysis.report.document import document, staff_of
from cvi_analysis.report.dossier import Dossier

NOTHING = "nothing"
_OTHER_TEXT = 0.03
"""Part of the words that may differ in a text that is still the same report's."""
_AROUND = 6
"""Words before a number that say where it stands."""
_MOST = 40
"""Lines of differences; more say nothing more."""
_LONGEST = 60
"""Letters of a value in one."""


class Difference(NamedTuple):
    """A figure that is not the model's: what it is, what the file shows, what it should."""

    name: str
    shown: object
    expected: object


@dataclass(frozen=True, slots=True)
class Made:
    """What a case gives here and now."""

    plan: RunPlan
    city: City
    dossier: Dossier
    data: Mapping[str, Any]
    workbook: bytes

    @classmethod
    def of(cls, case: Mapping[str, Any], file: Path) -> Made:
        """The case, computed.

        Raises:
            InputError: this project has no such city, scenario or assumption.
        """
        named = CaseFile(case["city"], case["scenario"], dict(case["changes"]), file)
        try:
            plan, city, dossier = planned(named, offline=True)
        except InputError as error:
            raise InputError(
                f"its figures can not be recomputed with the inputs of this project ({error})",
                file=file,
                hint="Check it in the project that it was made in; nothing is fetched for it.",
            ) from error
        result = document(dossier)
        return cls(plan, city, dossier, json.loads(result.to_bytes()), workbook(dossier, result))

    def file(self, kind: str, *, with_code: bool) -> bytes:
        """The report's file of this ending, made again.

        Raises:
            BuildError: it can not be made.
        """
        # The text names the page and the workbook, so they are made too; so is the data.
        formats = chosen(f"xlsx {kind[1:]}")
        spec = replace(self.plan.spec(self.city), formats=formats, with_code=with_code)
        with workspace():
            server = notebook_server.start_server()
            try:
                result = build_city(spec)
            finally:
                if server is not None:
                    server.stop()
        if result.error is not None:
            raise BuildError(result.error)
        return result.files[f"{spec.slug}{kind}"]


def check(path: Path) -> int:
    """Print whether a file's figures are the model's.

    Exit status 0, or 1 if any is not or a workbook's inputs are no more the report's.

    Raises:
        InputError: the file is no report, or is one of another project.
        CviError: the report can not be made again.
    """
    content = content_of(path)
    shown = read(path.suffix.lower(), content, path)
    with ended_by_signals():
        made = Made.of(shown.case, path)
        ours = str(made.data["provenance"]["params_sha256"])
        _say(f"{path.name}: {_identity(shown, made)}")
        if shown.stamp and not ours.startswith(shown.stamp):
            _say(
                f"Made from other inputs than this project's: parameters {shown.stamp[:12]}, here "
                f"{ours[:12]}. Its figures can not be recomputed here, which does not make them "
                "wrong: check it with the version and the parameters that it was made with."
            )
            for line in _lines(list(_against_its_own(shown))):
                _say(line)
            return 1
        lines, found, typed = _compared(shown, made, path, content)
    for line in (*lines, *_lines(found)):
        _say(line)
    if found:
        beside = "Beside the inputs changed, " if typed else ""
        _say(f"{beside}{len(found)} figure{'s' if len(found) > 1 else ''} not the model's.")
    else:
        _say(typed or "Every figure checked is the model's.")
    return 1 if found or typed else 0


def _say(line: str) -> None:
    """Print a line without what would steer a terminal: much of it comes from the file."""
    print("".join(c if c.isprintable() else ascii(c)[1:-1] for c in line))


def _identity(shown: ReadFile, made: Made) -> str:
    city, changes = made.data["city"], shown.case["changes"]
    edition = _short(shown.edition or "unknown")
    if edition != __edition__:
        edition += f" (here {__edition__})"
    entered = "; ".join(f"{name} = {value}" for name, value in changes.items())
    place = f"{city['name']}, {city['state']}" if city["state"] else city["name"]
    return (
        f"{place}, edition {edition}, scenario {shown.case['scenario']}, "
        f"{f'with {entered}' if entered else 'no changes of its own'}, "
        f"parameters {shown.stamp[:12] or 'not named'}."
    )


def _lines(found: Sequence[Difference]) -> list[str]:
    lines = [
        f"  {one.name}: shown {_short(one.shown)}, expected {_short(one.expected)}"
        for one in found[:_MOST]
    ]
    return lines + ([f"  and {len(found) - _MOST} more"] if len(found) > _MOST else [])


def _short(value: object) -> str:
    text = f"{value:.15g}" if isinstance(value, float) else str(value) or NOTHING
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _compared(
    shown: ReadFile, made: Made, path: Path, content: bytes
) -> tuple[list[str], list[Difference], str]:
    """What was compared, in sentences, all that differs, and what is said of changed inputs."""
    lines: list[str] = []
    typed = ""
    found: list[Difference] = []
    if shown.data is not None:
        found += _leaves("", shown.data, made.data)
        lines.append("Checked: every value of its data.")
    book = shown if shown.cells else None
    for name, content in shown.carried.items():
        if name == STAFFING:
            found += _leaves(name, _rows(content), _rows(staffing_csv([made.data])))
        if name.endswith(".xlsx"):
            book = read(".xlsx", content, path)
    if book is not None:
        ours = read(".xlsx", made.workbook, path).cells
        told, typed, ours = _typed_in(book, ours, path)
        found += _cells(book.cells, ours)
        lines += told
        lines.append(
            f"Checked: the values and formulas of the workbook's {len(book.cells):,} cells; not "
            "its charts."
        )
    if shown.words:
        fresh = made.file(shown.kind, with_code=shown.with_code)
        if fresh == content:
            return (
                [*lines, "Checked: the whole file, which is made again byte for byte."],
                found,
                typed,
            )
        said, differences = _texts(shown.words, read(shown.kind, fresh, path).words, made.data)
        lines.append(said)
        found += differences
    return lines, found, typed


def _leaves(name: str, shown: Any, ours: Any) -> Iterator[Difference]:
    """Every value of a document that differs, by its dotted name; staff and methods by theirs."""
    if isinstance(shown, dict) and isinstance(ours, dict):
        for key in dict.fromkeys((*ours, *shown)):
            inner = f"{name}.{key}" if name else key
            yield from _leaves(inner, shown.get(key, NOTHING), ours.get(key, NOTHING))
    elif isinstance(shown, list) and isinstance(ours, list):
        for number, (one, other) in enumerate(zip_longest(shown, ours, fillvalue=NOTHING)):
            known = other if isinstance(other, dict) else {}
            place = known.get("role") or known.get("method") or number
            yield from _leaves(f"{name}.{place}", one, other)
    elif shown != ours:
        yield Difference(name, shown, ours)


def _typed_in(
    book: ReadFile, ours: Mapping[str, Cell], path: Path
) -> tuple[list[str], str, Mapping[str, Cell]]:
    """The inputs that somebody has changed, in sentences and in one; the workbook with them."""
    try:
        typed = list(edits(book.cells, ours, path))
    except InputError as error:
        return [str(error)], "", ours
    if not typed:
        return [], "", ours
    count = f"{len(typed)} input{'s' if len(typed) > 1 else ''}"
    them = "them" if len(typed) > 1 else "it"
    lines = [f"{count} differ{'' if len(typed) > 1 else 's'} from the report:"]
    lines += [f"  {one.told}" for one in typed]
    try:
        theirs = _with(book.case, typed, path)
        told = f"{count} changed; all other figures follow from {them}."
    except InputError as error:
        # Then the formulas alone are compared: what they show can be set beside nothing.
        lines.append(f"What follows from {them} can not be recomputed: {error.__cause__ or error}")
        theirs = book.cells
        told = f"{count} changed; the figures that follow from {them} were not recomputed."
    return lines, told, followed(book.cells, ours, typed, theirs)


def _with(case: Mapping[str, Any], typed: Sequence[Edit], path: Path) -> Mapping[str, Cell]:
    """The workbook that a case makes with these inputs, as `cvi report --params` would.

    Raises:
        InputError: an input is refused, or is a fact about the city, which no case can hold.
    """
    for one in typed:
        if one.name in FACTS:
            raise InputError("no case can change a fact about the city", parameter=one.name)
    changes = {**case["changes"], **{one.name: one.after for one in typed}}
    return read(".xlsx", Made.of({**case, "changes": changes}, path).workbook, path).cells


def _rows(table: bytes) -> list[dict[str, str]]:
    try:
        return list(csv.DictReader(table.decode("utf-8", "replace").splitlines()))
    except csv.Error:
        return []  # No table, so that each of its figures is missing.


def _cells(shown: Mapping[str, Cell], ours: Mapping[str, Cell]) -> Iterator[Difference]:
    """Every cell whose value or formula is another."""
    empty = Cell("")
    for place in dict.fromkeys((*ours, *shown)):
        one, other = shown.get(place, empty), ours.get(place, empty)
        sheet, _, address = place.partition("!")
        label = ours.get(f"{sheet}!A{address.lstrip(string.ascii_uppercase)}", empty)
        what = other.name or str(label.value)
        name = f"{place} ({what})" if what and what != other.value else place
        if not same(one.value, other.value):
            yield Difference(name, one.value, other.value)
        elif not same_formula(one.formula, other.formula):
            yield Difference(
                name, f"formula {one.formula or NOTHING}", f"formula {other.formula or NOTHING}"
            )


def _texts(
    shown: Sequence[Word], ours: Sequence[Word], data: Mapping[str, Any]
) -> tuple[str, list[Difference]]:
    """What was compared of two texts, and the numbers that differ."""
    if _apart(shown, ours) > _OTHER_TEXT:
        told = (
            "Its text is not that of the project's notebook: one of somebody's own, another "
            "version, or edited. Checked of it: whether people, staff, residents and budget stand "
            "in it."
        )
        return told, list(_standing(shown, data))
    found, others = _numbers(shown, ours, _names(data))
    count = sum(word.is_number for word in shown)
    told = f"Checked: all {count:,} numbers of its text; not what its pictures show."
    if others:
        told += f" Words differ in {others} place{'s' if others > 1 else ''}; they are no figures."
    return told, found


def _apart(shown: Sequence[Word], ours: Sequence[Word]) -> float:
    """The part of the words that only one of two texts has, numbers left out."""
    one, other = (Counter(w.text for w in side if not w.is_number) for side in (shown, ours))
    return ((one - other).total() + (other - one).total()) / max(1, other.total())


def _numbers(
    shown: Sequence[Word], ours: Sequence[Word], names: Mapping[str, str]
) -> tuple[list[Difference], int]:
    """The numbers that differ, and in how many places words do."""
    first, last = 0, 0
    shortest = min(len(shown), len(ours))
    while first < shortest and shown[first].text == ours[first].text:
        first += 1
    while last < shortest - first and shown[-1 - last].text == ours[-1 - last].text:
        last += 1
    left, right = ([word.text for word in side[first : len(side) - last]] for side in (shown, ours))
    found: list[Difference] = []
    others = 0
    matcher = SequenceMatcher(None, left, right, autojunk=len(left) * len(right) > 10_000_000)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            continue
        one = [word for word in shown[first + a : first + b] if word.is_number]
        other = [word for word in ours[first + c : first + d] if word.is_number]
        others += not one and not other
        before = " ".join(word.text for word in ours[max(0, first + c - _AROUND) : first + c])
        for is_, should in zip_longest(one, other):
            wanted = should or is_
            name = wanted.name or names.get(wanted.text.lstrip("$"), "") or f"after “{before}”"
            difference = Difference(
                name, is_.text if is_ else NOTHING, should.text if should else NOTHING
            )
            if difference.shown != difference.expected and difference not in found:
                found.append(difference)
    return found, others


def _names(data: Mapping[str, Any]) -> dict[str, str]:
    """The dotted name of each large number as texts write it, where it has but one."""
    found: dict[str, list[str]] = {}
    for one in _leaves("", {}, data):
        for name, value in _flat(one.name, one.expected):
            if isinstance(value, int | float) and abs(value) >= 1000:
                found.setdefault(f"{value:,.0f}", []).append(name)
    return {text: names[0] for text, names in found.items() if len(names) == 1}


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The values in a part of a document by dotted name."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(f"{name}.{key}", inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            key = inner.get("role", number) if isinstance(inner, dict) else number
            yield from _flat(f"{name}.{key}", inner)
    else:
        yield name, value


def _standing(words: Sequence[Word], data: Mapping[str, Any]) -> Iterator[Difference]:
    """The main figures of a document that do not stand in a text."""
    said = {word.text.lstrip("$") for word in words}
    figures = {
        "population.value": data["population"]["value"],
        "people_at_risk.rounded": data["people_at_risk"]["rounded"],
        "staffing": staff_of(data),
        "budget.total": data["budget"]["total"],
    }
    for name, value in figures.items():
        if f"{value:,}" not in said:
            yield Difference(name, NOTHING, f"{value:,}")


def _against_its_own(shown: ReadFile) -> Iterator[Difference]:
    """Main figures that a file's data has and its text has not."""
    if shown.data is not None and shown.words:
        try:
            yield from _standing(shown.words, shown.data)
        except (LookupError, TypeError, ValueError) as error:
            raise CviError(f"The data that it carries can not be read ({error}).") from error
