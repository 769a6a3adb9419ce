"""What a report's notebook opens: its dossier, as the build has prepared it or from the project."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cvi_analysis.errors import InputError
from cvi_analysis.model.intervals import Intervals
from cvi_analysis.params.frozen import Frozen
from cvi_analysis.report.dossier import Dossier, canonical
from cvi_analysis.report.library import Library

DOSSIER_VARIABLE = "CVI_DOSSIER"
"""Environment variable that names a prepared file; the build sets it for the notebook's kernel."""


class _Prepared(Frozen):
    dossier: Dossier
    ranges: Intervals

    def known(self) -> Dossier:
        """The dossier, with its ranges in the place where it would keep them."""
        vars(self.dossier)["ranges"] = self.ranges
        return self.dossier


def prepared(dossier: str, ranges: Intervals) -> str:
    """What the file holds: a dossier's JSON and its ranges, which the build has drawn already."""
    drawn = canonical(asdict(ranges)).decode()
    return f'{{"dossier":{dossier},"ranges":{drawn}}}'


def open_dossier(
    city: str, scenario: str = "baseline", overrides: Mapping[str, Any] | None = None
) -> Dossier:
    """The dossier that a notebook works on.

    In a batch the build has resolved it already and names its file in `CVI_DOSSIER`; by hand, in
    JupyterLab or plain papermill, it is resolved from `params/` and `data/processed/`.

    Raises:
        InputError: the named dossier is another city's or scenario's, the notebook changes
            assumptions that the dossier does not, or an input is wrong.
    """
    file = os.environ.get(DOSSIER_VARIABLE)
    if not file:
        return Library.load().dossier(city, scenario, overrides)
    dossier = _Prepared.model_validate_json(Path(file).read_text(encoding="utf-8")).known()
    if (dossier.city.slug, dossier.scenario.base) != (city, scenario):
        raise InputError(
            f"{DOSSIER_VARIABLE} holds {dossier.city.slug} under {dossier.scenario.base}, "
            f"not {city} under {scenario}",
            hint=f"Unset {DOSSIER_VARIABLE} to resolve the report from params/.",
        )
    _refuse_own_changes(dict(overrides or {}), dossier.scenario.overrides)
    return dossier


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
