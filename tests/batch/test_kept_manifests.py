"""`manifest.json` and its journal: what a build remembers, and what it takes for forgotten."""

from __future__ import annotations

import json
import os

import pytest

from cvi_analysis.batch import manifest
from cvi_analysis.batch.fingerprint import file_sha256
from cvi_analysis.batch.manifest import Manifest, ReportEntry, Seals

NAMES = ("norfolk-va.html", "norfolk-va.pdf")


@pytest.fixture
def entry(tmp_path) -> ReportEntry:
    for name in NAMES:
        (tmp_path / name).write_text(f"<p>{name}</p>")
    files = {name: file_sha256(tmp_path / name) for name in NAMES}
    return ReportEntry("norfolk-va", "k1", {"code": "c1"}, files)


@pytest.fixture
def saved(tmp_path, entry) -> Manifest:
    page = ReportEntry("annex", "k2", {}, {})
    whole = Manifest(
        "baseline",
        overrides={"roles.mediator.caseload": 12},
        inputs={"code": "c1"},
        listed=("norfolk-va", "española-nm"),
        cities={"norfolk-va": entry},
        pages={"annex": page},
        files={"index.html": "h1"},
    )
    whole.save(tmp_path)
    return whole


def test_what_was_saved_is_read_again(tmp_path, saved):
    assert manifest.load(tmp_path, "baseline") == saved
    text = (tmp_path / manifest.NAME).read_text("utf-8")
    assert text.startswith('{\n "cities"')
    assert text.endswith("}\n")
    assert '"format": 1,' in text
    assert "española-nm" in text


def test_another_scenarios_or_formats_manifest_is_none(tmp_path, saved):
    assert manifest.load(tmp_path, "baselinf") == Manifest("baselinf")
    assert manifest.load(tmp_path, "a") == Manifest("a")
    for other in (0, 2):
        data = json.loads(saved.to_bytes()) | {"format": other}
        (tmp_path / manifest.NAME).write_text(json.dumps(data))
        assert manifest.load(tmp_path, "baseline") == Manifest("baseline")


@pytest.mark.parametrize(
    "spoil", ["", "{", "[]", "[1]", "{}", '{"format": 1}', "\xff", None, "cities", "an entry"]
)
def test_a_broken_manifest_is_none(tmp_path, saved, spoil):
    path = tmp_path / manifest.NAME
    data = json.loads(saved.to_bytes())
    if spoil is None:
        path.unlink()
    elif spoil == "cities":
        path.write_text(json.dumps(data | {"cities": 1}))
    elif spoil == "an entry":
        path.write_text(json.dumps(data | {"cities": {"a": {"slug": "a"}}}))
    else:
        path.write_bytes(spoil.encode("latin-1"))
    assert manifest.load(tmp_path, "baseline") == Manifest("baseline")


def test_the_journal_adds_to_the_manifest_and_survives_a_torn_line(tmp_path, entry, saved):
    newer = ReportEntry("norfolk-va", "k9", {}, {})
    other = ReportEntry("dayton-oh", "k3", {}, {})
    manifest.record(tmp_path, newer)
    with (tmp_path / manifest.JOURNAL).open("a") as journal:
        journal.write('{"slug": "torn\n{"slug": "an-entry-of-another-version"}\n')
    manifest.record(tmp_path, other)
    read = manifest.load(tmp_path, "baseline")
    assert read.cities == {"norfolk-va": newer, "dayton-oh": other}
    assert (read.scenario, read.overrides) == ("baseline", saved.overrides)
    assert read.pages == saved.pages
    assert not read.files, "the index is not that of these cities"
    (tmp_path / "manifest-1-of-2.json").write_bytes(saved.to_bytes())
    assert manifest.load(tmp_path, "baseline", "manifest-1-of-2.json") == saved
    read.save(tmp_path)
    assert not (tmp_path / manifest.JOURNAL).exists()
    assert manifest.load(tmp_path, "baseline") == read


def test_a_journal_that_is_no_text_is_none(tmp_path, saved):
    (tmp_path / manifest.JOURNAL).write_bytes(b"\xff\xfe")
    assert manifest.load(tmp_path, "baseline") == saved


def test_a_report_is_intact_as_long_as_every_file_is(tmp_path, entry):
    assert entry.intact(tmp_path)
    (tmp_path / NAMES[1]).write_text("<p>other</p>")
    assert not entry.intact(tmp_path)


@pytest.mark.parametrize("change", ["content", "time", "removed", "replaced"])
def test_a_seal_sees_every_change(tmp_path, entry, change):
    seals = Seals(tmp_path)
    seals.put(entry)
    seals.put(ReportEntry("dayton-oh", "k3", {}, {}))
    assert seals.broken() == {}
    path = tmp_path / NAMES[1]
    status = path.stat()
    if change == "content":  # As long as before, and back-dated.
        path.write_text(path.read_text().upper())
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    elif change == "time":
        os.utime(path, ns=(0, 0))
    elif change == "removed":
        path.unlink()
    else:
        (tmp_path / "new").write_text("x")
        (tmp_path / "new").replace(path)
    assert seals.broken() == {"norfolk-va": NAMES[1]}
    seals.put(entry)
    # What was changed before it was looked at is no more the report than what is changed later.
    assert seals.broken() == ({} if change == "time" else {"norfolk-va": NAMES[1]})
    (tmp_path / NAMES[0]).unlink()
    assert seals.broken() == {"norfolk-va": NAMES[0]}, "the first of them is named"
