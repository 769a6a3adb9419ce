"""The workbook as it is written: names, values, validation, texts, print set-up, bytes."""

from __future__ import annotations

import io
import re
import time

import openpyxl
import pytest

from cvi_analysis import __edition__
from cvi_analysis.calculator.inputs import inputs
from cvi_analysis.calculator.sheets import SHEETS
from cvi_analysis.calculator.workbook import workbook
from cvi_analysis.model.hiring_plan import plan
from cvi_analysis.model.medicaid_offset import RATE
from cvi_analysis.model.sizing_case import METHOD
from cvi_analysis.report.document import document
from cvi_analysis.report.dossier import SPENDING
from tests.calculator.spreadsheet import Spreadsheet

CITIES = ("norfolk-va", "washington-dc", "los-angeles-ca", "oakland-ca")
NOT_READ = (
    *("population.", "phasing.money_at_hand", "people_at_risk.method_weight"),
    "budget.price_year",
)

BESIDE = ("people_at_risk.people_per_person_shot",)
"""Beside the budget: in the report only."""


@pytest.fixture(scope="module")
def made(library):
    found = {}
    for slug in CITIES:
        dossier = library.dossier(slug)
        content = workbook(dossier, document(dossier))
        found[slug] = (dossier, Spreadsheet(content))
    return found


@pytest.fixture(scope="module")
def norfolk(made):
    return made["norfolk-va"]


@pytest.fixture(scope="module")
def opened(norfolk):
    return openpyxl.load_workbook(io.BytesIO(norfolk[1].content))


def test_sheets_are_there_in_order(opened):
    assert tuple(opened.sheetnames) == SHEETS
    assert opened.active.title == "Summary"


@pytest.mark.parametrize("slug", CITIES)
def test_stored_results_are_the_models(made, slug):
    dossier, sheet = made[slug]
    result = dossier.profile
    assert sheet.value("population_value") == result.population
    assert sheet.value("people_at_risk_estimate") == result.people.estimate
    assert sheet.value("people_at_risk_rounded") == result.people.rounded
    assert sheet.value("people_at_risk_served") == result.people.served
    assert sheet.value("effective_people") == result.effective
    assert sheet.value("staffing_total") == result.staff
    for post in result.posts:
        for part in ("count", "wage", "benefits_load", "cost"):
            assert sheet.value(f"staffing_{post.role}_{part}") == getattr(post, part)
    assert sheet.value("staffing_cost") == pytest.approx(sum(p.cost for p in result.posts))
    for line in ("frontline", "supervision_ovp", "staffing", "training", "evaluation", "total"):
        assert sheet.value(f"budget_{line}") == getattr(result.budget, line)
    assert sheet.value("budget_wraparound") == result.budget.wraparound
    for kind, amount in result.budget.wraparound_kinds.items():
        assert sheet.value(f"wraparound_{kind}") == amount
    assert sheet.value("per_resident") == result.per_resident
    assert sheet.value("per_person") == result.per_person
    assert sheet.value("existing_spending") == dossier.spending_today
    assert sheet.value("existing_gap") == dossier.spending_gap
    for year in plan(dossier.case, horizon=5).years:
        assert sheet.value(f"year_{year.number}_budget_total") == year.budget.total
        assert sheet.value(f"year_{year.number}_expected_total") == year.expected.total
        assert sheet.value(f"year_{year.number}_recurring_needed") == year.recurring_needed


@pytest.mark.parametrize("slug", CITIES)
def test_every_assumption_the_model_reads_is_a_named_input(made, slug):
    dossier, sheet = made[slug]
    for name, item in dossier.assumptions.items():
        if name.startswith((*NOT_READ, *BESIDE)):
            continue
        where, _ = sheet.names[name.replace(".", "_")]
        assert where == "Inputs"
        value = sheet.value(name.replace(".", "_"))
        if name == "population":
            assert value == dossier.population.population
        elif name == METHOD:  # What is in force here: without a local count, residents.
            assert value == dossier.case.method
        elif name == SPENDING:  # What is published takes the place of an empty field.
            assert value == dossier.spending_today
        elif name == RATE:  # As is the state's own.
            assert value == dossier.facts.hourly_rate
        elif isinstance(item.value, bool):
            assert value == ("yes" if item.value else "no")
        elif isinstance(item.value, tuple):
            assert value == item.value[0]
        else:
            assert value == item.value
        assert sheet.formula(name.replace(".", "_")) is None


def test_all_else_is_formulas(norfolk):
    _, sheet = norfolk
    for name, (where, _) in sheet.names.items():
        if where != "Inputs":
            assert sheet.formula(name), name


def test_formulas_use_only_what_every_program_computes_alike(norfolk):
    _, sheet = norfolk
    used: set[str] = set()
    for cells in sheet.cells.values():
        for _, content in cells.values():
            for formula in re.findall(r"<f>(.*?)</f>", content):
                used |= set(re.findall(r"([A-Z]+)\(", formula))
    assert used <= {
        "ROUND",
        "MAX",
        "MIN",
        "IF",
        "AND",
        "ABS",
        "ISNUMBER",
        "INDEX",
        "NOT",
        "NA",
        "OR",
    }


def test_every_input_is_held_to_its_range(norfolk, opened):
    dossier, sheet = norfolk
    checks = {}
    for check in opened["Inputs"].data_validations.dataValidation:
        for part in check.sqref.ranges:
            checks[part.coord] = check
    for item in inputs(dossier):
        address = sheet.names[item.name.replace(".", "_")][1]
        check = checks[address]
        assert check.error
        if item.kind == "switch":
            assert check.formula1 == '"yes,no"'
        elif item.kind == "choice":
            assert check.formula1 == '"residents,homicides"'
        else:
            assert check.type == ("whole" if item.whole else "decimal")
            assert (float(check.formula1), float(check.formula2)) == item.allowed
            assert bool(check.allow_blank) == item.optional
            assert item.unit in check.prompt


def test_limits_with_decimals_show_them(norfolk, opened):
    sheet = opened["Inputs"]
    shown = {
        title.value: (low.value, low.number_format)
        for title, _, _, low in sheet.iter_rows(max_col=4)
        if isinstance(low.value, int | float)
    }
    decimals = {key: found for key, found in shown.items() if found[0] % 1}
    assert decimals
    assert all("." in form or form == "General" for _, form in decimals.values()), decimals


def test_print_set_up_and_properties(norfolk, opened):
    dossier, _ = norfolk
    for sheet in opened:
        assert sheet.page_setup.paperSize == 1
        assert sheet.page_setup.fitToWidth in (None, 1)
        assert int(sheet.page_setup.fitToHeight) == 0
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "Norfolk" in sheet.oddHeader.left.text
        assert "Page" in sheet.oddFooter.right.text
        assert not sheet.merged_cells.ranges
    for name in ("Inputs", "Budget", "Five years", "Sources"):
        assert opened[name].freeze_panes is not None
        assert opened[name].print_title_rows
    properties = opened.properties
    assert properties.title.startswith("Norfolk, VA")
    assert f"{properties.created:%Y-%m-%d}" == f"{__edition__}-01"
    assert dossier.scenario.title in properties.keywords


def test_the_chart_has_words(norfolk):
    _, sheet = norfolk
    drawing = next(name for name in sheet.parts if name.startswith("xl/drawings/drawing"))
    assert 'descr="Bars of the budget lines, here and in the report' in sheet.text(drawing)


@pytest.mark.parametrize("slug", CITIES)
def test_the_summary_has_every_way_of_counting(made, slug):
    dossier, sheet = made[slug]
    opened = openpyxl.load_workbook(io.BytesIO(sheet.content))
    rows = {tuple(c.value for c in row[1:5]) for row in opened["Summary"].iter_rows()}
    for part in document(dossier).methods:
        assert (part.estimate, part.served, part.staff, part.total) in rows


def test_a_sheet_says_how_to_send_it_back(opened):
    words = " ".join(str(c.value) for row in opened["Send it back"].iter_rows() for c in row)
    for told in ("cvi report --params norfolk-va.xlsx", "cvi check norfolk-va.xlsx", "yes or no"):
        assert told in words


def test_texts_stay_texts(library):
    dossier = library.dossier("norfolk-va")
    hostile = {
        name: item.model_copy(
            update={"title": "=1+1", "source": '@SUM(A1)"', "note": "-2", "unit": "+3 & <b>"}
        )
        for name, item in dossier.assumptions.items()
    }
    city = dossier.city.model_copy(update={"city": '=HYPERLINK("x")&A1'})
    dossier = dossier.model_copy(update={"assumptions": hostile, "city": city})
    content = workbook(dossier, document(dossier))
    sheet = openpyxl.load_workbook(io.BytesIO(content))
    plain = {
        cell.value: cell.data_type
        for row in sheet["Sources"].iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value[:1] in "=+-@"
    }
    assert set(plain) >= {"=1+1", '@SUM(A1)"', "-2", "+3 & <b>"}
    formulas = re.findall(r"<f>(.*?)</f>", Spreadsheet(content).text("xl/worksheets/sheet1.xml"))
    assert not any("HYPERLINK" in formula for formula in formulas)
    # openpyxl calls any text with "=" a formula; the file says that it is a string.
    address = next(
        c.coordinate for r in sheet["Sources"].iter_rows() for c in r if c.value == "=1+1"
    )
    attributes, _ = Spreadsheet(content).cells["Sources"][address]
    assert 't="s"' in attributes


def test_numbers_are_written_in_full(library):
    value = 235.03700000000003
    dossier = library.dossier("norfolk-va", overrides={"people_at_risk": value})
    sheet = Spreadsheet(workbook(dossier, document(dossier)))
    assert sheet.value("people_at_risk") == value
    assert sheet.value("people_at_risk_estimate") == value


def test_same_dossier_same_bytes(norfolk):
    dossier, sheet = norfolk
    time.sleep(1.1)
    assert workbook(dossier, document(dossier)) == sheet.content
