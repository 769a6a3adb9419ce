"""Every kind of page before axe-core and the Nu HTML checker, wide and narrow, light and dark."""

from __future__ import annotations

import itertools
import json

import pytest

from .browser import watched
from .checks import LOOKS, barriers, invalid


@pytest.mark.slow
@pytest.mark.chromium
def test_axe_finds_nothing_and_nothing_is_fetched(browser, pages):
    found: dict[str, object] = {}
    for name, path in pages.items():
        for width, scheme, rules in LOOKS:
            tab, problems = watched(
                browser,
                viewport={"width": width, "height": 900},
                color_scheme=scheme,
                reduced_motion="reduce",
            )
            tab.goto(path.as_uri())
            overflow = tab.evaluate("document.documentElement.scrollWidth")
            bad = barriers(tab, rules)
            if bad or problems or overflow > width:
                found[f"{name} {width} {scheme}"] = (bad, problems, overflow)
            tab.close()
    assert found == {}, json.dumps(found, indent=1)[:6000]


@pytest.mark.slow
def test_pages_are_valid_html(pages):
    bad = invalid(pages.values())
    assert not bad, "\n".join(bad[:20])


@pytest.mark.slow
def test_pages_have_one_title_and_an_outline_without_gaps(browser, pages):
    for name, path in pages.items():
        tab, _ = watched(browser)
        tab.goto(path.as_uri())
        levels = tab.eval_on_selector_all(
            "h1,h2,h3,h4,h5,h6", "all => all.map(one => Number(one.tagName[1]))"
        )
        assert levels[0] == 1, name
        assert levels.count(1) == 1, name
        for before, after in itertools.pairwise(levels):
            assert after <= before + 1, name
        tab.close()


@pytest.mark.slow
def test_files_are_small(reports, pages):
    for name, path in pages.items():
        assert path.stat().st_size <= 240_000, (name, path.stat().st_size)
    pdfs = list(reports.rglob("*.pdf"))
    assert len(pdfs) >= 7
    for path in pdfs:
        assert path.stat().st_size < 400_000, (path.name, path.stat().st_size)
