"""What `notebooks/comparison.ipynb` and `notebooks/compare.ipynb` import.

cities = open_cities("baseline")                    # all cities side by side
difference = open_difference("baseline", "field-pay")   # two scenarios
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cvi_analysis.compare.change import compare
from cvi_analysis.compare.cities_report import Cities
from cvi_analysis.compare.panel import PANELS_VARIABLE, Panel
from cvi_analysis.compare.scenarios_report import Difference
from cvi_analysis.dossier import Library
from cvi_analysis.errors import CviError, InputError
from cvi_analysis.notebook import Overrides


def open_cities(
    scenario: str = "baseline",
    overrides: Overrides | Mapping[str, Any] | None = None,
    *more: Mapping[str, Any] | None,
) -> Cities:
    """All listed cities under a scenario.

    Args:
        scenario: name of a file in `params/scenarios/`.
        overrides: an `Overrides`, or a mapping by dotted name.
        more: further mappings; a later one wins.

    Raises:
        InputError: a name or a value is wrong.
    """
    try:
        given = _merged(overrides, *more)
        return Cities(_panels([(scenario, given)])[0])
    except CviError as error:
        raise _short(error) from None


def open_difference(
    first: str,
    second: str,
    overrides: Overrides | Mapping[str, Any] | None = None,
    *more: Mapping[str, Any] | None,
) -> Difference:
    """What changes from the scenario `first` to `second`; overrides change the second only.

    Raises:
        InputError: a name or a value is wrong.
    """
    try:
        given = _merged(overrides, *more)
        return Difference(compare(*_panels([(first, {}), (second, given)])))
    except CviError as error:
        raise _short(error) from None


def _merged(*sources: Overrides | Mapping[str, Any] | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for source in sources:
        if isinstance(source, Overrides):
            found.update(source.collected())
        elif source:
            found.update(source)
    return found


def _panels(wanted: list[tuple[str, dict[str, Any]]]) -> list[Panel]:
    """The panels of these scenarios: as the build prepared them, else resolved from `params/`."""
    prepared = os.environ.get(PANELS_VARIABLE)
    if not prepared:
        library = Library.load()
        if len(wanted) == 2:
            (first, _), (second, given) = wanted
            return list(Panel.pair(library, first, second, given))
        return [Panel.of(library, scenario, given) for scenario, given in wanted]
    texts = json.loads(Path(prepared).read_text(encoding="utf-8"))
    panels = [Panel.model_validate_json(text) for text in texts]
    if [panel.scenario.base for panel in panels] != [scenario for scenario, _ in wanted]:
        raise InputError(
            f"{PANELS_VARIABLE} holds other scenarios than this notebook asks for",
            hint=f"Unset {PANELS_VARIABLE} to resolve them from params/.",
        )
    return panels


def _short(error: CviError) -> CviError:
    """The error, shown by IPython as its message instead of a wall of frames."""
    message = f"{type(error).__name__}: {error}"
    error._render_traceback_ = lambda: [message]  # type: ignore[attr-defined]
    return error
