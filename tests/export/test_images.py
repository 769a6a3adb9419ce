"""Drawings made fit for a page with others."""

from __future__ import annotations

import xml.dom.minidom

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
    found = inlined(HOSTILE, "fig-7", 'say "what"')
    assert 'id="fig-7-g"' in found
    assert "xlink:href="  # fig-7-g"" in found
    assert 'fill="url(#fig-7-g)"' in found
    assert "#fig-7 .b, .c{" in found
    assert "#fig-7  rect{" in found or "#fig-7 rect{" in found
    assert 'role="img" aria-label="say &quot;what&quot;"' in found
    xml.dom.minidom.parseString(found)


def test_matplotlib_drawing_stays_well_formed_and_gets_smaller():
    drawing = chart().decode()
    found = inlined(drawing, "fig-1", "Bars")
    xml.dom.minidom.parseString(found)
    assert len(found) < len(drawing)
    assert "#fig-1 *{" in found
