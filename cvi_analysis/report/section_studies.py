"""What studies of such programs found, with how sure it is and who says it."""

from __future__ import annotations

from cvi_analysis.display.blocks import Stack
from cvi_analysis.display.prose import line, link, strong
from cvi_analysis.display.tables import Column, Row, Table
from cvi_analysis.params.studies import Study
from cvi_analysis.report.dossier import Dossier


def studies(dossier: Dossier) -> Stack:
    """Every result with its uncertainty and its source."""
    return Stack.of(
        Table(
            caption="Results of studies, and how sure they are",
            columns=(
                Column("Study", "left", 2),
                Column("What was counted", "left", 2),
                Column("Result", "left", 1.5),
                Column("How sure", "left", 3),
                Column("Source", "left", 2.5),
            ),
            rows=tuple(_row(study) for study in dossier.studies),
            notes=(
                line(
                    "No study here is of a program like this plan as a whole. Strategies for "
                    "groups also use focused enforcement, which this budget does not pay for."
                ),
            ),
            small=True,
        )
    )


def _row(study: Study) -> Row:
    return Row.of(
        line(strong(study.title), f", {study.place}"),
        study.counted,
        study.result,
        study.uncertainty,
        line(link(study.source, study.source_url), f", {study.year}" if study.year else ""),
    )
