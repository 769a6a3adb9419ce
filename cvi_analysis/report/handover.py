"""What the build hands to a notebook: its inputs, resolved already, in a file of JSON.

The file's name stands in one environment variable, whatever the notebook is about. Without it, in
JupyterLab or plain papermill, the same is resolved from `params/` and `data/processed/`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cvi_analysis.errors import InputError
from cvi_analysis.model.intervals import Intervals
from cvi_analysis.params.frozen import Frozen
from cvi_analysis.report.annex import AnnexInputs
from cvi_analysis.report.dossier import Dossier, canonical
from cvi_analysis.report.library import Library
from cvi_analysis.report.panel import Panel

INPUTS_VARIABLE = "CVI_INPUTS"
"""Environment variable that names the file; the build sets it for the notebook's kernel."""


class _HandedOver(Frozen):
    """A file's content: one city's dossier with its ranges, panels of many, or an annex.

    What a notebook asks for and its file does not hold is resolved as by hand.
    """

    dossier: Dossier | None = None
    ranges: Intervals | None = None
    formats: tuple[str, ...] = ()
    panels: tuple[Panel, ...] = ()
    annex: AnnexInputs | None = None


def city_inputs(dossier: str, ranges: Intervals, formats: Sequence[str] = ()) -> str:
    """The file for a city's report: its dossier's JSON, ranges that the build has drawn.

    And the endings of the files that the build writes beside each other.
    """
    drawn = canonical(asdict(ranges)).decode()
    written = canonical(list(formats)).decode()
    return f'{{"dossier":{dossier},"ranges":{drawn},"formats":{written}}}'


def cities_inputs(panels: Sequence[str]) -> str:
    """The file for a page on many cities: the JSON of its panels."""
    return f'{{"panels":[{",".join(panels)}]}}'


def annex_inputs(annex: str) -> str:
    """The file for a scenario's annex: the JSON of what it holds."""
    return f'{{"annex":{annex}}}'


def open_dossier(
    city: str, scenario: str = "baseline", overrides: Mapping[str, Any] | None = None
) -> Dossier:
    """The dossier that a city's notebook works on.

    Raises:
        InputError: the dossier handed over is another city's or scenario's, the notebook changes
            assumptions that the dossier does not, or an input is wrong.
    """
    given = _handed_over()
    if given.dossier is None:
        return Library.load().dossier(city, scenario, overrides)
    dossier = given.dossier.model_copy(update={"drawn": given.ranges})
    if (dossier.city.slug, dossier.scenario.base) != (city, scenario):
        raise InputError(
            f"{INPUTS_VARIABLE} holds {dossier.city.slug} under {dossier.scenario.base}, "
            f"not {city} under {scenario}",
            hint=f"Unset {INPUTS_VARIABLE} to resolve the report from params/.",
        )
    _refuse_own_changes(dict(overrides or {}), dossier.scenario.overrides)
    return dossier


def written_formats() -> tuple[str, ...]:
    """Endings of the files that the build writes of this report; none for a notebook by hand."""
    return _handed_over().formats


def open_panels(wanted: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Panel]:
    """The panels that a notebook on many cities works on.

    Args:
        wanted: scenario and overrides of each; two are compared, over the same cities.

    Raises:
        InputError: the panels handed over are of other scenarios, or an input is wrong.
    """
    panels = list(_handed_over().panels)
    if not panels:
        library = Library.load()
        if len(wanted) == 2:
            (first, _), (second, given) = wanted
            return list(Panel.pair(library, first, second, given))
        return [Panel.of(library, scenario, given) for scenario, given in wanted]
    if [panel.scenario.base for panel in panels] != [scenario for scenario, _ in wanted]:
        raise InputError(
            f"{INPUTS_VARIABLE} holds other scenarios than this notebook asks for",
            hint=f"Unset {INPUTS_VARIABLE} to resolve them from params/.",
        )
    return panels


def open_annex_inputs(scenario: str, overrides: Mapping[str, Any]) -> AnnexInputs:
    """What the annex's notebook works on.

    Raises:
        InputError: what was handed over is another scenario's, or an input is wrong.
    """
    found = _handed_over().annex
    if found is None:
        return AnnexInputs.of(Library.load(), scenario, overrides)
    if found.scenario.base != scenario:
        raise InputError(
            f"{INPUTS_VARIABLE} holds the scenario {found.scenario.base}, not {scenario}",
            hint=f"Unset {INPUTS_VARIABLE} to resolve it from params/.",
        )
    return found


def _handed_over() -> _HandedOver:
    file = os.environ.get(INPUTS_VARIABLE)
    if not file:
        return _HandedOver()
    return _HandedOver.model_validate_json(Path(file).read_text(encoding="utf-8"))


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _refuse_own_changes(found: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    """Refuse what a notebook changes by itself: a batch would leave it out without a word."""
    for name, value in found.items():
        if name not in given or _plain(value) != _plain(given[name]):
            raise InputError(
                "the notebook itself sets this, and reports made by a command do not follow it",
                parameter=name,
                found=value,
                allowed="changes in params/, in a scenario, or with -P",
                hint=f"Take it out of the notebook and use -P {name}=...",
            )
