"""One notebook with everything a researcher may put in it, and what it becomes."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import Any

import nbformat
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

HOSTILE = 'Ev`il` #import "x" $a_b$ @ref <script>alert(1)</script> *b* \\ & [x](y) \U0001f600 城'
TYPST_FIGURES = (
    "#headline-figures("
    "(label: [People at highest risk], value: [238], range: [119 to 476]), "
    "(label: [Annual budget], value: [\\$19,889,880]))"
)
TYPST_TABLE = (
    "= Money\n\n#data-table(caption: [Annual budget], columns: (1fr, auto), align: (left, right),"
    " header: ([Line], [Dollars]), total: true, [Frontline staff], [\\$4,120,400],"
    " [Total], [\\$19,889,880])\n#callout(title: [Left out])[Policing is not in this budget.]"
)
HTML_TABLE = (
    '<h2>Money</h2><table class="data"><caption>Annual budget</caption><thead><tr>'
    '<th scope="col">Line</th><th scope="col" class="num">Dollars</th></tr></thead><tbody>'
    '<tr><th scope="row">Frontline staff</th><td class="num">$4,120,400</td></tr>'
    '<tr class="total"><th scope="row">Total</th><td class="num">$19,889,880</td></tr>'
    "</tbody></table>"
)
MARKDOWN = """## People at risk

The count is $H = p \\times s$; it costs $5 and $10.[^1] See [the method](#Methodology).

$$E(T) = \\sum_{k=1}^{4} \\frac{n_k}{1 + g_k}$$

| Role | Count |
|:--|--:|
| Street outreach worker | 16 |

- [ ] open
- [x] done

```python
x = 1  # <b>
```

H<sub>2</sub>O, <br>a line, --dashes-- and "quotes" stay. <script>alert(2)</script>

[^1]: The first note, with [a link](https://example.org/note).
"""
PICTURES = """##### A skipped level

![attached picture](attachment:x.png)

Inline ![](attachment:x.png), remote ![far away](https://example.org/r.png),
![lost](lost.png). Another note.[^1]

[^1]: The second note.
"""


def chart(kind: str = "svg") -> bytes:
    figure = Figure(figsize=(6, 2.4))
    canvas = FigureCanvasSVG(figure) if kind == "svg" else FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.barh(["Outreach", "Mediators"], [16, 17])
    target = io.BytesIO()
    canvas.print_figure(target, format=kind, metadata={"Date": None} if kind == "svg" else None)
    return target.getvalue()


def notebook(city: str = "Norfolk") -> Any:
    """An executed notebook about `city` with 14 cells and every kind of output."""
    drawing = chart().decode()
    png = base64.b64encode(chart("png")).decode()
    frame = pd.DataFrame({"Role": ["Outreach & co", "Mediator"], "Cost": [1234567.5, -3.0]})
    long = pd.DataFrame({"City": [f"City {i}" for i in range(90)], "People": range(90)})
    svg_output = {"image/svg+xml": drawing, "text/plain": "<Figure>"}
    described = {"image/svg+xml": {"alt": "Bars: 16 and 17.", "caption": f"Staff of {city}"}}
    attached = new_markdown_cell(PICTURES)
    attached["attachments"] = {"x.png": {"image/png": png}}
    show = [
        new_markdown_cell("# Community violence intervention profile\n\nFirst words."),
        new_code_cell(
            "SECRET_SOURCE = 1",
            outputs=[
                new_output(
                    "display_data",
                    data={
                        "text/x-typst": TYPST_FIGURES,
                        "text/html": '<div class="headline"><div class="figure">'
                        '<p class="label">People at highest risk</p>'
                        '<p class="value">238</p></div></div>',
                    },
                )
            ],
        ),
        new_markdown_cell(MARKDOWN),
        new_code_cell("f", outputs=[new_output("display_data", svg_output, metadata=described)]),
        new_code_cell("f", outputs=[new_output("display_data", svg_output, metadata=described)]),
        new_code_cell(
            "t = SECRET_SOURCE",
            outputs=[
                new_output("display_data", {"text/x-typst": TYPST_TABLE, "text/html": HTML_TABLE})
            ],
        ),
        new_code_cell(
            "df",
            outputs=[
                new_output("execute_result", {"text/html": frame.to_html(), "text/plain": "?"}),
                new_output("execute_result", {"text/html": long.to_html(), "text/plain": "?"}),
            ],
        ),
        attached,
        new_markdown_cell(f"## Methodology\n\nA paragraph.\n\n### {_markdown_safe(city)}\n\nText."),
        new_code_cell(
            "o",
            outputs=[
                new_output("display_data", {"image/png": png, "text/plain": "<Figure>"}),
                new_output("stream", name="stdout", text=f"printed {city}\n"),
                new_output("stream", name="stderr", text="\x1b[31mcareful\x1b[0m now\n"),
                new_output(
                    "error",
                    ename="ValueError",
                    evalue="bad <value> #x",
                    traceback=["\x1b[0;31m---\x1b[0m", "line 1 `x` $y$ \ue000"],
                ),
                new_output("display_data", {"text/latex": "$\\displaystyle \\frac{1}{2}$"}),
                new_output("display_data", {"text/markdown": "**strong output** $x^2$"}),
                new_output("execute_result", {"text/plain": "{'a': 1}"}),
            ],
        ),
        new_code_cell(
            "HIDDEN_SOURCE",
            metadata={"tags": ["remove-cell"]},
            outputs=[new_output("stream", text="HIDDEN_OUTPUT")],
        ),
        new_code_cell("shown_source = 1", metadata={"tags": ["show-input"]}),
        new_code_cell(
            "h",
            outputs=[
                new_output(
                    "display_data",
                    {
                        "text/html": "<p>Own <b>HTML</b> <img src='https://example.org/i.png' "
                        "alt='far'></p><script>let calculator = 1;</script>"
                        '<script src="https://example.org/x.js"></script>'
                        '<link rel="stylesheet" href="https://example.org/x.css">'
                        '<iframe src="https://example.org/frame"></iframe>'
                        "<style>@import url(https://example.org/y.css); b {color: inherit}</style>"
                    },
                )
            ],
        ),
        new_raw_cell("raw <text>"),
    ]
    made = new_notebook(
        cells=show,
        metadata={
            "cvi": {
                "title": f"{city}, Virginia",
                "subtitle": "People at risk, staff and budget",
                "city": city,
                "state": "Virginia",
                "scenario": "baseline",
                "scenario_title": "Baseline",
                "language": "en-US",
                "version": "0.1.0",
                "keywords": ["community violence intervention", city],
                "running_head": f"{city}, Virginia · Baseline",
            }
        },
    )
    for number, cell in enumerate(made.cells):
        cell["id"] = f"cell-{number}"
    return nbformat.from_dict(made)


def _markdown_safe(text: str) -> str:
    return "".join(f"\\{c}" if c.isascii() and not c.isalnum() and c != " " else c for c in text)


@dataclass(frozen=True)
class Report:
    """A notebook and both of its renderings."""

    notebook: Any
    html: str
    pdf: bytes


def _report(city: str) -> Report:
    from cvi_analysis.batch.rendering import render_html, render_pdf

    made = notebook(city)
    return Report(made, render_html(made).decode(), render_pdf(made))


@pytest.fixture(scope="session")
def report() -> Report:
    return _report("Norfolk")


@pytest.fixture(scope="session")
def hostile_report() -> Report:
    return _report(HOSTILE)


@pytest.fixture
def make_notebook() -> Any:
    """A notebook of the given cells, without metadata of ours."""

    def make(*cells: Any) -> Any:
        made = new_notebook(cells=list(cells))
        for number, cell in enumerate(made.cells):
            cell["id"] = f"cell-{number}"
        return made

    return make
