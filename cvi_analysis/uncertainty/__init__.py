"""How sure the figures are: seeded draws, 90% intervals, and what moves a city's total most.

Pure functions of `Case` objects; nothing here reads a file.
"""

from cvi_analysis.uncertainty.case import Case
from cvi_analysis.uncertainty.headline import Headline
from cvi_analysis.uncertainty.interval import Intervals, Range, interval, intervals
from cvi_analysis.uncertainty.tornado import Effect, effects, tornado

__all__ = [
    "Case",
    "Effect",
    "Headline",
    "Intervals",
    "Range",
    "effects",
    "interval",
    "intervals",
    "tornado",
]
