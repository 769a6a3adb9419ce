"""Formulas as a person would read them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvi_analysis.export import pandoc_process
from cvi_analysis.export.pandoc_process import PandocRequest
from cvi_analysis.export.spoken_formulas import say


def said(tex: str) -> str:
    """What the PDF says for a formula; one that pandoc does not understand is shown as written."""
    request = PandocRequest(f"${tex}$", "markdown", "typst")
    (found,) = pandoc_process.shared.convert([request])
    return " ".join(map(say, found.math)) if found.math else found.text.strip()


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
        (r"\begin{gather} a \\ b \end{gather}", "a; b"),
        (
            r"\begin{cases} 1 & x > 0 \\ 0 & \text{otherwise} \end{cases}",
            "either 1 x is greater than 0; or 0 otherwise",
        ),
        (r"\unknown{x}", r"`\unknown{x}`"),
        (r"c_r(x)", "c sub r of x"),
        (r"\mathrm{cost}_r", "cost sub r"),
        (r"\min(100, 250)", "the minimum of 100 and 250"),
        (r"x = -b, -c", "x equals negative b, negative c"),
        (r"\binom{n}{k}", "n choose k"),
        (r"\frac12", "1 over 2"),
        (r"\bar{x} \quad \vec v", "x bar, v vector"),
        (r"\lim_{x \to 0} f(x)", "the limit as x to 0 of f of x"),
        (r"\Sigma \cup \emptyset", "Sigma union empty set"),
        (r"\varepsilon + \phi", "epsilon plus phi"),
        (r"\Pr(A \mid B)", "the probability of A given B"),
        (r"\sqrt[3]{x}", "the cube root of x"),
        (r"x^\top \mathbb{E}", "x transposed E"),
    ],
)
def test_words(tex, words):
    assert said(tex) == words


def test_says_something_about_nothing():
    assert say("<math></math>") == "formula"
    assert say("<math>" + "<msup><mi>x</mi>" * 3000) == "formula"


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="\\{}[]()^_&ab1 +-=|" + "frcsumtexl", min_size=1, max_size=40))
def test_says_something_about_anything(tex):
    words = said(tex.strip() or "x")
    assert words.strip()
    assert "\n" not in words.strip()
