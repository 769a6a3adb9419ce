"""The annual budget, line by line and as parts of a whole."""

from __future__ import annotations

from cvi_analysis.display.blocks import Stack
from cvi_analysis.display.formats import dollars, percent, share, short_dollars
from cvi_analysis.display.part_charts import budget as budget_chart
from cvi_analysis.display.prose import Inline, Line, Prose, line, shown, strong
from cvi_analysis.display.svg_chart import Chart
from cvi_analysis.display.tables import Column, Row, Table
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.section_payers import offset_beside
from cvi_analysis.report.wording import KINDS, kind


def annual_budget(dossier: Dossier) -> Stack:
    """The total, what it never pays for, its parts as a picture, and the table."""
    return Stack.of(_summary(dossier), budget_parts(dossier), budget_table(dossier))


def _summary(dossier: Dossier) -> Prose:
    result = dossier.profile
    budget = result.budget
    beside = offset_beside(dossier)
    return Prose.of(
        line(
            "The whole program would cost ",
            shown(short_dollars(budget.total), "budget.total", budget.total, strong=True),
            " a year: ",
            shown(dollars(result.per_resident), "per_resident", result.per_resident),
            f" for each resident of {dossier.city.city}, or ",
            shown(short_dollars(result.per_person), "per_person", result.per_person),
            " for each person served at one time. The table has the model’s dollars as they come "
            "out; they are no surer than the range.",
        ),
        *([] if beside is None else [beside]),
        line(
            strong("No policing. "),
            "Wraparound services are housing, jobs, health care and social services for people at "
            "risk and their families. This budget contains no money for police, prosecution, "
            "courts or jails.",
        ),
        line(
            strong("Services by kind. "),
            "How wraparound services are divided by kind is our assumption; their sum is not "
            "affected.",
        ),
    )


def budget_parts(dossier: Dossier) -> Chart | None:
    """The budget as parts of a whole; None where there is no budget."""
    budget = dossier.profile.budget
    return budget_chart(
        [(KINDS[kind][0], int(amount)) for kind, amount in budget.wraparound_kinds.items()],
        [
            ("Frontline staff", int(budget.frontline)),
            (f"Supervisors and {kind(dossier)} office", int(budget.supervision_ovp)),
            ("Training and technical assistance", int(budget.training)),
            ("Data and evaluation", int(budget.evaluation)),
            *([("Indirect costs", int(budget.indirect))] if budget.indirect else []),
        ],
    )


def budget_table(dossier: Dossier) -> Table:
    """Every line with its share of the total and how it is set."""
    budget, values = dossier.profile.budget, dossier.values
    total = budget.total

    def row(name: Inline | Line, key: str, amount: float, how: str, kind: str = "body") -> Row:
        part = percent(amount / total, 1) if total else ""
        cells = (name, how, shown(dollars(amount), key, amount), part)
        return Row.of(*cells, kind="total" if kind == "total" else "body")

    per_person = dollars(values["budget.wraparound_per_person"])
    rows = [
        row("Frontline staff", "budget.frontline", budget.frontline, "pay and benefits"),
        row(
            "Supervisors and Office of Violence Prevention",
            "budget.supervision_ovp",
            budget.supervision_ovp,
            "pay and benefits",
        ),
        row(
            "Staff training and technical assistance",
            "budget.training",
            budget.training,
            f"{share(values['budget.training_share'])} of pay and benefits",
        ),
        row(
            "Data and evaluation",
            "budget.evaluation",
            budget.evaluation,
            f"{share(values['budget.evaluation_share'])} of pay and benefits",
        ),
        row(
            "Indirect costs",
            "budget.indirect",
            budget.indirect,
            f"{share(values['budget.indirect_share'])} of pay and benefits"
            + ("" if budget.indirect else "; councils often meet some"),
        ),
        row(
            "Wraparound services",
            "budget.wraparound",
            budget.wraparound,
            f"{per_person} for each person served and family; by kind as we divide them",
        ),
    ]
    rows += [
        row(
            f"of which {KINDS[kind][0].lower()}",
            f"wraparound.{kind}",
            amount,
            KINDS[kind][1],
        )
        for kind, amount in budget.wraparound_kinds.items()
    ]
    rows.append(row("Total a year", "budget.total", total, "", "total"))
    return Table(
        caption=f"Recommended annual budget for {dossier.city.city}",
        columns=(
            Column("Line", "left", 3),
            Column("How it is set", "left", 3),
            Column("Dollars a year"),
            Column("Share"),
        ),
        rows=tuple(rows),
        notes=(
            line(
                "Pay and benefits together: ",
                shown(dollars(budget.staffing), "budget.staffing", budget.staffing),
                ".",
            ),
        ),
    )
