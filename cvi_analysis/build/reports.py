"""`make reports`: decide what is out of date, build it and write it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from cvi_analysis import paths
from cvi_analysis.build import manifest
from cvi_analysis.build.around import changed_meanwhile, finish
from cvi_analysis.build.batch import run_batch
from cvi_analysis.build.executors import MakeExecutor
from cvi_analysis.build.inputs import sha256
from cvi_analysis.build.pages import CITIES
from cvi_analysis.build.plan import Plan, Request
from cvi_analysis.build.seals import Seals
from cvi_analysis.build.spec import CityResult, CitySpec, PageSpec
from cvi_analysis.dossier import Library
from cvi_analysis.errors import BuildError, InputError
from cvi_analysis.files import remove_leftovers, write_files
from cvi_analysis.params.cities import City
from cvi_analysis.populations.places import Place, entered_city
from cvi_analysis.system import advice


@dataclass(slots=True)
class Summary:
    """What a run did."""

    folder: Path
    built: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    failed: dict[str, CityResult] = field(default_factory=dict)
    stale: list[str] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def forget(self, slugs: Iterable[str]) -> None:
        """Take cities off the lists of those that are done."""
        for slug in slugs:
            for done in (self.built, self.kept):
                if slug in done:
                    done.remove(slug)


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
    lock (`files.exclusive`), and gives the plan if it has checked the request before.

    Raises:
        InputError: the request is wrong; nothing has been written.
        BuildError: the folder cannot be written.
    """
    start = time.perf_counter()
    plan = plan or Plan.make(request, library)
    folder = request.folder
    known = manifest.load(folder, request.name)
    remove_leftovers(folder)
    summary = Summary(folder)
    entries: dict[str, manifest.Entry] = {}
    pages = dict(known.pages)
    seals = Seals(folder)

    def orders() -> Iterator[CitySpec | PageSpec]:
        yield from _page_orders(plan, pages)
        for city in plan.cities:
            spec = plan.spec(city)
            entry = _entry(spec)
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

    for slug, reason in plan.without.items():
        summary.failed[slug] = CityResult(slug, error=str(reason))
        tell(slug, summary.failed[slug])
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
    # The page of all cities leads to their reports, but to none that could not be made.
    absent = {slug for slug in summary.failed if not (folder / f"{slug}.html").is_file()}
    if request.every_city and CITIES in pages and absent & plan.library.params.cities.keys():
        spec = plan.page(absent)
        pages[CITIES] = _entry(spec)
        for result in run_batch([spec], make_executor, window=window):
            take(result)
    _log(request, summary)
    others = _other_entries(plan, known, entries, summary)
    finish(plan, {**others, **entries}, pages)
    summary.edited = changed_meanwhile(plan)
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


def _entry(spec: CitySpec | PageSpec) -> manifest.Entry:
    """What the manifest says of an order that has not been built."""
    ingredients = spec.ingredients()
    return manifest.Entry(spec.slug, CitySpec.key_of(ingredients), ingredients, {})


def _page_orders(plan: Plan, pages: dict[str, manifest.Entry]) -> Iterator[PageSpec]:
    """The order for all cities side by side, if it is this run's to build and out of date.

    `pages` loses what is out of date, so that the index never leads to it.
    """
    request = plan.request
    if not pages and not request.every_city:
        return
    spec = plan.page()
    entry = _entry(spec)
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
        write_files(folder, result.files)
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
    told = json.loads((plan.request.folder / f"{slug}.json").read_bytes())["city"]
    held = plan.library.populations.places.get(told["geoid"])
    if held is not None:
        city = Place(told["geoid"], held).city()
    else:
        city = entered_city(told["geoid"] or f"{told['name']}, {told['state']}")
    return city.model_copy(update={"slug": slug})


def _log(request: Request, summary: Summary) -> None:
    # A read-only checkout has no log and is no worse for it.
    with suppress(OSError):
        paths.cache().mkdir(parents=True, exist_ok=True)
        with (paths.cache() / "failures.log").open("w", encoding="utf-8") as log:
            for slug, result in summary.failed.items():
                log.write(f"== {request.name}/{slug}\n{result.error}\n{result.detail}\n\n")
