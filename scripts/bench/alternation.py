"""The ways of making reports, measured in turns, so that a slower minute slows all of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from cvi_analysis.errors import BuildError
from scripts.bench import ways
from scripts.bench.machine import busy
from scripts.bench.reading import Reading, measure
from scripts.bench.results import Ways
from scripts.bench.sandbox import CHANGED, Sandbox

Say = Callable[[str], None]

MEMORY_EVERY = 0.1
_SHOWN = ("ours", "shell", "pool", "floor", "up_to_date", "changed")
_UP_TO_DATE = 3  # runs a round: each takes a fraction of a second


class Alternation:
    """Rounds of all ways.

    Args:
        sandbox: where to measure.
        cities: slugs of the cities that ours and the floor make; `CHANGED` is one of them.
        every: whether these are all listed cities.
        sample: how many of them the conventional ways make in a round.
        jobs: reports at a time.
        warm: do every way once before, untimed.
        say: takes a line of progress.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        cities: Sequence[str],
        *,
        every: bool,
        sample: int,
        jobs: int,
        warm: bool = True,
        say: Say,
    ) -> None:
        self._sandbox = sandbox
        self._cities = list(cities)
        self._asked = None if every else self._cities
        self._sample = min(sample, len(self._cities))
        self._jobs = jobs
        self._warm = warm
        self._say = say
        self._round = 0
        self._work = sandbox.scratch / "floor.json"
        self._found: dict[str, list[Any]] = {name: [] for name in (*_SHOWN, "draw", "compile")}

    def run(self, rounds: int) -> Ways:
        """Warm up, measure `rounds` rounds, then memory and stages.

        Raises:
            BuildError: a command failed or made something else than it should.
        """
        load = busy()
        memory = self._prepare()
        steps = [self._ours, self._shell, self._pool, self._floor]
        for self._round in range(rounds):
            turn = self._round % len(steps)
            for step in steps[turn:] + steps[:turn]:
                step()
            self._say(f"Round {self._round + 1} of {rounds}: {self._last()}.")
        return Ways(
            cities=len(self._cities),
            sample=self._sample,
            jobs=self._jobs,
            memory=memory,
            busy=load,
            **self._stages(),
            **self._found,
        )

    def _last(self) -> str:
        return ", ".join(
            f"{name.replace('_', ' ')} {self._found[name][-1].seconds:.2f} s" for name in _SHOWN
        )

    def _prepare(self) -> Reading:
        """Warm up, and make all once, which is the run whose memory is sampled.

        It leaves the modules' bytecode and matplotlib's font list in the sandbox, and the reports
        from which the floor's work is taken.
        """
        if self._warm:
            self._say("Warming up: every way once, untimed.")
            self._measure(ways.reports(self._sandbox.empty("first"), self._jobs, [CHANGED]))
            self._run_shell(self._cities[:1])
            self._run_pool(self._cities[:1])
        out = self._sandbox.empty("base")
        memory = self._measure(ways.reports(out, self._jobs, self._asked), memory=MEMORY_EVERY)
        self._check(out)
        self._measure(ways.module("floor", "prepare", out / "baseline", self._work))
        return memory

    def _ours(self) -> None:
        out = self._sandbox.empty("out")
        command = ways.reports(out, self._jobs, self._asked)
        self._found["ours"].append(self._measure(command))
        self._check(out)
        self._found["up_to_date"] += [self._measure(command) for _ in range(_UP_TO_DATE)]
        before = _figures(out)
        self._sandbox.change_local_estimate(300 + self._round)
        self._found["changed"].append(self._measure(command))
        self._sandbox.change_local_estimate(None)
        if before == _figures(out):
            raise BuildError(f"{CHANGED}: a changed local estimate changed nothing")

    def _shell(self) -> None:
        reading = self._run_shell(self._turn())
        self._found["shell"].append(
            reading.scaled(
                self._sample,
                len(self._cities),
                warm_seconds=reading.seconds,
                warm_cpu=reading.cpu_seconds,
            )
        )

    def _pool(self) -> None:
        reading, inside = self._run_pool(self._turn())
        self._found["pool"].append(
            reading.scaled(
                self._sample,
                len(self._cities),
                warm_seconds=inside["seconds"],
                warm_cpu=inside["cpu_seconds"],
            )
        )

    def _floor(self) -> None:
        times = self._sandbox.scratch / "times.json"
        words = ("run", self._work, times, "--jobs", str(self._jobs))
        self._measure(ways.module("floor", *words))
        found = json.loads(times.read_text(encoding="utf-8"))
        self._found["draw"] += found["draw"]
        self._found["compile"] += found["compile"]
        self._found["floor"].append(
            Reading(seconds=found["seconds"], cpu_seconds=found["cpu_seconds"])
        )

    def _stages(self) -> dict[str, dict[str, list[float]]]:
        self._say("One more run of ours: the stages, and parts alone.")
        times = self._sandbox.scratch / "times.json"
        words = ("--jobs", str(self._jobs), "--out", self._sandbox.empty("out"), "--times", times)
        self._measure(ways.module("stages", *words, *self._cities))
        found: dict[str, dict[str, list[float]]] = json.loads(times.read_text(encoding="utf-8"))
        return found

    def _run_shell(self, cities: Sequence[str]) -> Reading:
        out = self._sandbox.empty("out")
        out.mkdir()
        reading = self._measure(ways.shell(out, self._jobs, cities))
        _expect(out, cities, ("ipynb", "html"))
        return reading

    def _run_pool(self, cities: Sequence[str]) -> tuple[Reading, dict[str, float]]:
        out, times = self._sandbox.empty("out"), self._sandbox.scratch / "times.json"
        words = ("--jobs", str(self._jobs), "--out", out, "--times", times)
        reading = self._measure(ways.module("api_pool", *words, *cities))
        _expect(out, cities, ("ipynb", "html"))
        inside: dict[str, float] = json.loads(times.read_text(encoding="utf-8"))
        return reading, inside

    def _turn(self) -> list[str]:
        """The cities of this round's sample: spread over the list, others in every round."""
        step = len(self._cities) / self._sample
        places = [int(number * step + self._round) for number in range(self._sample)]
        return [self._cities[place % len(self._cities)] for place in places]

    def _check(self, out: Path) -> None:
        _expect(out / "baseline", self._cities, ("ipynb", "html", "pdf", "json"))

    def _measure(self, command: ways.Command, *, memory: float = 0.0) -> Reading:
        return measure(
            command,
            env=self._sandbox.environment(),
            cwd=self._sandbox.project,
            scratch=self._sandbox.scratch,
            memory=memory,
        )


def _figures(out: Path) -> bytes:
    return (out / "baseline" / f"{CHANGED}.json").read_bytes()


def _expect(folder: Path, slugs: Sequence[str], endings: Sequence[str]) -> None:
    """Refuse to time a run that made less than it should."""
    for slug in slugs:
        for ending in endings:
            if not (folder / f"{slug}.{ending}").is_file():
                raise BuildError(f"{slug}.{ending} was not made, so the run cannot be timed")
