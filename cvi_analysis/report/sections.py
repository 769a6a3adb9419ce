"""The sections of a city's report: functions from a dossier to the blocks a cell displays.

They choose words and order. Numbers come from the dossier and the model; none is computed here
beyond sums, differences and ranks of what is shown.
"""

from __future__ import annotations

from cvi_analysis.report.section_budget import annual_budget
from cvi_analysis.report.section_existing import existing
from cvi_analysis.report.section_glance import at_a_glance
from cvi_analysis.report.section_payers import payers
from cvi_analysis.report.section_peers import comparison
from cvi_analysis.report.section_people import people_at_risk, residents
from cvi_analysis.report.section_phasing import phasing
from cvi_analysis.report.section_reality import reality_checks
from cvi_analysis.report.section_register import assumptions, external_check, limits
from cvi_analysis.report.section_sources import about, sources
from cvi_analysis.report.section_staff import job_descriptions, recommended_staff, strategies
from cvi_analysis.report.section_studies import studies

__all__ = [
    "about",
    "annual_budget",
    "assumptions",
    "at_a_glance",
    "comparison",
    "existing",
    "external_check",
    "job_descriptions",
    "limits",
    "payers",
    "people_at_risk",
    "phasing",
    "reality_checks",
    "recommended_staff",
    "residents",
    "sources",
    "strategies",
    "studies",
]
