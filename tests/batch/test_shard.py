"""Splitting a batch and joining the parts."""

from __future__ import annotations

import json
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvi_analysis.batch.plan import Shard
from cvi_analysis.batch.verify import differences
from cvi_analysis.cli import _refuse_other_digits
from cvi_analysis.errors import InputError

from ..links import dead

CITIES = "norfolk-va chicago-il memphis-tn"
FORMATS = ("--formats", "xlsx")


@settings(deadline=None)
@given(slug=st.from_regex(r"[a-z]+(-[a-z]+)*", fullmatch=True), of=st.integers(1, 50))
def test_every_city_is_in_exactly_one_part(slug, of):
    assert sum(Shard(number, of).holds(slug) for number in range(1, of + 1)) == 1


@pytest.fixture(scope="module")
def parts(shared):
    """Three cities built whole, and as two shards in `part1` and `part2`."""
    words = ("reports", "--cities", CITIES, *FORMATS)
    assert shared.invoke(*words, "--out", "whole").returncode == 0
    for part in ("1/2", "2/2"):
        result = shared.invoke(*words, "--shard", part, "--out", f"part{part[0]}")
        assert result.returncode == 0, result.stderr
        assert not (shared.folder / f"part{part[0]}" / "baseline" / "index.html").exists()
    return shared


def test_merged_shards_are_the_bytes_of_one_run_and_merging_is_idempotent(parts):
    merge = ("merge", "part1", "part2", "--out", "joined")
    for _ in range(2):
        result = parts.invoke(*merge)
        assert result.returncode == 0, result.stderr
        assert "3 reports merged" in result.stdout
        found = differences(
            parts.folder / "whole" / "baseline", parts.folder / "joined" / "baseline"
        )
        assert found == []
    assert dead(parts.folder / "joined") == []
    assert parts.built("--cities", CITIES, *FORMATS, "--out", "joined") == set()


def _spoiled(parts, number: int, change) -> None:
    """A copy of a shard in `spoiled`, with its manifest changed."""
    target = parts.folder / "spoiled"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(parts.folder / f"part{number}", target)
    file = target / "baseline" / f"manifest-{number}-of-2.json"
    told = json.loads(file.read_text("utf-8"))
    change(told)
    file.write_text(json.dumps(told), encoding="utf-8")


def _first(told: dict) -> dict:
    return next(iter(told["cities"].values()))


def _escape(told: dict) -> None:
    entry = _first(told)
    entry["files"]["../../params/scenarios/evil.yaml"] = next(iter(entry["files"].values()))


def _foreign(told: dict) -> None:
    told["cities"]["evil"] = {**_first(told), "slug": "evil", "files": {}}


def _list_of_files(told: dict) -> None:
    _first(told)["files"] = ["index.html"]


def _lost(told: dict) -> None:
    slug = _first(told)["slug"]
    del told["cities"][slug]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_escape, "none of"),
        (_foreign, "not ordered"),
        (_list_of_files, "none of"),
        (_lost, "of shard 2/2 is missing"),
        (lambda told: told.update(inputs={}), "other inputs"),
        (lambda told: _first(told)["files"].update(dict.fromkeys(_first(told)["files"], "0" * 64)),
         "not what"),
    ],
)  # fmt: skip
def test_a_refused_merge_has_written_nothing(parts, change, told):
    _spoiled(parts, 2, change)
    result = parts.invoke("merge", "part1", "spoiled", "--out", "refused")
    assert result.returncode == 2
    assert told in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    written = [p.name for p in (parts.folder / "refused").rglob("*") if p.is_file()]
    assert set(written) <= {".cvi-lock"}
    assert not (parts.folder / "params" / "scenarios" / "evil.yaml").exists()


def test_a_missing_shard_is_named_and_partial_says_so_in_the_index(parts):
    result = parts.invoke("merge", "part1", "--out", "some")
    assert result.returncode == 2
    assert "shard 2/2 is missing" in result.stderr
    result = parts.invoke("merge", "part1", "--out", "some", "--partial")
    assert result.returncode == 0, result.stderr
    assert "shard 2/2" in result.stdout
    index = (parts.folder / "some" / "baseline" / "index.html").read_text("utf-8")
    assert "This index is partial: shard 2/2 missing." in index
    # The whole again, and the index says nothing of it.
    assert parts.invoke("merge", "part1", "part2", "--out", "some").returncode == 0
    assert "partial" not in (parts.folder / "some/baseline/index.html").read_text("utf-8")


def test_shards_of_different_wholes_are_not_joined(parts):
    shutil.copytree(parts.folder / "part1", parts.folder / "third")
    file = parts.folder / "third" / "baseline" / "manifest-1-of-2.json"
    file.rename(file.with_name("manifest-1-of-3.json"))
    result = parts.invoke("merge", "third", "part2", "--out", "mixed")
    assert result.returncode == 2
    assert "a part of 2" in result.stderr


def test_a_spoiled_or_foreign_part_is_refused(parts):
    _spoiled(parts, 2, lambda told: None)
    page = next((parts.folder / "spoiled" / "baseline").glob("*-??.html"))
    page.write_bytes(page.read_bytes() + b" ")
    merge = ("merge", "part1", "spoiled", "--out", "refused")
    result = parts.invoke(*merge)
    assert result.returncode == 2
    assert page.name in result.stderr
    assumptions = parts.folder / "params" / "assumptions.yaml"
    kept = assumptions.read_bytes()
    parts.edit("params/assumptions.yaml", "value: 0.25", "value: 0.26")
    try:
        result = parts.invoke(*merge)
    finally:
        assumptions.write_bytes(kept)
    assert result.returncode == 2
    assert "other inputs" in result.stderr
    (parts.folder / "empty").mkdir()
    assert "no shard" in parts.invoke("merge", "empty", "--out", "refused").stderr


@pytest.mark.parametrize(
    "text", ["", "3", "0/4", "5/4", "a/b", "1/0", "1//2", "-1/2", "٣/٣", "３/８"]
)
def test_what_is_no_part_is_refused(text):
    with pytest.raises(InputError):
        Shard.parse(text)


@pytest.mark.parametrize(
    "words", [("--jobs", "٣"), ("--timeout=１２.５",), ("-j٣",), ("-P", "a=-٣")]
)
def test_numbers_are_written_in_the_digits_0_to_9(words):
    with pytest.raises(InputError, match="digits 0 to 9"):
        _refuse_other_digits(words)


def test_names_may_hold_any_digits():
    _refuse_other_digits(("--out", "مجلد٣", "./٣", "Cañon City, CO", "--jobs", "3", "-P", "a=-3"))
