"""Section: building the program up over the years."""

from __future__ import annotations

from cvi_analysis.display.blocks import Stack
from cvi_analysis.display.formats import (
    counted,
    joined,
    number,
    percent,
    share,
    short_dollars,
    within,
)
from cvi_analysis.display.prose import Paragraph, Prose, line, strong
from cvi_analysis.display.svg_chart import Chart
from cvi_analysis.display.tables import Column, Row, Table
from cvi_analysis.display.time_charts import Phase, phases
from cvi_analysis.model.hiring_plan import GROUPS, Hiring, HiringPlan, plan
from cvi_analysis.model.inverse import affordable
from cvi_analysis.model.sizing_case import Case
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.section_existing import known_today
from cvi_analysis.report.wording import kind, named

MONEY = "phasing.money_at_hand"
PARTS = (0.25, 0.5, 0.75)
"""Shares of the full budget for which the report says what they buy."""


def phasing(dossier: Dossier) -> Stack:
    """The hiring plan as words, chart and table; then what a given budget buys."""
    case = dossier.case
    found = plan(case)
    return Stack.of(
        _words(dossier, found), _chart(dossier, found), _table(found), _buys(dossier, case)
    )


def _words(dossier: Dossier, found: HiringPlan) -> Prose:
    hiring = found.hiring
    existing = found.years[0].posts_in().existing
    lines = [
        line(
            f"Posts are added evenly over {counted(hiring.years, 'year')}; the "
            f"{kind(dossier)}’s own office is complete in the first, because nobody else can let "
            "contracts. The plan takes about "
            f"{percent(hiring.fill_rate)} of planned posts to have someone in them, which in small "
            f"teams of whole posts comes out higher or lower. {_prices(hiring)} "
            "These are assumptions and can be changed; the register has their sources."
        )
    ]
    if existing:
        one_off = (
            f"; {percent(hiring.one_off_share)} of what they cost is one-off money, which ends"
            if hiring.one_off_share
            else ""
        )
        lines.append(
            line(
                f"{counted(existing, 'post')} of the program "
                f"{'is' if existing == 1 else 'are'} filled today{one_off}."
            )
        )
    elif known_today(dossier):
        lines.append(
            line(
                f"Such work is paid for in {dossier.city.city} today (“What exists today”), "
                "but no posts by role were entered, so the plan counts none of its staff. "
                "With them the gap and the new money are smaller."
            )
        )
    else:
        lines.append(
            line(
                f"No staff at work in {dossier.city.city} today were entered, so the plan counts "
                "none. Teams that exist already make the gap and the new money smaller."
            )
        )
    if found.surplus:
        extra = [
            f"{number(count)} {within(named(dossier.roles[role], count))}"
            for role, count in found.surplus.items()
        ]
        lines.append(line(f"More than the model asks for, and left out here: {joined(extra)}."))
    return Prose.of(*lines)


def _prices(hiring: Hiring) -> str:
    if not hiring.price_growth:
        return "Every year is in the dollars of the full program."
    return f"Pay and services grow by {share(hiring.price_growth)} a year alike."


def _chart(dossier: Dossier, found: HiringPlan) -> Chart | None:
    first, last = found.years[0], found.years[-1]
    years = [
        Phase(
            f"Year {year.number}",
            int(year.budget.total),
            int(year.expected.total),
            year.posts_in().planned,
        )
        for year in found.years
    ]
    if len(years) > 1:
        title = (
            f"The budget grows from {short_dollars(first.budget.total)} in the first year to "
            f"{short_dollars(last.budget.total)} in year {last.number}"
        )
    else:
        title = f"{dossier.city.city} would need {short_dollars(last.budget.total)} at once"
    return phases(years, title)


def _table(found: HiringPlan) -> Table:
    lasting = any(year.lasting or year.expiring for year in found.years)
    rows = []
    for year in found.years:
        posts = year.posts_in()
        rows.append(
            Row.of(
                f"Year {year.number}",
                *(number(year.posts_in(group).planned) for group in GROUPS),
                number(posts.planned),
                number(posts.filled),
                number(posts.gap),
                number(year.reached),
                short_dollars(year.budget.total),
                short_dollars(year.expected.total),
                *((short_dollars(year.recurring_needed),) if lasting else ()),
            )
        )
    note = (
        "Frontline, supervisors, office: posts planned, those of the office all in the first year. "
        "Gap: posts of the full program still without someone in them. People reached: at one "
        "time, by the filled posts. Budget: every planned post filled all year. Posts are whole in "
        "each role, so a year’s sum can differ a little from "
        f"{percent(found.hiring.fill_rate)} of the posts planned."
    )
    return Table(
        caption="Hiring and budget by year",
        columns=(
            Column("Year", "left"),
            *(Column(title) for title in ("Frontline", "Supervisors", "Office")),
            Column("All posts"),
            Column("Likely filled"),
            Column("Gap"),
            Column("People reached"),
            Column("Budget"),
            Column("Likely spent"),
            *((Column("New money, and in place of one-off money"),) if lasting else ()),
        ),
        rows=tuple(rows),
        notes=(line(note),),
        small=True,
    )


def _buys(dossier: Dossier, case: Case) -> Stack:
    total = int(dossier.profile.budget.total)
    given = dossier.values[MONEY]
    budgets = [(percent(part) + " of the budget", int(total * part)) for part in PARTS]
    if given is not None:
        budgets.insert(0, ("Money at hand", int(given)))
    rows = []
    smallest = 0
    for name, budget in budgets:
        found = affordable(case, budget)
        smallest = found.smallest
        if found.profile is None:
            rows.append(Row.of(name, short_dollars(budget), "none", "", "", ""))
            continue
        rows.append(
            Row.of(
                line(strong(name)) if name == "Money at hand" else name,
                short_dollars(budget),
                number(found.people),
                percent(found.people / dossier.profile.people.served)
                if dossier.profile.people.served
                else "",
                number(found.profile.staff),
                short_dollars(found.left),
            )
        )
    return Stack.of(
        Prose.of(
            line(
                strong("What less money buys. "),
                "The largest program that a smaller budget pays for in full, by the same method. "
                f"Posts that no program can do without and the {kind(dossier)}’s own office weigh "
                "more in a small one, so half of the money reaches fewer than half of the people.",
            )
            if _falls_short(case, total, dossier.profile.people.served)
            else line(
                strong("What less money buys. "),
                "The largest program that a smaller budget pays for in full, by the same method.",
            )
        ),
        Table(
            caption="Whom a given annual budget serves",
            columns=(
                Column("Budget", "left", 2),
                Column("Dollars a year"),
                Column("People served"),
                Column("Of all"),
                Column("Staff"),
                Column("Left over"),
            ),
            rows=tuple(rows),
        ),
        Prose.of(
            Paragraph(
                line(
                    f"The smallest program, for one person, costs {short_dollars(smallest)} a "
                    "year. A sum of your own can be entered in the calculator.",
                ),
                note=True,
            )
        ),
    )


def _falls_short(case: Case, total: int, target: float) -> bool:
    return affordable(case, total // 2).people < target / 2
