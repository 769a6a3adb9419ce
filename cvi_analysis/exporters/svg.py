"""SVG charts made fit for inlining: ids of their own, no scripts, no addresses, a text for ears."""

from __future__ import annotations

import re
from html import escape

_PROLOG = re.compile(r"^\s*(?:<\?xml.*?\?>|<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>|<!--.*?-->|\s+)*", re.S)
_DROPPED = re.compile(
    r"<(metadata|script|foreignObject)\b(?:[^>]*/>|.*?</\1\s*>)|<!--.*?-->", re.S | re.I
)
_INDENT = re.compile(r">\n\s+<")
_HANDLER = re.compile(r"\son[a-z]+\s*=\s*(?:\"[^\"]*\"|'[^']*')", re.I)
_REMOTE = re.compile(r"\s(?:xlink:)?href\s*=\s*(?:\"(?!#|data:)[^\"]*\"|'(?!#|data:)[^']*')", re.I)
_REMOTE_URL = re.compile(r"url\(\s*['\"]?(?!#|data:|['\"]?#)[^)]*\)", re.I)
_ID = re.compile(r"(\sid\s*=\s*)([\"'])([^\"']+)\2")
_REFERENCE = re.compile(r"((?:xlink:)?href\s*=\s*[\"']#|url\(\s*['\"]?#)([^\"')\s]+)")
_ARIA = re.compile(r"\saria-(labelledby|describedby)\s*=\s*([\"'])([^\"']*)\2")
_STYLE = re.compile(r"(<style\b[^>]*>)(.*?)(</style\s*>)", re.S | re.I)
_RULE = re.compile(r"([^{}@]+)\{")
_OWN = re.compile(r' stroke-linejoin="round" font-family="Public Sans,[^"]*"')
_NAMESPACE = re.compile(r'\sxmlns="http://www\.w3\.org/2000/svg"')
_ROOT = re.compile(r"<svg\b((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>", re.S)
_ROOT_OWN = re.compile(
    r"\s(?:role|aria-label|aria-labelledby|aria-hidden|focusable|id|class|version|xmlns:xlink)"
    r"\s*=\s*(?:\"[^\"]*\"|'[^']*')"
)


def clean(svg: str) -> str:
    """`svg` from its root element on, without scripts, handlers, metadata and remote addresses."""
    svg = _PROLOG.sub("", svg.lstrip("\ufeff"), count=1)
    svg = _DROPPED.sub("", svg)
    svg = _HANDLER.sub("", svg)
    svg = _INDENT.sub(">\n<", _REMOTE.sub("", svg))
    return _REMOTE_URL.sub("none", svg).strip()


def inlined(svg: str, prefix: str, alt: str) -> str:
    """`svg` as an element of a page that holds other SVGs too.

    Args:
        svg: the drawing, whole.
        prefix: unique on the page; every id starts with it, and styles apply to this SVG only.
        alt: what the drawing shows, for people who do not see it.
    """
    svg = clean(svg)
    svg = _ID.sub(rf"\g<1>\g<2>{prefix}-\g<3>\g<2>", svg)
    svg = _REFERENCE.sub(rf"\g<1>{prefix}-\g<2>", svg)
    svg = _ARIA.sub("", svg)
    svg = _STYLE.sub(lambda m: m[1] + _RULE.sub(rf"#{prefix} \1{{", m[2]) + m[3], svg)
    own = _OWN.search(svg) is not None
    if own:  # the page's style sheet has the font, and knows these colors in the dark
        svg = _NAMESPACE.sub("", _OWN.sub("", svg, count=1), count=1)
    named = 'class="own" role="img"' if own else 'role="img"'
    attributes = f' id="{prefix}" {named} aria-label="{escape(alt, quote=True)}"'
    if " xlink:" in svg:
        attributes += ' xmlns:xlink="http://www.w3.org/1999/xlink"'
    return _ROOT.sub(lambda m: f"<svg{attributes}{_ROOT_OWN.sub('', m[1])}>", svg, count=1)


def is_svg(text: str) -> bool:
    """Whether `text` has an SVG root element."""
    return _ROOT.search(text) is not None
