"""SIGKILL of any process of a build at random moments: nothing half, nothing left, same bytes.

Builds of two cities are killed again and again in one folder, each time after an assumption was
changed, so that every run has both cities to make. The moments and the victims follow from a
seed, which is printed; `CVI_KILLS` says how many and `CVI_SEED` which.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from zipfile import ZipFile

import psutil
import pytest

from cvi_analysis.batch.notebook_server import fork_is_safe
from cvi_analysis.batch.report_formats import PAGES
from tests.checkout import ROOT, Checkout, copy_checkout
from tests.processes import alive, family, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not fork_is_safe(), reason="kernels are not forked here"),
]

CITIES = "norfolk-va chicago-il"
# What a build may say has failed: a city, or a page that all cities share.
NAMED = (*CITIES.split(), *PAGES)
SEED = int(os.environ.get("CVI_SEED", "8"))
# A change that moves every file of every city.
STATES = ("ten", "twelve")
MANY = int(os.environ.get("CVI_KILLS", "100"))
# What a run writes about all of its cities together; which ones are in it depends on the kill.
TOGETHER = {
    *("manifest.json", "index.html", "profiles.csv", "profile.schema.json", "workbooks.zip"),
}


class Siege:
    """A checkout that is built under fire, and what its files may be."""

    def __init__(self, checkout: Checkout, temporary: Path, seed: int) -> None:
        self.checkout = checkout
        self.temporary = temporary
        self.chance = random.Random(seed)
        self.folder = checkout.reports / "baseline"
        self.table = checkout.folder / "data" / "processed" / "populations.csv"
        shutil.copytree(ROOT / "data" / "raw", checkout.folder / "data" / "raw")
        self.whole_table = self.table.read_bytes()
        self.old_table = b"".join(self.whole_table.splitlines(keepends=True)[:3])
        self.right: dict[str, dict[str, str]] = {}
        self.seconds = 0.0
        assumptions = checkout.folder / "params" / "assumptions.yaml"
        self.texts = dict(zip(STATES, _two_texts(assumptions.read_text("utf-8")), strict=True))
        for state in STATES:
            self.set(state)
            began = time.monotonic()
            self.finish("--out", f"right-{state}")
            self.seconds = time.monotonic() - began
            self.right[state] = hashes(checkout.folder / f"right-{state}" / "baseline")
        self.known = {
            name: {self.right[state][name] for state in STATES} for name in self.right[STATES[0]]
        }
        assert len(self.known["norfolk-va.pdf"]) == 2

    def set(self, state: str) -> None:
        """Change the inputs, so that both cities and the table of populations are out of date."""
        path = self.checkout.folder / "params" / "assumptions.yaml"
        path.write_text(self.texts[state], encoding="utf-8")
        self.table.write_bytes(self.old_table)

    def start(self, log: Path, *words: str) -> subprocess.Popen:
        with log.open("wb") as output:
            return subprocess.Popen(
                self.checkout.command("reports", "--cities", CITIES, "--jobs", "2", *words),
                cwd=self.checkout.folder,
                env=self.checkout.environment(TMPDIR=os.fspath(self.temporary)),
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def finish(self, *words: str) -> None:
        """Let a build come to its end; nothing temporary is left, in any folder."""
        log = self.temporary.parent / "finish.log"
        assert self.start(log, *words).wait(timeout=240) == 0, log.read_text()
        if "reports up to date in" in log.read_text():
            return  # Nothing was to do, so nothing was tidied either: the next build does it.
        assert wait_until(lambda: not list(self.temporary.iterdir()), 5), "in the temporary folder"
        assert [path.name for path in self.table.parent.glob(".*")] == []

    def kill(self, state: str, at: float) -> tuple[str, int]:
        """Start a build, kill one of its processes after `at` seconds: its kind and the status."""
        log = self.temporary.parent / "killed.log"
        run = self.start(log)
        time.sleep(at)
        processes = roles(run)
        kind = self.chance.choice(sorted(processes)) if processes else "nobody"
        everyone = [process for group in processes.values() for process in group]
        if processes:
            victim = self.chance.choice(processes[kind])
            try:
                victim.kill()
            except psutil.NoSuchProcess:
                kind = "nobody"
        try:
            status = run.wait(timeout=120)
        except subprocess.TimeoutExpired:
            everyone += family(run)
            run.kill()
            for process in alive(everyone):
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            pytest.fail(f"the build hung after the end of {kind}:\n{log.read_text()}")
        said = log.read_text(encoding="utf-8")
        if kind == "the command":
            assert status == -signal.SIGKILL
        else:
            assert status in (0, 1), said
            assert status == 0 or any(f"✗ {name}" in said for name in NAMED), said
            # Python starts another tracker, which complains of what the first one knew.
            assert kind == "the resource tracker" or "Traceback" not in said, said
        assert wait_until(lambda: not alive(everyone), 15), (kind, alive(everyone))
        return kind, status

    def check(self) -> None:
        """Whatever was killed when: every file is whole."""
        assert self.table.read_bytes() in (self.old_table, self.whole_table)
        if not self.folder.is_dir():
            return
        for name, digest in hashes(self.folder).items():
            if name not in TOGETHER:
                assert digest in self.known[name], f"{name} is neither the old nor the new one"
                continue
            if name.endswith(".zip"):
                assert ZipFile(self.folder / name).testzip() is None
                continue
            text = (self.folder / name).read_text(encoding="utf-8")
            if name.endswith(".json"):
                json.loads(text)
            elif name.endswith(".csv"):
                assert {len(row) for row in csv.reader(io.StringIO(text))} == {
                    len(text.splitlines()[0].split(","))
                }
            else:
                assert text.rstrip().endswith("</html>")

    def complete(self, state: str) -> None:
        """The next build ends with the same bytes as one that was left alone."""
        self.finish()
        assert hashes(self.folder) == self.right[state]
        assert not [path.name for path in self.folder.iterdir() if path.name.startswith(".")]


def _two_texts(text: str) -> tuple[str, str]:
    """Two versions of the assumptions, with another number of people for a worker."""
    place = text.index("roles.outreach_worker.caseload:")
    before, after = text[:place], text[place:]
    line = next(line for line in after.splitlines() if line.strip().startswith("value:"))
    number = int(line.split(":")[1].split("#")[0])
    indent = line[: len(line) - len(line.lstrip())]
    other = f"{indent}value: {number + 1}"
    return text, before + after.replace(line, other, 1)


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if not path.name.startswith(".")
    }


def roles(run: subprocess.Popen) -> dict[str, list[psutil.Process]]:
    """The live processes of a build by what they are."""
    found: dict[str, list[psutil.Process]] = {}
    if run.poll() is None:
        found["the command"] = [psutil.Process(run.pid)]
        for process in family(run):
            try:
                words, own = " ".join(process.cmdline()), process.ppid() == run.pid
            except psutil.Error:
                continue
            if "pandoc" in words:
                kind = "pandoc"
            elif "resource_tracker" in words:
                kind = "the resource tracker"
            elif "notebook_server" in words:
                kind = "the notebooks' server" if own else "a notebook"
            elif "forkserver" in words:
                kind = "the fork server" if own else "a worker"
            else:
                kind = "another"
            found.setdefault(kind, []).append(process)
    return found


def lay(folder: Path, kills: int, seed: int) -> Counter[str]:
    """Kill as many times as asked; how often whose end had what consequence."""
    temporary = folder / "t"
    temporary.mkdir()
    siege = Siege(copy_checkout(folder / "a project"), temporary, seed)
    seen: Counter[str] = Counter()
    number = 0
    while seen.total() < kills:
        number += 1
        state = STATES[number % 2]
        siege.set(state)
        at = siege.chance.uniform(0.05, siege.seconds)
        kind, status = siege.kill(state, at)
        consequence = {0: "complete", 1: "a city named"}.get(status, "stopped")
        print(f"{number}: {kind} after {at:.2f} s: {consequence}", flush=True)
        if kind == "nobody":  # The machine has become faster: the build was over before.
            siege.seconds = max(1.0, 0.8 * siege.seconds)
        else:
            seen[f"{kind}: {consequence}"] += 1
        siege.check()
        if status == 0:
            assert hashes(siege.folder) == siege.right[state]
        elif number % 4 == 3:
            siege.complete(state)
    siege.complete(state)
    return seen


@pytest.mark.reliability
def test_a_hundred_kills_at_random_moments(tmp_path: Path) -> None:
    print(f"CVI_SEED={SEED} CVI_KILLS={MANY}")
    seen = lay(tmp_path, MANY, SEED + 1)
    for line, count in sorted(seen.items()):
        print(f"{count:4} {line}")
    if MANY >= 100:
        struck = {line.split(":")[0] for line in seen}
        assert {"the command", "a worker", "the notebooks' server", "the fork server"} <= struck
