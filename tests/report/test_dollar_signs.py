"""Money stays money where a front end loads MathJax: no two dollar signs of one text pair."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html

from tests.accessibility.browser import open_page

NOTEBOOKS = ["city_profile", "comparison", "compare"]
FORMULA = re.compile(r"\s*\$\$[^$]+\$\$\s*")
"""A formula of a Markdown cell, which is to be math."""
NOT_TYPESET = frozenset(("script", "style", "code", "pre", "textarea", "noscript"))

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=NOTEBOOKS)
def executed(request, root: Path, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp(request.param)
    notebook = root / "notebooks" / f"{request.param}.ipynb"
    return convert(notebook, folder, "--to", "notebook", "--execute")


def convert(notebook: Path, folder: Path, *options: str) -> Path:
    command = [sys.executable, "-m", "jupyter", "nbconvert", str(notebook), *options]
    command += ["--output-dir", str(folder)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (made,) = folder.iterdir()
    return made


def own_texts(page: Path) -> Iterator[str]:
    """The text of each element without that of the elements in it, where math is looked for."""
    stack = [html.fromstring(page.read_text(encoding="utf-8"))]
    while stack:
        element = stack.pop()
        children = [child for child in element if isinstance(child.tag, str)]
        stack += [child for child in children if child.tag not in NOT_TYPESET]
        yield (element.text or "") + "".join(child.tail or "" for child in element)


@pytest.mark.parametrize("template", ["lab", "classic"])
def test_no_text_of_a_stock_page_holds_two(executed, template, tmp_path):
    texts = list(own_texts(convert(executed, tmp_path, "--to", "html", "--template", template)))
    assert sum("$" in text for text in texts) > 5
    pairs = [text for text in texts if text.count("$") > 1]
    assert [text for text in pairs if not FORMULA.fullmatch(text)] == []


def test_the_live_calculator_says_that_it_holds_no_math(root, tmp_path):
    notebook = root / "notebooks" / "city_profile.ipynb"
    made = convert(notebook, tmp_path, "--to", "html", "--execute")
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
