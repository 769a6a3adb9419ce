"""Notebooks that loop, flood, hoard, exit, kill, fork and meddle: the city is named, others go on.

One build, in which every city but two runs into an attack of its own.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from cvi_analysis.batch.notebook_server import fork_is_safe
from tests.checkout import Checkout
from tests.processes import wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.reliability,
    pytest.mark.skipif(not fork_is_safe(), reason="limits are set on Linux only"),
]

MARK = "987654"
"""Seconds that left-behind processes sleep; it is how they are found."""


@dataclass(frozen=True)
class Attack:
    """What a city's notebook does, and what the build must say; None if it is harmless."""

    code: str
    told: str | None


ATTACKS = {
    "baltimore-md": Attack("while True: pass", "still running after"),
    "detroit-mi": Attack("for _ in range(10**8): print('x' * 999)", "more than 50 MB"),
    "memphis-tn": Attack("print('x' * 2 * 10**8)", "more than 50 MB"),
    "cleveland-oh": Attack(
        "import os\nfor _ in range(1000): os.write(1, b'x' * 10**6)", "more than 50 MB"
    ),
    "oakland-ca": Attack(
        "from IPython.display import HTML, display\ndisplay(HTML('x' * 10**8))", "more than 50 MB"
    ),
    "milwaukee-wi": Attack("x = [bytearray(10**7) for _ in range(10**4)]", "the 1 GB of memory"),
    "akron-oh": Attack("x = []\nwhile True: x.append(str(len(x)) * 9)", "--memory allows"),
    "atlanta-ga": Attack("import numpy\nx = numpy.ones(10**9)", "the 1 GB of memory"),
    "st-louis-mo": Attack("exit()", "its kernel"),
    "washington-dc": Attack("quit()", "its kernel"),
    "kansas-city-mo": Attack("import sys\nsys.exit(0)", "ended before its last cell"),
    "philadelphia-pa": Attack("import os\nos._exit(0)", "kernel ended unexpectedly"),
    "new-orleans-la": Attack(
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "kernel ended unexpectedly"
    ),
    "birmingham-al": Attack("import ctypes\nctypes.string_at(0)", "kernel ended unexpectedly"),
    "indianapolis-in": Attack(
        f"import subprocess\nsubprocess.Popen(['sleep', '{MARK}'], start_new_session=True)", None
    ),
    "houston-tx": Attack(
        f"import subprocess\nsubprocess.run(['sh', '-c', 'setsid sleep {MARK} & exit 0'])", None
    ),
    "dallas-tx": Attack("import os\nos.chdir('/')", None),
    "oklahoma-city-ok": Attack("import sys\nsys.stdout.close()", None),
    "columbus-oh": Attack("input('?')", "StdinNotImplementedError"),
    "jackson-ms": Attack(
        "import os\n"
        "for name in ('city_profile', 'comparison', 'annex'): os.remove(f'{name}.ipynb')",
        None,
    ),
}
GOOD = ("norfolk-va", "chicago-il")
VICTIM = "norfolk-va"
MEDDLER = "richmond-va"
"""Built after the victim: it writes into the victim's page when that is done."""

MEDDLING = """
import pathlib, time
page = pathlib.Path('../reports/baseline/norfolk-va.html')
for _ in range(600):
    if page.exists(): break
    time.sleep(0.1)
page.write_text('owned')
"""


def with_code(checkout: Checkout, pieces: dict[str, str]) -> None:
    """Have the notebook run a piece of code for some cities, in its first cell with a figure."""
    path = checkout.folder / "notebooks" / "city_profile.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = next(
        cell
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and "".join(cell["source"]).startswith("report.")
    )
    lines = [
        f"if city == {city!r}:\n" + "".join(f"    {line}\n" for line in code.strip().splitlines())
        for city, code in pieces.items()
    ]
    cell["source"] = "".join([*lines, *cell["source"]])
    path.write_text(json.dumps(notebook), encoding="utf-8")


def sleepers() -> list[int]:
    return [p.pid for p in psutil.process_iter(["cmdline"]) if MARK in (p.info["cmdline"] or ())]


def assert_as_listed(folder: Path) -> dict:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for entry in manifest["cities"].values():
        for name, digest in entry["files"].items():
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
    return manifest


def test_every_attack_is_named_and_every_other_city_is_built(checkout: Checkout) -> None:
    known = {
        line.split(",")[0] for line in (checkout.folder / "params/cities.csv").read_text().split()
    }
    assert known >= {*ATTACKS, *GOOD}
    with_code(checkout, {city: attack.code for city, attack in ATTACKS.items()})
    cities = " ".join([*ATTACKS, *GOOD])
    words = ("--timeout", "20", "--memory", "1", "--jobs", "2")
    with (checkout.folder / "log").open("w") as log:
        run = checkout.start("reports", "--cities", cities, *words, output=log)
        peak = 0
        while run.poll() is None:
            for process in [psutil.Process(run.pid), *psutil.Process(run.pid).children(True)]:
                try:
                    peak = max(peak, process.memory_info().rss)
                except psutil.Error:
                    continue
    said = (checkout.folder / "log").read_text(encoding="utf-8")
    assert run.returncode == 1, said
    assert len(said) < 100_000
    assert peak < 1_500_000_000, "a process grew far beyond what a kernel may allocate"
    failed = {line.split()[1].rstrip(":"): line for line in said.splitlines() if line[:1] == "✗"}
    for city, attack in ATTACKS.items():
        assert (city in failed) == (attack.told is not None), f"{city}: {attack}\n{said}"
        if attack.told is not None:
            assert attack.told in failed[city], attack
            assert "cell " in failed[city]
    assert wait_until(lambda: not sleepers(), 5), "a notebook's child has outlived the build"
    done = {*GOOD, *(city for city, attack in ATTACKS.items() if attack.told is None)}
    folder = checkout.reports / "baseline"
    assert set(assert_as_listed(folder)["cities"]) == done
    assert {path.stem for path in folder.glob("*-??.pdf")} == done


def test_a_notebook_that_writes_into_anothers_report_is_noticed(checkout: Checkout) -> None:
    with_code(checkout, {MEDDLER: MEDDLING})
    result = checkout.run("reports", "--cities", f"{VICTIM} {MEDDLER}", "--jobs", "2")
    assert result.returncode == 0, result.stderr
    assert "norfolk-va.html was changed by another program, or by a notebook" in result.stderr
    folder = checkout.reports / "baseline"
    assert set(assert_as_listed(folder)["cities"]) == {VICTIM, MEDDLER}
    # The page shows the code that did it, folded; it is not what that code wrote.
    assert (folder / "norfolk-va.html").read_text(encoding="utf-8") != "owned"
    again = checkout.run("reports", "--cities", f"{VICTIM} {MEDDLER}")
    assert "2 reports up to date" in again.stdout


def test_one_that_does_so_every_time_is_named(checkout: Checkout) -> None:
    with_code(checkout, {VICTIM: f"{LEAVE_A_CHILD}\n", MEDDLER: "pass"})
    result = checkout.run("reports", "--cities", f"{VICTIM} {MEDDLER}", "--jobs", "1")
    # What a notebook starts ends with it, so nothing is left that could do this later.
    assert result.returncode == 0, result.stderr
    assert_as_listed(checkout.reports / "baseline")


LEAVE_A_CHILD = """
import subprocess, sys
subprocess.Popen([sys.executable, '-c', '''
import pathlib, time
while True:
    for page in pathlib.Path("../reports/baseline").glob("*.html"): page.write_text("owned")
    time.sleep(0.01)
'''], start_new_session=True)
"""
