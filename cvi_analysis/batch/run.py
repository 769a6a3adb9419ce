"""One run: orders out, results in, files in place."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from cvi_analysis.batch import failures, manifest
from cvi_analysis.batch.fingerprint import file_sha256, sha256
from cvi_analysis.batch.folder import changed_meanwhile, finish
from cvi_analysis.batch.manifest import Seals
from cvi_analysis.batch.orders import (
    CityResult,
    CitySpec,
    PageSpec,
    SpoiledResultError,
    build,
    checked,
)
from cvi_analysis.batch.plan import RunPlan, RunRequest
from cvi_analysis.batch.pool import MakeExecutor, Watch, taken, unwatched
from cvi_analysis.batch.report_formats import CITIES, PAGES, complete
from cvi_analysis.census.places import Place, entered_city
from cvi_analysis.errors import BuildError, InputError
from cvi_analysis.files import advice, remove_leftovers, write_files
from cvi_analysis.params.cities import City
from cvi_analysis.report.library import Library

Order: TypeAlias = CitySpec | PageSpec

ATTEMPTS = 3
"""How often an order is tried when its worker vanishes; a failing cell is never tried again."""

PULSE = 1.0
"""Seconds between two looks at whether whoever does the orders is still there."""


def run_batch(
    specs: Iterable[Order], make_executor: MakeExecutor, *, window: int, watch: Watch = unwatched
) -> Iterator[CityResult]:
    """Results in the order in which they finish.

    Args:
        specs: the orders; taken as needed, so thousands need no more memory than `window`.
        make_executor: gives a fresh executor at the start and after a broken one.
        window: orders in flight at once.
        watch: called while nothing comes back; raises where nothing will.

    Yields:
        One result per order. A city whose worker vanished `ATTEMPTS` times, or returned something
        else as often, gets an error.

    Raises:
        BuildError: `watch` gave up.
    """
    queue: deque[tuple[Order, int]] = deque()
    source = iter(specs)
    executor = make_executor()
    flying: dict[Future[CityResult], tuple[Order, int]] = {}
    finished = False
    try:
        while True:
            while len(flying) < window and not finished:
                order = queue.popleft() if queue else _next(source)
                if order is None:
                    break
                flying[_submit(executor, order[0])] = order
            if not flying:
                finished = True
                return
            while not (done := wait(flying, PULSE, FIRST_COMPLETED).done):
                watch()
            broken = False
            for future in done:
                spec, attempt = flying.pop(future)
                try:
                    result = checked(spec, taken(future.result()))
                except Exception as error:
                    broken = broken or isinstance(error, BrokenExecutor)
                    if attempt < ATTEMPTS:
                        queue.append((spec, attempt + 1))
                        continue
                    result = CityResult(spec.slug, error=f"{spec.slug}: {_given_up(error)}")
                yield result
            if broken:
                queue.extend((spec, attempt + 1) for spec, attempt in flying.values())
                flying.clear()
                executor.shutdown(wait=False)
                executor = make_executor()
    finally:
        executor.shutdown(wait=finished, cancel_futures=not finished)


def _given_up(error: Exception) -> str:
    if isinstance(error, SpoiledResultError):
        return (
            f"what its worker returned is not what was ordered, {ATTEMPTS} times ({error}). "
            "Is a worker's memory, disk or network failing?"
        )
    ended = "process ended" if isinstance(error, BrokenExecutor) else "failed"
    return (
        f"its worker {ended} {ATTEMPTS} times ({type(error).__name__}: {error}). "
        "Is the machine out of memory?"
    )


def _next(source: Iterator[Order]) -> tuple[Order, int] | None:
    spec = next(source, None)
    return None if spec is None else (spec, 1)


def _submit(executor: Executor, spec: Order) -> Future[CityResult]:
    try:
        return executor.submit(build, spec)
    except (BrokenExecutor, EOFError, ConnectionError) as error:
        # A pool that broke between two submissions, or whose fork server was killed while it
        # started a worker, answers like one that broke during the work.
        failed: Future[CityResult] = Future()
        failed.set_exception(
            error if isinstance(error, BrokenExecutor) else BrokenExecutor(repr(error))
        )
        return failed


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
    request: RunRequest,
    library: Library,
    make_executor: MakeExecutor,
    *,
    window: int,
    tell: Tell = lambda slug, result: None,
    plan: RunPlan | None = None,
    watch: Watch = unwatched,
) -> Summary:
    """Bring a scenario's folder up to date.

    A city that fails keeps its last good files and stops no other. The caller holds the folder's
    lock (`files.exclusive`), and gives the plan if it has checked the request before.

    Raises:
        InputError: the request is wrong; nothing has been written.
        BuildError: the folder cannot be written, or `watch` gave up (see `run_batch`).
    """
    start = time.perf_counter()
    plan = plan or RunPlan.make(request, library)
    folder = request.folder
    known = manifest.load(folder, request.name)
    remove_leftovers(folder)
    summary = Summary(folder)
    entries: dict[str, manifest.ReportEntry] = {}
    pages = dict(known.pages)
    seals = Seals(folder)

    def orders() -> Iterator[CitySpec | PageSpec]:
        yield from _page_orders(plan, pages)
        for city in plan.cities:
            spec = plan.spec(city)
            entry = _entry(spec)
            before = known.cities.get(city.slug)
            if not request.force and before and _usable(before, entry, request):
                entries[city.slug] = before
                seals.put(before)
                summary.kept.append(city.slug)
                tell(city.slug, None)
                continue
            entries[city.slug] = entry
            yield spec

    def take(result: CityResult) -> None:
        if result.error is not None:
            result = failures.keep(request.name, result)
        if result.slug in PAGES:
            _keep_page(folder, pages, result, summary)
            if result.slug in pages:
                seals.put(pages[result.slug])
            if result.error is not None:
                tell(result.slug, result)
            return
        if result.error is None:
            entries[result.slug] = _write(folder, entries[result.slug], result)
            _drop(folder, known.cities.get(result.slug), result)
            seals.put(entries[result.slug])
            summary.built.append(result.slug)
        else:
            del entries[result.slug]
            summary.failed[result.slug] = result
        tell(result.slug, result)

    for slug, reason in plan.without.items():
        summary.failed[slug] = CityResult(slug, error=str(reason))
        tell(slug, summary.failed[slug])
    orders_done = partial(run_batch, make_executor=make_executor, window=window, watch=watch)
    for result in orders_done(orders()):
        take(result)
    # Every notebook has ended: what one of them did to others' files can be put right now.
    harmed = seals.broken()
    if harmed:
        summary.forget(harmed)
        for result in orders_done(_orders_of(plan, harmed)):
            take(_noting(result, harmed[result.slug]))
        for slug, name in seals.broken().items():
            if slug not in summary.failed:
                summary.forget([slug])
                (pages if slug in PAGES else entries).pop(slug)
                take_away = CityResult(slug, error=f"{slug}: {_HARMED.format(name)} twice.")
                summary.failed[slug] = take_away
                tell(slug, take_away)
    # The page of all cities leads to their reports, but to none that could not be made.
    absent = {slug for slug in summary.failed if not (folder / f"{slug}.html").is_file()}
    if request.every_city and CITIES in pages and absent & {city.slug for city in plan.cities}:
        spec = plan.page(CITIES, absent)
        pages[CITIES] = _entry(spec)
        for result in orders_done([spec]):
            take(result)
    failures.forget(request.name, [*summary.built, *plan.without])
    others = _other_entries(plan, known, entries, summary)
    finish(plan, {**others, **entries}, pages, known)
    summary.edited = changed_meanwhile(plan)
    summary.seconds = time.perf_counter() - start
    return summary


def _usable(before: manifest.ReportEntry, entry: manifest.ReportEntry, request: RunRequest) -> bool:
    """Whether a report that was made before is the one asked for, whole and unchanged."""
    whole = complete(before.slug, before.files, request.formats)
    return whole and before.key == entry.key and before.intact(request.folder)


def _drop(folder: Path, before: manifest.ReportEntry | None, result: CityResult) -> None:
    """Remove files of an earlier report that this one lacks; one that somebody edited stays."""
    for name, digest in ({} if before is None else before.files).items():
        if name not in result.files and file_sha256(folder / name) == digest:
            (folder / name).unlink(missing_ok=True)


_HARMED = "{} was changed by another program, or by a notebook, while the build ran"


def _orders_of(plan: RunPlan, slugs: Collection[str]) -> Iterator[CitySpec | PageSpec]:
    yield from (plan.page(name) for name in PAGES if name in slugs)
    yield from (plan.spec(city) for city in plan.cities if city.slug in slugs)


def _noting(result: CityResult, name: str) -> CityResult:
    note = f"{_HARMED.format(name)}, so the report was made again."
    return replace(result, notes=(*result.notes, note))


def _entry(spec: CitySpec | PageSpec) -> manifest.ReportEntry:
    """What the manifest says of an order that has not been built."""
    ingredients = spec.ingredients()
    return manifest.ReportEntry(spec.slug, CitySpec.key_of(ingredients), ingredients, {})


def _page_orders(plan: RunPlan, pages: dict[str, manifest.ReportEntry]) -> Iterator[PageSpec]:
    """The orders for the pages that are this run's to build and out of date.

    `pages` loses what is out of date, so that the index never leads to it.
    """
    request = plan.request
    for name in PAGES:
        asked = name in request.pages
        before = pages.pop(name, None)
        if before is None and not asked:
            continue
        try:
            spec = plan.page(name)
        except InputError:
            if asked:
                raise
            continue  # Its notebook is broken, which stops no report; nobody asked for the page.
        entry = _entry(spec)
        keys = {entry.key}
        if not asked:  # One with its code is as current as one without.
            keys.add(_entry(replace(spec, with_code=not spec.with_code)).key)
        current = before is not None and before.key in keys and before.intact(request.folder)
        if before is not None and current and not (request.force and asked):
            pages[name] = before
        elif asked:
            pages[name] = entry
            yield spec


def _keep_page(
    folder: Path, pages: dict[str, manifest.ReportEntry], result: CityResult, summary: Summary
) -> None:
    entry = pages.pop(result.slug)
    if result.error is None:
        pages[result.slug] = _write(folder, entry, result, city=False)
    else:
        summary.failed[result.slug] = result


def _write(
    folder: Path, entry: manifest.ReportEntry, result: CityResult, *, city: bool = True
) -> manifest.ReportEntry:
    try:
        write_files(folder, result.files)
        hashes = {name: sha256(content) for name, content in result.files.items()}
        written = manifest.ReportEntry(entry.slug, entry.key, entry.ingredients, hashes)
        if city:
            manifest.record(folder, written)
    except OSError as error:
        raise BuildError(
            f"{folder}: {result.slug} could not be written ({error.strerror}). Files that were "
            f"there before are unchanged. {advice(error)}"
        ) from error
    return written


def _other_entries(
    plan: RunPlan,
    known: manifest.Manifest,
    entries: Mapping[str, manifest.ReportEntry],
    summary: Summary,
) -> dict[str, manifest.ReportEntry]:
    """Entries of reports that this run was not asked for and that are still up to date.

    A report made from older inputs stays on disk but leaves the index and the table: a page of
    other figures beside new ones would look right and be wrong.
    """
    if plan.request.shard or plan.request.listed:
        return {}
    others: dict[str, manifest.ReportEntry] = {}
    for slug, entry in known.cities.items():
        if slug in entries or slug in summary.failed:
            continue
        try:
            city = plan.library.params.cities.get(slug) or _own_city(plan, slug)
            current = entry.key in plan.keys(city)
        except (InputError, OSError, ValueError, LookupError):
            current = False
        if current and entry.intact(plan.request.folder):
            others[slug] = entry
        else:
            summary.stale.append(slug)
    return others


def _own_city(plan: RunPlan, slug: str) -> City:
    """The place outside the list that a report in the folder is about."""
    told = json.loads((plan.request.folder / f"{slug}.json").read_bytes())["city"]
    held = plan.library.populations.series(told["geoid"])
    if held:
        city = Place(told["geoid"], held[0].census_name).city()
    else:
        city = entered_city(told["geoid"] or f"{told['name']}, {told['state']}")
    return city.model_copy(update={"slug": slug})
