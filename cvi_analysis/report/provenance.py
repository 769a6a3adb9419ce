"""What a report stands on, for whoever checks it: place, dataset, files and their hashes."""

from __future__ import annotations

from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.wording import census_place, dataset_name, period


def provenance(dossier: Dossier) -> dict[str, str]:
    """Place, population, data file, hashes, scenario and version; what is unknown is left out."""
    found = dossier.provenance
    population = [
        f"{dataset_name(found['dataset'])} ({found['dataset']})",
        period(found["period"]),
        f"vintage {found['vintage']}" if found["vintage"] else "",
        f"variable {found['variable']}" if found["variable"] else "",
    ]
    rows = {
        "Census place (GEOID)": census_place(dossier),
        "Population": _together(population),
        "Data file": _together([found["raw_file"], found["origin"]]),
        "SHA-256 of the data file": found["raw_sha256"],
        "SHA-256 of the parameters": found["params_sha256"],
        "Scenario": f"{dossier.scenario.title} ({found['scenario']}); software {found['version']}",
    }
    return {label: text for label, text in rows.items() if text}


def _together(parts: list[str]) -> str:
    return ", ".join(part for part in parts if part)
