"""`docs/performance.md`: the results in words and tables, every figure with its command."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from scripts.bench.goals import ALONE, GB, SAVED, goals, spread
from scripts.bench.picture import alt
from scripts.bench.reading import Reading, middle, ratios
from scripts.bench.results import Loops, Places, Results, Scaling, SiteCost, Ways

OURS = "cvi reports"
SITE = "cvi site"
EARLIER = 3.1
"""Seconds of `cvi report` to one changed word of the first edition's page, without the reload."""
SHELL = (
    "papermill notebooks/city_profile.ipynb CITY.ipynb -p city CITY && "
    "jupyter nbconvert --to html CITY.ipynb"
)
POOL = "python -m scripts.bench.api_pool"
FLOOR = "python -m scripts.bench.floor"
STAGES = {
    "document": "the figures of `CITY.json`",
    "execute": "the notebook, in a kernel of its own",
    "notebook": "writing out the executed notebook",
    "html": "the web page",
    "pdf": "the PDF",
    "word": "the Word document, which `cvi reports` leaves out unless it is asked for",
    "workbook": "the workbook",
}


def document(results: Results) -> str:
    """The document, as Markdown."""
    return "\n".join(_lines(results)) + "\n"


def _lines(results: Results) -> Iterator[str]:
    machine, ways, scaling, site = results.machine, results.ways, results.scaling, results.site
    packages = ", ".join(f"{name} {found}" for name, found in machine.packages.items())
    yield "# Performance"
    yield ""
    yield "What making the reports costs, measured by `make bench`, which writes this page."
    yield ""
    yield f"- Machine: {machine.words()}."
    yield f"- With {packages}."
    loops, places = results.loops, results.places
    parts = {"comparison of ways": ways, "growth": scaling, "site": site, "loops": loops}
    for name, part in (parts | {"sample": places}).items():
        if part:
            yield f"- Processors busy with other work before the {name}: {part.busy:.2f}."
    yield "- Figures are medians, with the smallest and the largest value in parentheses."
    yield ""
    if ways or scaling:
        yield f"![{alt(results)}](images/performance.svg)"
        yield ""
    if ways or scaling or loops:
        yield "## Goals"
        yield ""
        yield from _table(
            ("", "Wanted", "Measured", "Reached"),
            ((g.title, g.wanted, g.found, "yes" if g.met else "**no**") for g in goals(results)),
        )
    if ways:
        yield from _ways(ways)
    if scaling:
        yield from _scaling(scaling)
    if site:
        yield from _site(site)
    if loops:
        yield from _loops(loops)
    if places:
        yield from _places(places)
    yield from _method(ways, scaling)


def _ways(ways: Ways) -> Iterator[str]:
    n, jobs = ways.cities, ways.jobs
    yield ""
    yield f"## {n} cities"
    yield ""
    yield (
        f"{jobs} at a time in every way, in rounds ({len(ways.ours)}) that alternate between the "
        "ways. "
        "Seconds of processor time count all cores and all processes; they depend less on what "
        "else the machine is doing."
    )
    yield ""
    rows = (
        ("This project: every file of every report", OURS, ways.ours),
        ("papermill and nbconvert from the shell: HTML", SHELL, ways.shell),
        ("Their Python API in a pool: HTML", POOL, ways.pool),
        ("The floor: the same charts and PDFs by warm processes, nothing else", FLOOR, ways.floor),
    )
    yield from _table(
        ("Way", "Command", "Seconds", "Seconds a city", "Processor seconds a city", "To ours"),
        (
            (
                title,
                f"`{command}`",
                spread(_seconds(found), 1),
                f"{middle(_seconds(found)) / n:.2f}",
                f"{middle(_cpu(found)) / n:.2f}",
                _to_ours(found, ways.ours),
            )
            for title, command, found in rows
        ),
    )
    yield ""
    yield (
        f"The conventional ways made {ways.sample} cities in each round, others every time; their "
        f"figures are scaled to {n}, without the start of the pool, which is counted once. They "
        "make no PDF, no workbook, no JSON and no index: a head start."
    )
    yield ""
    yield "## Again"
    yield ""
    yield from _table(
        ("What", "Command", "Seconds", "Processor seconds"),
        (
            (title, f"`{OURS}`", spread(_seconds(found), 2), spread(_cpu(found), 2))
            for title, found in (
                ("Nothing has changed", ways.up_to_date),
                ("One city's local estimate in `params/cities.csv` has changed", ways.changed),
            )
        ),
    )
    yield ""
    yield "## One report"
    yield ""
    yield f"Seconds a city while {jobs} are made at a time (`python -m scripts.bench.stages`):"
    yield ""
    stages = [(name, STAGES.get(name, ""), found) for name, found in ways.stages.items()]
    floor = [
        ("draw", "of the floor: the charts", ways.draw),
        ("compile", "of the floor: the PDF", ways.compile),
    ]
    yield from _table(
        ("Stage", "What", "Seconds"),
        ((name, words, spread(found, 3)) for name, words, found in (*stages, *floor)),
    )
    yield ""
    yield "Two parts alone, by the same command, in one process that has done them before:"
    yield ""
    yield from _table(
        ("Part", "What", "Processor seconds"),
        ((name, what, spread(ways.alone[name], 3)) for name, (what, _) in ALONE.items()),
    )


def _scaling(scaling: Scaling) -> Iterator[str]:
    yield ""
    yield "## Cost by the number of cities"
    yield ""
    yield (
        f"`{OURS} --cities-file FILE`, {scaling.jobs} at a time, with made-up places that have the "
        "populations of the listed cities in turn. Start and end of the run are included."
    )
    yield ""
    yield from _table(
        ("Cities", "Runs", "Seconds", "Seconds a city", "Processor seconds a city", "Peak memory"),
        (
            (
                f"{size.cities:,}",
                str(len(size.runs)),
                spread(_seconds(size.runs), 1),
                f"{middle(_seconds(size.runs)) / size.cities:.3f}",
                f"{middle(_cpu(size.runs)) / size.cities:.3f}",
                f"{max(run.peak_bytes or 0 for run in size.runs) / GB:.2f} GB",
            )
            for size in scaling.sizes
        ),
    )


def _site(site: SiteCost) -> Iterator[str]:
    yield ""
    yield "## The site"
    yield ""
    yield "All scenarios with all their reports, from a project in which none is made yet, once:"
    yield ""
    yield from _table(
        ("Command", "Scenarios", "Files", "Size", "Seconds", "Processor seconds"),
        [
            (
                f"`{SITE}`",
                str(site.scenarios),
                f"{site.files:,}",
                f"{site.bytes / 1e6:,.1f} MB",
                f"{site.run.seconds:,.0f}",
                f"{site.run.cpu_seconds:,.0f}",
            )
        ],
    )


def _loops(loops: Loops) -> Iterator[str]:
    yield ""
    yield "## From an edit to the answer"
    yield ""
    yield (
        "From a save to the new page in Chromium, each a whole run, under `cvi preview`. Without "
        f"it the same word took {EARLIER} s in the first edition, and a reload by hand "
        "(`python -m scripts.bench.preview`):"
    )
    yield ""
    yield from _table(
        ("Saved", "Saves", "Seconds"),
        (
            (what, str(len(loops.saves[name])), spread(loops.saves[name], 2))
            for name, (what, _) in SAVED.items()
        ),
    )
    yield ""
    yield (
        "How sure a case of the calculator is, worked out in Chromium from 10,000 draws, after the "
        f"first case's {loops.first:,.0f} ms (`python -m scripts.bench.ranges`):"
    )
    yield ""
    rows = (
        ("the 90% ranges", loops.ranges),
        ("ranges, effects and what to find out first", loops.effects),
        ("the longest step, in which nobody can type", loops.longest),
    )
    yield from _table(
        ("What", "Cases", "Milliseconds"),
        ((what, str(len(found)), spread(found, 1)) for what, found in rows),
    )


def _places(found: Places) -> Iterator[str]:
    yield ""
    yield f"## All {found.places:,} places"
    yield ""
    yield (
        "Not run: played through. The batch's own loop gives out all orders in virtual time, and "
        f"each costs what one of a sample of {len(found.work)} places, drawn from those that get "
        "a report, did in "
        f"processor seconds: {spread(found.work, 2)} of a worker; "
        f"{spread([1000 * s for s in found.orders], 1)} ms of the process that gives the orders to "
        f"make one, {spread([1000 * s for s in found.takes], 1)} ms to check and write what comes "
        f"back. Cost at ${found.price:.2f} a core-hour, **an assumption**; the process that gives "
        "the orders has one core more. "
        f"The model asks for 10,000 residents and refuses the others: {found.allowed:,} places get "
        f"a report today, and the run over all {found.places:,} is as if each did."
    )
    yield ""
    yield from _table(
        ("Places", "Cores", "Hours", "Cost", "Workers busy", "Giver of orders busy", "Bottleneck"),
        (
            (
                f"{run.places:,}",
                f"{run.cores:,}",
                f"{run.seconds / 3600:.2f}",
                f"${(run.cores + 1) * run.seconds / 3600 * found.price:,.2f}",
                f"{run.workers_share:.0%}",
                f"{run.own_share:.0%}",
                "the process that gives the orders"
                if run.own_share > run.workers_share
                else "the workers' cores",
            )
            for run in found.played
        ),
    )
    yield ""
    own = sum(found.orders) / len(found.orders) + sum(found.takes) / len(found.takes)
    work = sum(found.work) / len(found.work)
    closing = found.closing * found.places
    held = max(run.waiting for run in found.played) * sum(found.sizes) / len(found.sizes)
    yield (
        f"One process makes all orders and writes all files: {1000 * own:.0f} ms a place, which is "
        f"{own * found.places / 3600:.2f} hours however many cores there are, and keeps at most "
        f"{work / own:.0f} of them busy; `--shard i/n` on as many machines and `cvi merge` divide "
        f"it. Index, table, archive of workbooks and manifest come after, {closing / 60:.0f} "
        f"minutes if each place costs what one of the sample does. At most {held / 1e6:,.0f} MB "
        "of results wait in its memory. Left out: starting the workers, the network, Dask's own "
        "time for an order, and the page of all places side by side."
    )


def _method(ways: Ways | None, scaling: Scaling | None) -> Iterator[str]:
    yield ""
    yield "## How it is measured"
    yield ""
    points = [
        "Everything runs on a copy of the project and of the package in a temporary folder, with a "
        "home folder of its own; only `PATH` and the language are kept from the environment.",
        "Wall time is from the start of the command to its end. Each run starts new processes and "
        "an empty folder of reports. What every program leaves for its next run (Python's "
        "bytecode, matplotlib's list of fonts) is there from an untimed first run.",
        "Processor time is user and system time of the command and all its processes, as the "
        "operating system counts it.",
        "Memory is the sum of PSS over all processes, in which a shared page counts once, sampled "
        "every 0.1 s in a run of its own; with many cities every second.",
        "Ratios are taken within each round and then their median, so that a slow minute does not "
        "count for one way only. Every run is checked for the files it has to make.",
        "The floor draws the charts with the same functions and compiles the same Typst files with "
        "the same compiler, in processes that have done it before. Its charts and PDFs are checked "
        "to be the reports' own, byte for byte. Its start and end are not counted; ours are.",
    ]
    if ways and len(ways.ours) < 5:
        points.append(f"Fewer than 5 rounds were run ({len(ways.ours)}): the medians are rough.")
    for size in scaling.sizes if scaling else ():
        if len(size.runs) < 5:
            times = "once" if len(size.runs) == 1 else f"{len(size.runs)} times"
            points.append(f"{size.cities:,} cities were made {times} only, for their length.")
    yield from (f"- {point}" for point in points)


def _to_ours(found: Sequence[Reading], ours: Sequence[Reading]) -> str:
    if found is ours:
        return "1"
    return spread(ratios(found, ours), 2)


def _seconds(readings: Sequence[Reading]) -> list[float]:
    return [reading.seconds for reading in readings]


def _cpu(readings: Sequence[Reading]) -> list[float]:
    return [reading.cpu_seconds for reading in readings]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for row in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(row)} |"
