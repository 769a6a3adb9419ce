"""Splitting a batch and joining the parts."""

from __future__ import annotations

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


@settings(deadline=None)
@given(slug=st.from_regex(r"[a-z]+(-[a-z]+)*", fullmatch=True), of=st.integers(1, 50))
def test_every_city_is_in_exactly_one_part(slug, of):
    assert sum(Shard(number, of).holds(slug) for number in range(1, of + 1)) == 1


def test_merged_shards_are_the_bytes_of_one_run_and_merging_is_idempotent(checkout):
    words = ("reports", "--cities", CITIES)
    assert checkout.run(*words, "--out", "whole").returncode == 0
    for part in ("1/2", "2/2"):
        result = checkout.run(*words, "--shard", part, "--out", f"part{part[0]}")
        assert result.returncode == 0, result.stderr
        assert not (checkout.folder / f"part{part[0]}" / "baseline" / "index.html").exists()
    merge = ("merge", "part1", "part2", "--out", "joined")
    for _ in range(2):
        result = checkout.run(*merge)
        assert result.returncode == 0, result.stderr
        assert "3 reports merged" in result.stdout
        found = differences(
            checkout.folder / "whole" / "baseline", checkout.folder / "joined" / "baseline"
        )
        assert found == []
    assert dead(checkout.folder / "joined") == []
    assert checkout.built("--cities", CITIES, "--out", "joined") == set()


def test_a_spoiled_or_foreign_part_is_refused(checkout):
    words = ("reports", "--cities", "norfolk-va", "--shard", "1/1", "--out", "part")
    assert checkout.run(*words).returncode == 0
    page = checkout.folder / "part" / "baseline" / "norfolk-va.html"
    good = page.read_bytes()
    page.write_bytes(good + b" ")
    result = checkout.run("merge", "part", "--out", "joined")
    assert result.returncode == 2
    assert "norfolk-va.html" in result.stderr
    page.write_bytes(good)
    checkout.edit("params/assumptions.yaml", "value: 0.25", "value: 0.26")
    result = checkout.run("merge", "part", "--out", "joined")
    assert result.returncode == 2
    assert "other inputs" in result.stderr
    shutil.rmtree(checkout.folder / "part")
    (checkout.folder / "part").mkdir()
    assert "no shard" in checkout.run("merge", "part", "--out", "joined").stderr


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
