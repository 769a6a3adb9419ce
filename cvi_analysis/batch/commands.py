"""What the build's commands do with their options: exit statuses, messages, order of steps."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from cvi_analysis import paths
from cvi_analysis.batch.notebook_environment import RunOptions
from cvi_analysis.errors import InputError, require_choice
from cvi_analysis.files import require_files, require_folder

if TYPE_CHECKING:
    from cvi_analysis.batch.plan import RunRequest
    from cvi_analysis.calculator.case_file import CaseFile
    from cvi_analysis.report.library import Library


@dataclass(frozen=True, slots=True)
class CommandOptions:
    """The build's options as typed on the command line."""

    scenario: str = "baseline"
    cities: tuple[str, ...] | None = None
    cities_file: Path | None = None
    sets: tuple[str, ...] = ()
    jobs: int = 0
    out: Path | None = None
    run: RunOptions = field(default_factory=RunOptions)
    executor: str = "local"
    scheduler: str | None = None
    shard: str | None = None
    force: bool = False
    quiet: bool = False
    case: CaseFile | None = None


def report(options: CommandOptions, case: Path | None = None) -> int:
    """Build one city's report; with `case`, that of a file saved by the calculator.

    Raises:
        CviError: neither a city nor a case is named, they do not fit together, or as `reports`.
    """
    if case is not None:
        from cvi_analysis.calculator.case_file import CaseFile

        saved = CaseFile.read(case)
        saved.fits(options.cities[0] if options.cities else None, options.scenario)
        options = replace(options, scenario=saved.scenario, cities=(saved.city,), case=saved)
    elif options.cities is None:
        raise InputError(
            "no city is named",
            allowed="a city, or --params with a case saved by the calculator",
            hint="For example `cvi report norfolk-va`.",
        )
    return reports(options)


def reports(options: CommandOptions) -> int:
    """Build what is out of date. Exit status 0, or 1 if a city failed.

    Raises:
        CviError: the request is wrong (2) or nothing could be written (1).
    """
    kept = _unneeded(options)
    if kept is not None:
        if not options.quiet:
            count = f"{len(kept)} report{'s' if len(kept) != 1 else ''}"
            print(f"{count} up to date in {shown(_folder(options))}.")
        return 0
    return _build(options)


def _folder(options: CommandOptions) -> Path:
    return (options.out or paths.reports()) / options.scenario


def shown(path: Path) -> Path:
    """`path` as a user sees it: relative to the working folder where it lies in there."""
    try:
        return path.relative_to(Path.cwd())
    except (ValueError, OSError):
        return path


def _unneeded(options: CommandOptions) -> list[str] | None:
    if options.force or options.sets or options.case or options.cities_file or options.shard:
        return None
    from cvi_analysis.batch.staleness import up_to_date

    return up_to_date(_folder(options), options.scenario, options.cities)


def _build(options: CommandOptions) -> int:
    from cvi_analysis.batch import pool
    from cvi_analysis.files import exclusive, workspace

    require_choice("--executor", options.executor, ("local", "dask"))
    require_folder()
    require_files()
    with ExitStack() as stack:
        stack.enter_context(ended_by_signals())
        stack.enter_context(workspace())
        # The servers import while this process does and reads the files.
        machine = stack.enter_context(pool.local()) if options.executor == "local" else None
        from cvi_analysis.batch.plan import RunPlan
        from cvi_analysis.batch.progress import Display, summary_table
        from cvi_analysis.batch.run import make_reports

        library, request, inputs = opened(options)
        count = len(request.cities) if request.cities else len(library.params.cities)
        jobs = min(options.jobs or pool.default_jobs(), count)
        display = stack.enter_context(Display(count, quiet=options.quiet))
        # Everything that can be refused is refused before the folder is made.
        plan = RunPlan.make(request, library, inputs)
        for message in plan.unread:
            display.say(f"Left out of the list of scenarios: {message}")
        if machine is None:
            maker, window = stack.enter_context(pool.dask(options.scheduler))
        else:
            maker, window = partial(machine.pool, jobs), 2 * jobs
        stack.enter_context(exclusive(request.folder, display.say))
        summary = make_reports(request, library, maker, window=window, tell=display.tell, plan=plan)
    if not options.quiet:
        display.console.print(summary_table(summary))
    if summary.stale:
        count = len(summary.stale)
        reports, them = ("reports", "them") if count > 1 else ("report", "it")
        named = ", ".join(summary.stale[:5]) + (", …" if count > 5 else "")
        display.say(
            f"Left out of the index, because made from older inputs: {count} {reports} ({named}). "
            f"Build {them} again to have {them} there."
        )
    if summary.edited:
        display.say(
            f"Changed while the reports were made, and not in them: {', '.join(summary.edited)}. "
            "Run the command again to take it in."
        )
    if options.quiet and not summary.failed:
        return 0
    display.say(
        f"{len(summary.built)} built, {len(summary.kept)} up to date, {len(summary.failed)} "
        f"failed in {summary.seconds:.1f} s: {shown(summary.folder)}"
    )
    return 1 if summary.failed else 0


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """SIGTERM ends a build like Ctrl-C does, with everything cleaned up."""

    def end(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def opened(options: CommandOptions) -> tuple[Library, RunRequest, dict[str, str]]:
    """The library, with `data/processed/` in step with `data/raw/`, and the checked request.

    Returns:
        Library, request, and the fingerprint of the inputs from just before they were read: what
        is edited later is not in the reports and must not be recorded as if it were.

    Raises:
        InputError: a file in `params/` or `data/` is wrong; an unknown city, scenario or
            parameter, or a refused value.
        CviError: a place had to be fetched and could not be.
    """
    from cvi_analysis.batch.fingerprint import fingerprint
    from cvi_analysis.census.tidy_table import rebuild
    from cvi_analysis.report.library import Library

    if paths.raw().is_dir():
        rebuild(paths.raw(), paths.processed())
    inputs, library = fingerprint(), Library.load()
    if _listed_taken_in(library):
        inputs, library = fingerprint(), Library.load()
    request = request_of(options, library)
    if any(city.slug not in library.params.cities for city in request.cities or ()):
        inputs, library = fingerprint(), Library.load()  # A place may have been fetched meanwhile.
    return library, request, inputs


def _listed_taken_in(library: Library) -> bool:
    """Take a city that was added to the list from earlier answers of the API; whether any was."""
    listed = {city.geoid for city in library.params.cities.values()}
    missing = listed - library.populations.places.keys()
    if not missing:
        return False
    from cvi_analysis.census.tidy_table import take_in
    from cvi_analysis.files import exclusive

    with exclusive(paths.root() / ".cache" / "ingest"):
        return take_in(paths.raw(), paths.processed(), missing)


def request_of(options: CommandOptions, library: Library) -> RunRequest:
    """The request behind the options, checked.

    Raises:
        InputError: an unknown city, scenario or parameter, or a refused value.
    """
    from cvi_analysis.batch.plan import RunRequest, Shard
    from cvi_analysis.batch.requested_places import place, places_in_file

    overrides = overrides_of(options.sets, library)
    if options.case is not None:
        overrides = {**options.case.checked(library.params.register), **overrides}
    shard = Shard.parse(options.shard) if options.shard else None
    register = library.params.resolve(options.scenario, None, overrides)
    cities = None
    if options.cities is not None:
        cities = tuple(place(text, library, register) for text in options.cities)
    if options.cities_file is not None:
        cities = (*(cities or ()), *places_in_file(options.cities_file, library, register))
    if cities is not None:
        cities = tuple({city.slug: city for city in cities}.values())
    return RunRequest(
        scenario=options.scenario,
        overrides=overrides,
        cities=cities,
        run=options.run,
        out=options.out,
        shard=shard,
        force=options.force,
    )


def overrides_of(sets: Sequence[str], library: Library) -> dict[str, Any]:
    """`NAME=VALUE` options as typed values by dotted name, checked against the register.

    Raises:
        InputError: not of that form, an unknown name, or a refused value.
    """
    from cvi_analysis.params.register import parse_overrides

    return dict(parse_overrides(sets, library.params.register))


def params(city: str | None, scenario: str, sets: Sequence[str], *, full: bool) -> int:
    """Print resolved assumptions as JSON on standard output. Exit status 0."""
    from cvi_analysis.report.library import Library

    library = Library.load()
    place = library.params.city(city) if city else None
    register = library.params.resolve(scenario, place, overrides_of(sets, library))
    shown: dict[str, Any] = (
        {n: a.model_dump(mode="json", exclude={"line"}) for n, a in register.assumptions.items()}
        if full
        else dict(register.values())
    )
    json.dump(shown, sys.stdout, indent=2, ensure_ascii=False)
    print()
    return 0


def why(options: CommandOptions) -> int:
    """Print what changed since a city's report was made. Exit status 0."""
    from cvi_analysis.batch.plan import RunPlan
    from cvi_analysis.batch.staleness import reasons

    library, request, inputs = opened(options)
    for city in request.cities or ():
        for line in reasons(RunPlan.make(request, library, inputs), city):
            print(line)
    return 0


def merge(options: CommandOptions, folders: Sequence[Path]) -> int:
    """Join the shards' folders. Exit status 0.

    Raises:
        CviError: a part is missing, broken or of other inputs.
    """
    from cvi_analysis.batch.merge import merge_shards
    from cvi_analysis.files import exclusive

    library, request, inputs = opened(options)
    with exclusive(request.folder):
        count = merge_shards(request, library, folders, inputs)
    print(f"{count} reports merged into {shown(request.folder)}.")
    return 0


def explain(city: str, name: str, scenario: str = "baseline", sets: Sequence[str] = ()) -> int:
    """Print the chain of steps to a number of a city's JSON. Exit status 0.

    Args:
        city: slug, GEOID or name of a place.
        name: dotted name, such as `budget.total`; a role's numbers as `staffing.mediator.count`.
        scenario: name of a scenario file.
        sets: `NAME=VALUE` changes.

    Raises:
        InputError: an unknown city, scenario, parameter or number.
    """
    pass
    from cvi_analysis.report.explanation import Chain

    library, request, _ = opened(
        CommandOptions(scenario=scenario, cities=(city,), sets=tuple(sets))
    )
    (place,) = request.cities or ()
    print(Chain(library.dossier(place, scenario, request.overrides)).text(name))
    return 0
