"""What a notebook cell displays: frozen objects that know themselves as HTML, Typst and text.

A block computes no numbers. It gets numbers with the words around them, and gives each front end
the form it handles best: `text/html` for pages and JupyterLab, `text/x-typst` for the PDF,
`text/plain` for terminals. All text is escaped for the format it goes into.
"""

from cvi_analysis.blocks.bundle import Block
from cvi_analysis.blocks.callout import Callout
from cvi_analysis.blocks.chart import Chart
from cvi_analysis.blocks.formula import Formula
from cvi_analysis.blocks.headline import Figure, Headline
from cvi_analysis.blocks.inline import Inline, Line, code, line, link, shown, strong
from cvi_analysis.blocks.job import JobDescription, Jobs
from cvi_analysis.blocks.prose import Bullets, Paragraph, Prose
from cvi_analysis.blocks.stack import Stack
from cvi_analysis.blocks.table import Column, Row, Table

__all__ = [
    "Block",
    "Bullets",
    "Callout",
    "Chart",
    "Column",
    "Figure",
    "Formula",
    "Headline",
    "Inline",
    "JobDescription",
    "Jobs",
    "Line",
    "Paragraph",
    "Prose",
    "Row",
    "Stack",
    "Table",
    "code",
    "line",
    "link",
    "shown",
    "strong",
]
