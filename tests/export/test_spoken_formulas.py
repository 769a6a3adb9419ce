"""Formulas as a person would read them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvi_analysis.export.spoken_formulas import say


@pytest.mark.parametrize(
    ("tex", "words"),
    [
        (r"H = p \times s", "H equals p times s"),
        (r"\frac{a}{b}", "a over b"),
        (
            r"\frac{a + 1}{b}",
            "the fraction with numerator a plus 1 and denominator b, end fraction",
        ),
        (r"x_i^2", "x sub i squared"),
        (r"x^{n+1}", "x to the power n plus 1"),
        (r"\sum_{i=1}^{n} x_i", "the sum from i equals 1 to n of x sub i"),
        (r"\sum_r c_r", "the sum over r of c sub r"),
        (r"\lfloor x + 0.5 \rfloor", "the floor of x plus 0.5, end floor"),
        (
            r"\max\!\bigl(1, \operatorname{round}(E / c_r)\bigr)",
            "the maximum of 1 and round of E divided by c sub r",
        ),
        (r"E(T)", "E of T"),
        (r"\alpha \le \beta", "alpha is at most beta"),
        (r"\text{staffing\_cost}", "staffing_cost"),
        (r"45{,}000 \cdot T", "45,000 times T"),
        (r"-3\%", "negative 3 percent"),
        (r"\$45{,}000", "45,000 dollars"),
        (r"\sqrt{x+1}", "the square root of x plus 1, end root"),
        (r"[0, 500)", "open bracket 0, 500 close parenthesis"),
        (r"a \\ b", "a; b"),
        (
            r"\begin{cases} 1 & x > 0 \\ 0 & \text{otherwise} \end{cases}",
            "either 1 x is greater than 0; or 0 otherwise",
        ),
        (r"\unknown{x}", "unknown x"),
        ("", "formula"),
        ("{" * 3000, "formula"),
    ],
)
def test_words(tex, words):
    assert say(tex) == words


@settings(deadline=None)
@given(st.text(alphabet="\\{}[]()^_&$ab1 +-=|" + "frcsumtexl", max_size=40))
def test_says_something_about_anything(tex):
    words = say(tex)
    assert words.strip()
    assert "\n" not in words
