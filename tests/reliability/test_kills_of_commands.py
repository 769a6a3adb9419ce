"""SIGKILL of `cvi site` and of `cvi preview`: nothing half, the next one is good.

`CVI_KILLS` says how many moments there are: 15 of the site and 10 of the preview of every 100.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from cvi_analysis.batch.notebook_server import fork_is_safe
from tests.batch.test_preview import CITY, PAGE, Preview
from tests.checkout import Checkout
from tests.processes import alive, family, wait_until

from .test_kills import MANY, SEED

pytestmark = [
    pytest.mark.slow,
    pytest.mark.reliability,
    pytest.mark.skipif(not fork_is_safe(), reason="kernels are not forked here"),
]
SITES, PREVIEWS = max(1, MANY * 15 // 100), max(1, MANY * 10 // 100)


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_site_is_the_old_one_or_the_new_one(shared: Checkout) -> None:
    """Two addresses of the site take turns, so that every page is another each time."""
    chance = random.Random(SEED)
    site = shared.folder / "site"
    right, seconds = {}, 0.0

    def words(state: str) -> tuple[str, ...]:
        address = f"https://{state}.example"
        return "site", "--cities", CITY, "--scenarios", "baseline", "--base-url", address

    for state in ("one", "two", "one"):
        began = time.monotonic()
        assert shared.run(*words(state)).returncode == 0
        seconds = time.monotonic() - began
        right[state] = tree(site)
    assert right["one"] != right["two"]
    seen: Counter[str] = Counter()
    for number in range(SITES):
        state = ("two", "one")[number % 2]
        run = shared.start(*words(state))
        at = chance.uniform(0.1, seconds)
        time.sleep(at)
        os.killpg(run.pid, signal.SIGKILL)
        run.communicate(timeout=60)
        before = shared.folder / ".site.before"
        left = tree(site if site.exists() else before)
        assert left in (right["one"], right["two"])
        ended = "new" if left == right[state] else "old"
        seen[ended if site.exists() else f"{ended}, put back by the next run"] += 1
        print(f"{number + 1}: after {at:.2f} s: {ended}", flush=True)
        assert shared.run(*words(state)).returncode == 0
        assert tree(site) == right[state]
        assert [path.name for path in shared.folder.glob(".site*")] == []
    print(dict(seen))


def test_a_preview_leaves_nothing_and_the_next_is_good(checkout: Checkout, tmp_path: Path) -> None:
    """The command is killed while it makes the first page."""
    chance = random.Random(SEED)
    assert checkout.run("report", CITY, "--out", "right").returncode == 0
    right = (checkout.folder / "right" / "baseline" / f"{CITY}.html").read_bytes()
    temporary = tmp_path / "t"
    temporary.mkdir()
    environment = {"TMPDIR": os.fspath(temporary)}
    seconds = shown_within(checkout, right, environment)
    for number in range(PREVIEWS):
        preview = Preview(checkout, environment=environment)
        at = chance.uniform(0.0, seconds)
        time.sleep(at)
        everyone = family(preview.run)
        print(f"{number + 1}: the command after {at:.2f} s", flush=True)
        preview.run.kill()
        preview.run.wait(60)
        assert wait_until(lambda gone=everyone: not alive(gone), 30), alive(everyone)
        seconds = shown_within(checkout, right, environment)
        assert wait_until(lambda: not list(temporary.iterdir()), 10), list(temporary.iterdir())
    assert not checkout.reports.exists()


def shown_within(checkout: Checkout, right: bytes, environment: dict[str, str]) -> float:
    """Seconds until a preview that nobody disturbs shows the page that a build makes."""
    began = time.monotonic()
    preview = Preview(checkout, environment=environment)
    assert wait_until(lambda: preview.state["page"], 120), preview.said
    seconds = time.monotonic() - began
    assert preview.get(PAGE) == right
    preview.end()
    return seconds
