"""What one run of a command cost, and how such figures are put together."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from pydantic import BaseModel, ConfigDict

from cvi_analysis.errors import BuildError

_SHOWN = 2000
_PATIENCE = 20.0


class Frozen(BaseModel):
    """Base of the results: immutable, no unknown field."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Reading(Frozen):
    """One run.

    Attributes:
        seconds: wall time from the command to the prompt.
        cpu_seconds: processor time, user and system, of all its processes.
        peak_bytes: highest sum of its processes' memory (PSS), or None if it was not sampled.
    """

    seconds: float
    cpu_seconds: float
    peak_bytes: int | None = None

    def scaled(self, done: int, wanted: int, *, warm_seconds: float, warm_cpu: float) -> Reading:
        """What `wanted` cities would have cost by this run of `done`.

        Args:
            done: cities of this run.
            wanted: cities to scale to.
            warm_seconds: the part of the wall time that grows with the cities.
            warm_cpu: the part of the processor time that does.
        """
        more = wanted / done - 1
        return Reading(
            seconds=self.seconds + more * warm_seconds,
            cpu_seconds=self.cpu_seconds + more * warm_cpu,
        )


def measure(
    command: Sequence[str | os.PathLike[str]],
    *,
    env: Mapping[str, str],
    cwd: Path,
    scratch: Path,
    memory: float = 0.0,
) -> Reading:
    """Run a command to its end and say what it cost.

    Args:
        command: program and arguments.
        env: all environment variables.
        cwd: working directory.
        scratch: folder for the reading and what the command says.
        memory: seconds between two samples of memory; 0 for none.

    Raises:
        BuildError: the command failed; the message ends with what it said.
    """
    result, said = scratch / "reading.json", scratch / "said.txt"
    meter = [sys.executable, "-m", "scripts.bench.meter"]
    meter += [os.fspath(result), "--memory", str(memory)]
    result.unlink(missing_ok=True)
    with said.open("wb") as output:
        process = subprocess.Popen(
            [*meter, "--", *command], env=dict(env), cwd=cwd, stdout=output, stderr=output
        )
        try:
            status = process.wait()
        except BaseException:
            # The meter ends what it has started; killed, it could not.
            process.terminate()
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
            raise
    if status or not result.is_file():
        text = said.read_text(encoding="utf-8", errors="replace").strip()[-_SHOWN:]
        name = " ".join(str(word) for word in command[:4])
        raise BuildError(f"`{name} …` ended with status {status} and could not be timed:\n{text}")
    found: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    return Reading(**found)


def ratios(others: Sequence[Reading], ours: Sequence[Reading], *, cpu: bool = False) -> list[float]:
    """How many times longer the others took, each against ours of the same round."""
    name = "cpu_seconds" if cpu else "seconds"
    return [
        getattr(other, name) / getattr(own, name) for other, own in zip(others, ours, strict=True)
    ]


def middle(values: Sequence[float]) -> float:
    """The median."""
    return float(median(values))
