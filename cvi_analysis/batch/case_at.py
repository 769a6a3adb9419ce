"""The case in a file, whichever kind it is."""

from __future__ import annotations

from pathlib import Path

from cvi_analysis.calculator.case_file import CaseFile

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
