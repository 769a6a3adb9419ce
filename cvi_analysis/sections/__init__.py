"""The sections of a city's report: functions from a dossier to the blocks a cell displays.

They choose words and order. Numbers come from the dossier and the model; none is computed here
beyond sums, differences and ranks of what is shown.
"""

from cvi_analysis.sections.about import about
from cvi_analysis.sections.assumptions import assumptions
from cvi_analysis.sections.check import external_check
from cvi_analysis.sections.comparison import comparison
from cvi_analysis.sections.drivers import drivers
from cvi_analysis.sections.glance import at_a_glance
from cvi_analysis.sections.limits import limits
from cvi_analysis.sections.money import annual_budget
from cvi_analysis.sections.people import people_at_risk
from cvi_analysis.sections.phasing import phasing
from cvi_analysis.sections.reality import reality_checks
from cvi_analysis.sections.residents import residents
from cvi_analysis.sections.sources import sources
from cvi_analysis.sections.staff import job_descriptions, recommended_staff
from cvi_analysis.sections.steps import steps
from cvi_analysis.sections.strategies import strategies

__all__ = [
    "about",
    "annual_budget",
    "assumptions",
    "at_a_glance",
    "comparison",
    "drivers",
    "external_check",
    "job_descriptions",
    "limits",
    "people_at_risk",
    "phasing",
    "reality_checks",
    "recommended_staff",
    "residents",
    "sources",
    "steps",
    "strategies",
]
