"""Whatever a link, a workbook's cell, a report's data or a table says is understood or refused."""

from __future__ import annotations

import copy
import csv
import io
import json
import random
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import strategies as st

from cvi_analysis.batch.check_file import _against_its_own, _leaves, _lines
from cvi_analysis.batch.input_cells import SHEET, edits, reported
from cvi_analysis.batch.place_list import read_place_list
from cvi_analysis.batch.read_back import Cell, read
from cvi_analysis.calculator.case_file import CaseFile
from cvi_analysis.calculator.case_link import decode, encode
from cvi_analysis.calculator.inputs import inputs
from cvi_analysis.calculator.inputs_sheet import FACTS
from cvi_analysis.calculator.workbook import workbook
from cvi_analysis.errors import CviError, InputError
from cvi_analysis.params.shootings import load_shootings
from cvi_analysis.report.document import document

from .fuzzing import PLAIN, SCALAR, TEXT, fuzz, sizes
from .test_fuzz_params import right, told

WORKBOOK = Path("norfolk-va.xlsx")


@pytest.fixture(scope="module")
def norfolk(library):
    return library.dossier("norfolk-va")


@pytest.fixture(scope="module")
def data(norfolk) -> dict[str, Any]:
    return json.loads(document(norfolk).to_bytes())


@pytest.fixture(scope="module")
def book(norfolk) -> bytes:
    return workbook(norfolk, document(norfolk))


@sizes(50, 4000)
def test_any_link(record_property, examples, norfolk, library):
    register = library.params.register
    key = st.sampled_from([item.name for item in inputs(norfolk)] + ["c", "e", "t", "2:x"]) | TEXT
    part = st.tuples(key, st.sampled_from(["=", "", "=="]), SCALAR | TEXT.map(quote))
    link = st.lists(part.map("".join) | SCALAR, max_size=6).map("&".join)

    def check(fragment: str) -> None:
        found = decode(norfolk, fragment)
        assert len(found.refused) <= fragment.count("&") + 2
        if not found.changes:
            return
        checked = CaseFile("norfolk-va", "baseline", found.changes, WORKBOOK).checked(register)
        values = library.params.resolve("baseline", "norfolk-va", checked).values()
        right(values, values["population"] or 235_037)
        again = decode(norfolk, encode(norfolk, found.changes, found.title))
        assert (again.changes, again.title) == (found.changes, found.title)
        assert not again.refused

    fuzz(record_property, examples, link, check)


@sizes(30, 1000)
def test_any_values_of_cells(record_property, examples, book, library):
    register, ours = library.params.register, read(".xlsx", book, WORKBOOK).cells
    places = [place for place in ours if place.startswith(f"{SHEET}!")]
    value = SCALAR | st.floats() | st.integers(-5, 500).map(float) | TEXT
    typed = [place for place in places if place.startswith(f"{SHEET}!B")]
    place = st.sampled_from(typed) | st.sampled_from(places)
    strategy = st.dictionaries(place, st.none() | value, min_size=1, max_size=4)

    def check(changes: dict[str, str | float | None]) -> None:
        shown = dict(ours)
        for place, value in changes.items():
            if value is None:
                del shown[place]
            else:
                shown[place] = Cell(value, name=ours[place].name)
        try:
            found = {one.name: one.after for one in edits(shown, ours, WORKBOOK)}
            list(reported(shown, ours))
            case = {name: value for name, value in found.items() if name not in FACTS}
            checked = CaseFile("norfolk-va", "baseline", case, WORKBOOK).checked(register)
            values = library.params.resolve("baseline", "norfolk-va", checked).values()
        except InputError as error:
            told(error)
            return
        right(values, values["population"] or 235_037)

    fuzz(record_property, examples, strategy, check)


@sizes(5, 200)
def test_any_damage_to_a_workbook(record_property, examples, book):
    """Bytes of its parts, or of the file itself, are others, more or fewer."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    read_ones = [*(n for n in parts if "sheet" in n or "docProps/c" in n), "xl/workbook.xml", ""]

    def check(drawn: tuple[str, int, bytes]) -> None:
        name, seed, text = drawn
        dice = random.Random(seed)
        whole = parts[name] if name else book
        at = dice.randrange(len(whole))
        changed = whole[:at] + text + whole[at + dice.choice((0, 1, len(text), 500)) :]
        if name:
            target = io.BytesIO()
            with zipfile.ZipFile(target, "w") as archive:
                for part, content in {**parts, name: changed}.items():
                    archive.writestr(part, content)
            changed = target.getvalue()
        try:
            read(".xlsx", changed, WORKBOOK)
        except InputError as error:
            told(error, str(WORKBOOK))

    text = st.binary(max_size=20) | SCALAR.map(lambda one: one.encode()[:200])
    strategy = st.tuples(st.sampled_from(read_ones), st.integers(0, 10**9), text)
    fuzz(record_property, examples, strategy, check)


@sizes(30, 1500)
def test_any_data_of_a_report(record_property, examples, data):
    """Read back, set beside the right one, and said."""
    path = Path("norfolk-va.json")
    first = st.sampled_from([*data, "extra"])
    place = st.tuples(first, st.sampled_from(["total", "value", "slug", "name", "geoid", 0, 1]))

    def check(drawn: tuple[list[tuple[tuple[str, str | int], Any]], bytes]) -> None:
        changes, tail = drawn
        changed = copy.deepcopy(data)
        for (key, inner), value in changes:
            held = changed.get(key)
            if isinstance(held, dict) and inner:
                held[str(inner)] = value
            elif isinstance(held, list) and held and inner == 1:
                held[-1] = value
            else:
                changed[key] = value
        try:
            shown = read(".json", json.dumps(changed).encode() + tail, path)
            assert shown.data is not None
            assert all(
                isinstance(line, str) for line in _lines(list(_leaves("", shown.data, data)))
            )
            list(_against_its_own(shown))
        except CviError as error:
            told(error)

    strategy = st.tuples(st.lists(st.tuples(place, PLAIN), max_size=3), st.binary(max_size=2))
    fuzz(record_property, examples, strategy, check)


@sizes(20, 400)
def test_any_values_of_places(record_property, examples, tmp_path, library):
    """A list of places with facts of each; the places are ones that are held."""
    names = [*library.params.register]
    column = st.sampled_from(["state", *names, "roles.mediator.caselaod"]) | TEXT
    places = st.sampled_from(["norfolk-va", "5157000", "dayton-oh", "# norfolk-va", ""])
    row = st.tuples(places, st.lists(SCALAR, max_size=3))
    path = tmp_path / "places.csv"

    def check(drawn: tuple[list[str], list[tuple[str, list[str]]], str]) -> None:
        columns, rows, rest = drawn
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["place", *columns])
        writer.writerows([place, *cells] for place, cells in rows)
        path.write_text(text.getvalue() + rest, encoding="utf-8", newline="")
        try:
            found = read_place_list(path, library, "baseline", {})
        except InputError as error:
            for line in str(error).split("\n  "):
                assert line.replace("\xa0", " ").isprintable(), ascii(line)
            return
        for city in found.cities:
            changes = found.facts.get(city.slug, {})
            values = library.params.resolve("baseline", city, changes).values()
            right(values, values["population"] or 235_037, city)

    columns = st.lists(column, max_size=3)
    strategy = st.tuples(columns, st.lists(row, min_size=1, max_size=2), st.just("") | TEXT)
    fuzz(record_property, examples, strategy, check)


@sizes(30, 1500)
def test_any_counts_of_shootings(record_property, examples, root, tmp_path):
    """Rows of one city, changed and doubled: its means are of what was chosen, or refused."""
    with (root / "params" / "shootings.csv").open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file)
        rows = [row for row in table if row["slug"] == "baltimore-md"]
        columns = list(table.fieldnames or ())
    path = tmp_path / "shootings.csv"
    few = st.lists(st.sampled_from(rows), min_size=1, max_size=3)
    field = st.sampled_from(["year", "measure", "value", "confidence", "chosen", "definition"])
    likely = st.sampled_from(["2023", "2022", "homicides", "12", "high", "low", "yes", "no", ""])
    changes = st.lists(st.tuples(st.integers(0, 2), field, likely | SCALAR), max_size=4)

    def check(drawn: tuple[list[dict[str, str]], list[tuple[int, str, str]]]) -> None:
        chosen = [dict(row) for row in drawn[0]]
        for number, name, value in drawn[1]:
            chosen[number % len(chosen)][name] = value
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(chosen)
        try:
            found = load_shootings(path, ["baltimore-md"])
        except InputError as error:
            told(error)
            return
        counted = [row.value for row in found.of_city("baltimore-md")]
        assert all(value >= 0 for value in counted)
        mean = found.mean_homicides("baltimore-md")
        assert mean is None or 0 <= mean.value <= max(counted)

    fuzz(record_property, examples, st.tuples(few, changes), check)
