"""Steps that are no computation: Census figures, assumptions, and facts of a city."""

from __future__ import annotations

from typing import Any

from cvi_analysis.blocks.format import assumption_value
from cvi_analysis.datasets import citation, note_in_words
from cvi_analysis.dossier import Dossier
from cvi_analysis.explain.step import ASSUMPTION, Step
from cvi_analysis.populations.origin import origin

LOCAL_ESTIMATE = "city.local_estimate"
PRICES = "city.rpp_2023"


def assumption(dossier: Dossier, name: str) -> Step:
    """An assumption with its range, grade and source, and what the scenario did to it."""
    item = dossier.assumptions[name]
    told = [f"assumption, grade {item.quality}: {item.source.rstrip('.')}"]
    if item.year is not None and str(item.year) not in item.source:
        told.append(f"({item.year})")
    if item.source_url:
        told.append(f"<{item.source_url}>")
    if item.low is not None and item.high is not None:
        low, high = (assumption_value(end, item.unit) for end in (item.low, item.high))
        told.append(f"; plausible {low} to {high}")
    change = next((c for c in dossier.scenario.changes if c.name == name), None)
    if change is not None:
        before = assumption_value(change.baseline, item.unit)
        told.append(f"; changed by this scenario from {before}")
    value = list(item.value) if isinstance(item.value, tuple) else item.value
    return Step(
        name=f"{ASSUMPTION}{name}",
        value=value,
        title=f"{item.title} ({item.unit})",
        source=" ".join(told).replace(" ;", ";"),
    )


def residents(dossier: Dossier, name: str) -> Step | None:
    """The population figure and what is known of it."""
    if not name.startswith("population."):
        return None
    row = dossier.population
    field = name.removeprefix("population.")
    chosen = (f"{ASSUMPTION}population.dataset", f"{ASSUMPTION}population.year")
    if field != "value":
        return Step(
            name=name,
            value=getattr(row, field),
            title=f"{field} of the population figure",
            source=_origin(dossier),
            uses=chosen,
        )
    return Step(
        name=name,
        value=row.population,
        title=f"residents of {row.census_name}",
        source=_origin(dossier),
        uses=chosen,
    )


def _origin(dossier: Dossier) -> str:
    row = dossier.population
    if not row.raw_file:
        return row.note
    note = f" Note: {note_in_words(row.note)}." if row.note else ""
    return (
        f"U.S. Census Bureau, {citation(row)}, variable {row.variable}, GEOID {row.geoid}; "
        f"{origin(row.raw_file)}: data/raw/{row.raw_file} "
        f"(SHA-256 {row.raw_sha256[:12]}).{note}"
    )


def city(dossier: Dossier, name: str) -> Step | None:
    """A city's own count of people at the highest risk, or its price level."""
    place = dossier.city
    if name == LOCAL_ESTIMATE:
        year = f" ({place.local_estimate_year})" if place.local_estimate_year else ""
        url = f" <{place.local_estimate_url}>" if place.local_estimate_url else ""
        return Step(
            name=name,
            value=place.local_estimate,
            title="published local count of people at the highest risk",
            source=f"{place.local_estimate_source}{year}{url}; params/cities.csv",
        )
    if name == PRICES:
        return Step(
            name=name,
            value=place.rpp_2023,
            title=f"price level of {place.rpp_metro or 'the metropolitan area'} (U.S. = 100)",
            source="Bureau of Economic Analysis, regional price parities 2023; params/cities.csv",
        )
    return None


def fact(dossier: Dossier, name: str, value: Any) -> Step:
    """Anything else in the document: a name, a title, a hash."""
    where = {
        "city": "params/cities.csv",
        "staffing": "params/roles.yaml",
        "scenario": "the scenario of this report",
        "changes": "what the scenario changes of the baseline",
        "provenance": "recorded by the build",
    }
    return Step(
        name=name,
        value=value,
        title=name.replace("_", " ").replace(".", ", "),
        source=where.get(name.partition(".")[0], "params/"),
    )
