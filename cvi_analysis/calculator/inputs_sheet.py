"""The sheets Inputs and Sources: every assumption the model reads, and where it comes from."""

from __future__ import annotations

from typing import Any

from cvi_analysis.calculator.inputs import GROUPS, Input, described
from cvi_analysis.calculator.sheets import Book, Sheet, cell, cut, is_on, yes_or_no
from cvi_analysis.display.formats import web_address
from cvi_analysis.model.assumptions_read import SCALE_GAINS, SCALE_LIMITS, SHARES
from cvi_analysis.model.staffing import OVP
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.wording import census_place

LIMITS = "ovp.population_limits"
LOCAL_COUNT, AT_ONE_TIME = "city.local_estimate", "city.local_estimate_at_one_time"
HOMICIDES = "city.homicides"
FACTS = (LOCAL_COUNT, AT_ONE_TIME, HOMICIDES)
"""Names of the facts about the city that the model reads beside its assumptions."""
SWITCH_UNIT = "yes or no"
"""What stands under Unit for an input that is on or off."""
_ADVANCED: dict[str, tuple[str, ...]] = {
    "Kinds of wraparound services": SHARES,
    GROUPS["plan"][0]: GROUPS["plan"][1],
    "Economies of scale and smallest team": (
        *SCALE_LIMITS,
        *SCALE_GAINS,
        "staffing.minimum_per_role",
    ),
}
_ORDER = ("people", "lines", "caseloads", "counts", "pay", "existing", "medicaid")
INPUT_WIDTHS = (46, 12, 34, 11, 11, 12, 10, 52, 40)
NAME, VALUE, UNIT, LOW, HIGH, REPORT, CHANGED, SOURCE, DOTTED = range(9)


def write_inputs(book: Book, dossier: Dossier) -> None:
    """Fill the sheet and name its input cells after the assumptions."""
    sheet = book.sheets["Inputs"]
    sheet.title(
        "Inputs",
        "Yellow cells are the only figures to change; everything else follows. An empty yellow "
        "cell means that the model computes the figure; of today's spending, that it is not known.",
        "Shares are fractions: type 25% or 0.25. Money is in U.S. dollars a year.",
    )
    sheet.header(
        "Input", "Value", "Unit", "Lowest", "Highest", "In the report", "Changed?", "Source",
        "Name in the report", left=(NAME, UNIT, SOURCE, DOTTED),
    )  # fmt: skip
    top = sheet.row
    groups = {GROUPS[key][0]: GROUPS[key][1] for key in _ORDER} | _ADVANCED
    for title, names in groups.items():
        for column in range(DOTTED + 1):
            sheet.text(column, title if column == NAME else "", "group")
        sheet.row += 1
        for name in names:
            _line(sheet, described(dossier, name))
    sheet.row += 1
    _posts(sheet, dossier)
    _facts(sheet, dossier)
    look = sheet.sheet
    look.freeze_panes(top, 1)
    look.repeat_rows(top - 1)
    sheet.widths(*INPUT_WIDTHS, printed=DOTTED)


def number_format(unit: str) -> str:
    """Key of `book.NUMBERS` for an assumption counted in `unit`."""
    if unit.startswith("dollars"):
        return "dollars"
    if unit.startswith(("share", "more people per worker")):
        return "share"
    return "plain" if unit.startswith(("people per", "workers", "year")) else "count"


def _line(sheet: Sheet, item: Input) -> None:
    shape = number_format(item.unit)
    if item.name == "people_at_risk":
        shape = "plain"
    sheet.text(NAME, item.title, "row", "wrap")
    value = sheet.address(VALUE)
    if item.kind == "switch":
        sheet.text(VALUE, yes_or_no(item.baseline), "input")
        sheet.text(REPORT, yes_or_no(item.baseline), "row", "muted", "right")
    elif item.kind == "choice":
        sheet.text(VALUE, item.baseline, "input")
        sheet.text(REPORT, item.baseline, "row", "muted", "right")
    else:
        sheet.number(VALUE, item.baseline, "input", shape)
        sheet.number(REPORT, item.baseline, "row", "muted", shape)
    sheet.sheet.data_validation(sheet.row, VALUE, sheet.row, VALUE, _validation(item))
    units = {"switch": SWITCH_UNIT, "choice": " or ".join(key for key, _ in item.choices)}
    sheet.text(UNIT, units.get(item.kind, item.unit), "row", "indent")
    for column, end in ((LOW, 0), (HIGH, 1)):
        if item.kind != "number":
            sheet.text(column, "", "row")
        else:
            limit = item.allowed[end]
            whole = float(limit).is_integer() and shape == "plain"
            sheet.number(column, limit, "row", "muted", "count" if whole else shape)
    report = sheet.address(REPORT)
    test = f"{value}={report}"
    if item.kind == "switch":
        test = f'IF({is_on(value)},"yes","no")={report}'
    sheet.formula(CHANGED, f'IF({test},"","changed")', "", "row", "bold", "right")
    sheet.text(SOURCE, item.source, "row", "indent", "wrap")
    sheet.text(DOTTED, item.name, "row", "indent", "muted")
    sheet.fit((item.title, INPUT_WIDTHS[NAME]), (item.source, INPUT_WIDTHS[SOURCE] - 2))
    sheet.refer(VALUE, item.name)
    sheet.row += 1


def _validation(item: Input) -> dict[str, Any]:
    if item.kind == "switch":
        return {
            "validate": "list",
            "source": ["yes", "no"],
            "error_title": "yes or no",
            "error_message": "This input is a switch: choose yes or no.",
        }
    if item.kind == "choice":
        keys = [key for key, _ in item.choices]
        return {
            "validate": "list",
            "source": keys,
            "error_title": "Another word",
            "error_message": f"Choose {' or '.join(keys)}.",
        }
    low, high = (f"{end:,.10g}" for end in item.allowed)
    kind = "a whole number" if item.whole else "a number"
    empty = ", or leave the cell empty" if item.optional else ""
    return {
        "validate": "integer" if item.whole else "decimal",
        "criteria": "between",
        "minimum": item.allowed[0],
        "maximum": item.allowed[1],
        "ignore_blank": item.optional,
        "input_title": cut(item.title, 32),
        "input_message": cut(
            f"{kind.capitalize()} from {low} to {high} ({item.unit}){empty}.", 255
        ),
        "error_title": "Outside the range",
        "error_message": f"Enter {kind} from {low} to {high}{empty}."[:255],
    }


def _posts(sheet: Sheet, dossier: Dossier) -> None:
    """City posts by size class: one row a role, one column a class."""
    limits = dossier.values[LIMITS]
    sheet.heading("Posts of the Office of Violence Prevention by city size")
    words = ("smallest", "second", "third", "fourth", "largest")
    sheet.header("Post", *words)
    for role in OVP:
        name = f"roles.{role}.posts"
        _row_of(sheet, dossier, name, dossier.values[name], dossier.roles[role].plural)
    sheet.row += 1
    sheet.heading("Limits between the classes, residents")
    sheet.header("Limit", "first", "second", "third", "fourth")
    _row_of(sheet, dossier, LIMITS, limits, "Residents")
    sheet.row += 1


def _row_of(sheet: Sheet, dossier: Dossier, name: str, values: Any, title: str) -> None:
    item = dossier.assumptions[name]
    allowed = item.allowed or (0.0, 1e9)
    sheet.text(NAME, title, "row")
    for index, value in enumerate(values):
        sheet.number(VALUE + index, value, "input", "count")
        sheet.sheet.data_validation(
            sheet.row,
            VALUE + index,
            sheet.row,
            VALUE + index,
            {
                "validate": "integer",
                "criteria": "between",
                "minimum": allowed[0],
                "maximum": allowed[1],
                "ignore_blank": False,
                "error_title": "Outside the range",
                "error_message": f"Enter a whole number from {allowed[0]:,.0f} to "
                f"{allowed[1]:,.0f}.",
            },
        )
    sheet.text(DOTTED, name, "row", "indent", "muted")
    last = VALUE + len(values) - 1
    sheet.book.name(name, sheet.name, f"{cell(sheet.row, VALUE)}:{cell(sheet.row, last)}")
    sheet.row += 1


def _facts(sheet: Sheet, dossier: Dossier) -> None:
    """What is known of the city and no assumption: it can be corrected here."""
    city, known = dossier.city, dossier.case.known
    sheet.heading("Facts about the city; empty where none is known")
    sheet.header("Fact", "Value", "Unit", left=(NAME, UNIT))
    facts = (
        (LOCAL_COUNT, "Published local count of people at the highest risk", "people",
         known.local, city.local_estimate_source),
        (AT_ONE_TIME, "Of these, published count of people at one time", "people",
         known.at_one_time, city.local_estimate_source),
        (HOMICIDES, "Homicides a year, mean of the last two years held", "homicides",
         known.homicides, dossier.homicides_source),
    )  # fmt: skip
    for name, title, unit, value, source in facts:
        sheet.text(NAME, title, "row", "wrap")
        sheet.number(VALUE, value, "input", "plain")
        sheet.text(UNIT, unit, "row", "indent")
        said = source if value is not None else ""
        sheet.text(SOURCE, said, "row", "indent", "wrap")
        sheet.fit((title, INPUT_WIDTHS[NAME]), (said, INPUT_WIDTHS[SOURCE] - 2))
        sheet.refer(VALUE, name)
        sheet.row += 1
    sheet.row += 1
    names = "+".join(share.replace(".", "_") for share in SHARES)
    sheet.heading("Checks")
    sheet.text(NAME, "The four kinds of wraparound services add up to 100%", "row")
    sheet.formula(VALUE, f'IF(ABS({names}-1)<=0.000000001,"yes","NO")', "yes", "row", "right")
    sheet.row += 1
    first, second, third = (name.replace(".", "_") for name in SCALE_LIMITS)
    sheet.text(NAME, "The bands of economies of scale increase", "row")
    test = f'IF(AND({first}<{second},{second}<{third}),"yes","NO")'
    sheet.formula(VALUE, test, "yes", "row", "right")
    sheet.row += 1


QUALITY = {"A": "A published", "B": "B derived", "C": "C judgment"}
FIT = {"A": "A this very thing", "B": "B near", "C": "C far"}
SOURCE_WIDTHS = (38, 14, 22, 13, 17, 42, 46, 76, 42)
MAX_URL = 2000
_SKIPPED = ("population.", "comparison.")


def write_sources(book: Book, dossier: Dossier) -> None:
    """Fill the sheet."""
    sheet = book.sheets["Sources"]
    sheet.title(
        "Sources",
        "Quality: A a published figure, carried unchanged; B derived from published figures; "
        "C this project's judgment.",
        "Fit, how well the figure stands here: A it is about this very thing; B about something "
        "near; C about something far, or one place or rule stands for every city.",
    )
    sheet.header(
        "Assumption", "In the report", "Unit", "Quality", "Fit", "Source", "Address", "Note",
        "Name in the report", left=tuple(range(9)),
    )  # fmt: skip
    top = sheet.row
    for name, item in dossier.assumptions.items():
        if name.startswith(_SKIPPED):
            continue
        shape = number_format(item.unit)
        sheet.text(0, item.title, "row", "wrap")
        if isinstance(item.value, bool):
            sheet.text(1, yes_or_no(item.value), "row", "right")
        elif isinstance(item.value, tuple):
            sheet.text(1, ", ".join(map(str, item.value)), "row", "right")
        elif isinstance(item.value, str):
            sheet.text(1, item.value, "row")
        else:
            sheet.number(1, item.value, "row", shape)
        sheet.text(2, item.unit, "row", "indent", "wrap")
        sheet.text(3, QUALITY.get(item.quality, item.quality), "row", "indent")
        sheet.text(4, FIT.get(item.fit or "", ""), "row", "indent")
        sheet.text(5, item.source, "row", "indent", "wrap")
        _address(sheet, 6, item.source_url)
        sheet.text(7, item.note, "row", "indent", "wrap")
        sheet.text(8, name, "row", "indent", "muted")
        texts = (item.title, "", item.unit, "", "", item.source, item.source_url, item.note)
        sheet.fit(*((text, width - 2) for text, width in zip(texts, SOURCE_WIDTHS, strict=False)))
        sheet.row += 1
    sheet.row += 1
    sheet.heading("What this file stands on")
    sheet.header("Item", "Value", left=(0, 1))
    sheet.text(0, "Census place (GEOID)", "row")
    sheet.text(1, census_place(dossier), "row")
    sheet.row += 1
    for key, text in dossier.provenance.items():
        sheet.text(0, key, "row")
        sheet.text(1, text, "row")
        sheet.row += 1
    look = sheet.sheet
    look.freeze_panes(top, 1)
    look.repeat_rows(top - 1)
    sheet.widths(*SOURCE_WIDTHS, printed=8)


def _address(sheet: Sheet, column: int, url: str) -> None:
    if not url or web_address(url) is None or len(url) > MAX_URL:
        sheet.text(column, url, "row", "indent", "wrap")
        return
    sheet.sheet.write_url(sheet.row, column, url, sheet.book.format("row", "indent", "wrap"), url)
