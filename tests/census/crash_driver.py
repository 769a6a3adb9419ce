"""Kills an ingestion with SIGKILL at every line that writes, and looks at what is left.

Run as `python crash_driver.py URL KEY PROJECT WORK`, where PROJECT is a project folder to copy
and WORK a folder for the copies. Prints the number of kill points; exits with 1 and a reason at
the first unusable folder. It is a process of its own because it forks, which a process with
threads must not.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from cvi_analysis.census import evidence, registry, tidy_table
from cvi_analysis.census.api_key import ApiKey
from cvi_analysis.census.client import CensusClient, Pull
from cvi_analysis.census.population_table import PopulationTable
from cvi_analysis.census.queries import DATASETS, Geography
from cvi_analysis.census.registry import content, read_registry
from cvi_analysis.files import __file__, remove_leftovers

#: The functions that write; those around them only compute.
WRITING = {
    __file__: {"write_file", "write_files", "_sync", "remove_leftovers"},
    evidence.__file__: {"store"},
    registry.__file__: {"keep"},
    tidy_table.__file__: {"rebuild"},
}
#: What the tidy table takes from the answer: a listed city and one of the user's own.
PLACES = {
    "5157000": "Norfolk city, Virginia",
    "3774440": "Wilmington city, North Carolina",
}


class Killer:
    """A trace function that ends this process at the `at`-th line that could matter."""

    def __init__(self, at: int) -> None:
        self.at, self.seen = at, 0

    def __call__(self, frame: FrameType, event: str, arg: Any) -> Any:
        if frame.f_code.co_name not in WRITING.get(frame.f_code.co_filename, ()):
            return None
        if event == "line":
            self.seen += 1
            if self.seen == self.at:
                os.kill(os.getpid(), signal.SIGKILL)
        return self


def fetch(url: str, key: str) -> Pull:
    """One answer, fetched once and stored again and again."""
    with CensusClient(ApiKey(key), url) as client:
        return client.pull(DATASETS["acs5"], 2023, Geography())


def run(folder: Path, pull: Pull) -> None:
    """Everything a run of the command writes, in its order."""
    raw, processed = folder / "data" / "raw", folder / "data" / "processed"
    remove_leftovers(raw)
    tidy_table.rebuild(raw, processed)
    evidence.store(raw, pull, PLACES)
    tidy_table.rebuild(raw, processed)


def killed(folder: Path, pull: Pull, at: int) -> bool:
    """Run in a child that dies at its `at`-th line; False when it finished before that."""
    child = os.fork()
    if child == 0:
        killer = Killer(at)
        sys.settrace(killer)
        try:
            run(folder, pull)
        except BaseException as error:
            print(error, file=sys.stderr)
            os._exit(3)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.WEXITSTATUS(status) == 0, f"kill point {at}: the run itself failed"
    return False


def look(folder: Path, before: dict[str, bytes], at: int) -> None:
    """What was there is as it was, what is registered is there, and reports find their figures."""
    raw = folder / "data" / "raw"
    for name, old in before.items():
        new = (raw / name).read_bytes()
        assert new == old or (name == "registry.csv" and new.startswith(old)), f"{at}: {name}"
    for file in read_registry(raw):
        content(file)
    table = PopulationTable.load(folder / "data" / "processed" / "populations.csv")
    assert table.get("5157000", "acs5", 2023).population > 200_000, at
    assert table.get("2148006", "dec", 2020).population == 633_045, at


def main(url: str, key: str, project: Path, work: Path) -> int:
    raw = project / "data" / "raw"
    before = {path.name: path.read_bytes() for path in raw.iterdir()}
    pull = fetch(url, key)
    at = 1
    while True:
        folder = work / str(at)
        shutil.copytree(project, folder)
        if not killed(folder, pull, at):
            break
        look(folder, before, at)
        run(folder, pull)  # the next run puts everything right
        look(folder, before, at)
        table = PopulationTable.load(folder / "data" / "processed" / "populations.csv")
        assert table.get("3774440", "acs5", 2023).population > 100_000, at
        assert "3719000" in table.places, at
        assert "4744382" not in table.places, "nobody asked for it"
        assert table.get("5157000", "acs5", 2023).raw_file.startswith("acs5-2023-us"), at
        left = [path.name for path in (folder / "data" / "raw").glob(".*")]
        assert not left, f"{at}: {left}"
        shutil.rmtree(folder)
        at += 1
    print(at - 1)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])))
    except AssertionError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
