"""What a run costs: all its processes, and nothing of the measuring."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from cvi_analysis.errors import BuildError
from scripts.bench.reading import Reading, measure, ratios
from tests.processes import alive, wait_until

SPIN = "import time\nwhile time.process_time() < 0.4: pass"


def test_it_counts_children_and_the_orphans_they_leave(tmp_path: Path) -> None:
    # The command ends at once; its grandchild, whose parent has ended, goes on for a while.
    spin = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {SPIN!r}])"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {spin!r}])"
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux lets a process adopt orphans")
    found = measure(
        [sys.executable, "-c", code], env=dict(os.environ), cwd=tmp_path, scratch=tmp_path
    )
    assert 0.4 < found.cpu_seconds < 3
    assert found.peak_bytes is None


def test_it_samples_the_memory_of_the_tree(tmp_path: Path) -> None:
    hold = "b = bytearray(80_000_000); import time; time.sleep(1)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hold!r}])"
    found = measure(
        [sys.executable, "-c", code],
        env=dict(os.environ),
        cwd=tmp_path,
        scratch=tmp_path,
        memory=0.05,
    )
    assert found.seconds >= 1
    assert found.peak_bytes is not None
    assert 80e6 < found.peak_bytes < 200e6


def test_a_failing_command_is_said_with_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"status 3(.|\n)*no such luck"):
        measure(
            [sys.executable, "-c", "import sys; print('no such luck'); sys.exit(3)"],
            env=dict(os.environ),
            cwd=tmp_path,
            scratch=tmp_path,
        )


def test_an_interrupted_measurement_leaves_no_process(tmp_path: Path) -> None:
    sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
    meter = [sys.executable, "-m", "scripts.bench.meter", str(tmp_path / "r.json"), "--"]
    process = subprocess.Popen([*meter, *sleeper], start_new_session=True)
    children = []
    end = time.monotonic() + 20
    while not children and time.monotonic() < end:
        time.sleep(0.05)
        children = psutil.Process(process.pid).children(recursive=True)
    assert children
    os.kill(process.pid, signal.SIGTERM)
    assert process.wait(20) == 130
    assert wait_until(lambda: not alive(children), 10)
    assert not (tmp_path / "r.json").exists()


def test_scaling_leaves_the_start_as_it_is() -> None:
    run = Reading(seconds=10, cpu_seconds=16)
    scaled = run.scaled(4, 50, warm_seconds=8, warm_cpu=12)
    assert scaled.seconds == pytest.approx(2 + 8 / 4 * 50)
    assert scaled.cpu_seconds == pytest.approx(4 + 12 / 4 * 50)


def test_ratios_are_taken_within_a_round() -> None:
    slow = [Reading(seconds=s, cpu_seconds=1) for s in (20, 60)]
    ours = [Reading(seconds=s, cpu_seconds=2) for s in (2, 5)]
    assert ratios(slow, ours) == [10, 12]
    assert ratios(slow, ours, cpu=True) == [0.5, 0.5]
