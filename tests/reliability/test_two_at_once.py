"""Two builds at once: of one scenario in one folder, of two scenarios, and after a dead one."""

from __future__ import annotations

import os
import signal

import pytest

from cvi_analysis.batch.verify import differences
from tests.checkout import Checkout
from tests.processes import alive, family, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.reliability]

CITIES = "norfolk-va chicago-il"


def test_the_same_scenario_twice_waits_and_ends_with_the_same_bytes(checkout: Checkout) -> None:
    words = ("reports", "--cities", CITIES)
    assert checkout.invoke(*words, "--out", "alone").returncode == 0
    runs = [checkout.start(*words) for _ in range(3)]
    said = [run.communicate(timeout=300)[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0], said
    # One of them has built, the others have waited for it and had nothing left to do.
    assert sorted("2 built" in text for text in said) == [False, False, True], said
    assert sum("Waiting for another build" in text for text in said) == 2, said
    folder = checkout.reports / "baseline"
    assert differences(checkout.folder / "alone" / "baseline", folder) == []
    assert list(folder.glob(".*")) == []


def test_two_scenarios_at_once_do_not_disturb_each_other(checkout: Checkout) -> None:
    scenarios = ("baseline", "field-pay")
    for scenario in scenarios:
        words = ("reports", "--cities", CITIES, "--scenario", scenario)
        assert checkout.invoke(*words, "--out", "alone").returncode == 0
    runs = [checkout.start("reports", "--cities", CITIES, "-s", name) for name in scenarios]
    said = [run.communicate(timeout=300)[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], said
    assert not any("Waiting" in text for text in said)
    for scenario in scenarios:
        # Once more: which of the two indexes leads to the other depends on who came first.
        assert checkout.invoke("reports", "--cities", CITIES, "-s", scenario).returncode == 0
        alone = checkout.folder / "alone" / scenario
        found = differences(alone, checkout.reports / scenario)
        assert [line for line in found if not line.startswith(("index", "manifest"))] == []


def test_the_lock_of_a_killed_build_is_taken_over(checkout: Checkout) -> None:
    lock = checkout.reports / "baseline" / ".cvi-lock"
    first = checkout.start("reports", "--cities", CITIES)
    assert wait_until(lambda: lock.exists() and lock.read_text() == f"{first.pid}\n")
    children = family(first)
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    second = checkout.run("reports", "--cities", CITIES)
    assert second.returncode == 0, second.stderr
    assert "Waiting" not in second.stderr
    assert wait_until(lambda: not alive(children), 15)


def test_a_build_that_waits_goes_on_when_the_holder_is_killed(checkout: Checkout) -> None:
    lock = checkout.reports / "baseline" / ".cvi-lock"
    first = checkout.start("reports", "--cities", CITIES)
    assert wait_until(lambda: lock.exists() and lock.read_text() == f"{first.pid}\n")
    os.kill(first.pid, signal.SIGSTOP)
    second = checkout.start("reports", "--cities", CITIES)
    line = ""
    while "Waiting" not in line:
        line = second.stdout.readline()
        assert line, "it did not wait"
    assert f"process {first.pid}" in line
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    said = second.communicate(timeout=300)[0]
    assert second.returncode == 0, said
    assert len(list((checkout.reports / "baseline").glob("*-??.pdf"))) == 2
