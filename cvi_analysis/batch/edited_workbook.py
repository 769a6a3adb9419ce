"""A report's workbook that somebody has edited, as a case: `cvi report --params norfolk-va.xlsx`.

The workbook names the case that it was made of. Its yellow cells are set beside what stood in them
then: beside the column "In the report" of their row or, for the lists and facts below, beside the
workbook that the same case makes here and now.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cvi_analysis.batch.check_file import Made
from cvi_analysis.batch.input_cells import SHEET, edits, reported, value_text
from cvi_analysis.batch.read_back import content_of, read, same
from cvi_analysis.calculator.case_file import LONGEST_TITLE, CaseFile, clean_title
from cvi_analysis.calculator.inputs_sheet import FACTS
from cvi_analysis.params.text_files import Where

ENDING = ".xlsx"


def edited_case(path: Path) -> CaseFile:
    """The case in a workbook: the one it was made of, with what was edited since.

    Says on standard error what was edited, and whether the report has other figures today.

    Raises:
        InputError: the file is no workbook of a report, of no city or scenario of this project,
            or lacks a cell; or a fact of the city was edited, which no case can hold.
    """
    shown = read(ENDING, content_of(path), path)
    case = CaseFile(shown.case["city"], shown.case["scenario"], dict(shown.case["changes"]), path)
    ours = read(ENDING, Made.of(shown.case, path).workbook, path).cells
    found = list(edits(shown.cells, ours, path))
    for one in found:
        if one.name in FACTS:
            raise Where(f"{path}, sheet {SHEET}, cell {one.cell}").error(
                "is a fact about the city, which a case cannot change",
                parameter=one.name,
                found=value_text(one.after),
                hint="Change the city's row in params/cities.csv, or enter people_at_risk.",
            )
    moved = [name for name, was, now in reported(shown.cells, ours) if not same(was, now)]
    if moved:
        names = ", ".join(moved[:3]) + (f" and {len(moved) - 3} more" if len(moved) > 3 else "")
        _say(
            f"{path.name}: was made when the report had other figures ({names}). Only what was "
            "typed into it counts; all else is as the report has it today."
        )
    told = "; ".join(
        f"{one.name} {value_text(one.before)} -> {value_text(one.after)}" for one in found
    )
    _say(f"{path.name}: {told or 'no input was changed.'}")
    return CaseFile(
        city=case.city,
        scenario=case.scenario,
        changes={**case.changes, **{one.name: one.after for one in found}},
        file=path,
        title=clean_title(str(shown.case.get("title", "")))[:LONGEST_TITLE],
        cells={one.name: f"sheet {SHEET}, cell {one.cell}" for one in found},
    )


def _say(line: str) -> None:
    print("".join(c if c.isprintable() else ascii(c)[1:-1] for c in line), file=sys.stderr)
