"""Drawings made fit for a page with others."""

from __future__ import annotations

import xml.dom.minidom

import pytest

from cvi_analysis.export.images import clean, inlined

from .conftest import chart

HOSTILE = """<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x "y">]>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" id="a"
 onload="alert(1)" viewBox="0 0 9 9"><script>alert(2)</script><metadata>m</metadata>
<style>.b, .c{fill:url(https://example.org/x)} rect{fill:url(#g)}</style>
<linearGradient id="g"/><image href="https://example.org/i.png"/><use xlink:href='#g'/>
<rect fill="url(#g)" aria-labelledby="g"/><foreignObject><p>p</p></foreignObject></svg>"""


def test_nothing_active_or_remote_is_left():
    found = clean(HOSTILE)
    for unwanted in ("script", "alert", "example.org", "metadata", "foreignObject", "DOCTYPE"):
        assert unwanted not in found
    assert found.startswith("<svg")


def test_ids_and_styles_are_its_own():
    found, headline = inlined(HOSTILE, "fig-7", 'say "what"')
    assert 'id="fig-7-g"' in found
    assert "xlink:href="  # fig-7-g"" in found
    assert 'fill="url(#fig-7-g)"' in found
    assert "#fig-7 .b, .c{" in found
    assert "#fig-7  rect{" in found or "#fig-7 rect{" in found
    assert 'role="img" aria-label="say &quot;what&quot;"' in found
    assert headline == ""
    xml.dom.minidom.parseString(found)


def test_matplotlib_drawing_stays_well_formed_and_gets_smaller():
    drawing = chart().decode()
    found, _ = inlined(drawing, "fig-1", "Bars")
    xml.dom.minidom.parseString(found)
    assert len(found) < len(drawing)
    assert "#fig-1 *{" in found


HEADED = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40pt" height="90pt" viewBox="0 0 40 90">'
    '<text font-weight="700" y="60">Norfolk</text><text x="1" y="50">a bar</text>'
    '<text font-weight="700" transform="translate(0 16.5)">Money is</text>'
    '<text font-weight="700" transform="translate(0 30)">tight</text></svg>'
)


def test_a_headline_becomes_text_of_the_page():
    found, headline = inlined(HEADED, "fig-1", "Money is tight. Norfolk has 3.")
    assert headline == "Money is tight"
    assert "tight</text>" not in found
    assert 'viewBox="0 34 40 56"' in found
    assert "height=" not in found
    assert inlined(HEADED, "fig-1", "Money is tight")[1] == "Money is tight"


@pytest.mark.parametrize(
    ("svg", "alt"),
    [
        (HEADED, "Bars of money"),  # other words
        (HEADED, "Money is tighter. Norfolk."),  # ends elsewhere
        (HEADED.replace('y="50"', 'y="20"'), "Money is tight."),  # something stands beside it
        (HEADED.replace("translate(0 16.5)", "rotate(90)"), "Money is tight."),
        (HEADED.replace("viewBox", "view"), "Money is tight."),
    ],
)
def test_all_else_stays_in_the_drawing(svg, alt):
    found, headline = inlined(svg, "fig-1", alt)
    assert headline == ""
    assert "tight</text>" in found
