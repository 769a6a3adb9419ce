"""What moves the budget most: each assumption alone, at the ends of its plausible range."""

from __future__ import annotations

from cvi_analysis.blocks import Column, Paragraph, Prose, Row, Stack, Table, line
from cvi_analysis.blocks.format import assumption_value, short_dollars
from cvi_analysis.charts import Bar
from cvi_analysis.charts import tornado as tornado_chart
from cvi_analysis.dossier import Dossier
from cvi_analysis.sections.glance import range_chart
from cvi_analysis.uncertainty import Case, Effect, tornado


def drivers(dossier: Dossier) -> Stack:
    """The assumptions with the largest effect on the total, as a chart and a table."""
    effects = tornado(Case.of(dossier))
    if not effects:
        return Stack.of(Prose.of("No assumption with a range changes this budget."))
    first = effects[0]
    title = (
        f"{first.title} moves the budget most: from {short_dollars(first.least)} to "
        f"{short_dollars(first.most)}"
    )
    bars = [
        Bar(
            effect.title,
            _end(effect, effect.low),
            _end(effect, effect.high),
            effect.at_low.total,
            effect.at_high.total,
        )
        for effect in effects
    ]
    total = int(dossier.profile.budget.total)
    return Stack.of(
        range_chart(dossier),
        tornado_chart(bars, total, title),
        _table(effects),
        Prose.of(
            Paragraph(
                line(
                    "One assumption is changed at a time and all others stay as they are. The "
                    "range at the top of this report moves all of them together."
                ),
                note=True,
            )
        ),
    )


def _end(effect: Effect, value: object) -> str:
    if isinstance(value, tuple | list):
        return "low" if value == effect.low else "high"
    return assumption_value(value, effect.unit)


def _table(effects: tuple[Effect, ...]) -> Table:
    return Table(
        caption="The assumptions that move the budget most",
        columns=(
            Column("Assumption", "left", 3),
            Column("Here"),
            Column("Low to high"),
            Column("Budget at low"),
            Column("Budget at high"),
        ),
        rows=tuple(
            Row.of(
                effect.title,
                assumption_value(effect.value, effect.unit),
                f"{assumption_value(effect.low, effect.unit)} to "
                f"{assumption_value(effect.high, effect.unit)}",
                short_dollars(effect.at_low.total),
                short_dollars(effect.at_high.total),
            )
            for effect in effects
        ),
        small=True,
    )
