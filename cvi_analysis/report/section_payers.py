"""Who could pay: money that recurs and money that ends, federal grants, and Medicaid."""

from __future__ import annotations

from cvi_analysis.display.blocks import Callout, Stack
from cvi_analysis.display.formats import (
    dollars,
    number,
    percent,
    plain,
    sentence,
    share,
    short_dollars,
)
from cvi_analysis.display.prose import Bullets, Inline, Line, Prose, line, link, shown, strong
from cvi_analysis.display.tables import Column, Row, Table
from cvi_analysis.model.medicaid_offset import ENABLED, ENROLLED, HOURS, RATE, Offset
from cvi_analysis.params.spending import Payer, SpendingFigure
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.section_existing import amount
from cvi_analysis.report.wording import day, doubt, kind, possessive, set_by

_RECURRING, _ENDS = "recurring", "one-off"
_PAYERS: tuple[tuple[Payer, str, str], ...] = (
    ("general_fund", "General fund of the {kind}", _RECURRING),
    ("state", "{state} grants and trust funds", _RECURRING),
    ("federal_grants", "Federal grants", _ENDS),
    ("recovery_act", "Federal recovery money of 2021 (ARPA)", _ENDS),
    ("donors", "Foundations and donors", _ENDS),
)
"""Whose money it is, in words, and whether it comes again every year."""

_DISTRICT = "District of Columbia"
"""What is no state and has a Medicaid agency of its own."""

_NONE_KNOWN = "No published figure known."
_UNNAMED = "“What exists today” gives sums of which no source of money is named; they are not here."


def payers(dossier: Dossier) -> Stack:
    """The two kinds of money in a table, the federal situation in a box, and Medicaid’s part."""
    return Stack.of(
        Prose.of(
            line(
                strong("Recurring money"),
                " pays for a post every year. ",
                strong("One-off money"),
                " ends, and the posts on it end too unless another source takes over. Posts that "
                "are to last belong on the first kind; start-up, training and evaluation can stand "
                "on the second.",
            )
        ),
        _table(dossier),
        _federal(dossier),
        Prose.of(*_offset(dossier)),
    )


def _table(dossier: Dossier) -> Table:
    state = "District" if _DISTRICT in _state(dossier) else "State"
    rows = [
        Row.of(title.format(kind=kind(dossier), state=state), lasts, _known(dossier, payer))
        for payer, title, lasts in _PAYERS
    ]
    rows.insert(2, Row.of("Medicaid", _RECURRING, _medicaid(dossier)))
    return Table(
        caption=f"Who could pay in {dossier.city.city}, and what is known",
        columns=(
            Column("Source of money", "left", 2),
            Column("Kind", "left"),
            Column("What is known", "left", 5),
        ),
        rows=tuple(rows),
        notes=(line(_UNNAMED),) if dossier.spending_today is not None else (),
        small=True,
    )


def _known(dossier: Dossier, payer: Payer) -> Line:
    if payer == "federal_grants":
        return line("See the box.")
    facts = dossier.facts
    found = [row for row in (*facts.spending, *facts.state) if row.payer == payer]
    if not found:
        return line(_NONE_KNOWN)
    return line(*(part for row in found for part in (*_figure(row), " ")))


def _figure(row: SpendingFigure) -> tuple[Inline | Line, ...]:
    """A figure in one sentence: what, how much, year, who published it, note."""
    figure = amount(row)
    note = f" {sentence(row.note)}" if row.note else ""
    what = f"{row.item}: {figure}" if figure else row.item
    sure = doubt(row.confidence, "; ", "")
    return f"{what} (", link(row.source, row.source_url), f", {row.year}{sure}).{note}"


def _state(dossier: Dossier) -> str:
    """The state as the Bureau writes it after the place, else its two letters."""
    city = dossier.city
    name = city.census_name.rpartition(", ")[2] or city.state
    return f"the {name}" if name == _DISTRICT else name


def _medicaid(dossier: Dossier) -> Line:
    facts = dossier.facts
    row = facts.medicaid
    if row is None:
        state = _state(dossier)
        where = f" for {state}" if state else ""
        return line(
            f"No benefit for violence prevention known{where}, as of "
            f"{day(facts.medicaid_read_on)}. Ask {possessive(state or 'the state')} Medicaid "
            "agency."
        )
    has = "Pays in" if row.benefit else "No benefit yet in"
    codes = row.billing_code.replace(";", ",")
    said = [
        *([row.rate_unit.replace("USD", dollars(row.rate, 2), 1)] if row.rate else []),
        row.status,
        *([f"billing codes {codes}"] if codes else []),
        *([f"training: {row.training}"] if row.training else []),
    ]
    note = f" {sentence(row.note)}" if row.note else ""
    return line(
        f"{has} {_state(dossier)}: {'; '.join(said)} (",
        link(f"read in {day(row.checked_on)}", row.source_url),
        f"{doubt(row.confidence, '; ', '')}).{note}",
    )


def _federal(dossier: Dossier) -> Callout | None:
    rows = dossier.facts.federal
    if not rows:
        return None
    read = day(min(row.checked_on for row in rows))
    return Callout(
        f"Federal grants, as read in {read}",
        (
            Prose.of(
                line(
                    "The Department of Justice’s Community Based Violence Intervention and "
                    "Prevention Initiative (CVIPI) was the main federal source. Its terms may have "
                    "changed since; look them up before counting on it."
                ),
                Bullets(tuple(line(*_figure(row)) for row in rows)),
            ),
        ),
    )


def _offset(dossier: Dossier) -> list[Line]:
    """What Medicaid could pay back, or how to have it worked out, or why it cannot be."""
    offset, rate = dossier.offset, dossier.facts.hourly_rate
    title = strong("What Medicaid could pay back. ")
    if offset is not None:
        return [line(title, *_worked(dossier, offset))]
    if dossier.values[ENABLED]:
        return [
            line(
                title,
                "Not worked out: no rate an hour is known here. One can be entered; "
                f"{set_by(dossier, RATE)}.",
            )
        ]
    if rate is None and dossier.values[RATE] is None:
        return []
    return [
        line(
            title,
            "Not counted in this report, since a benefit is no income until organizations are "
            "enrolled and claims are paid. It can be worked out beside the budget; "
            f"{set_by(dossier, ENABLED)}.",
        )
    ]


def _worked(dossier: Dossier, offset: Offset) -> tuple[Inline | Line, ...]:
    total = dossier.profile.budget.total
    hours, enrolled = dossier.values[HOURS], dossier.values[ENROLLED]
    part = f" or {percent(offset.dollars / total)} of the budget" if total else ""
    return (
        f"{number(offset.workers)} frontline posts, {plain(hours)} hours a year that one could "
        f"bill, {share(enrolled)} of the people enrolled and ",
        shown(dollars(offset.rate, 2), "medicaid.rate", offset.rate),
        " an hour make ",
        shown(short_dollars(offset.dollars), "medicaid.offset", offset.dollars, strong=True),
        f" a year{part} ({short_dollars(offset.low)} to {short_dollars(offset.high)} at the "
        "ends of what we hold plausible). It stands beside the budget and is not taken off it.",
    )


def offset_beside(dossier: Dossier) -> Line | None:
    """One sentence for beside the total; None where no offset is worked out."""
    offset = dossier.offset
    if offset is None:
        return None
    return line(
        strong("Beside it: "),
        "Medicaid could pay back ",
        shown(short_dollars(offset.dollars), "medicaid.offset", offset.dollars),
        " of it a year (“Who could pay”). The total is not reduced by that.",
    )
