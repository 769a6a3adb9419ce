"""Full disks, limits, read-only folders: one message, exit status 1, good files kept."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cvi_analysis.batch.notebook_server import fork_is_safe
from tests.checkout import Checkout

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not fork_is_safe(), reason="limits and mounts as on Linux"),
]

CITY = "norfolk-va"
MakeDisk = Callable[..., Path]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[MakeDisk]:
    """A maker of small disks; skips where none may be mounted."""
    mounted: list[Path] = []

    def make(name: str, options: str) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", os.fspath(folder)]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("this user may not mount a disk")
        mounted.append(folder)
        return folder

    yield make
    for folder in mounted:
        subprocess.run(["umount", "--lazy", os.fspath(folder)], check=True)


def files(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if not p.name.startswith(".")}


def fill(disk: Path, but: int = 0) -> Path:
    """Take all of a disk's room but some bytes."""
    filler = disk / "filler"
    free = os.statvfs(disk)
    filler.write_bytes(b"\0" * max(0, free.f_bavail * free.f_bsize - but))
    return filler


def change(checkout: Checkout) -> None:
    """Put every report out of date."""
    path = checkout.folder / "notebooks" / "city_profile.ipynb"
    path.write_text(
        path.read_text("utf-8").replace("report.scenario_box()", "report.scenario_box() ")
    )


def refused(result: subprocess.CompletedProcess, *told: str) -> None:
    assert result.returncode == 1, result.stderr
    assert "Traceback" not in result.stderr, result.stderr
    assert any(text in result.stderr for text in told), result.stderr
    complaints = [line for line in result.stderr.splitlines() if line[:4] == "cvi:" or "✗" in line]
    # The city and, where not even the index can be written, the folder.
    assert 1 <= len(complaints) <= 2, complaints


@pytest.mark.reliability
@pytest.mark.parametrize("room", [0, 50_000, 700_000])
def test_a_full_disk_keeps_the_good_reports(checkout: Checkout, disk: MakeDisk, room: int) -> None:
    out = disk("out", "size=6m")
    assert checkout.invoke("report", CITY, "--out", str(out)).returncode == 0
    before = files(out / "baseline")
    filler = fill(out, but=room)
    change(checkout)
    refused(checkout.invoke("report", CITY, "--out", str(out)), "No space left on device")
    assert files(out / "baseline") == before
    assert {p.name for p in (out / "baseline").glob(".*")} <= {".cvi-lock", ".cvi-journal.jsonl"}
    filler.unlink()
    assert checkout.invoke("report", CITY, "--out", str(out)).returncode == 0
    after = files(out / "baseline")
    assert after.keys() == before.keys()
    assert after[f"{CITY}.ipynb"] != before[f"{CITY}.ipynb"]


@pytest.mark.reliability
def test_a_disk_without_a_byte_is_one_message(checkout: Checkout, disk: MakeDisk) -> None:
    out = disk("out", "size=4k")
    fill(out)
    refused(checkout.invoke("report", CITY, "--out", str(out)), "No space left on device")


@pytest.mark.reliability
@pytest.mark.parametrize("options", ["size=4k", "size=64k", "size=300k", "size=4m,nr_inodes=12"])
def test_no_room_for_temporary_files(checkout: Checkout, disk: MakeDisk, options: str) -> None:
    temporary = disk("tmp", options)
    result = checkout.run("report", CITY, TMPDIR=str(temporary))
    if result.returncode:
        refused(result, "No space left on device")
    else:
        assert (checkout.reports / "baseline" / f"{CITY}.pdf").stat().st_size > 10_000
    assert list(temporary.iterdir()) == []


@pytest.mark.reliability
def test_a_temporary_folder_without_a_byte_is_not_used(checkout: Checkout, disk: MakeDisk) -> None:
    temporary = disk("tmp", "size=4k")
    fill(temporary)
    result = checkout.run("report", CITY, TMPDIR=str(temporary))
    assert result.returncode == 0, result.stderr


@pytest.mark.reliability
def test_reports_on_a_read_only_disk(checkout: Checkout, disk: MakeDisk) -> None:
    out = disk("out", "size=6m")
    assert checkout.invoke("report", CITY, "--out", str(out)).returncode == 0
    before = files(out / "baseline")
    subprocess.run(["mount", "-o", "remount,ro", str(out)], check=True)
    kept = checkout.invoke("report", CITY, "--out", str(out))
    assert kept.returncode == 0
    assert "up to date" in kept.stdout
    change(checkout)
    refused(checkout.invoke("report", CITY, "--out", str(out)), "Read-only file system")
    assert files(out / "baseline") == before


def limited(checkout: Checkout, words: list[str], *limits: tuple[int, int, int], cwd=None):
    """Run a command with limits: kind, soft and hard."""

    def set_limits() -> None:
        for kind, soft, hard in limits:
            resource.setrlimit(kind, (soft, hard))

    return subprocess.run(
        checkout.command(*words),
        cwd=cwd or checkout.folder,
        env=checkout.environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        preexec_fn=set_limits,
    )


@pytest.mark.reliability
@pytest.mark.parametrize("size", [1_000, 60_000, 150_000])
def test_a_limit_on_the_size_of_files(checkout: Checkout, size: int) -> None:
    assert checkout.run("report", CITY).returncode == 0
    before = files(checkout.reports / "baseline")
    change(checkout)
    result = limited(checkout, ["report", CITY], (resource.RLIMIT_FSIZE, size, size))
    refused(result, "File too large")
    # The index may have left out what is out of date; the report itself is as it was.
    after = files(checkout.reports / "baseline")
    assert {n: c for n, c in after.items() if CITY in n} == {
        n: c for n, c in before.items() if CITY in n
    }
    assert checkout.run("report", CITY).returncode == 0


def test_a_limit_of_64_open_files_is_one_message(checkout: Checkout) -> None:
    result = limited(checkout, ["report", CITY], (resource.RLIMIT_NOFILE, 64, 64))
    refused(result, "only 64 files may be open at once")
    assert not checkout.reports.exists()


def test_a_limit_of_64_open_files_that_may_be_raised_is(checkout: Checkout) -> None:
    result = limited(checkout, ["report", CITY], (resource.RLIMIT_NOFILE, 64, 4096))
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("words", [["report", CITY], ["reports", "--out", "elsewhere"]])
def test_a_working_folder_that_was_deleted(
    checkout: Checkout, tmp_path: Path, words: list[str]
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    command = ["sh", "-c", 'cd "$0" && rmdir "$0" && exec "$@"', str(gone)]
    result = subprocess.run(
        [*command, *checkout.command(*words)],
        env=checkout.environment(CVI_ROOT=str(checkout.folder)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    refused(result, "does not exist any more")


def test_a_working_folder_that_is_deleted_meanwhile(checkout: Checkout, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    run = subprocess.Popen(
        checkout.command("report", CITY, "--out", "here"),
        cwd=gone,
        env=checkout.environment(CVI_ROOT=str(checkout.folder)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    while run.poll() is None and not (gone / "here" / "baseline" / ".cvi-lock").exists():
        pass
    subprocess.run(["rm", "-r", str(gone)], check=True)
    said = run.communicate(timeout=240)[0]
    assert run.returncode == 1, said
    assert "Traceback" not in said
    assert "No such file or directory" in said or "does not exist any more" in said
