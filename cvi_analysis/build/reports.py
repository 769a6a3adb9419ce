"""`make reports`: decide what is out of date, build it, write it, and the files around it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cvi_analysis import paths
from cvi_analysis.build import atomic, manifest, workbooks
from cvi_analysis.build.batch import run_batch
from cvi_analysis.build.executors import MakeExecutor
from cvi_analysis.build.index import index_html
from cvi_analysis.build.inputs import (
    COMPARISON,
    LOCK,
    NOTEBOOK,
    code_sha256,
    file_sha256,
    fingerprint,
    sha256,
)
from cvi_analysis.build.pages import CITIES, cities_page
from cvi_analysis.build.pictures import with_pictures
from cvi_analysis.build.scenarios import write_scenarios
from cvi_analysis.build.seals import Seals
from cvi_analysis.build.shard import Shard
from cvi_analysis.build.spec import CityResult, CitySpec, Engine, PageSpec, spec_of
from cvi_analysis.build.table import profiles_csv
from cvi_analysis.document import Document
from cvi_analysis.dossier import Library, dataset_and_year, scenario_name
from cvi_analysis.errors import BuildError, InputError
from cvi_analysis.kernels.environment import MEMORY
from cvi_analysis.params.cities import City
from cvi_analysis.populations.places import Place
from cvi_analysis.system import advice


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


@dataclass(slots=True)
class Summary:
    """What a run did."""

    folder: Path
    built: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    failed: dict[str, CityResult] = field(default_factory=dict)
    stale: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def forget(self, slugs: Iterable[str]) -> None:
        """Take cities off the lists of those that are done."""
        for slug in slugs:
            for done in (self.built, self.kept):
                if slug in done:
                    done.remove(slug)


@dataclass(frozen=True, slots=True)
class Plan:
    """The orders of a request, made one by one, with the sources that they share."""

    request: Request
    library: Library
    cities: tuple[City, ...]
    notebook: str
    comparison: str | None
    code: str
    lock: str

    @classmethod
    def make(cls, request: Request, library: Library) -> Plan:
        """Check the request against the data before anything is written.

        Raises:
            InputError: a scenario, a parameter or a population is not to be had, or a notebook
                is missing or not a notebook.
        """
        cities = request.cities
        if cities is None:
            cities = tuple(library.params.cities.values())
        values = library.params.resolve(request.scenario, None, dict(request.overrides)).values()
        for city in cities:
            library.populations.get(city.geoid, *dataset_and_year(values))
        if request.shard:
            cities = tuple(city for city in cities if request.shard.holds(city.slug))
        root = paths.root()
        return cls(
            request,
            library,
            cities,
            notebook=read_notebook(root / NOTEBOOK),
            comparison=read_notebook(root / COMPARISON) if request.every_city else None,
            code=code_sha256(),
            lock=file_sha256(root / LOCK) or "none",
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

    def page(self) -> PageSpec:
        """The order for all listed cities side by side."""
        request = self.request
        return cities_page(
            self.library,
            request.scenario,
            request.overrides,
            notebook=self.comparison or read_notebook(paths.root() / COMPARISON),
            code=self.code,
            lock=self.lock,
            engine=request.engine,
            timeout=request.timeout,
            memory=request.memory,
        )


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


Tell = Callable[[str, CityResult | None], None]
"""Called for every city with its slug and its result; None for one that was up to date."""


def make_reports(
    request: Request,
    library: Library,
    make_executor: MakeExecutor,
    *,
    window: int,
    tell: Tell = lambda slug, result: None,
    plan: Plan | None = None,
) -> Summary:
    """Bring a scenario's folder up to date.

    A city that fails keeps its last good files and stops no other. The caller holds the folder's
    lock (`lock.exclusive`), and gives the plan if it has checked the request before.

    Raises:
        InputError: the request is wrong; nothing has been written.
        BuildError: the folder cannot be written.
    """
    start = time.perf_counter()
    plan = plan or Plan.make(request, library)
    folder = request.folder
    known = manifest.load(folder, request.name)
    atomic.remove_leftovers(folder)
    summary = Summary(folder)
    entries: dict[str, manifest.Entry] = {}
    pages = dict(known.pages)
    seals = Seals(folder)

    def orders() -> Iterator[CitySpec | PageSpec]:
        yield from _page_orders(plan, pages)
        for city in plan.cities:
            spec = plan.spec(city)
            ingredients = spec.ingredients()
            entry = manifest.Entry(city.slug, spec.key_of(ingredients), ingredients, {})
            before = known.cities.get(city.slug)
            if not request.force and before and before.key == entry.key and before.intact(folder):
                entries[city.slug] = before
                seals.put(before)
                summary.kept.append(city.slug)
                tell(city.slug, None)
                continue
            entries[city.slug] = entry
            yield spec

    def take(result: CityResult) -> None:
        if result.slug == CITIES:
            _keep_page(folder, pages, result, summary)
            if CITIES in pages:
                seals.put(pages[CITIES])
            if result.error is not None:
                tell(result.slug, result)
            return
        if result.error is None:
            entries[result.slug] = _write(folder, entries[result.slug], result)
            seals.put(entries[result.slug])
            summary.built.append(result.slug)
        else:
            del entries[result.slug]
            summary.failed[result.slug] = result
        tell(result.slug, result)

    for result in run_batch(orders(), make_executor, window=window):
        take(result)
    # Every notebook has ended: what one of them did to others' files can be put right now.
    harmed = seals.broken()
    if harmed:
        summary.forget(harmed)
        for result in run_batch(_orders_of(plan, harmed), make_executor, window=window):
            take(_noting(result, harmed[result.slug]))
        for slug, name in seals.broken().items():
            if slug not in summary.failed:
                summary.forget([slug])
                (pages if slug == CITIES else entries).pop(slug)
                take_away = CityResult(slug, error=f"{slug}: {_HARMED.format(name)} twice.")
                summary.failed[slug] = take_away
                tell(slug, take_away)
    _log(request, summary)
    others = _other_entries(plan, known, entries, summary)
    finish(plan, {**others, **entries}, pages)
    summary.seconds = time.perf_counter() - start
    return summary


_HARMED = "{} was changed by another program, or by a notebook, while the build ran"


def _orders_of(plan: Plan, slugs: Collection[str]) -> Iterator[CitySpec | PageSpec]:
    if CITIES in slugs:
        yield plan.page()
    yield from (plan.spec(city) for city in plan.cities if city.slug in slugs)


def _noting(result: CityResult, name: str) -> CityResult:
    note = f"{_HARMED.format(name)}, so the report was made again."
    return replace(result, notes=(*result.notes, note))


def _page_orders(plan: Plan, pages: dict[str, manifest.Entry]) -> Iterator[PageSpec]:
    """The order for all cities side by side, if it is this run's to build and out of date.

    `pages` loses what is out of date, so that the index never leads to it.
    """
    request = plan.request
    if not pages and not request.every_city:
        return
    spec = plan.page()
    ingredients = spec.ingredients()
    entry = manifest.Entry(CITIES, CitySpec.key_of(ingredients), ingredients, {})
    before = pages.pop(CITIES, None)
    current = before is not None and before.key == entry.key and before.intact(request.folder)
    if before is not None and current and not (request.force and request.every_city):
        pages[CITIES] = before
    elif request.every_city:
        pages[CITIES] = entry
        yield spec


def _keep_page(
    folder: Path, pages: dict[str, manifest.Entry], result: CityResult, summary: Summary
) -> None:
    entry = pages.pop(result.slug)
    if result.error is None:
        pages[result.slug] = _write(folder, entry, result, city=False)
    else:
        summary.failed[result.slug] = result


def _write(
    folder: Path, entry: manifest.Entry, result: CityResult, *, city: bool = True
) -> manifest.Entry:
    try:
        atomic.write_all(folder, result.files)
        hashes = {name: sha256(content) for name, content in result.files.items()}
        written = manifest.Entry(entry.slug, entry.key, entry.ingredients, hashes)
        if city:
            manifest.record(folder, written)
    except OSError as error:
        raise BuildError(
            f"{folder}: {result.slug} could not be written ({error.strerror}). Files that were "
            f"there before are unchanged. {advice(error)}"
        ) from error
    return written


def _other_entries(
    plan: Plan,
    known: manifest.Manifest,
    entries: Mapping[str, manifest.Entry],
    summary: Summary,
) -> dict[str, manifest.Entry]:
    """Entries of reports that this run was not asked for and that are still up to date.

    A report made from older inputs stays on disk but leaves the index and the table: a page of
    other figures beside new ones would look right and be wrong.
    """
    if plan.request.shard:
        return {}
    others: dict[str, manifest.Entry] = {}
    for slug, entry in known.cities.items():
        if slug in entries or slug in summary.failed:
            continue
        try:
            city = plan.library.params.cities.get(slug) or _own_city(plan, slug)
            key = CitySpec.key_of(plan.spec(city).ingredients())
        except (InputError, OSError, ValueError, LookupError):
            key = ""
        if key == entry.key and entry.intact(plan.request.folder):
            others[slug] = entry
        else:
            summary.stale.append(slug)
    return others


def _own_city(plan: Plan, slug: str) -> City:
    """The place outside the list that a report in the folder is about."""
    told = json.loads((plan.request.folder / f"{slug}.json").read_bytes())["city"]["geoid"]
    place = Place(told, plan.library.populations.places[told])
    return place.city().model_copy(update={"slug": slug})


def finish(
    plan: Plan,
    entries: Mapping[str, manifest.Entry],
    pages: Mapping[str, manifest.Entry],
) -> manifest.Manifest:
    """Write the files around the reports, the manifest last, and return it.

    Args:
        plan: what was asked for.
        entries: the reports that are up to date, by slug.
        pages: the pages on many cities that are, by name.

    Raises:
        BuildError: the folder cannot be written.
    """
    request, folder = plan.request, plan.request.folder
    order = {slug: place for place, slug in enumerate(plan.library.params.cities)}
    ranked = sorted(entries, key=lambda slug: (order.get(slug, len(order)), slug))
    files: dict[str, bytes] = {}
    if request.shard is None:
        documents = list(documents_of(folder, ranked))
        note = plan.library.params.scenario(request.scenario)
        if archive := _workbooks(folder, {slug: entries[slug] for slug in ranked}, request.name):
            files[workbooks.NAME] = archive
        files |= {
            "index.html": index_html(
                documents,
                request.name,
                note,
                request.overrides,
                plan.library.params,
                compared=CITIES in pages,
                files={slug: entries[slug].files for slug in ranked},
                zipped=len(archive),
            ),
            "profiles.csv": profiles_csv(documents),
            "profile.schema.json": schema(),
        }
    try:
        for name, content in files.items():
            if file_sha256(folder / name) != sha256(content):
                atomic.write_bytes(folder / name, content)
        if request.shard is None and workbooks.NAME not in files:
            (folder / workbooks.NAME).unlink(missing_ok=True)
        result = manifest.Manifest(
            scenario=request.name,
            overrides=dict(request.overrides),
            inputs=fingerprint(),
            listed=tuple(plan.library.params.cities),
            cities={slug: entries[slug] for slug in ranked},
            pages=dict(pages),
            files={name: sha256(content) for name, content in files.items()},
        )
        if request.shard is not None:
            atomic.write_bytes(folder / request.shard.manifest_name, result.to_bytes())
        else:
            result.save(folder)
            write_scenarios(folder.parent, plan.library.params)
    except OSError as error:
        raise BuildError(
            f"{folder}: cannot write there ({error.strerror}). {advice(error)}"
        ) from error
    return result


def _workbooks(folder: Path, entries: Mapping[str, manifest.Entry], scenario: str) -> bytes:
    """The workbooks of these reports in one file; b"" where there are not two of them."""
    names = [name for slug in entries for name in entries[slug].files if name.endswith(".xlsx")]
    if len(names) < 2:
        return b""
    found = {name: (folder / name).read_bytes() for name in names}
    return workbooks.zipped(found, f"cvi-workbooks-{scenario}")


def documents_of(folder: Path, slugs: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The parsed `<slug>.json` of each city."""
    for slug in slugs:
        yield json.loads((folder / f"{slug}.json").read_bytes())


def schema() -> bytes:
    """The JSON Schema of `<slug>.json`."""
    text = json.dumps(Document.model_json_schema(mode="serialization"), indent=2, sort_keys=True)
    return f"{text}\n".encode()


def _log(request: Request, summary: Summary) -> None:
    # A read-only checkout has no log and is no worse for it.
    with suppress(OSError):
        paths.cache().mkdir(parents=True, exist_ok=True)
        with (paths.cache() / "failures.log").open("w", encoding="utf-8") as log:
            for slug, result in summary.failed.items():
                log.write(f"== {request.name}/{slug}\n{result.error}\n{result.detail}\n\n")
