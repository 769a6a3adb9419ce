"""What a run is asked for, checked against the data, and the orders that follow from it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cvi_analysis import paths
from cvi_analysis.batch.notebook_environment import MEMORY
from cvi_analysis.build.inputs import (
    COMPARISON,
    LOCK,
    NOTEBOOK,
    code_sha256,
    file_sha256,
    fingerprint,
)
from cvi_analysis.build.pages import cities_page
from cvi_analysis.build.pictures import with_pictures
from cvi_analysis.build.shard import Shard
from cvi_analysis.build.spec import CitySpec, Engine, PageSpec, spec_of
from cvi_analysis.dossier import Library, scenario_name
from cvi_analysis.errors import InputError
from cvi_analysis.params import Params
from cvi_analysis.params.cities import City
from cvi_analysis.params.scenarios import Scenario


@dataclass(frozen=True, slots=True)
class Request:
    """What to build.

    Attributes:
        scenario: name of a scenario file.
        overrides: assumptions by dotted name that replace the scenario's.
        cities: the places; None for all listed cities.
        engine: `warm` or `standard` kernels.
        timeout: seconds a cell may run.
        memory: gigabytes that a kernel may allocate.
        out: folder that holds the scenarios' folders; None for `reports/`.
        shard: the part of the cities that this run builds, or None for all.
        force: build even what is up to date.
    """

    scenario: str = "baseline"
    overrides: Mapping[str, Any] = field(default_factory=dict)
    cities: tuple[City, ...] | None = None
    engine: Engine = "warm"
    timeout: float | None = None
    memory: float | None = MEMORY
    out: Path | None = None
    shard: Shard | None = None
    force: bool = False

    @property
    def name(self) -> str:
        """Name of the scenario's folder."""
        return scenario_name(self.scenario, self.overrides)

    @property
    def every_city(self) -> bool:
        """Whether this run also builds the page of all cities; of several shards the first."""
        return self.cities is None and (self.shard is None or self.shard.number == 1)

    @property
    def folder(self) -> Path:
        """The scenario's folder."""
        return (self.out or paths.reports()) / self.name


@dataclass(frozen=True, slots=True)
class Plan:
    """The orders of a request, made one by one, with the sources that they share.

    Attributes:
        request: what was asked for.
        library: what was read from `params/` and `data/`.
        cities: the places whose reports this run makes.
        without: why a place asked for cannot be built, by slug: no population figure.
        notebook: the text of the report's notebook.
        comparison: the text of the notebook on all cities, if this run makes its page.
        code: hash of the package's code.
        lock: hash of the lock file.
        inputs: fingerprint of all inputs, taken before the first of them was read.
        scenarios: every scenario that can be read, by name, the baseline first.
        unread: why the others cannot, one message each.
    """

    request: Request
    library: Library
    cities: tuple[City, ...]
    without: Mapping[str, InputError]
    notebook: str
    comparison: str | None
    code: str
    lock: str
    inputs: Mapping[str, str]
    scenarios: Mapping[str, Scenario]
    unread: tuple[str, ...]

    @classmethod
    def make(
        cls, request: Request, library: Library, inputs: Mapping[str, str] | None = None
    ) -> Plan:
        """Check the request against the data before anything is written.

        Args:
            request: what to build.
            library: what was read.
            inputs: the fingerprint from before `library` was read; by default that of now.

        Raises:
            InputError: a scenario, a parameter or every population is not to be had, or a notebook
                is missing or not a notebook.
        """
        cities: list[City] = []
        without: dict[str, InputError] = {}
        register = library.params.resolve(request.scenario, None, dict(request.overrides))
        asked = library.params.cities.values() if request.cities is None else request.cities
        for city in asked:
            try:
                library.residents(city, register)
            except InputError as error:
                without[city.slug] = error
            else:
                cities.append(city)
        if without and not cities:
            raise next(iter(without.values()))
        if request.shard:
            cities = [city for city in cities if request.shard.holds(city.slug)]
            without = {slug: why for slug, why in without.items() if request.shard.holds(slug)}
        root = paths.root()
        scenarios, unread = _scenarios(library.params)
        return cls(
            request,
            library,
            tuple(cities),
            without,
            notebook=read_notebook(root / NOTEBOOK),
            comparison=read_notebook(root / COMPARISON) if request.every_city else None,
            code=code_sha256(),
            lock=file_sha256(root / LOCK) or "none",
            inputs=fingerprint() if inputs is None else inputs,
            scenarios=scenarios,
            unread=unread,
        )

    def spec(self, city: City) -> CitySpec:
        """The order for one city."""
        request = self.request
        return spec_of(
            self.library.dossier(city, request.scenario, request.overrides),
            notebook=self.notebook,
            code=self.code,
            lock=self.lock,
            engine=request.engine,
            timeout=request.timeout,
            memory=request.memory,
        )

    def page(self, absent: Collection[str] = ()) -> PageSpec:
        """The order for all listed cities side by side, without links to those that are absent."""
        request = self.request
        return cities_page(
            self.library,
            request.scenario,
            request.overrides,
            absent=absent,
            notebook=self.comparison or read_notebook(paths.root() / COMPARISON),
            code=self.code,
            lock=self.lock,
            engine=request.engine,
            timeout=request.timeout,
            memory=request.memory,
        )


def _scenarios(params: Params) -> tuple[dict[str, Scenario], tuple[str, ...]]:
    """Every scenario that can be read, and why the others cannot.

    The index leads to all of them, but a broken one that nobody asked for must stop no build.
    """
    read: dict[str, Scenario] = {}
    unread = []
    for name in params.scenario_names:
        try:
            read[name] = params.scenario(name)
        except InputError as error:
            unread.append(str(error))
    return read, tuple(unread)


def read_notebook(path: Path) -> str:
    """The text of a notebook, with the images beside it that it shows put inside.

    Raises:
        InputError: the file cannot be read or is no notebook of format 4.
    """
    try:
        text = path.read_text(encoding="utf-8")
        notebook = json.loads(text)
        _refuse_other_forms(notebook)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise InputError(
            f"this is not a notebook that can be read ({reason})",
            file=_shown(path),
            hint="Restore it from version control, or save it again in JupyterLab.",
        ) from error
    if with_pictures(notebook, path.parent):
        return json.dumps(notebook, ensure_ascii=False, sort_keys=True)
    return text


def _shown(path: Path) -> Path:
    return path.relative_to(paths.root()) if path.is_relative_to(paths.root()) else path


def _refuse_other_forms(notebook: Any) -> None:
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise ValueError("it has no cells")
    if notebook.get("nbformat") != 4 or not isinstance(notebook.get("metadata"), dict):
        raise ValueError(f"it is of notebook format {notebook.get('nbformat')}, not 4")
    for number, cell in enumerate(notebook["cells"], 1):
        if not isinstance(cell, dict) or not {"cell_type", "metadata", "source"} <= cell.keys():
            raise ValueError(f"cell {number} has no type, no metadata or no source")
