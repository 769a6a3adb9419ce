"""What the build remembers, and what happens where its files are not what they should be."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cvi_analysis.batch.fingerprint import sha256
from cvi_analysis.batch.manifest import JOURNAL, NAME, Manifest, ReportEntry, Seals, load, record
from tests.checkout import Checkout

unix = pytest.mark.skipif(os.name == "nt", reason="links and pipes as on Unix")
WORDS = ("report", "norfolk-va", "--formats", "html")
PAGE = "norfolk-va.html"


def loop(path: Path) -> None:
    path.symlink_to(path.name)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.fixture(scope="module")
def built(shared: Checkout) -> Checkout:
    result = shared.invoke(*WORDS)
    assert result.returncode == 0, result.stderr
    return shared


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@unix
@pytest.mark.parametrize(
    ("names", "attack", "told"),
    [
        ([PAGE, "index.html"], loop, "1 built"),
        ([PAGE, "profiles.csv", NAME, JOURNAL], os.mkfifo, "1 built"),
        ([NAME], device, "1 built"),
        ([JOURNAL], device, "0 built, 1 up to date"),
    ],
)
def test_what_is_no_file_is_replaced_and_never_waited_for(
    built: Checkout, names: list[str], attack: Callable[[Path], None], told: str
) -> None:
    folder = built.reports / "baseline"
    before = contents(folder)
    for name in names:
        (folder / name).unlink(missing_ok=True)
        attack(folder / name)
    result = built.invoke(*WORDS, timeout=120)
    assert result.returncode == 0, result.stderr
    assert told in result.stderr
    assert contents(folder) == before
    assert not [path for path in folder.iterdir() if path.is_symlink()]


@unix
def test_nothing_is_written_through_a_link(built: Checkout, tmp_path: Path) -> None:
    mine = tmp_path / "thesis.txt"
    mine.write_text("years of work", encoding="utf-8")
    folder = built.reports / "baseline"
    for name in (NAME, JOURNAL, PAGE):
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(mine)
    result = built.invoke(*WORDS)
    assert result.returncode == 0, result.stderr
    assert mine.read_text(encoding="utf-8") == "years of work"
    assert not [path for path in folder.iterdir() if path.is_symlink()]


@pytest.mark.parametrize("name", ["../../thesis.txt", "..\\thesis.txt", "/thesis.txt"])
@pytest.mark.parametrize("file", [NAME, JOURNAL])
def test_a_manifest_that_names_a_file_elsewhere_is_none(
    tmp_path: Path, name: str, file: str
) -> None:
    """Of a folder that somebody else has made: what it names would be removed with the report."""
    good = ReportEntry("norfolk-va", "key", {}, {PAGE: "0"})
    Manifest("baseline", cities={"norfolk-va": good}).save(tmp_path)
    assert set(load(tmp_path, "baseline").cities) == {"norfolk-va"}
    bad = ReportEntry("chicago-il", "key", {}, {PAGE: "0", name: "0"})
    if file == NAME:
        Manifest("baseline", cities={"norfolk-va": good, "chicago-il": bad}).save(tmp_path)
        assert load(tmp_path, "baseline") == Manifest("baseline")
    else:
        record(tmp_path, bad)
        assert set(load(tmp_path, "baseline").cities) == {"norfolk-va"}


def test_somebodys_archive_stays(built: Checkout) -> None:
    """One of ours goes with the last workbook."""
    folder = built.reports / "baseline"
    (folder / "workbooks.zip").write_bytes(b"somebody's")
    assert built.invoke(*WORDS, "--force").returncode == 0
    assert (folder / "workbooks.zip").read_bytes() == b"somebody's"
    (folder / "workbooks.zip").unlink()


def test_what_a_killed_build_was_writing_costs_nothing(built: Checkout) -> None:
    folder = built.reports / "baseline"
    before = contents(folder)
    (folder / JOURNAL).write_text('{"slug": "norf', encoding="utf-8")
    result = built.invoke(*WORDS)
    assert "0 built, 1 up to date" in result.stderr
    assert contents(folder) == before, "and the journal is gone"


def swapped(path: Path) -> None:
    """Another file in its place, as a program writes it that keeps times, such as rsync."""
    other = path.with_name("other")
    other.write_text("B", encoding="utf-8")
    stat = path.stat()
    os.utime(other, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    other.replace(path)


def rewritten(path: Path) -> None:
    """Other bytes in the very same file, as many of them, with its times put back."""
    stat = path.stat()
    path.write_text("B", encoding="utf-8")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


@pytest.mark.parametrize("harm", [swapped, rewritten, Path.unlink])
def test_a_seal_is_broken_whatever_is_done_to_a_file(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    names = ("a.html", "a.json", "b.html")
    for name in names:
        (tmp_path / name).write_text("A", encoding="utf-8")
    seals = Seals(tmp_path)
    for slug in "ab":
        own = {name: sha256(b"A") for name in names if name.startswith(slug)}
        seals.put(ReportEntry(slug, "", {}, own))
    assert seals.broken() == {}
    time.sleep(0.05)  # A file system may count time in steps of some milliseconds.
    harm(tmp_path / "a.json")
    assert seals.broken() == {"a": "a.json"}
