"""LaTeX environments without dollar signs are formulas in both files, as they are in JupyterLab."""

from __future__ import annotations

import re

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from cvi_analysis.batch.rendering import render_html, render_pdf
from cvi_analysis.export.spoken_formulas import delimited

from .test_pdf import alternatives, words

BARE = r"""The steps:

\begin{align}
H &= p \times s \\  % people
  &= 238 \label{people}
\end{align}

and \begin{equation} x = 1 \end{equation} too.

- in a list

  \begin{gather*}
  u = v
  \end{gather*}

`\begin{align} stays \end{align}`

```
\begin{align}
stays
\end{align}
```
"""


def test_bare_environments_are_formulas_in_both_files(make_notebook):
    shown = new_output("display_data", {"text/markdown": r"\begin{align} q &= 2 \end{align}"})
    made = make_notebook(new_markdown_cell(BARE), new_code_cell("x", outputs=[shown]))
    html = render_html(made).decode()
    assert html.count("<math") == 4
    shown_text = re.sub(r"<annotation.*?</annotation>|<[^>]*>", "", html, flags=re.S)
    assert shown_text.count("\\begin{align}") == 2, "code stays code"
    pdf = render_pdf(made)
    assert alternatives(pdf, "/Formula") == [
        "H equals p times s; equals 238",
        "x equals 1",
        "u equals v",
        "q equals 2",
    ]
    assert words(pdf).count("\\begin{align}") == 2


@pytest.mark.parametrize(
    "text",
    [
        r"`\begin{align} a \end{align}`",
        r"``\begin{align} ` \end{align}``",
        "```\n\\begin{align}\na\n\\end{align}\n```",
        "~~~ tex\n\\begin{align}\n```\n\\end{align}\n~~~",
        r"$$\begin{align} a \end{align}$$",
        r"$\begin{cases} a \end{cases}$",
        r"\begin{tabular} a \end{tabular}",
        "\\begin{align}\na\n\nb\n\\end{align}",
        r"\begin{align} without an end",
        "no formula at all, $5 and $6",
    ],
)
def test_everything_else_is_left_alone(text):
    assert delimited(text) == text


def test_prices_before_and_after_are_no_dollar_signs_of_a_formula():
    found = delimited(r"It costs $5 and \begin{align} a &= 5 \% \end{align} or $6.")
    assert found == r"It costs $5 and $$\begin{align}a &= 5 \%\end{align}$$ or $6."


def test_lines_that_markdown_would_take_for_a_list_stay_in_the_formula():
    found = delimited("\\begin{align}\na\n+ b\n= c\n\\end{align}")
    assert found == r"$$\begin{align}a + b = c\end{align}$$"
