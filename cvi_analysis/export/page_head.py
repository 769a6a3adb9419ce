"""A page's head: its style sheets made small, and its Content-Security-Policy.

The policy allows nothing from outside, and inside only what the page came with. Scripts and styles
are allowed by their SHA-256, so that text that turned into markup by whatever mistake would neither
run nor be fetched, nor change how the page looks.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from functools import cache
from html import unescape
from pathlib import Path

from lxml.html import document_fromstring

TEMPLATES = Path(__file__).parent / "templates"
PLACEHOLDER = "CONTENT-SECURITY-POLICY"
"""What a template writes where the policy goes."""

_SECTION = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.S)
_SCRIPTS = re.compile(r"(<meta http-equiv=\"Content-Security-Policy\"[^>]*? script-src )([^;]*);")
_NONE = "'none'"
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_COLON = re.compile(r"""("[^"]*"|'[^']*')|(?<=[\w-]): """)
"""The space after the name of a property, or a quoted text to be left as it is."""


def stated(page: str) -> str:
    """`page` with the policy that allows its own scripts, styles and held images in place."""
    return page.replace(PLACEHOLDER, policy(page), 1)


def policy(page: str) -> str:
    """The policy of a whole page, for a quoted attribute.

    Style attributes are allowed by their hash too; that takes `unsafe-hashes`, whose name warns of
    event handlers, which no hash here allows, because handlers fall under `script-src`.
    """
    tree = document_fromstring(page)
    scripts = [s.text or "" for s in tree.iter("script") if "json" not in s.get("type", "").lower()]
    sheets = [sheet.text or "" for sheet in tree.iter("style")]
    # In a drawing a browser reads references and sections, elsewhere the letters as they stand.
    sheets += [unescape(_SECTION.sub(r"\1", sheet)) for sheet in sheets]
    attributes = tree.xpath("//@style")
    styles = _hashes(sheets) + (["'unsafe-hashes'", *_hashes(attributes)] if attributes else [])
    return (
        f"default-src 'none'; script-src {_listed(_hashes(scripts))}; "
        f"style-src {_listed(styles)}; img-src data:; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def also_allowing(page: str, script: str) -> str:
    """`page` with a policy that allows `script` besides what it allows already.

    Browsers let data stand in a script element unasked; readers of policies need not know that.
    """

    def more(found: re.Match[str]) -> str:
        before = () if found[2] == _NONE else found[2].split()
        return f"{found[1]}{_listed((*before, *_hashes([script])))};"

    return _SCRIPTS.sub(more, page, count=1)


def squeezed(sheet: str) -> str:
    """A style sheet without comments and the space that only its author needs."""
    sheet = " ".join(_COMMENT.sub("", sheet).split())
    sheet = re.sub(r"\s*([{};,])\s*", r"\1", sheet).replace(";}", "}")
    return _COLON.sub(lambda found: found[1] or ":", sheet)


@cache
def design(*more: Path) -> str:
    """The style sheet of every page, squeezed.

    Args:
        more: files with style sheets to follow it.
    """
    sheets = (TEMPLATES / "report" / "report.css", *more)
    return "".join(squeezed(sheet.read_text("utf-8")) for sheet in sheets)


def _hashes(sources: Iterable[str]) -> list[str]:
    digests = (hashlib.sha256(source.encode()).digest() for source in dict.fromkeys(sources))
    return [f"'sha256-{base64.b64encode(digest).decode('ascii')}'" for digest in digests]


def _listed(hashes: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(hashes)) or _NONE
