"""Packages in other versions than the lock file says, and results that are not what was ordered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cvi_analysis.batch.fingerprint import sha256
from cvi_analysis.batch.installed import HINT, here, unlike, unlike_lock, versions
from cvi_analysis.batch.orders import CityResult, CitySpec, SpoiledResultError, checked


def test_what_is_installed_here_is_what_the_lock_says(root):
    assert unlike_lock(root) == {}
    assert versions(root)["xlsxwriter"] == here()["xlsxwriter"]
    assert "pytest" not in versions(root), "no report is made with it"


def test_another_version_is_told_in_words_and_an_absent_package_is_no_matter():
    ours = {"python": "3.13.1", "numpy": "2.4.0", "more": "1"}
    theirs = {"python": "3.13.2", "numpy": "2.4.0", "absent": "1"}
    assert unlike(theirs, ours) == ["python 3.13.1 instead of 3.13.2"]


def test_a_package_unlike_the_lock_is_named_and_its_reports_are_made_again(checkout):
    other = checkout.folder / "xlsxwriter-0.0.1.dist-info"  # It comes first on the path.
    other.mkdir()
    run = checkout.run("reports", "--cities", "norfolk-va")
    assert run.returncode == 0, run.stderr
    assert "otherwise than requirements.lock says: xlsxwriter 0.0.1." in run.stderr
    assert HINT in run.stderr
    other.rmdir()
    why = checkout.run("why", "norfolk-va")
    assert "the lock file changed, or what is installed otherwise than it says" in why.stdout
    run = checkout.run("reports", "--cities", "norfolk-va")
    assert "1 built" in run.stderr
    assert "otherwise" not in run.stderr


SPEC = CitySpec("norfolk-va", "", "", "", "", formats=("html", "json"))
FILES = {"norfolk-va.html": b"page", "norfolk-va.json": b"{}"}
GOOD = CityResult("norfolk-va", FILES, {name: sha256(data) for name, data in FILES.items()})


def test_a_whole_result_is_taken_and_a_failed_one_brings_no_files():
    assert checked(SPEC, GOOD) == GOOD
    assert checked(SPEC, replace(GOOD, error="cell 3")).files == {}


@pytest.mark.parametrize(
    "result",
    [
        replace(GOOD, slug="chicago-il"),
        replace(GOOD, files={**FILES, "../norfolk-va.html": b"page"}),
        replace(GOOD, files={**FILES, "norfolk-va.pdf": b"of no order"}),
        replace(GOOD, files={"norfolk-va.html": b"page"}),
        replace(GOOD, files={**FILES, "norfolk-va.html": b"pagE"}),
        replace(GOOD, digests={}),
        {"slug": "norfolk-va"},
        None,
    ],
)
def test_what_was_not_ordered_is_refused(result):
    with pytest.raises(SpoiledResultError):
        checked(SPEC, result)
