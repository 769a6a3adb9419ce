"""More than one machine: a real Dask scheduler, workers that share no folder with the client."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cvi_analysis.batch.verify import differences
from tests.checkout import Checkout

pytest.importorskip("distributed")

CITIES = "norfolk-va chicago-il memphis-tn detroit-mi oakland-ca jackson-ms"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(port: int, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"nothing listens on port {port}")


@pytest.fixture
def cluster(tmp_path: Path, checkout: Checkout):
    """A scheduler and two workers, each with its own copy of the package and no parameters."""
    port = free_port()
    processes: list[subprocess.Popen] = []

    def start(name: str, *words: str) -> subprocess.Popen:
        folder = tmp_path / name
        folder.mkdir()
        shutil.copytree(
            checkout.folder / "cvi_analysis",
            folder / "cvi_analysis",
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        (folder / "tmp").mkdir()
        process = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]],
            cwd=folder,
            env={
                **os.environ,
                "PYTHONPATH": os.fspath(folder),
                "CVI_ROOT": os.fspath(folder),
                "TMPDIR": os.fspath(folder / "tmp"),
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        processes.append(process)
        return process

    address = f"tcp://127.0.0.1:{port}"
    start(
        "scheduler",
        "dask_scheduler",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--no-dashboard",
        "--no-show",
    )
    wait_for(port)
    worker = (
        "dask_worker",
        address,
        "--nthreads",
        "1",
        "--no-dashboard",
        "--no-nanny",
        "--host",
        "127.0.0.1",
    )
    workers = [start("worker one", *worker), start("worker two", *worker)]
    yield address, workers
    for process in processes:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
        process.wait()


def test_a_cluster_gives_the_same_bytes_even_if_a_worker_is_killed(checkout, cluster):
    address, workers = cluster
    words = ("--cities", CITIES)
    local = checkout.run("reports", *words, "--out", "local")
    assert local.returncode == 0, local.stderr
    remote = checkout.start(
        "reports", *words, "--out", "remote", "--executor", "dask", "--scheduler", address
    )
    seen = []
    for line in remote.stdout:
        seen.append(line)
        if line.startswith("[2/"):
            os.killpg(workers[0].pid, signal.SIGKILL)
    assert remote.wait(timeout=240) == 0, "".join(seen)
    assert any(line.startswith("[2/") for line in seen), "no worker was killed halfway"
    found = differences(
        checkout.folder / "local" / "baseline", checkout.folder / "remote" / "baseline"
    )
    assert found == []


def test_a_worker_with_other_code_refuses(checkout, cluster):
    address, _ = cluster
    checkout.edit("cvi_analysis/__init__.py", '"""CVI', '"""Other: CVI')
    result = checkout.run(
        "reports", "--cities", "norfolk-va", "--executor", "dask", "--scheduler", address
    )
    assert result.returncode == 1
    assert "other code" in result.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--executor", "dask"), "--scheduler"),
        (("--executor", "dask", "--scheduler", "tcp://127.0.0.1:9"), "no Dask scheduler"),
    ],
)
def test_no_scheduler_is_one_message(checkout, words, told):
    result = checkout.run("reports", "--cities", "norfolk-va", *words)
    assert result.returncode == 2
    assert told in result.stderr
    assert "Traceback" not in result.stderr
