"""What one run has to make: the request, its reports and pages, shards."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cvi_analysis import paths
from cvi_analysis.batch import report_formats
from cvi_analysis.batch.fingerprint import (
    ANNEX,
    COMPARISON,
    NOTEBOOK,
    code_sha256,
    fingerprint,
    lock_sha256,
    sha256,
    with_pictures,
)
from cvi_analysis.batch.installed import versions
from cvi_analysis.batch.notebook_environment import RunOptions
from cvi_analysis.batch.orders import CitySpec, PageSpec, spec_of
from cvi_analysis.batch.report_formats import CITIES, USUAL
from cvi_analysis.batch.saved_outputs import without_outputs
from cvi_analysis.batch.scenario_pages import annex_page, cities_page
from cvi_analysis.errors import InputError
from cvi_analysis.files import read_file
from cvi_analysis.params import Params
from cvi_analysis.params.cities import City
from cvi_analysis.params.scenarios import Scenario
from cvi_analysis.report.library import Library, scenario_name


@dataclass(frozen=True, slots=True)
class Shard:
    """Part `number` of `of`, counted from 1; a city's part follows from its slug alone."""

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """`3/8` as a shard.

        Raises:
            InputError: it is not two whole numbers with 1 <= first <= second.
        """
        match = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text.strip())
        if not match or not 1 <= int(match[1]) <= int(match[2]):
            raise InputError(
                "this is not a part of a whole",
                parameter="--shard",
                found=text,
                allowed="i/n with i from 1 to n, such as 3/8",
            )
        return cls(int(match[1]), int(match[2]))

    def holds(self, slug: str) -> bool:
        """Whether this part builds the city."""
        digest = hashlib.sha256(slug.encode()).digest()
        return int.from_bytes(digest[:8], "big") % self.of == self.number - 1

    @property
    def manifest_name(self) -> str:
        """The file that lists this part's reports."""
        return f"manifest-{self.number}-of-{self.of}.json"


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What to build.

    Attributes:
        scenario: name of a scenario file.
        overrides: assumptions by dotted name that replace the scenario's.
        cities: the places; None for all listed cities.
        listed: name of the file that lists the places, which are a batch of their own; or empty.
        facts: assumptions by dotted name that hold for one place alone, by its slug.
        run: how notebooks are run.
        out: folder that holds the scenarios' folders; None for `reports/`.
        shard: the part of the cities that this run builds, or None for all.
        force: build even what is up to date.
        formats: endings of the files of each report.
        notebook: one of somebody's own, in place of the project's.
        with_code: whether pages have the code folded under what it shows.
    """

    scenario: str = "baseline"
    overrides: Mapping[str, Any] = field(default_factory=dict)
    cities: tuple[City, ...] | None = None
    listed: str = ""
    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    run: RunOptions = field(default_factory=RunOptions)
    out: Path | None = None
    shard: Shard | None = None
    force: bool = False
    formats: tuple[str, ...] = USUAL
    notebook: Path | None = None
    with_code: bool = True

    @property
    def name(self) -> str:
        """Name of the scenario's folder."""
        name = scenario_name(self.scenario, self.overrides)
        return f"{name}-of-{self.listed}" if self.listed else name

    def overrides_of(self, city: City) -> dict[str, Any]:
        """What replaces the scenario's assumptions in one place: for all, and its own facts."""
        return {**self.overrides, **self.facts.get(city.slug, {})}

    @property
    def every_city(self) -> bool:
        """Whether this run also builds the page of all cities; of several shards the first."""
        return CITIES in self.pages

    @property
    def pages(self) -> tuple[str, ...]:
        """The pages that this run also builds; of several shards the first does.

        Every report leads to the annex; the page of all cities needs them all.
        """
        if self.shard is not None and self.shard.number != 1:
            return ()
        every = self.cities is None or self.listed
        return report_formats.PAGES if every else (report_formats.ANNEX,)

    @property
    def folder(self) -> Path:
        """The scenario's folder."""
        return (self.out or paths.reports()) / self.name


@dataclass(frozen=True, slots=True)
class RunPlan:
    """The orders of a request, made one by one, with the sources that they share.

    Attributes:
        request: what was asked for.
        library: what was read from `params/` and `data/`.
        cities: the places whose reports this run makes.
        compared: those of the page of all cities, whichever shard makes them; None for the listed.
        without: why a place asked for cannot be built, by slug: no population figure.
        notebook: the text of the report's notebook.
        pages: the texts of the notebooks of the pages that this run makes, by name.
        code: hash of the package's code.
        lock: hash of the lock file, and what is installed otherwise.
        installed: versions of Python and of the packages that reports are made with.
        inputs: fingerprint of all inputs, taken before the first of them was read.
        scenarios: every scenario that can be read, by name, the baseline first.
        unread: why the others cannot, one message each.
    """

    request: RunRequest
    library: Library
    cities: tuple[City, ...]
    compared: tuple[City, ...] | None
    without: Mapping[str, InputError]
    notebook: str
    pages: Mapping[str, str]
    code: str
    lock: str
    installed: Mapping[str, str]
    inputs: Mapping[str, str]
    scenarios: Mapping[str, Scenario]
    unread: tuple[str, ...]

    @classmethod
    def make(
        cls,
        request: RunRequest,
        library: Library,
        inputs: Mapping[str, str] | None = None,
        *,
        indexed: bool = True,
    ) -> RunPlan:
        """Check the request against the data before anything is written.

        Args:
            request: what to build.
            library: what was read.
            inputs: the fingerprint from before `library` was read; by default that of now.
            indexed: read the other scenarios too, to which an index leads.

        Raises:
            InputError: a scenario, a parameter or every population is not to be had, or a notebook
                is missing or not a notebook.
        """
        cities: list[City] = []
        without: dict[str, InputError] = {}
        overrides = dict(request.overrides)
        library.params.resolve(request.scenario, None, overrides)
        asked = library.params.cities.values() if request.cities is None else request.cities
        for city in asked:
            try:
                own = request.overrides_of(city)
                library.require_figures(city, library.params.resolve(request.scenario, city, own))
            except InputError as error:
                without[city.slug] = error
            else:
                cities.append(city)
        if without and not cities:
            raise next(iter(without.values()))
        compared = tuple(cities) if request.listed else None
        if request.shard:
            cities = [city for city in cities if request.shard.holds(city.slug)]
            without = {slug: why for slug, why in without.items() if request.shard.holds(slug)}
        root = paths.root()
        scenarios, unread = readable_scenarios(library.params) if indexed else ({}, ())
        return cls(
            request,
            library,
            tuple(cities),
            compared,
            without,
            notebook=read_notebook(request.notebook or root / NOTEBOOK),
            pages={name: read_notebook(root / _NOTEBOOKS[name]) for name in request.pages},
            code=code_sha256(),
            lock=lock_sha256(),
            installed=versions(),
            inputs=fingerprint() if inputs is None else inputs,
            scenarios=scenarios,
            unread=unread,
        )

    def spec(self, city: City) -> CitySpec:
        """The order for one city."""
        request = self.request
        return spec_of(
            self.library.dossier(city, request.scenario, request.overrides_of(city)),
            notebook=self.notebook,
            code=self.code,
            lock=self.lock,
            installed=self.installed,
            run=request.run,
            formats=request.formats,
            source=request.notebook,
            with_code=request.with_code,
        )

    def keys(self, city: City) -> Iterator[str]:
        """The keys that a city's report may have while it is up to date, if it is not asked for.

        Where a notebook of somebody's own is run, one made by the project's is as current as ever;
        and so is a page with code beside one without.
        """
        spec = self.spec(city)
        for either in (True, False):
            ingredients = replace(spec, with_code=either).ingredients()
            yield CitySpec.key_of(ingredients)
            if self.request.notebook is not None:
                usual = sha256(read_notebook(paths.root() / NOTEBOOK).encode())
                yield CitySpec.key_of({**ingredients, "notebook": usual})

    def page(self, name: str, absent: Collection[str] = ()) -> PageSpec:
        """The order for a page that the scenario has once.

        Args:
            name: one of `report_formats.PAGES`.
            absent: cities that the page of them all must not lead to.
        """
        request = self.request
        notebook = self.pages.get(name) or read_notebook(paths.root() / _NOTEBOOKS[name])
        asked = (self.library, request.scenario, request.overrides)
        options: dict[str, Any] = {
            "notebook": notebook,
            "code": self.code,
            "lock": self.lock,
            "installed": self.installed,
            "run": request.run,
            "with_code": request.with_code,
        }
        if name == CITIES:
            return cities_page(
                *asked, cities=self.compared, facts=request.facts, absent=absent, **options
            )
        return annex_page(*asked, **options)


_NOTEBOOKS = {report_formats.ANNEX: ANNEX, CITIES: COMPARISON}
"""The notebook of each page."""


def readable_scenarios(params: Params) -> tuple[dict[str, Scenario], tuple[str, ...]]:
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
    """The text of a notebook without saved outputs, with the images beside it that it shows inside.

    Raises:
        InputError: the file cannot be read or is no notebook of format 4.
    """
    try:
        text = without_outputs(read_file(path).decode("utf-8"))
        notebook = json.loads(text)
        _refuse_other_forms(notebook)
    except (OSError, ValueError, RecursionError) as error:
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
