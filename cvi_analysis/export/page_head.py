"""A page's head: its style sheets made small, and its Content-Security-Policy.

The policy allows nothing from outside, and inside only what the page came with.

Scripts and styles are allowed by their SHA-256, so that text that turned into markup by whatever
mistake would neither run nor be fetched, nor change how the page looks.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from functools import cache
from html import unescape
from pathlib import Path

from cvi_analysis.export.html_fragments import SCRIPT

PLACEHOLDER = "CONTENT-SECURITY-POLICY"
"""What a template writes where the policy goes."""

_ATTRIBUTES = r"((?:[^>\"']|\"[^\"]*\"|'[^']*')*)"
_STYLE = re.compile(rf"<style\b{_ATTRIBUTES}>(.*?)</style\s*>", re.S | re.I)
_STYLE_ATTRIBUTE = re.compile(r"\sstyle\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.I)
_SECTION = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.S)


def stated(page: str) -> str:
    """`page` with the policy that allows its own scripts, styles and held images in place."""
    return page.replace(PLACEHOLDER, policy(page), 1)


def policy(page: str) -> str:
    """The policy of a whole page, for a quoted attribute.

    Style attributes are allowed by their hash too; that takes `unsafe-hashes`, whose name warns of
    event handlers, which no hash here allows, because handlers fall under `script-src`.
    """
    scripts = [
        source for attributes, source in SCRIPT.findall(page) if "json" not in attributes.lower()
    ]
    sheets = [source for _, source in _STYLE.findall(page)]
    # In a drawing a browser reads references and sections, elsewhere the letters as they stand.
    sheets += [_decoded(sheet) for sheet in sheets]
    attributes = [unescape(double or single) for double, single in _STYLE_ATTRIBUTE.findall(page)]
    styles = _hashes(sheets) + (["'unsafe-hashes'", *_hashes(attributes)] if attributes else [])
    return (
        f"default-src 'none'; script-src {_listed(_hashes(scripts))}; "
        f"style-src {_listed(styles)}; img-src data:; base-uri 'none'; form-action 'none'"
    )


def _decoded(sheet: str) -> str:
    return unescape(_SECTION.sub(r"\1", sheet))


def _hashes(sources: Iterable[str]) -> list[str]:
    digests = (hashlib.sha256(source.encode()).digest() for source in dict.fromkeys(sources))
    return [f"'sha256-{base64.b64encode(digest).decode('ascii')}'" for digest in digests]


def _listed(hashes: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(hashes)) or "'none'"


def squeezed(sheet: str) -> str:
    """A style sheet without comments and the space that only its author needs."""
    sheet = re.sub(r"/\*.*?\*/", "", sheet, flags=re.S)
    return re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r"\s+", " ", sheet)).replace(";}", "}").strip()


@cache
def design() -> str:
    """The style sheet of every page, squeezed."""
    return squeezed((Path(__file__).parent / "templates/cvi/report.css").read_text("utf-8"))
