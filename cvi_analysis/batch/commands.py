"""What the build's commands do with their options: exit statuses, messages, order of steps."""

from __future__ import annotations

import signal
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from cvi_analysis import paths
from cvi_analysis.batch.answers import print_json, shown
from cvi_analysis.batch.installed import HINT, unlike_lock
from cvi_analysis.batch.notebook_environment import RunOptions
from cvi_analysis.batch.report_formats import USUAL
from cvi_analysis.batch.staleness import up_to_date
from cvi_analysis.errors import InputError, require_choice
from cvi_analysis.files import exclusive, require_files, require_folder, workspace

# start-up time: a build with nothing to do does not pay for the parameters.
if TYPE_CHECKING:
    from cvi_analysis.calculator.case_file import CaseFile


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
    formats: tuple[str, ...] = USUAL
    notebook: Path | None = None
    with_code: bool = True
    as_json: bool = False
    offline: bool = False


def report(options: CommandOptions, case: Path | None = None) -> int:
    """Build one city's report; with `case`, that of a file saved by the calculator.

    Raises:
        CviError: neither a city nor a case is named, they do not fit together, or as `reports`.
    """
    if case is not None:
        # start-up time: a build with nothing to do does not pay for the parameters.
        from cvi_analysis.batch.case_at import case_at

        saved = case_at(case)
        saved.fits(options.cities[0] if options.cities else None, options.scenario)
        options = replace(options, scenario=saved.scenario, cities=(saved.city,), case=saved)
    elif options.cities is None:
        raise InputError(
            "no city is named",
            allowed="a city, or --params with a case saved by the calculator, or a workbook",
            hint="For example `cvi report norfolk-va` or `make report CITY=norfolk-va`.",
        )
    return reports(options)


def reports(options: CommandOptions) -> int:
    """Build what is out of date. Exit status 0, or 1 if a city failed.

    Raises:
        CviError: the request is wrong (2) or nothing could be written (1).
    """
    kept = _unneeded(options)
    if kept is not None:
        folder = _folder(options)
        if not options.quiet:
            count = f"{len(kept)} report{'s' if len(kept) != 1 else ''}"
            told = f"{count} up to date in {shown(folder)}. {_advice(folder, kept)}".rstrip()
            print(told, file=sys.stderr if options.as_json else sys.stdout)
        if options.as_json:
            print_json(_outcome(folder, {"up to date": kept}, options.formats))
        return 0
    return _build(options)


def _folder(options: CommandOptions) -> Path:
    return (options.out or paths.reports()) / options.scenario


def _to_open(folder: Path, slugs: Collection[str]) -> Path | None:
    """What to open first: the one report's page, or the index of several; None where none is."""
    page = folder / (f"{next(iter(slugs))}.html" if len(slugs) == 1 else "index.html")
    return page if slugs and page.is_file() else None


def _advice(folder: Path, slugs: Collection[str]) -> str:
    page = _to_open(folder, slugs)
    return "" if page is None else f"Open {shown(page)}."


def _unneeded(options: CommandOptions) -> list[str] | None:
    if options.force or options.sets or options.case or options.cities_file or options.shard:
        return None
    return up_to_date(
        _folder(options),
        options.scenario,
        options.cities,
        options.formats,
        options.notebook,
        with_code=options.with_code,
    )


def _build(options: CommandOptions) -> int:
    # start-up time: a build with nothing to do starts no servers.
    from cvi_analysis.batch import pool

    require_choice("--executor", options.executor, ("local", "dask"))
    require_folder()
    require_files()
    with ExitStack() as stack:
        stack.enter_context(ended_by_signals())
        stack.enter_context(workspace())
        machine = stack.enter_context(pool.local()) if options.executor == "local" else None
        # start-up time: the servers import while this process imports the rest and reads files.
        from cvi_analysis.batch.failures import described
        from cvi_analysis.batch.opening import opened
        from cvi_analysis.batch.plan import RunPlan
        from cvi_analysis.batch.progress import Display, summary_table
        from cvi_analysis.batch.run import make_reports

        library, request, inputs = opened(options)
        count = len(request.cities) if request.cities else len(library.params.cities)
        # The annex is made beside the first city.
        jobs = min(options.jobs or pool.default_jobs(), count + len(request.pages))
        display = stack.enter_context(Display(count, quiet=options.quiet))
        if not paths.is_own() and not options.quiet:
            display.say(
                f"The project is the package's own: {paths.why()}. `cvi init FOLDER` makes one to "
                "change."
            )
        # Everything that can be refused is refused before the folder is made.
        plan = RunPlan.make(request, library, inputs)
        if unlike := [f"{name} {version}" for name, version in unlike_lock().items()]:
            display.say(
                f"Installed otherwise than requirements.lock says: {', '.join(unlike)}. Files may "
                f"differ from those made elsewhere. {HINT}"
            )
        for message in plan.unread:
            display.say(f"Left out of the list of scenarios: {message}")
        watch = pool.unwatched
        if machine is None:
            cluster = pool.dask(options.scheduler, plan.code, plan.installed)
            maker, window, watch = stack.enter_context(cluster)
        else:
            maker, window = partial(machine.pool, jobs), 2 * jobs
        stack.enter_context(exclusive(request.folder, display.say))
        summary = make_reports(
            request, library, maker, window=window, tell=display.tell, plan=plan, watch=watch
        )
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
    if options.as_json:
        print_json(
            _outcome(
                summary.folder,
                {"built": summary.built, "up to date": summary.kept},
                options.formats,
                failed=[described(request.name, each) for each in summary.failed.values()],
                stale=summary.stale,
                edited=summary.edited,
            )
        )
    if options.quiet and not summary.failed:
        return 0
    display.say(
        f"{len(summary.built)} built, {len(summary.kept)} up to date, {len(summary.failed)} "
        f"failed in {summary.seconds:.1f} s: {shown(summary.folder)}"
    )
    if page := _advice(summary.folder, [*summary.built, *summary.kept]):
        display.say(page)
    return 1 if summary.failed else 0


def _outcome(
    folder: Path,
    statuses: Mapping[str, Collection[str]],
    formats: Collection[str],
    *,
    failed: Collection[Mapping[str, Any]] = (),
    stale: Collection[str] = (),
    edited: Collection[str] = (),
) -> dict[str, Any]:
    """A build's end as `--json` prints it; docs/commands.md has the keys.

    Args:
        folder: the scenario's folder, which has its name.
        statuses: slugs by what became of them: `built`, `up to date`.
        formats: endings of the files asked for of each.
        failed: `city`, `error` and, as far as they were kept, `traceback` and `notebook`.
        stale: slugs of reports that the index leaves out.
        edited: inputs that changed during the build.
    """
    page = _to_open(folder, [slug for slugs in statuses.values() for slug in slugs])
    return {
        "scenario": folder.name,
        "folder": str(shown(folder)),
        "open": None if page is None else str(shown(page)),
        "cities": [
            {
                "city": slug,
                "status": status,
                "files": [str(shown(folder / f"{slug}.{ending}")) for ending in formats],
            }
            for status, slugs in statuses.items()
            for slug in slugs
        ],
        "failed": list(failed),
        "left_out": list(stale),
        "changed_meanwhile": list(edited),
    }


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
