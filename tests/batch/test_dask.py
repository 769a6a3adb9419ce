"""More than one machine: a real Dask scheduler, workers that share no folder with the client."""

from __future__ import annotations

import os
import signal
import socket
import threading

import pytest

from cvi_analysis.batch.verify import differences
from cvi_analysis.errors import InputError

pytest.importorskip("distributed")

from cvi_analysis.batch import cluster
from tests.dask_cluster import Proxy, dask_cluster

CITIES = "norfolk-va chicago-il memphis-tn detroit-mi"
CUT = 3.0
"""Seconds without network; the 30 of an hour's work are in tests/reliability/test_cluster.py."""


def test_a_cluster_goes_through_what_it_can_and_ends_in_one_message_where_it_cannot(
    tmp_path, checkout
):
    """One cluster: a run that is stopped, one that loses a worker and the network, one too many."""
    with dask_cluster(tmp_path / "cluster", checkout) as processes:
        processes.begin(2)
        is_stopped_by_ctrl_c(checkout, processes)
        gives_the_same_bytes_though_a_worker_is_killed_and_the_network_cut(checkout, processes)
        says_in_one_message_that_the_scheduler_is_gone(checkout, processes)


def start(checkout, address: str, out: str, **more: str):
    words = ("--cities", CITIES, "--executor", "dask", "--scheduler", address, "--out", out)
    return checkout.start("reports", *words, **more)


def is_stopped_by_ctrl_c(checkout, processes) -> None:
    stopped = start(checkout, processes.address, "stopped")
    for line in stopped.stdout:
        if line.startswith("[1/"):
            os.killpg(stopped.pid, signal.SIGINT)
            break
    said = stopped.communicate(timeout=30)[0]
    assert stopped.returncode == 130
    assert "interrupted" in said
    assert "Traceback" not in said


def gives_the_same_bytes_though_a_worker_is_killed_and_the_network_cut(checkout, processes) -> None:
    local = checkout.invoke("reports", "--cities", CITIES, "--out", "local")
    assert local.returncode == 0, local.stderr
    way = Proxy(processes.port)
    remote = start(checkout, f"127.0.0.1:{way.port}", "remote")
    seen = []
    for line in remote.stdout:
        seen.append(line)
        if line.startswith("[1/"):
            processes.kill(processes.workers[0])
        if line.startswith("[2/"):
            way.cut()
            threading.Timer(CUT, way.mend).start()
    assert remote.wait(timeout=240) == 0, "".join(seen)
    assert any(line.startswith("[1/") for line in seen), "no worker was killed halfway"
    found = differences(
        checkout.folder / "local" / "baseline", checkout.folder / "remote" / "baseline"
    )
    assert found == []


def says_in_one_message_that_the_scheduler_is_gone(checkout, processes) -> None:
    run = start(checkout, processes.address, "gone", DASK_CVI__PATIENCE="3")
    seen = []
    for line in run.stdout:
        seen.append(line)
        if line.startswith("[1/"):
            processes.kill(processes.scheduler)
    assert run.wait(timeout=120) == 1
    assert "has not answered for 3 s" in seen[-1]
    assert [line for line in seen if not line.startswith("[")] == seen[-1:]


def test_workers_of_another_version_are_refused_in_one_message_before_anything_is_ordered(
    tmp_path, checkout
):
    with dask_cluster(tmp_path / "cluster", checkout) as processes:
        # As a worker looks that another XlsxWriter is installed on.
        other = tmp_path / "cluster" / "worker 0" / "xlsxwriter-0.0.1.dist-info"
        other.mkdir(parents=True)
        processes.begin(1)
        words = ("reports", "--cities", "norfolk-va", "--executor", "dask")
        result = checkout.run(*words, "--scheduler", processes.address)
        assert result.returncode == 1
        assert "other versions than the sender (xlsxwriter 0.0.1 instead of" in result.stderr
        assert len(result.stderr.strip().splitlines()) == 1
        checkout.edit("cvi_analysis/__init__.py", '"""CVI', '"""Other: CVI')
        result = checkout.run(*words, "--scheduler", processes.address)
        assert result.returncode == 1
        assert "other code" in result.stderr
        assert not (checkout.reports / "baseline" / "norfolk-va.html").exists()


@pytest.fixture
def silent():
    """The port of a program that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "needs the address"),
        (("--scheduler", "tcp://127.0.0.1:9"), "no Dask scheduler"),
        (("--scheduler", "tcp://127.0.0.1:{silent}"), "no Dask scheduler"),
    ],
)
def test_no_scheduler_is_one_message(shared, silent, words, told, monkeypatch):
    assert cluster.GREETING == 10
    monkeypatch.setattr(cluster, "GREETING", 1.0)
    words = [word.format(silent=silent) for word in words]
    result = shared.invoke("reports", "--cities", "norfolk-va", "--executor", "dask", *words)
    assert result.returncode == 2
    assert told in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "text",
    ["http://x", "ucx://127.0.0.1:8786", "inproc://x", "tcp://", " ", "", "tcp://x", "x:99999",
     "tcp://127.0.0.1:8786/status", "tcp://joe:secret@127.0.0.1:8786", "[::1", "ws://x:8786"],
)  # fmt: skip
def test_what_is_no_address_is_refused_without_asking(text):
    with pytest.raises(InputError, match="no address of a Dask scheduler"):  # noqa: SIM117
        with cluster.executors(text, "", {}):
            pass
