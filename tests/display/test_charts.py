"""Charts: the same bytes every time, small, described, and drawn at any size of city."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import matplotlib as mpl
import pytest
from matplotlib.textpath import text_to_path

from cvi_analysis.display.canvas import font_properties, text_width, wrapped
from cvi_analysis.display.formats import number
from cvi_analysis.display.place_charts import Mark, ranked

NAME = "O'Fallon <b> & $x$ City"


def make(size: int = 1, city: str = "Norfolk") -> dict:
    marks = [Mark(city, 235.0 * size), Mark("Suffolk", 96.0, special=True), Mark("Hampton", 5.0)]
    return {"ranked": ranked(marks, number, f"{city} has the most", "ranked")}


@pytest.mark.parametrize("name", list(make()))
def test_the_same_figure_gives_the_same_bytes(name):
    assert make()[name].svg() == make()[name].svg()


@pytest.mark.parametrize("name", list(make()))
def test_rcparams_of_the_session_change_nothing(name):
    plain = make()[name].svg()
    with mpl.rc_context({"font.size": 30, "lines.linewidth": 9, "savefig.dpi": 300}):
        assert make()[name].svg() == plain


@pytest.mark.parametrize("size", [1, 16, 400])
@pytest.mark.parametrize("city", ["Norfolk", NAME, "Winston-Salem and all its many neighbors"])
def test_charts_are_small_valid_and_carry_nothing_that_varies(size, city):
    for name, chart in make(size, city).items():
        svg = chart.svg()
        root = ET.fromstring(svg)
        assert root.tag.endswith("svg"), name
        assert len(svg) < 25_000, name
        for mark in ("<style", " style=", "<!--", "<metadata", "DOCTYPE", "nan", "inf"):
            assert mark not in svg, (name, mark)
        assert not [element for element in root.iter() if "id" in element.attrib], name
        texts = "".join(root.itertext())
        assert texts.strip(), name


def test_alt_text_tells_the_numbers():
    assert make()["ranked"].alt == "3 places in order. Norfolk 235, Suffolk 96 and Hampton 5."


def test_alt_text_travels_with_the_picture():
    data, metadata = make()["ranked"]._repr_mimebundle_()
    assert set(data) == {"image/svg+xml", "text/plain"}
    assert metadata["image/svg+xml"]["alt"].startswith("3 places in order")


def test_pictures_that_would_say_nothing_are_left_out():
    assert ranked([], number, "X", "x") is None


@pytest.mark.parametrize(
    "words", ["Newark would spend $83.72 per resident", "16–25 × 0.5 · Añasco’s"]
)
@pytest.mark.parametrize("bold", [False, True])
def test_text_is_as_wide_as_the_font_sets_it(words, bold):
    font = font_properties(9.0, bold)
    set_width, _, _ = text_to_path.get_text_width_height_descent(words, font, ismath=False)

    assert text_width(words, 9.0, bold) == pytest.approx(set_width, rel=0.01)


def test_letters_of_other_fonts_have_a_width():
    assert text_width("北京", 9.0) == pytest.approx(18.0)


def test_text_is_wrapped_to_a_width():
    lines = wrapped("one two three four five", 10, 60)
    assert len(lines) > 1
    assert " ".join(lines) == "one two three four five"
    assert all(text_width(text, 10) <= 60 for text in lines)
    assert wrapped("unbreakable", 10, 1) == ["unbreakable"]


@pytest.mark.parametrize("name", list(make()))
def test_what_the_root_says_once_holds_for_every_part(name):
    """Nothing falls back to a browser's own size, color or line end."""
    root = ET.fromstring(make(size=20)[name].svg())
    for part in root:
        kind = part.tag.rpartition("}")[2]
        assert {**root.attrib, **part.attrib}.get("fill"), name
        if kind == "text":
            assert {**root.attrib, **part.attrib}["font-size"] in {
                "8px", "8.5px", "9px", "10px", "11px",
            }  # fmt: skip
        elif "stroke" in part.attrib:
            assert {**root.attrib, **part.attrib}.get("stroke-linecap", "butt") in ("round", "butt")
