"""A workbook that a budget office edited becomes a case, as the same figures in a file would."""

from __future__ import annotations

import io
import json
import os
import random
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from cvi_analysis.batch.check_file import Made, check
from cvi_analysis.batch.compare_cases import are_files, compare_cases
from cvi_analysis.batch.edited_workbook import edited_case
from cvi_analysis.calculator.case_file import identity
from cvi_analysis.calculator.inputs import Input, inputs
from cvi_analysis.calculator.workbook import workbook
from cvi_analysis.errors import InputError
from cvi_analysis.report.document import document
from cvi_analysis.report.dossier import Dossier
from tests.calculator.spreadsheet import Spreadsheet, recalculated
from tests.checkout import ROOT, Checkout
from tests.conftest import tool

pytestmark = pytest.mark.usefixtures("read_once")
CITIES = ("norfolk-va", "washington-dc", "oakland-ca", "los-angeles-ca")
EDITS = 50


@pytest.fixture(scope="module")
def made(library) -> dict[str, tuple[Dossier, Spreadsheet]]:
    found = {}
    for slug in CITIES:
        dossier = library.dossier(slug)
        found[slug] = dossier, Spreadsheet(workbook(dossier, document(dossier)))
    return found


def other(item: Input, dice: random.Random) -> Any:
    """Another value than the report's, near it."""
    if item.kind == "switch":
        return not item.baseline
    if item.choices:
        return dice.choice([key for key, _ in item.choices if key != item.baseline])
    low, high = item.allowed
    middle = item.baseline if item.baseline is not None else min(high, max(low, 100.0))
    value = round(min(high, max(low, middle * dice.uniform(0.8, 1.2) + (middle == 0))), 4)
    return round(value) if item.whole else value


def saved(sheet: Spreadsheet, folder: Path, name: str = "norfolk-va.xlsx") -> Path:
    path = folder / name
    path.write_bytes(sheet.content)
    return path


@pytest.mark.libreoffice
@pytest.mark.slow
def test_two_hundred_cells_edited_in_libreoffice(library, made, tmp_path, capsys):
    office = tool("soffice", "libreoffice")
    jobs = []
    for slug, (dossier, sheet) in made.items():
        dice = random.Random(slug)
        items = [item for item in inputs(dossier) if item.name != "population"]
        chosen = dice.sample(items, EDITS)
        changes = {item.name: other(item, dice) for item in chosen}
        jobs.append((slug, dossier, changes, sheet.changed(changes)))
    done = recalculated(office, [sheet for *_, sheet in jobs], tmp_path / "office")
    edited = 0
    for (slug, dossier, changes, _), sheet in zip(jobs, done, strict=True):
        baseline = {item.name: item.baseline for item in inputs(dossier)}
        wanted = {name: value for name, value in changes.items() if value != baseline[name]}
        case = edited_case(saved(sheet, tmp_path, f"{slug}.xlsx"))
        assert case.city == slug
        assert case.changes == wanted
        edited += len(case.changes)
        checked = case.checked(library.params.register)
        same = library.params.register
        typed = {name: same[name].check(wanted[name], None) for name in checked}
        one, two = (library.dossier(slug, overrides=found) for found in (checked, typed))
        assert document(one).to_bytes() == document(two).to_bytes()
    assert edited >= 190
    assert capsys.readouterr().err.count("->") == edited


def test_an_unchanged_workbook_is_the_report(made, tmp_path, capsys):
    case = edited_case(saved(made["norfolk-va"][1], tmp_path))
    assert (case.city, case.scenario, case.changes) == ("norfolk-va", "baseline", {})
    assert capsys.readouterr().err == "norfolk-va.xlsx: no input was changed.\n"


def test_a_workbook_of_a_case_keeps_its_changes(library, tmp_path):
    changes = {"roles.mediator.caseload": 12.0, "people_at_risk": 300.0}
    dossier = library.dossier("norfolk-va", "field-pay", changes)
    sheet = Spreadsheet(workbook(dossier, document(dossier)))
    case = edited_case(saved(sheet.changed({"people_at_risk": None}), tmp_path))
    assert case.scenario == "field-pay"
    assert case.changes == {"roles.mediator.caseload": 12.0, "people_at_risk": None}


def test_what_is_refused_names_its_cell(library, made, tmp_path):
    _, sheet = made["norfolk-va"]
    _, address = sheet.names["roles_mediator_caseload"]
    for value in ("a dozen", 0):
        case = edited_case(saved(sheet.changed({"roles.mediator.caseload": value}), tmp_path))
        with pytest.raises(InputError) as refused:
            case.checked(library.params.register)
        said = str(refused.value)
        assert f"sheet Inputs, cell {address}: roles.mediator.caseload" in said
        assert str(value) in said
        assert "from 1 to 200" in said


def test_all_refused_cells_are_named_at_once_and_shares_as_the_cells_show_them(
    library, made, tmp_path
):
    _, sheet = made["norfolk-va"]
    typed = {"roles.mediator.caseload": "a dozen", "people_at_risk.target_share": 0.001}
    path = saved(sheet.changed({**typed, "budget.training_share": 0.3}), tmp_path)
    with pytest.raises(InputError) as refused:
        edited_case(path).checked(library.params.register)
    first, *others = str(refused.value).splitlines()
    assert first.endswith("norfolk-va.xlsx: 2 values are refused.")
    assert len(others) == 2
    for name, allowed in zip(typed, ("from 1 to 200", "to 1 (1% to 100%)"), strict=True):
        (line,) = (one for one in others if name in one)
        address = sheet.names[name.replace(".", "_")][1]
        assert line.startswith(f"  sheet Inputs, cell {address}: {name}: ")
        assert allowed in line


def test_a_fact_of_the_city_is_no_case(made, tmp_path):
    _, sheet = made["washington-dc"]
    path = saved(sheet.changed({"city.local_estimate": 600}), tmp_path)
    with pytest.raises(InputError, match=r"city\.local_estimate.*found '?600.*cities\.csv"):
        edited_case(path)


def test_a_check_names_the_cells_that_were_typed_into(made, tmp_path, capsys):
    _, sheet = made["washington-dc"]
    typed = {"roles.mediator.caseload": 12, "medicaid.offset_enabled": True}
    path = saved(sheet.changed({**typed, "city.local_estimate": 600}), tmp_path)
    assert check(path) == 1
    said = capsys.readouterr().out
    assert "3 inputs differ from the report:" in said
    for name, now in {**typed, "city.local_estimate": 600}.items():
        address = sheet.names[name.replace(".", "_")][1]
        (line,) = (one for one in said.splitlines() if f"({name}): " in one)
        assert line.startswith(f"  Inputs!{address} ")
        assert line.endswith(f"in the report, {now} here")


@pytest.mark.libreoffice
@pytest.mark.slow
def test_a_check_compares_the_rest_with_the_model_run_on_the_inputs(library, tmp_path, capsys):
    dossier = library.dossier("norfolk-va")
    sheet = Spreadsheet(Made.of(identity(dossier), tmp_path).workbook)
    dice = random.Random(3)
    changes = {item.name: other(item, dice) for item in dice.sample(list(inputs(dossier)), 12)}
    both = [sheet.changed({}), sheet.changed(changes)]
    same, edited = recalculated(tool("soffice", "libreoffice"), both, tmp_path / "office")
    assert check(saved(same, tmp_path)) == 0, "a program's own spelling is no other formula"
    assert "Every figure checked is the model's." in capsys.readouterr().out
    assert check(saved(edited, tmp_path)) == 1, "it is not the report any more"
    said = capsys.readouterr().out
    assert said.endswith("\n12 inputs changed; all other figures follow from them.\n")
    assert ": shown " not in said

    place, address = edited.names["budget_total"]
    part = edited.sheets[place]
    cell = rf'(<c r="{address}" [^>]*><f[^>]*>[^<]*</f><v[^>]*>)[^<]*'
    text, count = re.subn(cell, r"\g<1>1", edited.text(part))
    assert count == 1
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, content in {**edited.parts, part: text.encode()}.items():
            file.writestr(name, content)
    assert check(saved(Spreadsheet(buffer.getvalue()), tmp_path)) == 1
    said = capsys.readouterr().out
    assert f"  {place}!{address} (budget_total): shown 1, expected " in said
    assert said.endswith("\nBeside the inputs changed, 1 figure not the model's.\n")


def test_a_check_of_a_refused_input_says_what_it_could_not_compare(library, tmp_path, capsys):
    made = Made.of(identity(library.dossier("norfolk-va")), tmp_path)
    typed = {"roles.mediator.caseload": 0}
    path = saved(Spreadsheet(made.workbook).changed(typed), tmp_path)
    assert check(path) == 1
    said = capsys.readouterr().out
    assert "What follows from it can not be recomputed: " in said
    assert "allowed: a number from 1 to 200" in said
    assert ": shown " not in said
    assert said.endswith(
        "\n1 input changed; the figures that follow from it were not recomputed.\n"
    )


def test_a_check_of_an_unchanged_workbook_names_none(library, tmp_path, capsys):
    path = tmp_path / "norfolk-va.xlsx"
    path.write_bytes(Made.of(identity(library.dossier("norfolk-va")), path).workbook)
    assert check(path) == 0
    assert "differ" not in capsys.readouterr().out


def test_a_figure_of_another_edition_is_told_and_not_taken(made, tmp_path, capsys):
    _, sheet = made["norfolk-va"]
    row = sheet.names["roles_mediator_wage"][1].lstrip("B")
    part = sheet.sheets["Inputs"]
    text, count = re.subn(
        rf'(<c r="[BF]{row}" s="\d+"><v>)56180(?:\.0)?(</v>)', r"\g<1>50000\2", sheet.text(part)
    )
    assert count == 2
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, content in {**sheet.parts, part: text.encode()}.items():
            file.writestr(name, content)
    assert edited_case(saved(Spreadsheet(buffer.getvalue()), tmp_path)).changes == {}
    said = capsys.readouterr().err
    assert "was made when the report had other figures (roles.mediator.wage)" in said


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no workbook"])
def test_what_is_no_workbook_is_refused(content, tmp_path):
    path = tmp_path / "norfolk-va.xlsx"
    path.write_bytes(content)
    with pytest.raises(InputError, match="no report of a city"):
        edited_case(path)


@pytest.mark.skipif(os.name == "nt", reason="links and pipes as on Unix")
def test_what_has_no_end_is_refused_at_once(tmp_path):
    (tmp_path / "device.xlsx").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe.xlsx")
    for name in ("device.xlsx", "pipe.xlsx"):
        with pytest.raises(InputError, match=f"{name}: this is not a file"):
            edited_case(tmp_path / name)


def test_two_cases_of_a_city_are_compared_to_the_dollar(library, made, tmp_path, capsys):
    first = tmp_path / "a.json"
    changes = {"roles.mediator.caseload": 12, "budget.training_share": 0.3}
    first.write_text(json.dumps({"city": "norfolk-va", "changes": changes}), encoding="utf-8")
    typed = {"people_at_risk": 300, "roles.case_manager.wage": 70000}
    second = saved(made["norfolk-va"][1].changed(typed), tmp_path, "b.xlsx")
    assert are_files(str(first), str(second))
    assert compare_cases(first, second, as_json=True) == 0
    said = json.loads(capsys.readouterr().out)
    for key, case in (("before", changes), ("after", typed)):
        checked = {
            name: library.params.register[name].check(value, None) for name, value in case.items()
        }
        profile = library.dossier("norfolk-va", overrides=checked).profile
        assert said[key]["total"] == profile.budget.total
        assert said[key]["people"] == profile.people.rounded
    assert {part["name"] for part in said["parts"]} == {*changes, *typed}
    for figure in ("people", "staff", "total"):
        moved = sum(part[figure] for part in said["parts"])
        assert moved == said["after"][figure] - said["before"][figure]
    assert said["exact"]


def test_cases_of_two_cities_are_not_compared(tmp_path):
    paths = []
    for slug in ("norfolk-va", "dayton-oh"):
        paths.append(tmp_path / f"{slug}.json")
        paths[-1].write_text(json.dumps({"city": slug}), encoding="utf-8")
    with pytest.raises(
        InputError, match=r"norfolk-va\.json of norfolk-va, dayton-oh\.json of dayton"
    ):
        compare_cases(*paths)
    with pytest.raises(InputError, match="a scenario with a scenario"):
        are_files("baseline", "a.json")
    assert not are_files("baseline", "field-pay")


@pytest.mark.slow
def test_the_command_makes_the_report_of_the_same_case(made, tmp_path):
    typed = {"roles.mediator.caseload": 12, "budget.training_share": 0.3}
    book = saved(made["norfolk-va"][1].changed(typed), tmp_path)
    case = tmp_path / "case.json"
    case.write_text(json.dumps({"city": "norfolk-va", "changes": typed}), encoding="utf-8")
    for path in (book, case):
        out = str(tmp_path / path.suffix[1:])
        words = ("report", "--params", str(path), "--formats", "json", "--out", out)
        done = Checkout(ROOT).invoke(*words)
        assert done.returncode == 0, done.stderr
    (one,), (two,) = ((tmp_path / end).glob("*/norfolk-va.json") for end in ("xlsx", "json"))
    assert one.parent.name == two.parent.name
    assert one.read_bytes() == two.read_bytes()
