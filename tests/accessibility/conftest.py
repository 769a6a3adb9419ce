"""One folder with a page of every kind, built by the command a user types."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from filelock import FileLock
from playwright.sync_api import Page, expect

from cvi_analysis.batch import edition, edition_diff
from cvi_analysis.batch.fingerprint import fingerprint
from cvi_analysis.model.sizing_case import HeadlineFigures
from cvi_analysis.report.edition_change import compare_editions
from cvi_analysis.report.library import Library

from ..checkout import ROOT, Checkout
from .browser import chromium, watched

CITIES = ("norfolk-va", "los-angeles-ca", "louisville-ky", "mobile-al")
"""Small, large, the place with the longest official name, and one of the shortest names."""

PAGES = (
    *(f"baseline/{name}" for name in (*CITIES, "index", "annex", "comparison")),
    *(f"field-pay/{name}" for name in ("norfolk-va", "index", "annex")),
    "compare/baseline-vs-field-pay",
    "editions/2026.1-to-now",
    "scenarios",
)
"""A page of every kind, by its folder and its name."""


def run(out: Path, *words: str) -> None:
    result = Checkout(ROOT).invoke(*words, "--out", os.fspath(out), timeout=900)
    assert result.returncode == 0, result.stderr[-3000:]


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of four cities, one in another scenario, every kind of comparison, an index.

    Made once for all processes of a run, whose temporary folders lie in one.
    """
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    out = base / "reports of all kinds"
    with FileLock(base / "reports.lock"):
        if not (out / "made").exists():
            run(out, "reports", "--cities", " ".join(CITIES))
            run(out, "reports", "--cities", "norfolk-va", "--scenario", "field-pay")
            run(out, "compare", "baseline", "field-pay")
            run(out / "all", "reports", "--shard", "1/997")  # 1 makes the page of all cities
            (out / "editions").mkdir()
            (out / "editions" / "2026.1-to-now.html").write_bytes(what_changed())
            (out / "made").touch()
    return out


def what_changed() -> bytes:
    """The page on an edition with other residents and wages, and without one of today's cities."""
    library = Library.load(ROOT)
    now = edition.cities_now(library)
    wage = library.params.register["roles.mediator.wage"].model_copy(update={"value": 50_000.0})
    then = {}
    for slug, city in now.items():
        assumptions = {**city.case.assumptions, "roles.mediator.wage": wage}
        case = replace(city.case, assumptions=assumptions, population=city.case.population - 3_000)
        then[slug] = replace(city, case=case, figures=HeadlineFigures.of(case.profile()))
    del then["mobile-al"]
    names = [
        edition.Edition(name, "2026-11", "1", fingerprint(ROOT), {}) for name in ("2026.1", "now")
    ]
    return edition_diff.page(compare_editions("2026.1", "now", then, now, {}), *names)


@pytest.fixture(scope="session")
def pages(reports: Path) -> dict[str, Path]:
    """Every page by its name in `PAGES`."""
    found = {f"{path.parent.name}/{path.stem}": path for path in sorted(reports.rglob("*/*.html"))}
    found["scenarios"] = reports / "scenarios.html"
    assert set(found) == set(PAGES)
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One Chromium for a file's tests. Its event loop would be in the way of others' own."""
    with chromium() as started:
        yield started


class Opened(NamedTuple):
    """A page in a tab, and the list of what it complained of or asked for."""

    name: str
    tab: Page
    problems: list[str]


@pytest.fixture(scope="module", params=PAGES)
def opened(request: Any, browser: Any, pages: dict[str, Path]) -> Iterator[Opened]:
    """Every page in turn, for all tests of a file: to read one takes longer than to look at it.

    It is as it stays, with the figures that a calculator takes a moment for. A test changes the
    size of the window and scrolls, and leaves all else as it was.
    """
    tab, problems = watched(browser, reduced_motion="reduce")
    tab.goto(pages[request.param].as_uri())
    expect(tab.locator('[aria-busy="true"]')).to_have_count(0, timeout=20_000)
    yield Opened(request.param, tab, problems)
    tab.close()
