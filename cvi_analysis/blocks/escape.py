"""Text made safe for the format it goes into.

The PDF exporter takes out of all Typst markup the characters that a PDF/A may not hold.
"""

from __future__ import annotations

import html as _html
import json
import re
from typing import Any

__all__ = ["html", "spreadsheet", "typst", "typst_string", "value", "web_address"]

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def html(text: str) -> str:
    """`text` for an HTML element or a quoted attribute, without control characters."""
    return _html.escape(_CONTROL.sub("", text), quote=True)


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
