"""A Dask cluster on which something goes wrong: each run ends in one message, or goes on."""

from __future__ import annotations

import json
import os
import signal
import threading

import pytest

from cvi_analysis.batch.verify import differences

pytest.importorskip("distributed")

from tests.dask_cluster import Proxy, dask_cluster

pytestmark = [pytest.mark.reliability, pytest.mark.slow]
CITIES = "norfolk-va chicago-il memphis-tn detroit-mi"
CUT = float(os.environ.get("CVI_CUT", "30"))
"""Seconds without network."""

SPOILED = """
from cvi_analysis.batch import orders
from cvi_analysis.batch.orders import CityResult

class Unknown:
    pass

def build(spec):
    if spec.slug == "annex":
        return {"slug": "annex"}
    if spec.slug == "detroit-mi":
        return Unknown()  # Of a module that the client has not.
    if spec.slug == "memphis-tn":
        return CityResult("detroit-mi")
    files = {f"{spec.slug}.{ending}": b"" for ending in spec.formats}
    if spec.slug == "chicago-il":
        files["../../escaped.txt"] = b""
    return CityResult(spec.slug, files, dict.fromkeys(files, "0" * 64))

orders.build = build
"""

LARGE = 150_000_000
"""Bytes by which a worker makes each page longer."""

LONG_PAGES = f"""
import dataclasses, hashlib
from cvi_analysis.batch import city, orders

def build(spec):
    result = city.build_page(spec) if spec.slug == "annex" else city.build_city(spec)
    name = f"{{spec.slug}}.html"
    if name not in result.files:
        return result
    page = result.files[name] + b" " * {LARGE}
    digests = {{**result.digests, name: hashlib.sha256(page).hexdigest()}}
    return dataclasses.replace(result, files={{**result.files, name: page}}, digests=digests)

orders.build = build
"""


@pytest.fixture
def cluster(tmp_path, checkout):
    with dask_cluster(tmp_path / "cluster", checkout) as found:
        yield found


def words(cluster, *more: str, port: int = 0) -> tuple[str, ...]:
    address = f"tcp://127.0.0.1:{port or cluster.port}"
    return ("reports", "--cities", CITIES, "--executor", "dask", "--scheduler", address, *more)


def after_the_first(run, then) -> list[str]:
    """All lines of a run; `then` is called after its first report."""
    seen = []
    for line in run.stdout:
        if line.startswith("[1/"):
            then()
        seen.append(line)
    run.wait(timeout=300)
    return seen


def test_all_workers_killed(checkout, cluster):
    cluster.begin(2)
    run = checkout.start(*words(cluster), DASK_CVI__PATIENCE="5")
    seen = after_the_first(run, lambda: cluster.kill(*cluster.workers))
    assert run.returncode == 1
    assert "no worker that takes orders" in seen[-1]
    assert [line for line in seen if not line.startswith("[")] == seen[-1:]
    # What was finished is kept.
    journal = checkout.reports / "baseline" / ".cvi-journal.jsonl"
    assert [json.loads(line)["slug"] for line in journal.read_text("utf-8").splitlines()]


def test_no_worker_at_all_and_one_whose_memory_is_full(checkout, cluster):
    cluster.begin(1, "--memory-limit", "60MB")
    run = checkout.run(*words(cluster), DASK_CVI__PATIENCE="5")
    assert run.returncode == 1
    assert "no worker that takes orders" in run.stderr
    assert "Traceback" not in run.stderr
    cluster.kill(*cluster.workers)
    run = checkout.run(*words(cluster), DASK_CVI__PATIENCE="5")
    assert run.returncode == 1
    assert "no worker that takes orders" in run.stderr


@pytest.mark.parametrize("patience", [CUT + 30, CUT / 3])
def test_the_network_is_cut_for_a_while(checkout, cluster, patience):
    """Between client and scheduler; and longer than the run has patience for."""
    cluster.begin(2)
    assert checkout.run("reports", "--cities", CITIES, "--out", "local").returncode == 0
    way = Proxy(cluster.port)

    def cut() -> None:
        way.cut()
        threading.Timer(CUT, way.mend).start()

    out = ("--out", "remote")
    line = words(cluster, *out, port=way.port)
    run = checkout.start(*line, DASK_CVI__PATIENCE=str(patience))
    seen = after_the_first(run, cut)
    if patience < CUT:
        assert run.returncode == 1
        assert "has not answered" in seen[-1]
        assert [line for line in seen if not line.startswith("[")] == seen[-1:]
        way.mend()
        again = checkout.run(*words(cluster, *out))
        assert again.returncode == 0, again.stderr
        assert "4 built" not in again.stderr
    else:
        assert run.returncode == 0, "".join(seen)
    folders = (checkout.folder / name / "baseline" for name in ("local", "remote"))
    assert differences(*folders) == []


def test_a_worker_that_returns_something_else(checkout, cluster, tmp_path):
    cluster.begin(1, "--preload", "spoiled.py", spoiled=SPOILED)
    run = checkout.run(*words(cluster))
    assert run.returncode == 1
    assert "norfolk-va: what its worker returned is not what was ordered, 3 times" in run.stderr
    assert ".html has other bytes than when it was made" in run.stderr
    assert "'../../escaped.txt' is not its own" in run.stderr
    assert run.stderr.count("another report came back") == 2
    assert "detroit-mi: its worker failed 3 times (ModuleNotFoundError" in run.stderr
    assert "Traceback" not in run.stderr
    assert list((checkout.reports / "baseline").glob("*-??.*")) == []
    assert list(tmp_path.rglob("escaped.txt")) == []


def test_results_larger_than_memory(checkout, cluster):
    """Four reports of 600 MB together, from a worker that may use 550 MB."""
    assert checkout.run("reports", "--cities", CITIES, "--out", "local").returncode == 0
    cluster.begin(1, "--memory-limit", "550MB", "--preload", "long_pages.py", long_pages=LONG_PAGES)
    run = checkout.run(*words(cluster, "--out", "remote"))
    assert run.returncode == 0, run.stderr
    for city in CITIES.split():
        local, remote = (
            (checkout.folder / name / "baseline" / f"{city}.html").read_bytes()
            for name in ("local", "remote")
        )
        assert len(remote) == len(local) + LARGE
        assert remote.startswith(local)
        assert not remote[len(local) :].strip(b" ")


@pytest.mark.parametrize("dead", [False, True])
def test_ctrl_c(checkout, cluster, dead):
    """Also while a run waits for a scheduler that is gone."""
    cluster.begin(2)
    run = checkout.start(*words(cluster))

    def stop() -> None:
        if dead:
            cluster.kill(cluster.scheduler)
        threading.Timer(1, os.killpg, (run.pid, signal.SIGINT)).start()

    seen = after_the_first(run, stop)
    assert run.returncode == 130, "".join(seen)
    assert "interrupted" in seen[-1]
    assert "Traceback" not in "".join(seen)
