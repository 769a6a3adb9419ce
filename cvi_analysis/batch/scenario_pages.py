"""The orders for pages that a scenario has once: all cities, the annex, what changes to another."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from cvi_analysis import __edition__, __version__
from cvi_analysis.batch import report_formats
from cvi_analysis.batch.orders import PageSpec
from cvi_analysis.batch.report_formats import CITIES
from cvi_analysis.params.cities import City
from cvi_analysis.report.annex import AnnexInputs
from cvi_analysis.report.dossier import ScenarioNote
from cvi_analysis.report.library import Library
from cvi_analysis.report.panel import Panel


def cities_page(
    library: Library,
    scenario: str,
    overrides: Mapping[str, Any],
    *,
    cities: Collection[City] | None = None,
    facts: Mapping[str, Mapping[str, Any]] | None = None,
    absent: Collection[str] = (),
    **options: Any,
) -> PageSpec:
    """The order for `comparison.html` and `.pdf` of a scenario.

    Args:
        library: parameters and populations.
        scenario: name of a scenario file.
        overrides: assumptions by dotted name that replace the scenario's.
        cities: those of a list of somebody's own; None for the listed ones.
        facts: what holds for one of them alone, by its slug.
        absent: slugs of cities that have no report to lead to.
        options: `notebook`, `code`, `lock`, `run` and `with_code` of the order.
    """
    panel = Panel.of(library, scenario, overrides, cities, facts)
    note = panel.scenario
    head = "All cities side by side"
    return PageSpec(
        slug=CITIES,
        panels=(panel.to_json(),),
        parameters=_parameters(overrides, scenario=scenario),
        metadata={
            "title": "The cities side by side: community violence intervention",
            "subtitle": "People at the highest risk, staff and annual budget of "
            f"{len(panel.places)} cities",
            "scenario": note.name,
            "scenario_title": note.title,
            "running_head": head if note.name == "baseline" else f"{head} · {note.title}",
            **_about(note, "comparison", note.title),
        },
        links=(
            ("All cities", "index.html"),
            ("Annex", f"{report_formats.ANNEX}.html"),
            ("PDF", f"{CITIES}.pdf"),
            ("Data (CSV)", "profiles.csv"),
        ),
        row_links={
            place.city.name: f"{place.city.slug}.html"
            for place in panel.places
            if place.city.slug not in absent
        },
        **options,
    )


def annex_page(
    library: Library, scenario: str, overrides: Mapping[str, Any], **options: Any
) -> PageSpec:
    """The order for `annex.html` and `.pdf` of a scenario.

    Args:
        library: parameters and populations.
        scenario: name of a scenario file.
        overrides: assumptions by dotted name that replace the scenario's.
        options: `notebook`, `code`, `lock`, `run` and `with_code` of the order.
    """
    inputs = AnnexInputs.of(library, scenario, overrides)
    note = inputs.scenario
    head, slug = "Annex for every city", report_formats.ANNEX
    return PageSpec(
        slug=slug,
        panels=(),
        annex=inputs.to_json(),
        parameters=_parameters(overrides, scenario=scenario),
        metadata={
            "title": "Annex to the cities’ profiles: community violence intervention",
            "subtitle": "Job descriptions, strategies, assumptions and words that all cities share",
            "scenario": note.name,
            "scenario_title": note.title,
            "running_head": head if note.name == "baseline" else f"{head} · {note.title}",
            **_about(note, "annex", note.title),
        },
        links=(
            ("All cities", "index.html"),
            ("Comparison", "index.html#all"),
            ("PDF", f"{slug}.pdf"),
        ),
        **options,
    )


def difference_page(
    library: Library,
    first: str,
    second: str,
    overrides: Mapping[str, Any],
    **options: Any,
) -> PageSpec:
    """The order for `<A>-vs-<B>.html` and `.pdf`; overrides change the second scenario only."""
    panels = Panel.pair(library, first, second, overrides)
    old, new = panels[0].scenario, panels[1].scenario
    return PageSpec(
        slug=f"{old.name}-vs-{new.name}",
        panels=tuple(panel.to_json() for panel in panels),
        parameters=_parameters(overrides, first=first, second=second),
        metadata={
            "title": f"From “{old.title}” to “{new.title}”: what changes",
            "subtitle": "People at the highest risk, staff and annual budget of "
            f"{len(panels[0].places)} cities under both",
            "running_head": f"{old.title} · {new.title}",
            **_about(new, old.title, new.title),
        },
        **options,
    )


def _parameters(overrides: Mapping[str, Any], **scenarios: str) -> dict[str, Any]:
    """What the notebook is run with."""
    return {**scenarios, **({"assumptions": dict(overrides)} if overrides else {})}


def _about(note: ScenarioNote, *keywords: str) -> dict[str, Any]:
    """What the metadata of all these pages say."""
    return {
        "language": "en-US",
        "version": __version__,
        "date": __edition__,
        "keywords": ["community violence intervention", *keywords],
        "provenance": {"scenario": note.name, "version": __version__},
    }
