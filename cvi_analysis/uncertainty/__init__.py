"""How sure the figures are: seeded draws, 90% intervals, and what moves a city's total most.

Pure functions of `Case` objects; nothing here reads a file.
"""

from cvi_analysis.uncertainty.case import Case
from cvi_analysis.uncertainty.interval import Intervals, Range, interval, intervals

__all__ = ["Case", "Intervals", "Range", "interval", "intervals"]
