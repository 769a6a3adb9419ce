"""What `make bench` does: measure, keep, show, and write the document."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cvi_analysis import paths
from cvi_analysis.batch.fingerprint import code_sha256
from cvi_analysis.batch.pool import default_jobs
from cvi_analysis.errors import InputError
from cvi_analysis.params import load_params
from scripts.bench import preview, ranges, results
from scripts.bench.alternation import Alternation
from scripts.bench.document import document
from scripts.bench.growth import SIZES, grow
from scripts.bench.machine import Machine, busy, chromium
from scripts.bench.picture import picture
from scripts.bench.places import country
from scripts.bench.publish import publish
from scripts.bench.results import Loops, Results
from scripts.bench.sandbox import CHANGED, Sandbox, sandbox

DOCUMENT = Path("docs", "performance.md")
PICTURE = Path("docs", "images", "performance.svg")
QUICK_SIZES = {2: 1}


@dataclass(frozen=True, slots=True)
class Options:
    """The options as typed.

    Attributes:
        quick: two cities, one round: whether it works, not how fast.
        repeat: rounds.
        sample: cities that the conventional ways make in a round.
        jobs: reports at a time; 0 for one a processor.
        ways: measure the ways against each other.
        scaling: measure the cost by the number of cities.
        site: make the site of all scenarios.
        loops: measure the preview and the calculator, which needs Chromium.
        places: play a run over every place through.
        write: write the document and its chart.
    """

    quick: bool = False
    repeat: int = 5
    sample: int = 4
    jobs: int = 0
    ways: bool = True
    scaling: bool = True
    site: bool = True
    loops: bool = True
    places: bool = True
    write: bool = False


def bench(options: Options) -> int:
    """Measure, print the results, and write them if asked to. Exit status 0.

    Raises:
        CviError: the options contradict each other, or a measured command failed.
    """
    if options.quick and options.write:
        raise InputError("figures of a quick run are not for the document", parameter="--write")
    found: Results | None = None
    parts = (options.ways, options.scaling, options.site, options.loops, options.places)
    if any(parts):
        with sandbox() as place:
            found = _measured(options, place)
        if not options.quick:
            found = found.joined(results.load())
            found.save()
    else:
        found = results.load()
    if found is None:
        raise InputError(
            "nothing has been measured yet", hint="Run `make bench` without --skip-… options."
        )
    if options.write and found.code != code_sha256():
        raise InputError(
            "the code has changed since these results were measured", hint="Run `make bench` again."
        )
    text = document(found)
    print(text)
    if options.write:
        for name, content in ((DOCUMENT, text), (PICTURE, picture(found))):
            target = paths.root() / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content, encoding="utf-8")
            print(f"Written: {name}")
    return 0


def _measured(options: Options, place: Sandbox) -> Results:
    jobs = options.jobs or default_jobs()
    code = code_sha256(place.code / paths.PACKAGE.name)
    ways = scaling = site = loops = places = None
    if options.ways:
        listed = list(load_params(place.project).cities)
        cities = [CHANGED, *(slug for slug in listed if slug != CHANGED)]
        alternation = Alternation(
            place,
            cities[:2] if options.quick else cities,
            every=not options.quick,
            sample=1 if options.quick else options.sample,
            jobs=jobs,
            warm=not options.quick,
            say=_say,
        )
        ways = alternation.run(1 if options.quick else options.repeat)
    if options.scaling:
        scaling = grow(place, QUICK_SIZES if options.quick else SIZES, jobs=jobs, say=_say)
    if options.site:
        site = publish(place, quick=options.quick)
    if options.loops and chromium() is None:
        _say("There is no Chromium: preview and calculator are not measured.")
    elif options.loops:
        loops = measured_loops(2 if options.quick else 20)
    if options.places:
        places = country(place, quick=options.quick)
    return Results(
        code=code,
        machine=Machine.this(),
        ways=ways,
        scaling=scaling,
        site=site,
        loops=loops,
        places=places,
    )


def measured_loops(saves: int) -> Loops:
    """From an edit to the answer, with so many saves of each kind and as many cases, and one."""
    load = busy()
    first, *cases = ranges.measured(rounds=saves)
    return Loops(
        saves=preview.measured(saves),
        first=first["ranges"],
        ranges=[case["ranges"] for case in cases],
        effects=[case["all"] for case in cases],
        longest=[case["longest"] for case in cases],
        busy=load,
    )


def _say(line: str) -> None:
    print(line, flush=True)
