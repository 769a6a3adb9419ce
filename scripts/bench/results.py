"""The results of `make bench`, and the file that keeps them until the document is written."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError

from cvi_analysis import paths
from scripts.bench.machine import Machine
from scripts.bench.reading import Frozen, Reading

NAME = "bench.json"


class Ways(Frozen):
    """The same reports made in different ways, alternating; one item a round in each list.

    Attributes:
        cities: how many reports a round makes, or is scaled to.
        sample: cities that the conventional ways made in each round.
        jobs: reports made at a time, in every way.
        ours: `cvi reports` into an empty folder: every output of all cities.
        shell: papermill and nbconvert from the shell, HTML only, scaled to `cities`.
        pool: their Python API in a process pool, HTML only, scaled to `cities`.
        floor: the same charts and PDFs by warm processes, without start and end of the processes.
        draw: seconds of drawing one city's charts, over all cities and rounds of the floor.
        compile: seconds of compiling one city's PDF.
        up_to_date: `cvi reports` when nothing has changed.
        changed: `cvi reports` after one city's local estimate was changed.
        memory: one more run of ours, with its memory sampled.
        stages: seconds of each stage by its name, one item a city.
        alone: processor seconds of each part that was also measured alone, by its name.
        busy: processors' worth of other work just before.
    """

    cities: int
    sample: int
    jobs: int
    ours: list[Reading]
    shell: list[Reading]
    pool: list[Reading]
    floor: list[Reading]
    draw: list[float]
    compile: list[float]
    up_to_date: list[Reading]
    changed: list[Reading]
    memory: Reading
    stages: dict[str, list[float]]
    alone: dict[str, list[float]]
    busy: float


class Size(Frozen):
    """Runs of `cvi reports` over one number of made-up places."""

    cities: int
    runs: list[Reading]


class Scaling(Frozen):
    """Cost and memory by the number of cities.

    Attributes:
        jobs: reports made at a time.
        sizes: from few cities to many.
        busy: processors' worth of other work just before.
    """

    jobs: int
    sizes: list[Size]
    busy: float


class SiteCost(Frozen):
    """`cvi site` of all scenarios, with every report made for it.

    Attributes:
        run: the one run.
        scenarios: how many the site has.
        files: how many files.
        bytes: the size of all of them.
        busy: processors' worth of other work just before.
    """

    run: Reading
    scenarios: int
    files: int
    bytes: int
    busy: float


class Loops(Frozen):
    """From an edit to the answer, in a real browser.

    Attributes:
        saves: seconds from each save to the new page in the preview, by what was saved.
        first: milliseconds of the first ranges of a case, draws included.
        ranges: of the ranges of each of the cases that follow.
        effects: of their ranges, effects and what to find out first together.
        longest: of the longest step among these, in which nothing else happens on the page.
        busy: processors' worth of other work just before.
    """

    saves: dict[str, list[float]]
    first: float
    ranges: list[float]
    effects: list[float]
    longest: list[float]
    busy: float


class Played(Frozen):
    """A run over every place, played through in virtual time.

    Attributes:
        places: how many.
        cores: of the workers.
        seconds: until the last result is written.
        workers_share: of that time, how much a worker's core has work.
        own_share: the same of the process that gives the orders.
        waiting: results that waited at once to be taken in, at most.
    """

    places: int
    cores: int
    seconds: float
    workers_share: float
    own_share: float
    waiting: int


class Places(Frozen):
    """What every place of the country would take; the lists are of a sample, in seconds.

    Attributes:
        places: how many there are.
        allowed: how many of them have as many residents as the model asks for.
        orders: making and packing an order.
        work: processor time of a worker.
        takes: taking in a result: checking and writing it.
        sizes: bytes of a result.
        closing: seconds a report of writing index, table and manifest.
        played: by number of cores.
        price: dollars a core-hour, an assumption.
        busy: processors' worth of other work just before.
    """

    places: int
    allowed: int
    orders: list[float]
    work: list[float]
    takes: list[float]
    sizes: list[int]
    closing: float
    played: list[Played]
    price: float
    busy: float


class Results(Frozen):
    """All that was measured with one state of the code on one machine.

    Attributes:
        code: hash of the package.
        machine: where.
        ways: the comparison of ways, if it was run.
        scaling: the cost by the number of cities, if it was run.
        site: the site of all scenarios, if it was made.
        loops: preview and calculator, if they were measured.
        places: every place played through, if a sample was measured.
    """

    code: str
    machine: Machine
    ways: Ways | None = None
    scaling: Scaling | None = None
    site: SiteCost | None = None
    loops: Loops | None = None
    places: Places | None = None

    def joined(self, other: Results | None) -> Results:
        """With the parts of `other` that are missing here, if its code and machine are the same."""
        if other is None or (other.code, other.machine) != (self.code, self.machine):
            return self
        return self.model_copy(
            update={
                "ways": self.ways or other.ways,
                "scaling": self.scaling or other.scaling,
                "site": self.site or other.site,
                "loops": self.loops or other.loops,
                "places": self.places or other.places,
            }
        )

    def save(self, file: Path | None = None) -> None:
        """Write the results where `load` finds them."""
        target = file or paths.cache() / NAME
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(self.model_dump_json(indent=1) + "\n", encoding="utf-8")


def load(file: Path | None = None) -> Results | None:
    """The results of earlier runs, or None."""
    try:
        text = (file or paths.cache() / NAME).read_text(encoding="utf-8")
        return Results.model_validate(json.loads(text))
    except (OSError, ValueError, ValidationError):
        return None
