"""Stopping a build: by hand, by a kill, by a cell that never ends."""

from __future__ import annotations

import json
import os
import signal

import pytest

from cvi_analysis.batch.verify import differences
from tests.processes import alive, family, wait_until, words_of

CITIES = "norfolk-va chicago-il memphis-tn detroit-mi"
SLOW = "import time; time.sleep(600)"


def slow_down(checkout, city: str) -> None:
    checkout.edit(
        "notebooks/city_profile.ipynb",
        '"report.',
        f'"if city == \'{city}\': {SLOW}\\n",\n    "report.',
    )


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_stopping_leaves_nothing_and_the_next_run_goes_on(checkout, temporary, stop):
    slow_down(checkout, "chicago-il")
    run = checkout.start("reports", "--cities", CITIES, "--jobs", "2", TMPDIR=str(temporary))
    journal = checkout.reports / "baseline" / ".cvi-journal.jsonl"
    assert wait_until(lambda: journal.exists() and journal.read_text().count("\n") >= 2)
    children = family(run)
    assert children
    # Ctrl-C in a terminal reaches the whole group.
    os.killpg(run.pid, stop)
    run.wait(timeout=20)
    assert run.returncode == 130
    said = run.stdout.read()
    assert "interrupted" in said
    assert "Traceback" not in said
    assert wait_until(lambda: not alive(children), 5)
    assert list(temporary.iterdir()) == []
    hidden = {p.name for p in (checkout.reports / "baseline").iterdir() if p.name[0] == "."}
    assert hidden <= {".cvi-lock", ".cvi-journal.jsonl"}
    done = {json.loads(line)["slug"] for line in journal.read_text().splitlines()}
    text = (checkout.folder / "notebooks/city_profile.ipynb").read_text(encoding="utf-8")
    assert SLOW in text
    rest = checkout.invoke("reports", "--cities", " ".join(done))
    assert f"0 built, {len(done)} up to date" in rest.stderr


def test_a_killed_worker_costs_time_alone_and_a_killed_build_goes_on_to_the_same_bytes(
    checkout, temporary
):
    cities = "norfolk-va chicago-il memphis-tn"
    words = ("reports", "--cities", cities)
    run = checkout.start(*words, "--jobs", "2", "--out", "whole")
    whole = checkout.folder / "whole" / "baseline"
    journal = whole / ".cvi-journal.jsonl"
    assert wait_until(lambda: journal.exists() and journal.read_text().count("\n") >= 1)
    workers = [
        child
        for child in family(run)
        if "forkserver" in words_of(child) and child.ppid() != run.pid
    ]
    assert workers
    workers[0].kill()
    assert run.wait(timeout=120) == 0, run.stdout.read()
    assert len(list(whole.glob("*-??.pdf"))) == 3

    run = checkout.start(*words, "--jobs", "1", TMPDIR=str(temporary))
    folder = checkout.reports / "baseline"
    journal = folder / ".cvi-journal.jsonl"
    assert wait_until(lambda: journal.exists() and journal.read_text().count("\n") >= 1)
    children = family(run)
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    assert wait_until(lambda: not alive(children), 20), alive(children)
    for path in folder.glob("*.json"):
        json.loads(path.read_text())
    result = checkout.run(*words, TMPDIR=str(temporary))
    assert result.returncode == 0, result.stderr
    assert "up to date" in result.stderr
    assert "3 built" not in result.stderr
    assert differences(whole, folder) == []
    left = [p for p in temporary.iterdir() if p.name.startswith("cvi-run-")]
    assert left == []


def test_a_hung_cell_is_ended_and_named_and_the_rest_goes_on(checkout):
    slow_down(checkout, "chicago-il")
    result = checkout.invoke(
        "reports", "--cities", "norfolk-va chicago-il", "--timeout", "4", "--jobs", "1"
    )
    assert result.returncode == 1
    assert "still running after 4 s" in result.stderr
    assert "cell" in result.stderr
    assert (checkout.reports / "baseline" / "norfolk-va.pdf").exists()
    assert not (checkout.reports / "baseline" / "chicago-il.pdf").exists()


def test_two_builds_in_one_folder_wait_for_each_other(checkout):
    first = checkout.start("reports", "--cities", "norfolk-va")
    assert wait_until(lambda: (checkout.reports / "baseline" / ".cvi-lock").exists())
    second = checkout.start("reports", "--cities", "norfolk-va memphis-tn")
    said = second.communicate(timeout=240)[0]
    assert first.wait(timeout=240) == 0
    assert second.returncode == 0
    assert f"process {first.pid}" in said
    assert {p.stem for p in (checkout.reports / "baseline").glob("*-??.pdf")} == {
        "norfolk-va",
        "memphis-tn",
    }


def test_a_folder_that_cannot_be_written_is_one_message(checkout):
    (checkout.folder / "file").write_text("in the way")
    result = checkout.invoke("reports", "--cities", "norfolk-va", "--out", "file")
    assert result.returncode == 1
    assert "cannot write there" in result.stderr
    assert "Traceback" not in result.stderr
