"""What was to be reached, beside what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scripts.bench.reading import Reading, middle, ratios
from scripts.bench.results import Loops, Results, Scaling, Ways

GB = 1e9
SMALL, LARGE = 50, 1000
ALONE = {
    "populations": ("reading the table of populations", 0.03),
    "workbook": ("writing one workbook", 0.15),
}
"""The parts that are measured alone: what each is, and the seconds it may take."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal.

    Attributes:
        title: what it is about.
        wanted: the limit in words.
        found: the measured figure in words, with its range.
        met: whether it was reached.
    """

    title: str
    wanted: str
    found: str
    met: bool


def goals(results: Results) -> Iterator[Goal]:
    """All goals for which there are results."""
    if results.ways:
        yield from _of_ways(results.ways)
    if results.scaling:
        yield from _of_scaling(results.scaling)
    if results.loops:
        yield from _of_loops(results.loops)


def _of_ways(ways: Ways) -> Iterator[Goal]:
    shell, pool = ratios(ways.shell, ways.ours), ratios(ways.pool, ways.ours)
    floor = ratios(ways.ours, ways.floor)
    up, changed = _seconds(ways.up_to_date), _seconds(ways.changed)
    peak = (ways.memory.peak_bytes or 0) / GB
    yield Goal(
        f"All outputs of {ways.cities} cities, against HTML alone from the shell",
        "at least 12 times faster",
        f"{spread(shell, 1)} times",
        middle(shell) >= 12,
    )
    yield Goal(
        "The same, against HTML alone from the Python API in a pool",
        "at least 4.5 times faster",
        f"{spread(pool, 1)} times",
        middle(pool) >= 4.5,
    )
    yield Goal(
        "The same, against drawing its charts and compiling its PDFs and nothing else",
        "at most 2 times as long",
        f"{spread(floor, 2)} times",
        middle(floor) <= 2,
    )
    yield Goal("Nothing has changed", "under 0.6 s", f"{spread(up, 2)} s", middle(up) < 0.6)
    yield Goal(
        "One city's local estimate has changed",
        "under 2.5 s",
        f"{spread(changed, 2)} s",
        middle(changed) < 2.5,
    )
    yield Goal(
        f"Peak memory of all processes, {ways.cities} cities",
        "under 1.5 GB",
        f"{peak:.2f} GB",
        peak < 1.5,
    )
    for name, (what, limit) in ALONE.items():
        found = ways.alone[name]
        yield Goal(
            f"{what}, processor time".capitalize(),
            f"under {limit} s",
            f"{spread(found, 3)} s",
            middle(found) < limit,
        )


def _of_scaling(scaling: Scaling) -> Iterator[Goal]:
    by_size = {size.cities: size.runs for size in scaling.sizes}
    few, many = by_size.get(SMALL), by_size.get(LARGE)
    if not few or not many:
        return
    change = middle(_seconds(many)) / LARGE / (middle(_seconds(few)) / SMALL) - 1
    yield Goal(
        f"A city of {LARGE:,} beside a city of {SMALL}",
        "within 5% of the cost, or less",
        f"{change:+.1%}",
        change <= 0.05,
    )
    peaks = [max(run.peak_bytes or 0 for run in runs) / GB for runs in (few, many)]
    yield Goal(
        f"Peak memory, {SMALL} and {LARGE:,} cities",
        "the same, under 1.5 GB",
        f"{peaks[0]:.2f} and {peaks[1]:.2f} GB",
        peaks[1] < 1.5 and peaks[1] <= 1.1 * peaks[0],
    )


SAVED = {
    "sentence": ("a sentence of the notebook", 1.0),
    "assumption": ("an assumption", 1.0),
    "style": ("a style", 1.0),
    "code": ("the package's code", 1.5),
}
"""What is saved under a preview, and the seconds to the new page that were wanted at most."""
DRAWN = 100
"""Milliseconds that the ranges of a case were to take at most in the browser."""


def _of_loops(loops: Loops) -> Iterator[Goal]:
    for name, (what, limit) in SAVED.items():
        found = loops.saves[name]
        yield Goal(
            f"Preview: {what} saved, to the new page in the browser",
            f"at most {limit} s",
            f"{spread(found, 2)} s",
            middle(found) <= limit,
        )
    yield Goal(
        "Calculator: ranges of a case, 10,000 draws",
        f"under {DRAWN} ms",
        f"{spread(loops.ranges, 0)} ms",
        middle(loops.ranges) < DRAWN,
    )


def _seconds(readings: list[Reading]) -> list[float]:
    return [reading.seconds for reading in readings]


def spread(values: list[float], digits: int) -> str:
    """The median, with the smallest and largest value: `12.1 (11.8 to 12.6)`."""
    shown = f"{middle(values):,.{digits}f}"
    if len(values) == 1:
        return shown
    return f"{shown} ({min(values):,.{digits}f} to {max(values):,.{digits}f})"
