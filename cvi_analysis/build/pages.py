"""The orders for pages on many cities: all cities side by side, and two scenarios."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from cvi_analysis import __version__
from cvi_analysis.build.spec import PageSpec
from cvi_analysis.compare.panel import Panel
from cvi_analysis.dossier import Library, ScenarioNote

CITIES = "comparison"
"""Stem of the page with all cities side by side."""


def cities_page(
    library: Library,
    scenario: str,
    overrides: Mapping[str, Any],
    *,
    absent: Collection[str] = (),
    **options: Any,
) -> PageSpec:
    """The order for `comparison.html` and `.pdf` of a scenario.

    Args:
        library: parameters and populations.
        scenario: name of a scenario file.
        overrides: assumptions by dotted name that replace the scenario's.
        absent: slugs of listed cities that have no report to lead to.
        options: `notebook`, `code`, `lock`, `engine` and `timeout` of the order.
    """
    panel = Panel.of(library, scenario, overrides)
    note = panel.scenario
    parameters: dict[str, Any] = {"scenario": scenario}
    if overrides:
        parameters["assumptions"] = dict(overrides)
    head = "All cities side by side"
    return PageSpec(
        slug=CITIES,
        panels=(panel.to_json(),),
        parameters=parameters,
        metadata={
            "title": "The cities side by side: community violence intervention",
            "subtitle": "People at the highest risk, staff and annual budget of "
            f"{len(panel.places)} cities",
            "scenario": note.name,
            "scenario_title": note.title,
            "language": "en-US",
            "version": __version__,
            "keywords": ["community violence intervention", "comparison", note.title],
            "running_head": head if note.name == "baseline" else f"{head} · {note.title}",
            "provenance": _provenance(note),
        },
        links=(
            ("All cities", "index.html"),
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
    parameters: dict[str, Any] = {"first": first, "second": second}
    if overrides:
        parameters["assumptions"] = dict(overrides)
    return PageSpec(
        slug=f"{old.name}-vs-{new.name}",
        panels=tuple(panel.to_json() for panel in panels),
        parameters=parameters,
        metadata={
            "title": f"From “{old.title}” to “{new.title}”: what changes",
            "subtitle": "People at the highest risk, staff and annual budget of "
            f"{len(panels[0].places)} cities under both",
            "language": "en-US",
            "version": __version__,
            "keywords": ["community violence intervention", old.title, new.title],
            "running_head": f"{old.title} · {new.title}",
            "provenance": _provenance(new),
        },
        **options,
    )


def _provenance(note: ScenarioNote) -> dict[str, str]:
    return {"scenario": note.name, "version": __version__}
