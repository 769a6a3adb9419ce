"""Run one command and say what it cost: wall time, processor time and memory of all its processes.

A program of its own (`python -m scripts.bench.meter`), so that nothing of the caller is
counted: it adopts every process that the command leaves behind, and counts the processor time of
all of them exactly, as the kernel does when a process is waited for.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType

import psutil  # type: ignore[import-untyped,unused-ignore]

_SET_CHILD_SUBREAPER = 36  # prctl(2)
_LEFT_BEHIND_SECONDS = 10.0
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the command after `--` and write the reading as JSON; its exit status."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench.meter")
    parser.add_argument("result", type=Path)
    parser.add_argument("--memory", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, _interrupt)
    _adopt_orphans()
    try:
        reading, status = _measure(options.command, options.memory)
    except KeyboardInterrupt:
        _end_everything()
        return INTERRUPTED
    options.result.write_text(json.dumps(reading), encoding="utf-8")
    return status


def _measure(command: Sequence[str], every: float) -> tuple[dict[str, float | None], int]:
    memory = _Memory(every) if every else None
    start = time.perf_counter()
    process = subprocess.Popen(command)
    if memory:
        memory.start()
    status = process.wait()
    seconds = time.perf_counter() - start
    if memory:
        memory.stop()
    _wait_for_orphans()
    times = os.times()
    return {
        "seconds": seconds,
        "cpu_seconds": times.children_user + times.children_system,
        "peak_bytes": memory.peak if memory else None,
    }, status


class _Memory(threading.Thread):
    """Samples the memory of all descendants: PSS, in which shared pages are counted once.

    Where the system does not tell PSS, the memory of each process's own.
    """

    def __init__(self, every: float) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self._every = every
        self._ended = threading.Event()

    def run(self) -> None:
        """Sample until `stop`."""
        while not self._ended.wait(self._every):
            self.peak = max(self.peak, sum(_bytes(process) for process in _descendants()))

    def stop(self) -> None:
        """End the sampling."""
        self._ended.set()
        self.join()


def _descendants() -> list[psutil.Process]:
    return list(psutil.Process().children(recursive=True))


def _bytes(process: psutil.Process) -> int:
    try:
        full = process.memory_full_info()
    except psutil.Error:  # It has just ended.
        return 0
    return int(getattr(full, "pss", 0) or getattr(full, "uss", 0))


def _adopt_orphans() -> None:
    """Become the parent of processes whose own parent ends first (Linux)."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _wait_for_orphans() -> None:
    end = time.monotonic() + _LEFT_BEHIND_SECONDS
    while _descendants():
        for _ in _ended_children():
            pass
        if time.monotonic() > end:
            _end_everything()
            return
        time.sleep(0.005)


def _ended_children() -> Iterator[int]:
    """Collect children that have ended."""
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        yield pid


def _end_everything() -> None:
    """Ask all descendants to end, then make them."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for process in _descendants():
            try:
                process.send_signal(number)
            except psutil.Error:
                continue
        end = time.monotonic() + 3
        while _descendants() and time.monotonic() < end:
            for _ in _ended_children():
                pass
            time.sleep(0.01)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
