"""What a report's PDF carries besides its pages: the numbers that it is made of, as files."""

from __future__ import annotations

import json
from collections.abc import Mapping

from cvi_analysis.batch.data_package import staffing_csv
from cvi_analysis.batch.report_formats import MEDIA_TYPES
from cvi_analysis.export.typst_compiler import AttachedFile

STAFFING = "staffing.csv"


def attached(slug: str, files: Mapping[str, bytes]) -> tuple[AttachedFile, ...]:
    """The files to attach to a city's PDF: its data, its staff as a table, its workbook.

    Args:
        slug: the city.
        files: the report's files by name, with its data; its workbook is attached if it has one.
    """
    data = files[f"{slug}.json"]
    found = [
        AttachedFile(
            f"{slug}.json",
            data,
            MEDIA_TYPES["json"],
            "Every figure of this report, with its assumptions and where they come from",
            "data",
        ),
        AttachedFile(
            STAFFING,
            staffing_csv([json.loads(data)]),
            MEDIA_TYPES["csv"],
            "The staff of this report by role: posts, wages and cost",
            "data",
        ),
    ]
    workbook = files.get(f"{slug}.xlsx")
    if workbook is not None:
        told = "The same model as a workbook of formulas, to be changed"
        found.append(
            AttachedFile(f"{slug}.xlsx", workbook, MEDIA_TYPES["xlsx"], told, "supplement")
        )
    return tuple(found)
