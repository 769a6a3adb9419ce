"""The chart of ranges."""

from __future__ import annotations

from cvi_analysis.display.formats import number, short_dollars, span
from cvi_analysis.display.range_charts import Interval, ranges
from cvi_analysis.display.svg_chart import Chart
from cvi_analysis.report.dossier import Dossier


def range_chart(dossier: Dossier) -> Chart:
    """The three figures as points on their ranges."""
    found = dossier.ranges
    result = dossier.profile
    reach = span(short_dollars(found.total.low), short_dollars(found.total.high))
    title = f"In 9 of 10 trials the budget is {reach} a year"
    return ranges(
        (
            Interval(
                "People at the highest risk",
                found.people_at_risk.low,
                result.people.estimate,
                found.people_at_risk.high,
                number,
            ),
            Interval("Full-time staff", found.staff.low, result.staff, found.staff.high, number),
            Interval(
                "Budget a year",
                found.total.low,
                result.budget.total,
                found.total.high,
                short_dollars,
            ),
        ),
        title,
    )
