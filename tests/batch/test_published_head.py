"""The head of a site's page, of a place and a scenario that are named to end a script."""

from __future__ import annotations

import json

import pytest
from lxml.html import document_fromstring

from cvi_analysis.batch.published_head import city_page, dataset_page, with_head
from cvi_analysis.report.document import document

from ..accessibility.browser import chromium

BASE = "https://example.org/cvi"
ENDS = (
    "</script><script>window.owned=1</script>",
    "<!--<script>",
    "--></SCRIPT ><img src=x onerror=window.owned=2>",
    "]]></title></head><body onload=window.owned=3>",
    "\u2028&lt;/script&gt;\\u003c/script\\u003e\"'",
)
POLICY = "default-src 'none'; script-src 'unsafe-inline'"
PAGE = (
    "<!doctype html><html lang=en><head><meta charset=utf-8>"
    f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    '<title>A page</title><meta name="description" content="Words."></head>'
    "<body><p>The end.</p></body></html>"
)


@pytest.fixture(scope="module")
def pages(library) -> dict[str, tuple[str, str]]:
    """Pages by the name that is to be told, and what field of the data tells it."""
    dossier = library.dossier("norfolk-va")
    data = json.loads(document(dossier).to_bytes())
    found = {}
    for name in ENDS:
        data["city"]["name"] = name
        city = city_page("baseline", name, data, ["norfolk-va.pdf"], BASE)
        package = {"resources": [{"path": "a.csv", "title": name}], "description": name}
        index = dataset_page("baseline", name, package, BASE)
        found[f"city {name}"] = with_head(PAGE, city, BASE), name
        found[f"index {name}"] = with_head(PAGE, index, BASE), name
    return found


def holds(data: dict, name: str) -> bool:
    """Whether the name stands in it to the letter, of a place, a scenario or a table."""
    return name in (data["about"]["name"] if "about" in data else data["name"])


def test_what_ends_a_script_ends_none(pages):
    for page, name in pages.values():
        tree = document_fromstring(page)
        (script,) = tree.iter("script")
        assert holds(json.loads(script.text), name)
        assert [one.tag for one in tree.body] == ["p"]
        assert tree.find(".//img") is None


@pytest.mark.chromium
def test_what_ends_a_script_ends_none_in_a_browser(pages):
    with chromium() as browser:
        tab = browser.new_page()
        for page, name in pages.values():
            tab.set_content(page)
            (text,) = tab.evaluate("() => [...document.scripts].map(one => one.textContent)")
            assert holds(json.loads(text), name)
            assert tab.evaluate("() => window.owned === undefined")
            assert tab.inner_text("body").strip() == "The end."
            assert tab.evaluate("() => document.body.children.length") == 1
