"""A report of every place of the country on 10, 100 and 1,000 cores, played through.

A sample of places is built for real, and what each costs the worker and the process that gives the
orders is measured in processor time. Then the batch's own loop (`run.run_batch`) gives out all
32,000 orders in virtual time: each costs what one of the sample did. Run alone, as
`python -m scripts.bench.places`, it measures the sample.
"""

from __future__ import annotations

import argparse
import heapq
import json
import pickle
import random
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Executor, Future
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from cvi_analysis import paths
from cvi_analysis.batch import manifest, pool, run
from cvi_analysis.batch.fingerprint import sha256
from cvi_analysis.batch.folder import finish
from cvi_analysis.batch.orders import CityResult, CitySpec, checked
from cvi_analysis.batch.plan import RunPlan, RunRequest
from cvi_analysis.batch.requested_places import place
from cvi_analysis.census.tidy_table import carried_answers, figures_by_place
from cvi_analysis.files import exclusive, workspace, write_files
from cvi_analysis.report.library import Library
from scripts.bench.machine import busy
from scripts.bench.reading import measure
from scripts.bench.results import Places, Played
from scripts.bench.sandbox import Sandbox

CORES = (10, 100, 1000)
SAMPLE = 16
PRICE = 0.05
"""Dollars a core-hour: an assumption, as many ask for a virtual core; multiply by your own."""


def country(sandbox: Sandbox, *, quick: bool = False) -> Places:
    """Measure the sample, then play every place through on each number of cores.

    Args:
        sandbox: where.
        quick: two places, and 20 and 40 played through: whether it works.

    Raises:
        BuildError: the sample could not be built.
    """
    load = busy()
    times = sandbox.scratch / "places.json"
    few = ["--sample", str(2 if quick else SAMPLE)]
    out = sandbox.empty("places")
    reading = measure(
        [sys.executable, "-m", "scripts.bench.places", "--out", out, "--times", times, *few],
        env=sandbox.environment(),
        cwd=sandbox.project,
        scratch=sandbox.scratch,
    )
    found: dict[str, Any] = json.loads(times.read_text("utf-8"))
    # What a worker's core does for one report is processor time; the clock ran for others too.
    share = (reading.cpu_seconds - found.pop("own")) / sum(found["work"])
    found["work"] = [seconds * share for seconds in found["work"]]
    sizes = (20, 40) if quick else (found["allowed"], found["places"])
    played = [play(cores, n, **_parts(found)) for n in sizes for cores in CORES]
    return Places(**found, played=played, price=PRICE, busy=load)


def _parts(found: dict[str, Any]) -> dict[str, list[float]]:
    return {name: found[name] for name in ("orders", "work", "takes")}


class _Virtual(Executor):
    """Workers, a clock and `wait`, in virtual time; orders are begun in the order given."""

    def __init__(self, cores: int) -> None:
        self.now = self.worked = 0.0
        self.waiting = 0
        self._free = [0.0] * cores
        self._due: list[tuple[float, int, Future[CityResult], CitySpec]] = []
        self._given = 0

    def order(self, future: Future[CityResult], spec: CitySpec, seconds: float) -> None:
        """Have the next free worker do it."""
        end = max(self.now, self._free[0]) + seconds
        heapq.heapreplace(self._free, end)
        self._given += 1
        self.worked += seconds
        heapq.heappush(self._due, (end, self._given, future, spec))

    def wait(self, flying: Collection[Future[CityResult]], *rest: object) -> SimpleNamespace:
        """As `concurrent.futures.wait`: what is done by now, or the next that will be."""
        self.now = max(self.now, self._due[0][0])
        done = []
        while self._due and self._due[0][0] <= self.now:
            future, spec = heapq.heappop(self._due)[2:]
            future.set_result(CityResult(spec.slug))
            done.append(future)
        self.waiting = max(self.waiting, len(done))
        return SimpleNamespace(done=done)


class _Cluster(_Virtual):
    def __init__(self, cores: int, work: Iterator[float], orders: Iterator[float]) -> None:
        super().__init__(cores)
        self._work, self._orders = work, orders

    def submit(self, fn: Any, /, *args: Any, **_: Any) -> Future[Any]:
        future: Future[CityResult] = Future()
        self.now += next(self._orders)
        self.order(future, args[0], next(self._work))
        return future


def play(
    cores: int,
    places: int,
    *,
    orders: Sequence[float],
    work: Sequence[float],
    takes: Sequence[float],
) -> Played:
    """One run over all places, each part of each as long as that of one of the sample.

    Args:
        cores: of the workers; a worker has one. What gives the orders has another.
        places: how many reports.
        orders: seconds of making and packing an order.
        work: seconds of a worker.
        takes: seconds of taking in a result, checked and written.
    """
    chance = random.Random(1)  # noqa: S311 - the same run every time
    endless = [iter(partial(chance.choice, part), None) for part in (work, orders, takes)]
    cluster = _Cluster(cores, endless[0], endless[1])
    specs = (CitySpec(str(n), "", "", "", "", formats=()) for n in range(places))
    own = 0.0
    with mock.patch.object(run, "wait", cluster.wait):
        # As `cluster.executors` has it: some for each thread of the workers.
        for _ in run.run_batch(specs, lambda: cluster, window=max(16, 4 * cores)):
            seconds = next(endless[2])
            cluster.now += seconds
            own += seconds
    return Played(
        places=places,
        cores=cores,
        seconds=cluster.now,
        workers_share=cluster.worked / (cores * cluster.now),
        own_share=(own + places * sum(orders) / len(orders)) / cluster.now,
        waiting=cluster.waiting,
    )


def main() -> None:
    """Build a sample of places; write what each part of each took as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", type=int, default=SAMPLE)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--times", type=Path, required=True)
    options = parser.parse_args()
    library = Library.load()
    answer = carried_answers(paths.raw())[0]
    figures = figures_by_place(answer)
    register = library.params.resolve("baseline")
    least, _ = register["population"].allowed or (0.0, 0.0)
    allowed = sorted(geoid for geoid, figure in figures.items() if figure.population >= least)
    chosen = random.Random(1).sample(allowed, options.sample)  # noqa: S311 - the same every time
    cities = tuple(place(geoid, library, register) for geoid in chosen)
    plan = RunPlan.make(RunRequest(cities=cities, out=options.out), library)
    jobs, folder = pool.default_jobs(), plan.request.folder
    orders, work, takes, sizes = [], [], [], []
    specs: dict[str, CitySpec] = {}
    for city in plan.cities:
        began = time.process_time()
        spec = plan.spec(city)
        CitySpec.key_of(spec.ingredients())
        pickle.dumps(spec)
        orders.append(time.process_time() - began)
        specs[city.slug] = spec
    entries = {}
    with exclusive(folder), workspace(), pool.local() as machine:
        maker = partial(machine.pool, jobs)
        for result in run.run_batch(specs.values(), maker, window=2 * jobs):
            packed = pickle.dumps(result, protocol=pickle.HIGHEST_PROTOCOL)
            began = time.process_time()
            taken = checked(specs[result.slug], pickle.loads(packed))  # noqa: S301 - our own
            write_files(folder, taken.files)
            hashes = {name: sha256(content) for name, content in taken.files.items()}
            ingredients = specs[result.slug].ingredients()
            entry = manifest.ReportEntry(
                result.slug, CitySpec.key_of(ingredients), ingredients, hashes
            )
            manifest.record(folder, entry)
            takes.append(time.process_time() - began)
            entries[result.slug] = entry
            work.append(sum(result.seconds.values()))
            sizes.append(len(packed))
    began = time.process_time()
    finish(plan, entries, {}, manifest.Manifest(plan.request.name))
    closing = (time.process_time() - began) / len(entries)
    found = {
        "places": len(figures),
        "allowed": len(allowed),
        "orders": orders,
        "work": work,
        "takes": takes,
        "sizes": sizes,
        "closing": closing,
        "own": time.process_time(),
    }
    options.times.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
