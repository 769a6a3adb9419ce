"""The policy of a page: what the notebook brought works, what came in afterwards does not."""

from __future__ import annotations

import re

import pytest

from cvi_analysis.export.page_head import also_allowing, policy, squeezed, stated
from tests.accessibility.browser import chromium, watched


def test_it_allows_by_hash_and_nothing_else(report):
    found = re.search(r'Content-Security-Policy" content="([^"]+)"', report.html)[1]
    rules = dict(rule.split(" ", 1) for rule in found.split("; "))
    assert rules.pop("default-src") == "'none'"
    assert set(rules) == {
        *("script-src", "style-src", "img-src", "font-src", "base-uri", "form-action")
    }
    for name in ("script-src", "style-src"):
        for source in rules[name].split():
            assert source.startswith("'sha256-") or source == "'unsafe-hashes'"
    assert rules["img-src"] == rules["font-src"] == "data:"
    assert rules["base-uri"] == rules["form-action"] == "'none'"


def test_a_page_without_scripts_and_styles_allows_none():
    assert policy("<p>x</p>").startswith("default-src 'none'; script-src 'none'; style-src 'none';")
    assert "CONTENT" not in stated('<meta content="CONTENT-SECURITY-POLICY"><p>x</p>')


def test_a_script_more_is_allowed_besides_those_of_the_page():
    head = '<meta http-equiv="Content-Security-Policy" content="CONTENT-SECURITY-POLICY">'
    for page in (f"{head}<p>x</p>", f"{head}<script>own()</script>"):
        more = also_allowing(stated(page), '{"a":"b"}')
        both = stated(f'{page}<script>{{"a":"b"}}</script>')
        assert more == both.removesuffix('<script>{"a":"b"}</script>')


def test_a_sheet_loses_the_space_that_means_nothing():
    sheet = """
    /* a note: of the author */
    @media (prefers-color-scheme: dark) { p :is(a, b), q::before { --ink: #fff; content: "to: "; } }
    """
    assert squeezed(sheet) == (
        '@media (prefers-color-scheme:dark){p :is(a,b),q::before{--ink:#fff;content:"to: "}}'
    )


@pytest.mark.chromium
def test_a_browser_agrees(report, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(report.html, encoding="utf-8")
    with chromium() as browser:
        tab, problems = watched(browser)
        tab.goto(path.as_uri())
        assert tab.evaluate("calculator") == 1
        assert problems == []
        tab.close()
        smuggled = (
            '<p id="odd" style="color:rgb(1, 2, 3)">x</p><style>#odd{margin:77px}</style>'
            "<script>window.owned=1</script><img src=x onerror=window.owned=2>"
            '<img src="http://evil.invalid/x.png"><iframe src="http://evil.invalid/"></iframe>'
        )
        path.write_text(report.html.replace("</main>", f"{smuggled}</main>"), encoding="utf-8")
        tab, problems = watched(browser)
        tab.goto(path.as_uri())
        assert tab.evaluate("window.owned") is None
        style = "getComputedStyle(document.getElementById('odd'))"
        assert tab.evaluate(f"{style}.color") != "rgb(1, 2, 3)"
        assert tab.evaluate(f"{style}.marginTop") != "77px"
        assert len([text for text in problems if "Content Security Policy" in text]) >= 5
        tab.close()


@pytest.mark.slow
@pytest.mark.chromium
def test_the_page_brings_its_own_font(report, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(report.html, encoding="utf-8")
    with chromium() as browser:
        tab, problems = watched(browser)
        tab.goto(path.as_uri())
        faces = tab.evaluate(
            """async () => { await document.fonts.ready;
            return [...document.fonts].map((face) => [face.family, face.weight, face.status]); }"""
        )
        used = tab.evaluate("getComputedStyle(document.body).fontFamily")
    assert used.startswith('"Public Sans"')
    assert {weight for _, weight, _ in faces} == {"400 700"}
    assert "loaded" in {status for _, _, status in faces}
    assert "error" not in {status for _, _, status in faces}
    assert problems == []
