"""Made-up results, such as a run of `make bench` would leave."""

from __future__ import annotations

import pytest

from scripts.bench.machine import Machine
from scripts.bench.places import play
from scripts.bench.reading import Reading
from scripts.bench.results import Loops, Places, Results, Scaling, SiteCost, Size, Ways


def readings(*seconds: float, peak: float | None = None) -> list[Reading]:
    """Runs that took so many seconds, with nine tenths of two processors."""
    bytes_ = int(peak * 1e9) if peak else None
    return [Reading(seconds=s, cpu_seconds=1.8 * s, peak_bytes=bytes_) for s in seconds]


@pytest.fixture
def results() -> Results:
    ways = Ways(
        cities=50,
        sample=4,
        jobs=2,
        ours=readings(20, 22, 40),
        shell=readings(240, 242, 480),
        pool=readings(90, 99, 120),
        floor=readings(12, 11, 21),
        draw=[0.1, 0.2, 0.3],
        compile=[0.2, 0.2, 0.2],
        up_to_date=readings(0.4, 0.5, 0.45),
        changed=readings(2.0, 2.1, 3.5),
        memory=readings(21, peak=0.9)[0],
        stages={"execute": [0.2, 0.3], "pdf": [0.4, 0.5]},
        alone={"populations": [0.01, 0.02, 0.015], "workbook": [0.04, 0.2, 0.05]},
        busy=0.02,
    )
    scaling = Scaling(
        jobs=2,
        busy=0.01,
        sizes=[
            Size(cities=50, runs=readings(25, 25, 26, peak=0.9)),
            Size(cities=1000, runs=readings(520, peak=0.95)),
        ],
    )
    machine = Machine(
        processor="Some processor",
        cores=2,
        memory_bytes=16 * 2**30,
        system="Some system",
        python="CPython 3.13.1",
        packages={"papermill": "2.7.0"},
    )
    site = SiteCost(run=readings(600)[0], scenarios=10, files=2_133, bytes=287_015_319, busy=0.03)
    loops = Loops(
        saves={"sentence": [0.9, 1.0], "assumption": [0.8], "style": [0.7], "code": [1.4]},
        first=900,
        ranges=[21.8, 20.5],
        effects=[54],
        longest=[12],
        busy=0.04,
    )
    parts = {"orders": [0.01, 0.03], "work": [1.0, 3.0], "takes": [0.01]}
    places = Places(
        places=1000,
        allowed=100,
        **parts,
        sizes=[1_000_000],
        closing=0.012,
        played=[play(cores, 1000, **parts) for cores in (10, 1000)],
        price=0.05,
        busy=0.04,
    )
    return Results(
        code="c0de",
        machine=machine,
        ways=ways,
        scaling=scaling,
        site=site,
        loops=loops,
        places=places,
    )
