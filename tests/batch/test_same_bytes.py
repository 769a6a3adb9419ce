"""The same inputs give the same bytes: one core or two, another folder, another engine."""

from __future__ import annotations

import time

import pytest

from cvi_analysis.batch.verify import differences

CITIES = "norfolk-va louisville-ky"


def test_one_worker_or_two_another_zone_and_locale(checkout):
    first = checkout.invoke("reports", "--cities", CITIES, "--jobs", "1", "--out", "first")
    assert first.returncode == 0, first.stderr
    time.sleep(1.1)  # a time stamp in seconds would differ now
    second = checkout.run(
        "reports",
        "--cities",
        " ".join(reversed(CITIES.split())),
        "--jobs",
        "2",
        "--out",
        "deeper/second",
        TZ="Asia/Kathmandu",
        LC_ALL="C",
        PYTHONHASHSEED="77",
    )
    assert second.returncode == 0, second.stderr
    found = differences(
        checkout.folder / "first" / "baseline", checkout.folder / "deeper" / "second" / "baseline"
    )
    assert found == []


def test_jupyters_own_kernels_give_the_same(checkout):
    for engine in ("warm", "standard"):
        result = checkout.invoke(
            "reports", "--cities", "norfolk-va", "--engine", engine, "--out", engine
        )
        assert result.returncode == 0, result.stderr
    found = differences(
        checkout.folder / "warm" / "baseline", checkout.folder / "standard" / "baseline"
    )
    assert found == []


@pytest.mark.reliability
def test_verify_says_so_and_finds_a_difference(checkout, tmp_path):
    result = checkout.run("verify", "--cities", "norfolk-va")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "all the same bytes" in result.stdout
    checkout.edit(
        "notebooks/city_profile.ipynb",
        '"report.',
        '"import time; print(time.time_ns())\\n",\n    "report.',
    )
    result = checkout.run("verify", "--cities", "norfolk-va")
    assert result.returncode == 1
    assert "norfolk-va.ipynb: differs" in result.stdout


def test_a_list_of_places_can_be_a_file(checkout):
    (checkout.folder / "places.txt").write_text(
        "# my cities\nnorfolk-va\n1714000  # Chicago\n\nMemphis, TN\n", encoding="utf-8"
    )
    assert checkout.built("--cities-file", "places.txt", "--formats", "html") == {
        "norfolk-va",
        "chicago-il",
        "memphis-tn",
    }
    (checkout.folder / "places.txt").write_text("norfolk-va\nNorfulk\n", encoding="utf-8")
    result = checkout.invoke("reports", "--cities-file", "places.txt")
    assert result.returncode == 2
    assert "places.txt:2" in result.stderr
    assert "Norfolk" in result.stderr
