"""About this report: who made it, who did not, and exactly what it stands on."""

from __future__ import annotations

from cvi_analysis.blocks import Column, Prose, Row, Stack, Table, code, line, strong
from cvi_analysis.datasets import dataset_name, period
from cvi_analysis.dossier import Dossier
from cvi_analysis.place import census_place

CENSUS_NOTICE = (
    "This product uses the Census Bureau Data API but is not endorsed or certified by the Census "
    "Bureau."
)
LABELS = {
    "dataset": "Population dataset",
    "vintage": "Vintage",
    "variable": "Variable",
    "period": "Period",
    "origin": "How the figure came here",
    "raw_file": "Data file",
    "raw_sha256": "SHA-256 of the data file",
    "params_sha256": "SHA-256 of the parameters",
    "scenario": "Scenario",
    "version": "Software version",
}


def about(dossier: Dossier) -> Stack:
    """The notices, then the provenance panel."""
    return Stack.of(
        Prose.of(
            line(
                strong("Independent work. "),
                "This is an independent implementation of the public method of the CVI Ecosystem "
                "profiles by the Coalition to Advance Public Safety (CAPS). It is not affiliated "
                "with, endorsed by or checked by CAPS, and its figures are not those of CAPS.",
            ),
            line(strong("Census data. "), CENSUS_NOTICE),
        ),
        provenance(dossier),
    )


def provenance(dossier: Dossier) -> Table:
    """Dataset, vintage, hashes, version and scenario."""
    found = dict(dossier.provenance)
    shown = {
        "dataset": f"{dataset_name(found.get('dataset', ''))} ({found.get('dataset', '')})",
        "period": period(found.get("period", "")),
        "scenario": f"{dossier.scenario.title} ({dossier.scenario.name})",
    }
    rows = [Row.of("Census place (GEOID)", census_place(dossier))]
    rows += [
        Row.of(
            LABELS.get(key, key.replace("_", " ").capitalize()),
            line(code(value)) if key.endswith(("sha256", "file")) else shown.get(key, value),
        )
        for key, value in found.items()
        if value
    ]
    return Table(
        caption="What this report stands on",
        columns=(Column("Item", "left", 1), Column("Value", "left", 3)),
        rows=tuple(rows),
        small=True,
    )
