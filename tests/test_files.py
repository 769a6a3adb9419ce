"""Files that are as they were or complete, one writer at a time, nothing left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from cvi_analysis.errors import BuildError
from cvi_analysis.files import (
    LOCK,
    RUN,
    UNFINISHED,
    exclusive,
    remove_leftovers,
    workspace,
    write_file,
    write_files,
)


@pytest.fixture
def dead() -> int:
    """The number of a process that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def full(*args: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("durable", [False, True])
def test_a_file_is_replaced_in_one_step(tmp_path: Path, durable: bool) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    before = path.stat().st_ino
    write_file(path, b"new", durable=durable)
    assert path.read_bytes() == b"new"
    assert path.stat().st_ino != before, "renamed into place, not written over"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_a_failed_write_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one").write_bytes(b"old")
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_files(tmp_path, {"one": b"new", "two": b"new"}, durable=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"one": b"old"}


def test_what_cannot_be_replaced_leaves_nothing_unfinished(tmp_path: Path) -> None:
    (tmp_path / "two").mkdir()
    with pytest.raises(IsADirectoryError):
        write_files(tmp_path, {"two": b"new"})
    assert [path.name for path in tmp_path.iterdir()] == ["two"]


def test_leftovers_of_the_dead_and_old_ones_go(tmp_path: Path, dead: int) -> None:
    for process in (dead, os.getpid(), os.getppid()):
        (tmp_path / f"{UNFINISHED}{process}-table.csv").write_bytes(b"half")
    os.utime(tmp_path / f"{UNFINISHED}{os.getppid()}-table.csv", (0, 0))
    remove_leftovers(tmp_path)
    left = [path.name for path in tmp_path.iterdir()]
    assert left == [f"{UNFINISHED}{os.getpid()}-table.csv"], "its process may still be at work"


HOLD = """
import sys, time
from pathlib import Path
from cvi_analysis.files import exclusive
with exclusive(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def holder(folder: Path, seconds: float) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, folder, str(seconds)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_who_waits_is_told_for_whom(tmp_path: Path) -> None:
    folder = tmp_path / "made for it"
    with holder(folder, 1) as other:
        said: list[str] = []
        with exclusive(folder, said.append):
            assert other.wait(5) == 0, "not before the other has ended"
            assert (folder / LOCK).read_text() == f"{os.getpid()}\n"
    assert list(folder.iterdir()) == [], "neither leaves anything"
    assert said == [f"Waiting for another build in {folder} (process {other.pid}) to end."]


COUNT = """
import sys
from pathlib import Path
from cvi_analysis.files import exclusive
count = Path(sys.argv[1], "count")
for _ in range(15):
    with exclusive(count.parent):
        count.write_text(str(int(count.read_text()) + 1))
"""


def test_no_two_are_let_in_at_once_though_the_lock_goes_each_time(tmp_path: Path) -> None:
    (tmp_path / "count").write_text("0")
    counters = [subprocess.Popen([sys.executable, "-c", COUNT, tmp_path]) for _ in range(3)]
    assert [counter.wait(60) for counter in counters] == [0, 0, 0]
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"count": "45"}


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    with holder(tmp_path, 60) as other:
        other.kill()
    said: list[str] = []
    with exclusive(tmp_path, said.append):
        assert said == []


def test_a_symlink_is_no_lock(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.write_bytes(b"precious")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / LOCK).symlink_to(mine)
    with pytest.raises(BuildError, match="cannot write there"), exclusive(folder):
        pass
    assert mine.read_bytes() == b"precious"


def test_a_place_that_cannot_be_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BuildError, match="--out"), exclusive(tmp_path / "file"):
        pass


def test_a_run_has_a_folder_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dead: int
) -> None:
    fcntl = pytest.importorskip("fcntl")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    stale, alive, elsewhere, young, somebodys = (
        tmp_path / f"{RUN}{end}"
        for end in (f"{dead}-abcdefgh", f"{os.getppid()}-abcdefgh", f"{dead}-anywhere",
                    f"{dead}-beginner", "20261128")
    )  # fmt: skip
    for folder in (stale, alive, elsewhere, young, somebodys):
        folder.mkdir()
        if folder is not young:
            (folder / ".alive").touch()
    # The run of another container, in which its process has a number that is nobody's here.
    holder = (elsewhere / ".alive").open("ab")
    fcntl.flock(holder, fcntl.LOCK_EX)
    with workspace() as mine:
        assert mine.parent == tmp_path
        assert tempfile.gettempdir() == os.environ["TMPDIR"] == str(mine)
        (mine / "part").write_bytes(b"x")
        (mine / "parts").mkdir()
    assert not stale.exists()
    assert all(folder.exists() for folder in (alive, elsewhere, young, somebodys))
    holder.close()
    assert list(mine.iterdir()) == []
    assert tempfile.gettempdir() == str(tmp_path)
