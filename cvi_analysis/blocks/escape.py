"""Text made safe for the format it goes into.

The PDF exporter takes out of all Typst markup the characters that a PDF/A may not hold.
"""

from __future__ import annotations

import html as _html
import json
import re
from typing import Any

__all__ = [
    "apart",
    "html",
    "spreadsheet",
    "text",
    "typst",
    "typst_string",
    "value",
    "web_address",
]


_DOLLARS = re.compile(r"\$(?:[\d,.]*\d)?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def html(text: str) -> str:
    """`text` for a quoted attribute of HTML or for `code`, without control characters."""
    return _html.escape(_CONTROL.sub("", text), quote=True)


def text(words: str) -> str:
    """`words` for an HTML element, with every amount of dollars in an element of its own.

    JupyterLab, GitHub and stock nbconvert have MathJax set what stands between two dollar signs
    of one text as math. Signs in different elements do not pair.
    """
    return _DOLLARS.sub(lambda found: apart(found[0]), html(words))


def apart(html: str) -> str:
    """HTML text in an element of its own, so that MathJax pairs no dollar sign in it with another.

    For front ends that load MathJax; the exporters, whose pages do not, take the text alone.
    """
    return f'<span class="mathjax_ignore">{html}</span>'


def typst(text: str) -> str:
    """`text` for Typst markup, as a string expression, in which no character is markup."""
    return f"#{typst_string(text)};" if text else ""


def typst_string(text: str) -> str:
    r"""`text` as a quoted Typst string, in which only the backslash and the quote mean anything."""
    body = text.replace("\r\n", "\n").replace("\\", "\\\\").replace('"', '\\"')
    return '"' + body.replace("\n", "\\n").replace("\t", "    ") + '"'


def spreadsheet(cell: Any) -> Any:
    """A value for a CSV file: text that a spreadsheet would run as a formula begins with `'`."""
    if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{cell}"
    return cell


def value(number: Any) -> str:
    """A number as JSON writes it, for `data-value`: `20028864`, `233.424`."""
    return json.dumps(number)


def web_address(url: str) -> str | None:
    """`url` if it is an http(s) address without spaces, else None: no other scheme is linked."""
    return url if re.fullmatch(r"https?://[^\s\"<>\\]+", url) else None
