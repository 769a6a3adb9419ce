"""A full disk under ingestion, the site and a preview: one message, good files kept."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from cvi_analysis.batch.notebook_server import fork_is_safe
from tests.batch.test_preview import CITY, PAGE, Preview
from tests.census.census_loopback import KEY
from tests.census.census_run import Ingest
from tests.census.conftest import api, as_shipped, folder, ingest, read_once  # noqa: F401
from tests.checkout import ROOT, Checkout
from tests.processes import alive, family, wait_until

from .test_no_room import MakeDisk, disk, fill, refused  # noqa: F401

pytestmark = [
    pytest.mark.slow,
    pytest.mark.reliability,
    pytest.mark.skipif(not fork_is_safe(), reason="limits and mounts as on Linux"),
]


@pytest.mark.parametrize("room", [0, 100_000])
def test_ingestion(ingest: Ingest, disk: MakeDisk, room: int) -> None:  # noqa: F811
    place = disk("disk", "size=40m") / "a project"
    shutil.copytree(ingest.folder, place)
    mine = Ingest(ingest.api, place)
    known = {"CENSUS_API_URL": ingest.api.url, "CENSUS_API_KEY": KEY, "CVI_ROOT": os.fspath(place)}
    before = mine.data()
    filler = fill(place.parent, but=room)
    stopped = Checkout(ROOT).run("ingest", "--year", "2022", **known)
    assert stopped.returncode == 1, stopped.stderr
    assert "No space left on device" in stopped.stderr
    assert "Traceback" not in stopped.stderr
    assert stopped.stderr.count("cvi: ") == 1, stopped.stderr
    kept = mine.data()
    # What was fetched may be kept, if it is registered; what was there before is as it was.
    for name, content in before.items():
        if not name.endswith(("registry.csv", "populations.csv", "registry.json")):
            assert kept[name] == content
    assert not [name for name in kept if ".cvi-tmp" in name]
    assert mine.table().get("5157000", "acs5", 2023).population > 200_000
    filler.unlink()
    assert mine(year=2022).status == 0
    assert ingest(year=2022).status == 0
    assert len(mine.data()) == len(ingest.data())
    table, right = mine.table(), ingest.table()
    for year in (2022, 2023):
        one, other = (each.get("5157000", "acs5", year) for each in (table, right))
        assert (one.population, one.moe) == (other.population, other.moe)


@pytest.mark.parametrize("room", [0, 300_000])
def test_a_site(shared: Checkout, disk: MakeDisk, room: int) -> None:  # noqa: F811
    out = disk("disk", "size=12m") / "site"
    words = ("site", "--cities", CITY, "--scenarios", "baseline", "--out", str(out))
    assert shared.invoke(*words).returncode == 0

    def held() -> dict[str, bytes]:
        return {str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*") if p.is_file()}

    before = held()
    filler = fill(out.parent, but=room)
    addressed = (*words, "--base-url", "https://example.org")
    refused(shared.invoke(*addressed), "No space left on device")
    assert held() == before
    assert sorted(path.name for path in out.parent.iterdir()) == ["filler", "site"]
    filler.unlink()
    assert shared.invoke(*addressed).returncode == 0
    assert held().keys() > before.keys()
    assert shared.invoke(*words).returncode == 0
    assert held() == before


@pytest.mark.parametrize("options", ["size=4k", "size=300k"])
def test_a_preview(shared: Checkout, disk: MakeDisk, options: str) -> None:  # noqa: F811
    """Without room for temporary files it says so, or shows the page; then it ends as ever."""
    temporary: Path = disk("tmp", options)
    shown = Preview(shared, environment={"TMPDIR": os.fspath(temporary)})

    def told() -> bool:
        state = shown.state
        return bool(state["page"] or state["error"])

    assert wait_until(told, 120), shown.said
    state = shown.state
    if state["page"]:
        assert shown.get(PAGE).rstrip().endswith(b"</html>")
    else:
        assert "No space left on device" in state["error"]
    children = family(shown.run)
    shown.end()
    assert shown.run.returncode == 0
    assert wait_until(lambda: not alive(children), 30)
    assert "Traceback" not in "".join(shown.said)
    assert list(temporary.iterdir()) == []
