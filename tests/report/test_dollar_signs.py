"""Money stays money where a front end loads MathJax: no two dollar signs of one text pair."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import nbformat
import pytest
from lxml import html
from nbconvert import HTMLExporter
from nbconvert.preprocessors import ExecutePreprocessor

from tests.accessibility.browser import open_page

NOTEBOOKS = ["city_profile", "comparison", "compare"]
FORMULA = re.compile(r"\s*\$\$[^$]+\$\$\s*")
"""A formula of a Markdown cell, which is to be math."""
NOT_TYPESET = frozenset(("script", "style", "code", "pre", "textarea", "noscript"))

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def stock(root: Path) -> Callable[[str, str], str]:
    """The stock page of a notebook, by its name and a template; each notebook is run once."""

    @cache
    def executed(name: str) -> nbformat.NotebookNode:
        path = root / "notebooks" / f"{name}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        resources = {"metadata": {"name": name, "path": str(path.parent)}}
        return ExecutePreprocessor().preprocess(notebook, resources)[0]

    @cache
    def page(name: str, template: str) -> str:
        exporter = HTMLExporter(template_name=template)
        made, _ = exporter.from_notebook_node(executed(name), {"metadata": {"name": name}})
        return made

    return page


def own_texts(page: str) -> Iterator[str]:
    """The text of each element without that of the elements in it, where math is looked for."""
    stack = [html.fromstring(page)]
    while stack:
        element = stack.pop()
        children = [child for child in element if isinstance(child.tag, str)]
        stack += [child for child in children if child.tag not in NOT_TYPESET]
        yield (element.text or "") + "".join(child.tail or "" for child in element)


@pytest.mark.parametrize(
    ("name", "template"), [*((name, "lab") for name in NOTEBOOKS), (NOTEBOOKS[0], "classic")]
)
def test_no_text_of_a_stock_page_holds_two(stock, name, template):
    texts = list(own_texts(stock(name, template)))
    assert sum("$" in text for text in texts) > 5
    pairs = [text for text in texts if text.count("$") > 1]
    assert [text for text in pairs if not FORMULA.fullmatch(text)] == []


def test_the_live_calculator_says_that_it_holds_no_math(stock, tmp_path):
    made = tmp_path / "city_profile.html"
    made.write_text(stock("city_profile", "lab"), encoding="utf-8")
    with open_page(made) as (tab, _):
        tab.wait_for_selector(".cvi-live input")
        pairs = tab.evaluate(
            """() => [...document.querySelectorAll('body *')]
            .filter((element) => !element.closest('script, style, code, pre, textarea'))
            .map((element) => [
              [...element.childNodes].filter((node) => node.nodeType === 3)
                .map((node) => node.data).join(''),
              !!element.closest('.mathjax_ignore.tex2jax_ignore'),
            ]).filter(([text]) => text.split('$').length > 2)"""
        )
    assert any("Allowed: $" in text for text, _ in pairs)
    typeset = [text for text, ignored in pairs if not ignored]
    assert [text for text in typeset if not FORMULA.fullmatch(text)] == []
