"""`cvi`: the command line. Each command is a few lines into the package, with an exit status.

Imports stand inside the commands: a list of options, or an up-to-date `cvi reports`, must not pay
for what the others need.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cvi_analysis import __version__, paths
from cvi_analysis.batch.completions import scenario_files, several_slugs, slugs
from cvi_analysis.batch.notebook_environment import MEMORY, RunOptions
from cvi_analysis.errors import InputError


def _end(status: int, **_: object) -> None:
    raise typer.Exit(status)


app = typer.Typer(
    name="cvi",
    help="CVI city profiles: people at the highest risk, staff, budget and methodology.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    result_callback=_end,
)

Scenario = Annotated[
    str,
    typer.Option(
        "--scenario", "-s", help="A file in params/scenarios/.", autocompletion=scenario_files
    ),
]
Cities = Annotated[
    str,
    typer.Option(
        "--cities", help="Slugs separated by spaces; empty: all.", autocompletion=several_slugs
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option("-P", "--set", metavar="NAME=VALUE", help="Change an assumption for this run."),
]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=0, help="Workers; 0: one a processor.")]


def _path(typed: str) -> Path:
    """A path to write to, as typed.

    Raises:
        InputError: it is empty, as a variable of a script that was never set; that would be the
            working folder.
    """
    if not typed.strip():
        raise InputError(
            "this is empty",
            parameter="--out",
            allowed="the name of a file or folder",
            hint="Leave the option out, or write --out . for the folder that you are in.",
        )
    return Path(typed)


Out = Annotated[
    Path | None,
    typer.Option(help="Folder instead of reports/.", parser=_path, metavar="<path>"),
]
Engine = Annotated[str, typer.Option(help="warm: forked kernels; standard: Jupyter's own.")]
Timeout = Annotated[float, typer.Option(min=1, help="Seconds that one cell may run.")]
Memory = Annotated[float, typer.Option(min=0.5, help="Gigabytes that one notebook may allocate.")]
Formats = Annotated[
    str,
    typer.Option(help="Of html pdf docx xlsx json ipynb, separated by spaces; empty: the usual."),
]
Code = Annotated[
    bool, typer.Option("--code/--no-code", help="Fold the code in the page under what it shows.")
]
Notebook = Annotated[
    Path | None,
    typer.Option(
        parser=lambda typed: Path(typed).absolute(),
        metavar="FILE.ipynb",
        help="Run this in place of notebooks/city_profile.ipynb.",
    ),
]
Executor = Annotated[str, typer.Option(help="local or dask.")]
Scheduler = Annotated[str | None, typer.Option(help="Address of a Dask scheduler.")]
CitiesFile = Annotated[
    Path | None,
    typer.Option(
        help="A batch of its own: one place a line (slug, GEOID, 'City, ST'), or CSV with a header."
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="One JSON document on standard output, words on the other.")
]
ShardOf = Annotated[str | None, typer.Option("--shard", help="Build part i of n: i/n.")]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Profiles of community violence intervention (CVI) for U.S. cities."""
    _refuse_odd_date()
    _refuse_other_digits(sys.argv[1:])


def _refuse_other_digits(words: Sequence[str]) -> None:
    """Refuse numbers that Python would read and that are not shown as what they are.

    Raises:
        InputError: a number is written in digits of another script.
    """
    for word in words:
        typed = re.sub(r"^-[A-Za-z]|^.*=", "", word)
        if not typed.isascii() and re.fullmatch(r"[+-]?\d+(\.\d+)?", typed):
            raise InputError(
                "a number is written in the digits 0 to 9", parameter="command line", found=word
            )


def _refuse_odd_date() -> None:
    """Say at once what would otherwise stop every kernel with a traceback of its own.

    Raises:
        InputError: `SOURCE_DATE_EPOCH` is set and is no time that Python knows.
    """
    told = os.environ.get("SOURCE_DATE_EPOCH")
    if told is None:
        return
    try:
        datetime.fromtimestamp(int(told.encode("ascii")))
    except (ValueError, OverflowError, OSError) as error:
        raise InputError(
            "this environment variable is not a time",
            parameter="SOURCE_DATE_EPOCH",
            found=told,
            allowed="whole seconds since 1970, such as 1700000000",
            hint="Unset it: reports carry no date, so they do not need it.",
        ) from error


def _several(typed: str) -> tuple[str, ...] | None:
    """Names separated by spaces or commas; None for all."""
    return tuple(typed.replace(",", " ").split()) or None


def _slugs(typed: str) -> tuple[str, ...] | None:
    """The cities of `--cities`, as `_several`.

    Raises:
        InputError: one is a name with its state, which would be taken for two.
    """
    if apart := re.search(r"([^\s,][^,]*),\s*([A-Z]{2})(?![^\s,])", typed):
        words = apart[1].split()
        while len(words) > 1 and re.fullmatch(r"[a-z0-9-]+-[a-z]{2}|[0-9]+", words[0]):
            del words[0]  # a slug or GEOID of its own before the name
        name = f"{' '.join(words)}, {apart[2]}"
        slug = re.sub(r"\W+", "-", name).lower()
        raise InputError(
            "a name with a space is taken for several here",
            parameter="--cities",
            found=name,
            allowed="slugs and GEOIDs, separated by spaces",
            hint=f"Write {slug}.",
        )
    return _several(typed)


@app.command()
def reports(
    scenario: Scenario = "baseline",
    cities: Cities = "",
    cities_file: CitiesFile = None,
    set_: Set = None,
    jobs: Jobs = 0,
    out: Out = None,
    engine: Engine = "warm",
    timeout: Timeout = 120.0,
    memory: Memory = MEMORY,
    executor: Executor = "local",
    scheduler: Scheduler = None,
    shard: ShardOf = None,
    formats: Formats = "",
    notebook: Notebook = None,
    code: Code = True,
    force: Annotated[bool, typer.Option(help="Build even what is up to date.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only problems.")] = False,
    json_: AsJson = False,
) -> int:
    """Write the reports of all listed cities, or of some, that are out of date.

    The usual files are all but Word documents (docx), which take longer than the rest.
    """
    from cvi_analysis.batch import commands, report_formats  # start-up time

    return commands.reports(
        commands.CommandOptions(
            scenario=scenario,
            cities=_slugs(cities),
            cities_file=cities_file,
            sets=tuple(set_ or ()),
            jobs=jobs,
            out=out,
            run=RunOptions.typed(engine, timeout, memory),
            executor=executor,
            scheduler=scheduler,
            shard=shard,
            force=force,
            quiet=quiet,
            as_json=json_,
            formats=report_formats.chosen(formats),
            notebook=notebook,
            with_code=code,
        )
    )


@app.command()
def report(
    city: Annotated[
        str | None,
        typer.Argument(
            help="Slug, 7-digit GEOID, or 'City, ST'. A case names its own.", autocompletion=slugs
        ),
    ] = None,
    scenario: Scenario = "baseline",
    set_: Set = None,
    case: Annotated[
        Path | None,
        typer.Option(
            "--params",
            metavar="FILE",
            help="A case saved by the calculator (JSON), or a report's workbook that was edited.",
        ),
    ] = None,
    out: Out = None,
    engine: Engine = "warm",
    timeout: Timeout = 120.0,
    memory: Memory = MEMORY,
    formats: Formats = "",
    notebook: Notebook = None,
    code: Code = True,
    force: Annotated[bool, typer.Option(help="Build even if it is up to date.")] = False,
    json_: AsJson = False,
) -> int:
    """Write one city's report, or that of a case saved by its calculator, with a Word document."""
    from cvi_analysis.batch import commands, report_formats  # start-up time

    return commands.report(
        commands.CommandOptions(
            scenario=scenario,
            cities=None if city is None else (city,),
            sets=tuple(set_ or ()),
            out=out,
            run=RunOptions.typed(engine, timeout, memory),
            force=force,
            formats=report_formats.chosen(formats, report_formats.FORMATS),
            notebook=notebook,
            with_code=code,
            as_json=json_,
        ),
        case,
    )


@app.command()
def preview(
    city: Annotated[
        str, typer.Argument(help="Slug, 7-digit GEOID, or 'City, ST'.", autocompletion=slugs)
    ],
    scenario: Scenario = "baseline",
    engine: Engine = "warm",
    timeout: Timeout = 120.0,
    memory: Memory = MEMORY,
    notebook: Notebook = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Show the PDF beside the page.")] = False,
    port: Annotated[
        int | None,
        typer.Option(min=1024, max=65535, help="Where to listen; without it, a free one."),
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
) -> int:
    """Show one city's report in a browser, made afresh on every save; write nothing."""
    from cvi_analysis.batch import preview as previews  # start-up time

    return previews.preview(
        previews.PreviewOptions(
            city=city,
            scenario=scenario,
            notebook=notebook,
            run=RunOptions.typed(engine, timeout, memory),
            pdf=pdf,
            port=port,
            browser=browser,
        )
    )


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="A folder that is not there yet, or is empty.")],
) -> int:
    """Make a project of your own: parameters, figures and notebooks to change, and a Makefile."""
    from cvi_analysis.batch.new_project import init as make  # start-up time

    return make(folder)


@app.command()
def project() -> int:
    """Print the folder of the project in use, and why it is this one."""
    typer.echo(f"{paths.root()}: {paths.why()}.")
    return 0


@app.command()
def compare(
    first: Annotated[
        str,
        typer.Argument(
            help="A scenario; or a case of a city, as JSON or as an edited workbook.",
            autocompletion=scenario_files,
        ),
    ],
    second: Annotated[
        str, typer.Argument(help="Another, compared with it.", autocompletion=scenario_files)
    ],
    set_: Annotated[
        list[str] | None,
        typer.Option("-P", "--set", metavar="NAME=VALUE", help="Change the second scenario."),
    ] = None,
    out: Out = None,
    engine: Engine = "warm",
    timeout: Timeout = 120.0,
    code: Code = True,
    json_: AsJson = False,
) -> int:
    """Write what changes between two scenarios, city by city, and which assumption changes it.

    Of two cases of one city, print it.
    """
    from cvi_analysis.batch import compare_cases  # start-up time

    if compare_cases.are_files(first, second):
        if set_ or out:
            raise InputError("two cases take neither -P nor --out: change the cases themselves")
        return compare_cases.compare_cases(Path(first), Path(second), as_json=json_)
    from cvi_analysis.batch.compare import compare_scenarios  # start-up time

    return compare_scenarios(
        first,
        second,
        tuple(set_ or ()),
        out=out,
        run=RunOptions.typed(engine, timeout),
        with_code=code,
        as_json=json_,
    )


@app.command("case")
def case_(
    case: Annotated[
        str, typer.Argument(metavar="FILE_OR_LINK", help="A case: .json, .xlsx or a page's link.")
    ],
    to: Annotated[str, typer.Option("--to", help="json, link or xlsx.")],
    out: Annotated[
        Path | None,
        typer.Option(
            help="File to write; without it, json and link are printed.",
            parser=_path,
            metavar="<path>",
        ),
    ] = None,
) -> int:
    """Convert a case of the calculator: file, link and workbook hold the same."""
    from cvi_analysis.batch import convert_case  # start-up time

    return convert_case.convert(case, to, out)


editions = typer.Typer(help="Freeze what is published, and say what changed since.")
app.add_typer(editions, name="edition", no_args_is_help=True)


@editions.command("make")
def edition_make(
    name: Annotated[str, typer.Argument(help="Year and number, such as 2026.1.")],
) -> int:
    """Freeze inputs, code version, figures and hashes of the baseline's reports in editions/."""
    from cvi_analysis.batch import edition  # start-up time

    return edition.make(name)


@editions.command("earlier")
def edition_earlier() -> int:
    """Write into params/ what inputs were in earlier editions, for links that were made then."""
    from cvi_analysis.batch import earlier_editions  # start-up time

    return earlier_editions.write()


@editions.command("diff")
def edition_diff(
    first: Annotated[str, typer.Argument(help="An edition, its folder, or now.")],
    second: Annotated[str, typer.Argument(help="Another, compared with it.")],
) -> int:
    """Print the CHANGELOG's table of what changed and why, and write a page of it."""
    from cvi_analysis.batch import edition_diff  # start-up time

    return edition_diff.diff(first, second)


@app.command()
def cities(json_: AsJson = False) -> int:
    """List the cities, and which figures are held of each."""
    from cvi_analysis.batch import listings  # start-up time

    return listings.cities(as_json=json_)


@app.command()
def scenarios(json_: AsJson = False) -> int:
    """List the scenarios, each with its reason."""
    from cvi_analysis.batch import listings  # start-up time

    return listings.scenarios(as_json=json_)


@app.command()
def roles(json_: AsJson = False) -> int:
    """List the roles of a city's team, whose keys the assumptions have."""
    from cvi_analysis.batch import listings  # start-up time

    return listings.roles(as_json=json_)


@app.command()
def table(
    scenario: Annotated[
        str,
        typer.Option(
            "--scenario",
            "-s",
            help="A file in params/scenarios/, or all.",
            autocompletion=scenario_files,
        ),
    ] = "baseline",
    out: Out = None,
) -> int:
    """Write tidy tables of all cities and places, without rendering a report."""
    from cvi_analysis.batch.data_package import write_tables  # start-up time

    return write_tables(scenario, out)


@app.command()
def site(
    base_url: Annotated[
        str, typer.Option(metavar="URL", help="The address it will have; empty: none is known.")
    ] = "",
    scenarios: Annotated[str, typer.Option(help="Names separated by spaces; empty: all.")] = "",
    cities: Annotated[
        str, typer.Option(help="Slugs, to bring only their reports up to date; empty: all.")
    ] = "",
    jobs: Jobs = 0,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder instead of site/.", parser=_path, metavar="<path>"),
    ] = None,
) -> int:
    """Bring all scenarios up to date and make a folder of them for any web host."""
    from cvi_analysis.batch.site import SiteOptions, make_site  # start-up time

    options = SiteOptions(base_url, _several(scenarios), _slugs(cities), out, jobs)
    return make_site(options)


@app.command()
def params(
    city: Annotated[
        str | None,
        typer.Argument(help="Slug of a city.", autocompletion=slugs),
    ] = None,
    scenario: Scenario = "baseline",
    set_: Set = None,
    full: Annotated[bool, typer.Option(help="With range, unit, source and note.")] = False,
    by_effect: Annotated[
        bool, typer.Option(help="The same, first what moves the city's budget most.")
    ] = False,
) -> int:
    """Print the resolved assumptions of a scenario and city as JSON."""
    from cvi_analysis.batch import lookups  # start-up time

    return lookups.params(city, scenario, tuple(set_ or ()), full=full, by_effect=by_effect)


@app.command()
def register(
    write: Annotated[bool, typer.Option("--write", help="Renew what is out of step.")] = False,
) -> int:
    """Check that what is written about the assumptions is what params/assumptions.yaml says."""
    from cvi_analysis.report import assumption_docs  # start-up time

    return assumption_docs.run(write=write)


@app.command()
def explain(
    city: Annotated[
        str, typer.Argument(help="Slug, 7-digit GEOID, or 'City, ST'.", autocompletion=slugs)
    ],
    name: Annotated[str, typer.Argument(help="A number of its JSON, such as budget.total.")],
    scenario: Scenario = "baseline",
    set_: Set = None,
    json_: AsJson = False,
) -> int:
    """Print the chain from source figures to a number of a city's report."""
    from cvi_analysis.batch import lookups  # start-up time

    return lookups.explain(city, name, scenario, tuple(set_ or ()), as_json=json_)


@app.command()
def why(
    city: Annotated[str, typer.Argument(help="Slug of a city.", autocompletion=slugs)],
    scenario: Scenario = "baseline",
    set_: Set = None,
    out: Out = None,
    json_: AsJson = False,
) -> int:
    """Say what changed since a city's report was made."""
    from cvi_analysis.batch import commands, reasons  # start-up time

    return reasons.why(
        commands.CommandOptions(
            scenario=scenario,
            cities=(city,),
            sets=tuple(set_ or ()),
            out=out,
            as_json=json_,
        )
    )


@app.command()
def merge(
    folders: Annotated[list[Path], typer.Argument(help="Folders that shards wrote.")],
    scenario: Scenario = "baseline",
    cities: Cities = "",
    cities_file: CitiesFile = None,
    set_: Set = None,
    out: Out = None,
    partial: Annotated[
        bool, typer.Option("--partial", help="Go on without shards or reports that are missing.")
    ] = False,
) -> int:
    """Join what `cvi reports --shard` wrote on several machines into one folder."""
    from cvi_analysis.batch import commands  # start-up time
    from cvi_analysis.batch.merge import merge_folders  # start-up time

    options = commands.CommandOptions(
        scenario=scenario,
        cities=_slugs(cities),
        cities_file=cities_file,
        sets=tuple(set_ or ()),
        out=out,
    )
    return merge_folders(options, folders, partial=partial)


@app.command()
def verify(
    scenario: Scenario = "baseline",
    cities: Cities = "",
    jobs: Jobs = 0,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="FOLDER", help="Build once and compare with published reports, or an edition."
        ),
    ] = None,
) -> int:
    """Build twice, with both engines and elsewhere, and compare every byte."""
    from cvi_analysis.batch import verify  # start-up time

    if against is not None:
        return verify.against(against, scenario, _slugs(cities), jobs)
    return verify.verify(scenario, _slugs(cities), jobs)


@app.command()
def check(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A city's .pdf, .html, .docx, .xlsx or .json.")
    ],
) -> int:
    """Say whether the figures that a report's file shows are the model's, and which are not."""
    from cvi_analysis.batch import check_file  # start-up time

    return check_file.check(file)


@app.command()
def ingest(
    dataset: Annotated[
        list[str] | None,
        typer.Option(help="acs5, acs1 or pl; may be repeated. Default: acs5."),
    ] = None,
    year: Annotated[
        int | None,
        typer.Option(help="One year. Default: the newest that answers, and the one in use."),
    ] = None,
    since: Annotated[
        int | None,
        typer.Option(help="Every year from this one to the newest."),
    ] = None,
    city: Annotated[
        list[str] | None,
        typer.Option(
            help="Slug, GEOID or 'City, ST'; may be repeated. Default: all listed.",
            autocompletion=slugs,
        ),
    ] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="All listed cities, said explicitly.")
    ] = False,
    accept: Annotated[
        bool, typer.Option(help="Store changes over 15%, new names and missing figures.")
    ] = False,
    dry_run: Annotated[bool, typer.Option(help="Say what would be asked; ask nothing.")] = False,
    deadline: Annotated[
        float | None,
        typer.Option(min=1, help="Seconds that one pull may take. Default: 60."),
    ] = None,
) -> int:
    """Pull populations from the Census API (needs a free key) and keep them as evidence."""
    from cvi_analysis.census.ingestion import IngestOptions, run_ingestion  # start-up time

    options = IngestOptions(
        datasets=tuple(dataset or ()),
        year=year,
        since=since,
        cities=tuple(city or ()),
        all_cities=all_,
        accept=accept,
        dry_run=dry_run,
        deadline=deadline,
    )
    return run_ingestion(options, say=typer.echo)
