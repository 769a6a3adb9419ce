"""The command as typed: options, output, status, and the key on no terminal."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cvi_analysis.census.api_key import STAND_IN
from tests.census import census_loopback as play
from tests.census.census_loopback import KEY
from tests.census.census_run import Ingest
from tests.census.census_world import ROOT
from tests.checkout import Checkout


def settings(run: Ingest) -> dict[str, str]:
    return {
        "CENSUS_API_URL": run.api.url,
        "CENSUS_API_KEY": run.key or "",
        "CVI_ROOT": str(run.folder),
    }


def cvi_ingest(run: Ingest, *args: str) -> tuple[int, str]:
    """Status and everything printed."""
    done = Checkout(run.folder).invoke("ingest", *args, **settings(run))
    return done.returncode, done.stdout + done.stderr


def test_options_reach_the_command(ingest: Ingest) -> None:
    """In a process of its own, with every debug message on."""
    noisy = "import logging; logging.basicConfig(level=logging.DEBUG)\n"
    run_it = "from cvi_analysis.__main__ import main; main()"
    options = ("--dataset", "pl", "--year", "2020", "--city", "norfolk-va", "--city", "durham-nc")
    done = subprocess.run(
        [sys.executable, "-c", noisy + run_it, "ingest", *options],
        env=Checkout(ROOT).environment(**settings(ingest)),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
    )
    text = done.stdout + done.stderr
    assert done.returncode == 0, text
    assert "dec 2020" in text
    assert KEY not in text
    assert f"key={STAND_IN}" in text, "debug messages were on"


@pytest.mark.parametrize(
    ("fault", "args", "status", "says"),
    [
        (play.page(200, play.INVALID_PAGE), ["--year", "2023"], 2, "does not accept the key"),
        (play.redirect_loop, ["--year", "2023"], 1, "redirects in circles"),
        (play.drip, ["--year", "2023", "--deadline", "1"], 1, "within the 1 seconds"),
        (play.silent, ["--year", "2023", "--deadline", "1"], 1, "within the 1 seconds"),
        (play.echo_key, ["--year", "2023"], 1, "refused the request"),
        (play.text(400, "x"), ["--year", "1066"], 2, "2009 or later"),
    ],
)
def test_a_failure_is_one_message(
    storing_nothing: Ingest, fault: play.Fault, args: list[str], status: int, says: str
) -> None:
    storing_nothing.api.play(fault)
    code, text = cvi_ingest(storing_nothing, *args)
    assert code == status, text
    assert says in text
    assert "Traceback" not in text
    assert KEY not in text


def test_without_a_key(storing_nothing: Ingest) -> None:
    storing_nothing.key = None
    assert cvi_ingest(storing_nothing)[0] == 0
    code, text = cvi_ingest(storing_nothing, "--all")
    assert code == 2
    assert "key_signup.html" in text
