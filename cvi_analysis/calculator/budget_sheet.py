"""The sheet Budget: each line before and after rounding, and the total."""

from __future__ import annotations

from cvi_analysis.calculator.sheets import Book, Sheet, is_on
from cvi_analysis.model.budget import WRAPAROUND_KINDS
from cvi_analysis.model.staffing import FRONTLINE, GROUPS, ROLES
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.wording import KINDS

LINE, HOW, EXACT, DOLLARS, SHARE, REPORT, CHANGE, NAMED = range(8)
LINES = ("frontline", "supervision_ovp", "training", "evaluation", "indirect", "wraparound")
TITLES = {
    "frontline": "Frontline staff",
    "supervision_ovp": "Supervisors and Office of Violence Prevention",
    "staffing": "Pay and benefits together",
    "training": "Staff training and technical assistance",
    "evaluation": "Data and evaluation",
    "indirect": "Indirect costs",
    "wraparound": "Wraparound services",
    "total": "Total a year",
}


def write_budget(book: Book, dossier: Dossier) -> None:
    """Fill the sheet and name the lines `budget_<line>`."""
    sheet = book.sheets["Budget"]
    sheet.title(
        "Budget",
        "Dollars a year for a full program. Each line is rounded half up to the dollar; the total "
        "is the sum of the rounded lines.",
        "No money for police, prosecution, courts or jails.",
    )
    sheet.header(
        "Line", "How it is set", "Before rounding", "Dollars a year", "Share", "In the report",
        "Difference", "Name of the cell", left=(LINE, HOW, NAMED),
    )  # fmt: skip
    top = sheet.row
    _lines(sheet, dossier)
    _kinds(sheet, dossier)
    _ratios(sheet, dossier)
    look = sheet.sheet
    look.freeze_panes(top, 1)
    look.repeat_rows(top - 1)
    sheet.widths(44, 46, 17, 16, 9, 16, 14, 27)


def _lines(sheet: Sheet, dossier: Dossier) -> None:
    values, budget = dossier.values, dossier.profile.budget
    posts = dossier.profile.posts
    costs = {"frontline": 0.0, "others": 0.0}
    for post in posts:
        costs["frontline" if post.group == "frontline" else "others"] += post.cost
    cells: dict[str, list[str]] = {"frontline": [], "others": []}
    for role in ROLES:
        key = "frontline" if GROUPS[role] == "frontline" else "others"
        cells[key].append(f"staffing_{role}_cost")
    rules = {
        "frontline": ("pay and benefits", "+".join(cells["frontline"]), costs["frontline"]),
        "supervision_ovp": ("pay and benefits", "+".join(cells["others"]), costs["others"]),
        **{
            line: (
                "share of pay and benefits",
                f"budget_{line}_share*budget_staffing",
                values[f"budget.{line}_share"] * budget.staffing,
            )
            for line in ("training", "evaluation", "indirect")
        },
        "wraparound": (
            "dollars for each person served and family",
            "budget_wraparound_per_person*people_at_risk_served",
            values["budget.wraparound_per_person"] * dossier.profile.people.served,
        ),
    }
    for line in LINES:
        how, formula, exact = rules[line]
        sheet.text(LINE, TITLES[line], "row")
        sheet.text(HOW, how, "row", "indent", "muted")
        before = sheet.formula(EXACT, formula, exact, "row", "exact")
        amount = int(getattr(budget, line))
        sheet.formula(
            DOLLARS, f"ROUND({before},0)", amount, "row", "dollars", name=f"budget.{line}"
        )
        _beside(sheet, f"budget.{line}", amount, int(budget.total), "row")
    sheet.text(LINE, TITLES["total"], "total")
    sheet.text(HOW, "sum of the lines", "total", "indent")
    sheet.text(EXACT, "", "total")
    total = int(budget.total)
    sheet.formula(
        DOLLARS,
        "budget_staffing+budget_training+budget_evaluation+budget_indirect+budget_wraparound",
        total,
        "total",
        "dollars",
        name="budget.total",
    )
    _beside(sheet, "budget.total", total, total, "total")
    sheet.row += 1
    sheet.text(LINE, TITLES["staffing"], "row")
    sheet.text(HOW, "the first two lines", "row", "indent", "muted")
    sheet.text(EXACT, "", "row")
    staffing = int(budget.staffing)
    sheet.formula(
        DOLLARS,
        "budget_frontline+budget_supervision_ovp",
        staffing,
        "row",
        "dollars",
        name="budget.staffing",
    )
    _beside(sheet, "budget.staffing", staffing, total, "row")
    sheet.row += 1


def _beside(sheet: Sheet, name: str, amount: int, total: int, look: str) -> None:
    key = name.replace(".", "_")
    share = amount / total if total else 0.0
    sheet.formula(SHARE, f"IF(budget_total=0,0,{key}/budget_total)", share, look, "share")
    sheet.number(REPORT, amount, look, "dollars")
    sheet.formula(CHANGE, f"{key}-{sheet.address(REPORT)}", 0, look, "dollar_change")
    sheet.text(NAMED, key, look, "indent", "muted")
    sheet.row += 1


def _kinds(sheet: Sheet, dossier: Dossier) -> None:
    values, budget = dossier.values, dossier.profile.budget
    sheet.heading("Wraparound services by kind")
    sheet.header(
        "Kind", "What it pays for", "Before rounding", "Dollars a year", "Share of total",
        "In the report", "Difference", "Name of the cell", left=(LINE, HOW, NAMED),
    )  # fmt: skip
    for kind in WRAPAROUND_KINDS[:-1]:
        share = f"budget.wraparound.{kind}_share"
        sheet.text(LINE, KINDS[kind][0], "row")
        sheet.text(HOW, KINDS[kind][1], "row", "indent", "muted")
        before = sheet.formula(
            EXACT,
            f"{share.replace('.', '_')}*budget_wraparound",
            values[share] * budget.wraparound,
            "row",
            "exact",
        )
        amount = int(budget.wraparound_kinds[kind])
        sheet.formula(
            DOLLARS, f"ROUND({before},0)", amount, "row", "dollars", name=f"wraparound.{kind}"
        )
        _beside(sheet, f"wraparound.{kind}", amount, int(budget.total), "row")
    last = WRAPAROUND_KINDS[-1]
    sheet.text(LINE, KINDS[last][0], "row")
    sheet.text(HOW, f"{KINDS[last][1]}: what is left", "row", "indent", "muted")
    sheet.text(EXACT, "", "row")
    rest = "-".join(
        ["budget_wraparound", *(f"wraparound_{kind}" for kind in WRAPAROUND_KINDS[:-1])]
    )
    amount = int(budget.wraparound_kinds[last])
    sheet.formula(DOLLARS, rest, amount, "row", "dollars", name=f"wraparound.{last}")
    _beside(sheet, f"wraparound.{last}", amount, int(budget.total), "row")
    sheet.row += 1


def _ratios(sheet: Sheet, dossier: Dossier) -> None:
    result = dossier.profile
    sheet.heading("What that comes to")
    sheet.header("Figure", "How it is set", "", "Dollars a year", left=(LINE, HOW))
    for title, how, over, value, name in (
        ("For each resident", "total / residents", "population", result.per_resident,
         "per_resident"),
        ("For each person served", "total / people served", "people_at_risk_served",
         result.per_person, "per_person"),
    ):  # fmt: skip
        sheet.text(LINE, title, "row")
        sheet.text(HOW, how, "row", "indent", "muted")
        sheet.text(EXACT, "", "row")
        sheet.formula(DOLLARS, f"budget_total/{over}", value, "row", "cents", name=name)
        sheet.row += 1
    gap = dossier.spending_gap
    sheet.text(LINE, "More than the city spends on this work today", "row")
    sheet.text(HOW, "total - spending today; empty if not known", "row", "indent", "muted")
    sheet.text(EXACT, "", "row")
    sheet.formula(
        DOLLARS,
        'IF(ISNUMBER(existing_spending),budget_total-existing_spending,"")',
        "" if gap is None else gap,
        "row",
        "dollars",
        name="existing.gap",
    )
    sheet.row += 1
    offset = dossier.offset
    workers = "+".join(f"staffing_{role}_count" for role in FRONTLINE)
    sheet.text(LINE, "What Medicaid could pay back", "row")
    sheet.text(HOW, "beside the total; empty if off or no rate is known", "row", "indent", "muted")
    sheet.text(EXACT, "", "row")
    sheet.formula(
        DOLLARS,
        f"IF(AND({is_on('medicaid_offset_enabled')},ISNUMBER(medicaid_rate)),"
        f'ROUND(({workers})*medicaid_billable_hours*medicaid_enrolled_share*medicaid_rate,0),"")',
        "" if offset is None else offset.dollars,
        "row",
        "dollars",
        name="medicaid.offset",
    )
    sheet.row += 1
