"""Every kind of page before axe-core and the Nu HTML checker, wide and narrow, light and dark."""

from __future__ import annotations

import itertools
import json

import pytest

from .checks import LOOKS, barriers, invalid


@pytest.mark.slow
@pytest.mark.chromium
def test_axe_finds_nothing_and_nothing_is_fetched(opened):
    found: dict[str, object] = {}
    for width, scheme, rules in LOOKS:
        opened.tab.set_viewport_size({"width": width, "height": 900})
        opened.tab.emulate_media(color_scheme=scheme)
        overflow = opened.tab.evaluate("document.documentElement.scrollWidth")
        bad = barriers(opened.tab, rules)
        if bad or overflow > width:
            found[f"{width} {scheme}"] = (bad, overflow)
    opened.tab.emulate_media(color_scheme="light")
    assert found == {}, json.dumps(found, indent=1)[:6000]
    assert opened.problems == []


@pytest.mark.slow
@pytest.mark.chromium
def test_pages_have_one_title_and_an_outline_without_gaps(opened):
    levels = opened.tab.eval_on_selector_all(
        "h1,h2,h3,h4,h5,h6", "all => all.map(one => Number(one.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    for before, after in itertools.pairwise(levels):
        assert after <= before + 1


@pytest.mark.slow
def test_pages_are_valid_html(pages):
    bad = invalid(pages.values())
    assert not bad, "\n".join(bad[:20])


@pytest.mark.slow
def test_files_are_small(reports, pages):
    for name, path in pages.items():
        assert path.stat().st_size <= 240_000, (name, path.stat().st_size)
    pdfs = list(reports.rglob("*.pdf"))
    assert len(pdfs) >= 7
    for path in pdfs:
        assert path.stat().st_size < 400_000, (path.name, path.stat().st_size)
