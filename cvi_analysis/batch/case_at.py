"""The case in a file, whichever kind it is, and what it gives in this project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cvi_analysis.calculator.case_file import CaseFile

if TYPE_CHECKING:
    from cvi_analysis.batch.plan import RunPlan
    from cvi_analysis.params.cities import City
    from cvi_analysis.report.dossier import Dossier

ENDINGS = (".json", ".xlsx")
"""What a case can be kept in."""


def case_at(path: Path) -> CaseFile:
    """The case that the calculator saved, or that an edited workbook of a report is.

    Raises:
        InputError: the file is neither, or what it holds is refused.
    """
    if path.suffix.lower() == ".xlsx":
        # start-up time: it makes the workbook again.
        from cvi_analysis.batch.edited_workbook import edited_case

        return edited_case(path)
    return CaseFile.read(path)


def planned(case: CaseFile, *, offline: bool = False) -> tuple[RunPlan, City, Dossier]:
    """The plan of a case's report, its city, and its dossier as it travels to a worker.

    With `offline` nothing is fetched: a file from anybody asks for no network.

    Raises:
        InputError: this project has no such city, scenario or assumption, or refuses a value.
    """
    from cvi_analysis.batch.commands import CommandOptions  # start-up time: commands calls us
    from cvi_analysis.batch.opening import opened  # start-up time
    from cvi_analysis.batch.plan import RunPlan  # start-up time
    from cvi_analysis.report.dossier import Dossier  # start-up time

    options = CommandOptions(
        scenario=case.scenario, cities=(case.city,), case=case, offline=offline
    )
    library, request, inputs = opened(options)
    plan = RunPlan.make(request, library, inputs)
    (city,) = request.cities or ()
    # As it travels to a worker, whose order of assumptions the workbook has.
    return plan, city, Dossier.model_validate_json(plan.spec(city).dossier)
