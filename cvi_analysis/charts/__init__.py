"""The charts of a report: each a function of plain numbers that returns a `blocks.Chart`.

Drawn with matplotlib's object-oriented interface on one canvas measured in points, so that no
chart depends on global state, and with few, compound paths, so that each is quick and small.
"""

from cvi_analysis.charts.budget import budget
from cvi_analysis.charts.one_in import one_in
from cvi_analysis.charts.peers import Strip, peers
from cvi_analysis.charts.ranges import Interval, ranges
from cvi_analysis.charts.team import Crew, team
from cvi_analysis.charts.tornado import Bar, tornado
from cvi_analysis.charts.trend import Series, trend

__all__ = [
    "Bar",
    "Crew",
    "Interval",
    "Series",
    "Strip",
    "budget",
    "one_in",
    "peers",
    "ranges",
    "team",
    "tornado",
    "trend",
]
