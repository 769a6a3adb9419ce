"""The workers of a build on this machine."""

from __future__ import annotations

import os
import time
from collections import Counter

import psutil
import pytest

from cvi_analysis.batch import pool
from tests.checkout import kept_machine
from tests.processes import wait_until


def work(number: int) -> tuple[int, int]:
    time.sleep(0.02)
    return number, os.getpid()


def test_workers_are_replaced_and_nothing_of_theirs_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A worker keeps a part of every PDF it makes: the memory of a long build is theirs."""
    monkeypatch.setattr(pool, "RENEWED_AFTER", 3)
    with kept_machine().pool(2) as workers:
        given = [workers.submit(work, number) for number in range(20)]
        done = [pool.taken(future.result()) for future in given]
    assert [number for number, _ in done] == list(range(20))
    orders = Counter(process for _, process in done)
    assert max(orders.values()) <= 2 * 3
    assert len(orders) >= 20 / (2 * 3)
    assert wait_until(lambda: not any(map(psutil.pid_exists, orders)), 10)
