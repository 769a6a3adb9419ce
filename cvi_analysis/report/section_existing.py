"""What is published on a city's spending and staff today, and how far the plan is from it."""

from __future__ import annotations

from cvi_analysis.display.blocks import Stack
from cvi_analysis.display.formats import dollars, plain, sentence, short_dollars
from cvi_analysis.display.prose import Line, Prose, line, link, shown, strong
from cvi_analysis.display.tables import Column, Row, Table
from cvi_analysis.model.people import Method
from cvi_analysis.params.spending import SpendingFigure
from cvi_analysis.report.dossier import SPENDING, Dossier
from cvi_analysis.report.wording import METHOD_WORDS, doubt, kind, set_by

_DOLLARS = "USD"


def existing(dossier: Dossier) -> Stack:
    """Each published figure with what it counts; then the plan set against the yearly one."""
    rows = dossier.facts.spending
    if not rows and dossier.spending_today is None:
        return Stack.of(Prose.of(_unknown(dossier)))
    return Stack.of(_table(dossier) if rows else None, Prose.of(*_gap(dossier)))


def amount(row: SpendingFigure) -> str:
    """The figure with its unit as it is read: `about $25,000,000 a year`, `50 staff`."""
    if row.value is None:
        return ""
    if not row.unit.startswith(_DOLLARS):
        return f"{plain(row.value)} {row.unit}"
    period, _, about = row.unit.removeprefix(_DOLLARS).partition(",")
    return " ".join(part for part in (about.strip(), dollars(row.value), period.strip()) if part)


def cited(row: SpendingFigure) -> Line:
    """Who published the figure, with a word where confidence in it is not high."""
    return line(link(row.source, row.source_url), doubt(row.confidence))


def known_today(dossier: Dossier) -> bool:
    """Whether such work is known to be paid for in the city today; a sum by hand decides alone."""
    entered = dossier.values[SPENDING]
    return bool(dossier.facts.spending) if entered is None else entered > 0


def _unknown(dossier: Dossier) -> Line:
    return line(
        "We know of no published figure on what "
        f"{dossier.city.city} spends on this work, or whom it employs for it, today. Enter your "
        f"own in the budget calculator; a report made with the {kind(dossier)}’s own dollars a "
        f"year and posts says how far the plan is from them ({set_by(dossier, SPENDING)}).",
    )


def _table(dossier: Dossier) -> Table:
    return Table(
        caption=f"Published figures on spending and staff in {dossier.city.city} today",
        columns=(
            Column("What is counted", "left", 4),
            Column("Figure", "right", 2.4),
            Column("Year"),
            Column("Source", "left", 3),
        ),
        rows=tuple(
            Row.of(
                line(row.item, f". {sentence(row.note)}" if row.note else ""),
                amount(row),
                str(row.year),
                cited(row),
            )
            for row in dossier.facts.spending
        ),
        small=True,
    )


def _gap(dossier: Dossier) -> list[Line]:
    """The plan less what is known; only dollars a year are set against it."""
    today, gap = dossier.spending_today, dossier.spending_gap
    if today is None or gap is None:
        return [
            line(
                f"No figure here is all that the {kind(dossier)} spends a year, so nothing is set "
                "against the plan. Enter such a sum in the budget calculator to see how far the "
                f"plan is from it; {set_by(dossier, SPENDING)}.",
            )
        ]
    total = dossier.profile.budget.total
    words = short_dollars(abs(gap))
    difference = shown(words, "existing.gap", gap, strong=True) if gap >= 0 else strong(words)
    return [
        line(
            strong("Set against the plan. "),
            "The plan costs ",
            shown(short_dollars(total), "budget.total", total),
            " a year; ",
            spent(dossier),
            ". The plan is ",
            difference,
            f" a year {'more' if gap >= 0 else 'less'}. That is no bill: today’s money may pay for "
            "more or for less than the lines of this plan, and it is in the dollars of its year.",
        ),
        *(_by_another(dossier, method, today) for method in dossier.case.methods()[1:]),
    ]


def _by_another(dossier: Dossier, method: Method, today: float) -> Line:
    total = dossier.case.by(method).budget.total
    words = short_dollars(abs(total - today))
    return line(
        f"With people counted by {METHOD_WORDS[method]} the plan costs {short_dollars(total)} a "
        f"year, {words} {'more' if total >= today else 'less'} than today’s money."
    )


def spent(dossier: Dossier) -> Line:
    """What is spent today in a phrase; only where it is known (`Dossier.spending_today`)."""
    today, published = dossier.spending_today or 0.0, dossier.facts.yearly
    entered = dossier.values[SPENDING] is not None or published is None
    about = "" if entered or published is None or "about" not in published.unit else "about "
    whence = "entered by hand" if entered or published is None else f"published, {published.year}"
    return line(
        about,
        shown(short_dollars(today), "existing.spending", today),
        f" a year ({whence}) is known to be spent on this work today",
    )
