"""HTML fragments made fit for a page that fetches nothing: images held, headings mended, tables.

Fragments come from pandoc and from cells. They are changed by small, fixed rules on their tags and
otherwise kept as they are; text is never touched. Scripts, styles and comments are stepped over.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from html import escape, unescape
from pathlib import Path
from typing import Any

from cvi_analysis.export.headings import Outline
from cvi_analysis.export.images import Missing, find

log = logging.getLogger(__name__)
NO_ALT = "Figure without a description"

_ATTRIBUTES = r"((?:[^>\"']|\"[^\"]*\"|'[^']*')*)"
_OPAQUE = re.compile(
    rf"(<script\b{_ATTRIBUTES}>.*?</script\s*>|<style\b{_ATTRIBUTES}>.*?</style\s*>|<!--.*?-->)",
    re.S | re.I,
)
_FETCHERS = re.compile(
    rf"<(/?)(img|link|meta|base|iframe|frame|embed|object|video|audio|source|track)\b"
    rf"{_ATTRIBUTES}>",
    re.S | re.I,
)
_ATTRIBUTE = re.compile(r"([^\s\"'>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?", re.S)
_URL = re.compile(r"url\(\s*(['\"]?)(?!#|data:)[^)]*\)|@import[^;]*;?", re.I)
_SCRIPT_ADDRESS = re.compile(
    r"(\shref\s*=\s*)(?:\"\s*javascript:[^\"]*\"|'\s*javascript:[^']*')", re.I
)
_HEADING = re.compile(rf"<h([1-6])\b{_ATTRIBUTES}>(.*?)</h\1\s*>", re.S | re.I)
_NOT_SAID = re.compile(
    r"<annotation\b.*?</annotation>|<a\b[^>]*footnote-ref[^>]*>.*?</a>|<[^>]*>", re.S | re.I
)
_TABLE = re.compile(rf"<table\b{_ATTRIBUTES}>|</table\s*>", re.S | re.I)
_CAPTION = re.compile(r"<caption\b[^>]*>(.*?)</caption>", re.S | re.I)
_ROW = re.compile(r"(<tr\b[^>]*>)(.*?)(</tr\s*>)", re.S | re.I)
_CELL = re.compile(rf"<(t[hd])\b{_ATTRIBUTES}>(.*?)</t[hd]\s*>", re.S | re.I)
_FIGURE = re.compile(r"[-+−($]*[\d.,]+(?:e[-+]?\d+)?%?\)?", re.I)
_PANDAS_STYLE = re.compile(r"<style scoped>.*?</style\s*>\s*", re.S)
_CHECKBOX = re.compile(r'<input type="checkbox"')
_SHEET = re.compile(
    r"<(?:svg|script|pre|textarea)\b.*?</(?:svg|script|pre|textarea)\s*>"
    r"|<style\b[^>]*>(.*?)</style\s*>\s*",
    re.I | re.S,
)
_DISPLAY_MATH = re.compile(r"<math\b(?=[^>]*\sdisplay=[\"']block).*?</math\s*>", re.I | re.S)
_LOCAL_LINK = re.compile(r"(<a\b[^>]*?\shref\s*=\s*)([\"'])#([^\"']+)\2", re.I)
_ROW_HEADING = re.compile(r"(<th\b[^>]*\sscope=[\"']?row\b[^>]*>)([^<]+)(?=</th\s*>)", re.I)
_ID = re.compile(r"\sid\s*=\s*[\"']?([^\"'\s>]+)", re.I)
SCRIPT = re.compile(rf"<script\b{_ATTRIBUTES}>(.*?)</script\s*>", re.S | re.I)


def contained(html: str, attachments: Mapping[str, Any], folder: Path, label: str) -> str:
    """`html` with its images inside it and without anything that a browser would fetch.

    Args:
        html: a fragment.
        attachments: of the cell it comes from.
        folder: where its relative addresses start.
        label: the cell, for warnings.
    """

    def fetcher(match: re.Match[str]) -> str:
        closing, tag, attributes = match[1], match[2].lower(), _attributes(match[3])
        if tag == "img" and not closing:
            return _image(attributes, attachments, folder, label)
        if closing or tag in {"link", "meta", "base", "source", "track"}:
            return ""
        log.warning("%s: <%s> left out, because a report fetches nothing", label, tag)
        return _instead(attributes.get("src") or attributes.get("data") or "", "Content")

    def opaque(text: str) -> str:
        if text[:7].lower() == "<script":
            opening = SCRIPT.match(text)
            if opening is not None and "src" in _attributes(opening[1]):
                log.warning("%s: a script from another address was left out", label)
                return ""
            return text
        return _URL.sub("none", text) if text[:6].lower() == "<style" else text

    def open_text(text: str) -> str:
        text = _FETCHERS.sub(fetcher, text)
        if "url(" in text or "@import" in text:
            text = _URL.sub("none", text)
        return _SCRIPT_ADDRESS.sub(r'\1"#main"', text)

    return _walk(html.replace("\r\n", "\n").replace("\r", "\n"), open_text, opaque)


def mended(html: str, outline: Outline, on_title: Callable[[str], bool]) -> str:
    """`html` with the levels and ids of its headings as `outline` gives them.

    `on_title` is asked about a level 1 heading that comes before all others; when it returns True
    the heading has become the page's title and is left out here.
    """

    def heading(match: re.Match[str]) -> str:
        level, attributes, inside = int(match[1]), match[2], match[3]
        text = spoken(inside)
        if not text:
            return ""
        if level == 1 and not outline.entries and on_title(text):
            return ""
        wanted = _attributes(attributes).get("id", "")
        entry = outline.add(level, text, wanted)
        kept = _ID.sub("", attributes)
        return f'<h{entry.level} id="{escape(entry.id)}"{kept}>{inside}</h{entry.level}>'

    return _walk(html, lambda text: _HEADING.sub(heading, text), lambda text: text)


def without_styles(html: str) -> tuple[str, str]:
    """`html` without the style sheets that cells brought, and those sheets for the page's head.

    HTML allows them there only; those inside of drawings stay where they are.
    """
    sheets: list[str] = []

    def taken(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0]
        sheets.append(found[1].strip())
        return ""

    html = _SHEET.sub(taken, html)
    return html, "\n".join(dict.fromkeys(sheets))


def tabled(html: str, number: Callable[[], int]) -> str:
    """`html` with every outermost table in a container of its own that scrolls by itself.

    What scrolls can be reached by keyboard: these containers, and formulas on lines of their own.
    """
    html = _DISPLAY_MATH.sub(
        lambda found: (
            '<span class="formula" role="group" aria-label="Formula" tabindex="0">'
            f"{found[0]}</span>"
        ),
        html,
    )
    if "<table" not in html.lower():
        return html
    html = _PANDAS_STYLE.sub("", html)
    pieces: list[str] = []
    depth = start = end = 0
    for match in _TABLE.finditer(html):
        if match[0].startswith("</"):
            depth = max(0, depth - 1)
            if depth == 0:
                pieces += [html[end:start], _container(html[start : match.end()], number())]
                end = match.end()
        else:
            if depth == 0:
                start = match.start()
            depth += 1
    pieces.append(html[end:])
    return "".join(pieces)


def linked(html: str, outline: Outline) -> str:
    """`html` with links to headings, as Jupyter writes them, leading to the ids they have here."""
    ids = set(_ID.findall(html))

    def link(match: re.Match[str]) -> str:
        target = unescape(match[3])
        if target in ids:
            return match[0]
        entry = outline.find(re.sub(r"^c\d+-", "", target))
        found = entry.id if entry is not None else "main"
        if entry is None:
            log.warning("A link to #%s leads nowhere in this report", target)
        return f"{match[1]}{match[2]}#{found}{match[2]}"

    return _LOCAL_LINK.sub(link, html)


def from_markdown(html: str, prefix: str) -> str:
    """Pandoc's HTML with the ids of its footnotes made unique and its check boxes made inert."""
    html = html.replace("CELLPREFIX-", prefix)
    return _CHECKBOX.sub('<input type="checkbox" disabled=""', html)


def spoken(html: str) -> str:
    """The text of `html` without tags, on one line."""
    return " ".join(unescape(_NOT_SAID.sub("", html)).split())


def rows_linked(html: str, addresses: Mapping[str, str]) -> str:
    """`html` with each row heading whose words have an address in `addresses` leading there."""
    if not addresses:
        return html

    def heading(match: re.Match[str]) -> str:
        address = addresses.get(unescape(match[2]).strip())
        if address is None:
            return match[0]
        return f'{match[1]}<a href="{escape(address)}">{match[2]}</a>'

    return _walk(html, lambda text: _ROW_HEADING.sub(heading, text), lambda text: text)


def _walk(html: str, text: Callable[[str], str], opaque: Callable[[str], str]) -> str:
    """`html` with `text` applied outside scripts, styles and comments, `opaque` to each of them."""
    pieces: list[str] = []
    end = 0
    for match in _OPAQUE.finditer(html):
        pieces += [text(html[end : match.start()]), opaque(match[0])]
        end = match.end()
    pieces.append(text(html[end:]))
    return "".join(pieces)


def _attributes(text: str) -> dict[str, str]:
    return {
        name.lower(): unescape(double or single or bare)
        for name, double, single, bare in _ATTRIBUTE.findall(text)
    }


def _image(
    attributes: Mapping[str, str], attachments: Mapping[str, Any], folder: Path, label: str
) -> str:
    source, alt = attributes.get("src", ""), attributes.get("alt", "")
    if not source:
        return ""
    found = find(source, attachments, folder)
    if isinstance(found, Missing):
        log.warning("%s: image not shown, %s", label, found.reason)
        return _instead(source if found.remote else "", f"Image {alt!r}" if alt else "Image")
    if "alt" not in attributes or (not alt and attributes.get("title")):
        alt = attributes.get("title") or "Image without a description"
        log.warning("%s: an image has no alternative text", label)
    kept = "".join(
        f' {name}="{escape(attributes[name])}"'
        for name in ("width", "height", "title", "class", "style")
        if attributes.get(name)
    )
    return f'<img src="{found.data_uri}" alt="{escape(alt)}"{kept}>'


def _instead(address: str, what: str) -> str:
    if address.lower().startswith(("http:", "https:", "//")):
        link = f'<a href="{escape(address)}">{escape(address)}</a>'
        note = f"{escape(what)} not included, because this page fetches nothing: {link}"
    else:
        note = f"{escape(what)} not available"
    return f'<span class="not-shown">[{note}]</span>'


def _container(table: str, number: int) -> str:
    opening = _TABLE.match(table)
    attributes = _attributes(opening[1]) if opening is not None else {}
    if "dataframe" in attributes.get("class", "").split():
        table = _dataframe(table)
    caption = _CAPTION.search(table)
    name = f"Table {number}" + (f": {spoken(caption[1])}" if caption else "")
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(name)}">{table}</div>'
    )


def _dataframe(table: str) -> str:
    """A pandas table with scopes on its headers and its figures marked as figures."""
    table = re.sub(r"\sborder=\"1\"", "", table, count=1)
    head, split, body = table.partition("<tbody")
    columns: dict[int, set[bool]] = {}
    for row in _ROW.findall(body):
        for index, (_, _, inside) in enumerate(_CELL.findall(row[1])):
            text = spoken(inside)
            if text and text not in {"NaN", "None", "<NA>", "NaT"}:
                columns.setdefault(index, set()).add(_FIGURE.fullmatch(text) is not None)
    plain = "rowspan" not in table and "colspan" not in table
    figures = {index for index, kinds in columns.items() if kinds == {True}} if plain else set()

    def rows(text: str, scope: str) -> str:
        def row(match: re.Match[str]) -> str:
            index = -1

            def cell(found: re.Match[str]) -> str:
                nonlocal index
                index += 1
                tag, attributes, inside = found[1].lower(), found[2], found[3]
                number = index in figures or (
                    not plain and tag == "td" and _FIGURE.fullmatch(spoken(inside)) is not None
                )
                marks = ' class="num"' if number and "class=" not in attributes else ""
                if tag == "th" and not spoken(inside):
                    tag = "td"
                elif tag == "th" and "scope=" not in attributes:
                    marks += f' scope="{scope}"'
                return f"<{tag}{attributes}{marks}>{inside}</{tag}>"

            return "<tr>" + _CELL.sub(cell, match[2]) + match[3]

        return _ROW.sub(row, text)

    return rows(head, "col") + split + rows(body, "row")
