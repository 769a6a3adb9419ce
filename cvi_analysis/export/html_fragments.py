"""HTML fragments made fit for a page that fetches nothing: images held, headings mended, tables.

Fragments come from pandoc and from cells. Each is parsed once, into a tree of its own, so that a
tag that one leaves open ends with it; the rules below change the tree, and it is written once.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, cast

from lxml import etree
from lxml.html import Element, HtmlElement, HTMLParser, document_fromstring, tostring

from cvi_analysis.export.headings import Outline
from cvi_analysis.export.images import REMOTE_URL, Missing, find

log = logging.getLogger(__name__)
NO_ALT = "Figure without a description"

# A parser without this option gives up on deep trees and large images.
_PARSER = HTMLParser(huge_tree=True, encoding="utf-8")
_DROPPED = ("link", "meta", "base", "source", "track")
_EMBEDDED = ("iframe", "frame", "embed", "object", "video", "audio")
_FETCHING = ("src", "srcset", "poster", "background", "href")
_KEPT_OF_IMAGES = ("width", "height", "title", "class", "style")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_FIGURE = re.compile(r"[-+−($]*[\d.,]+(?:e[-+]?\d+)?%?\)?", re.I)
_NO_FIGURE = {"", "NaN", "None", "<NA>", "NaT"}
_SAID = etree.XPath(
    ".//text()[not(ancestor::annotation) and not(ancestor::a[contains(@class, 'footnote-ref')])]",
    smart_strings=False,
)
_OUTERMOST_TABLES = etree.XPath(".//table[not(ancestor::table)]")
# They keep MathJax off an amount of dollars; the page loads none.
_APART = etree.XPath(".//span[@class='mathjax_ignore' and count(@*) = 1]")
# Cells say so to viewers without our style sheet, where left is the rule.
_LEFT = etree.XPath(".//*[@style='text-align:left']")
_IDS = etree.XPath(".//@id", smart_strings=False)
_ADDRESSES = etree.XPath(
    "|".join(f".//@{name}" for name in _FETCHING)
    + "|.//@*[name() = 'xlink:href' or contains(., '@import')"
    " or (contains(., '(') and contains(translate(., 'URL', 'url'), 'url('))]"
)


def read(html: str) -> HtmlElement:
    """A fragment as the children of a body that is not part of it."""
    text = html.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    whole = f"<html><body>{text}</body></html>".encode("utf-8", "replace")
    return document_fromstring(whole, parser=_PARSER).body


def written(root: HtmlElement) -> str:
    """The fragment that `read` read, as HTML."""
    whole = cast(str, tostring(root, encoding="unicode", with_tail=False))
    return whole.removeprefix("<body>").removesuffix("</body>").strip()


def contain(root: HtmlElement, attachments: Mapping[str, Any], folder: Path, label: str) -> None:
    """Put images inside the fragment and take out everything that a browser would fetch.

    Args:
        root: the fragment; it is changed.
        attachments: of the cell it comes from.
        folder: where its relative addresses start.
        label: the cell, for warnings.
    """
    for element in list(root.iter("img", "script", "style", *_DROPPED, *_EMBEDDED)):
        tag = element.tag
        if tag == "img":
            _hold(element, attachments, folder, label)
        elif tag in _DROPPED:
            element.drop_tag()
        elif tag in _EMBEDDED:
            log.warning("%s: <%s> left out, because a report fetches nothing", label, tag)
            _say_instead(element, element.get("src") or element.get("data") or "", "Content")
            element.drop_tag()
        elif tag == "script" and "src" in element.attrib:
            log.warning("%s: a script from another address was left out", label)
            element.drop_tree()
        elif tag == "style" and element.text:
            element.text = REMOTE_URL.sub("none", element.text)
    for apart in _APART(root):
        apart.drop_tag()
    for cell in _LEFT(root):
        del cell.attrib["style"]
    for value in _ADDRESSES(root):
        element, name = value.getparent(), value.attrname
        address = value.strip().lower()
        if name == "href" and element.tag in {"a", "area"}:
            if address.startswith("javascript:"):
                element.set(name, "#main")
        elif name in _FETCHING or name == "xlink:href":
            if not address.startswith(("#", "data:")):
                del element.attrib[name]
        else:
            element.set(name, REMOTE_URL.sub("none", value))


def mend(root: HtmlElement, outline: Outline, on_title: Callable[[str], bool]) -> None:
    """Give the fragment's headings the levels and ids that `outline` has for them.

    `on_title` is asked about a level 1 heading that comes before all others; when it returns True
    the heading has become the page's title and is left out here.
    """
    for heading in list(root.iter(*_HEADINGS)):
        text, level = spoken(heading), int(heading.tag[1])
        if not text or (level == 1 and not outline.entries and on_title(text)):
            heading.drop_tree()
            continue
        attributes = dict(heading.attrib)
        entry = outline.add(level, text, attributes.pop("id", ""))
        heading.tag = f"h{entry.level}"
        heading.attrib.clear()
        heading.attrib.update({"id": entry.id, **attributes})


def arrange(root: HtmlElement, number: Callable[[], int]) -> None:
    """Put every outermost table, and every formula on a line of its own, into a frame that scrolls.

    What scrolls can be reached by keyboard.
    """
    for formula in list(root.iter("math")):
        if formula.get("display") == "block":
            _frame(formula, "span", class_="formula", role="group", label="Formula")
    for sheet in list(root.iter("style")):
        if "scoped" in sheet.attrib:  # how pandas begins a table
            _take_out(sheet)
    for table in _OUTERMOST_TABLES(root):
        if "dataframe" in table.get("class", "").split():
            _dataframe(table)
        caption = next(table.iter("caption"), None)
        name = f"Table {number()}" + ("" if caption is None else f": {spoken(caption)}")
        _frame(table, "div", class_="scroll", role="region", label=name)


def link(roots: Iterable[HtmlElement], ids: Iterable[str], outline: Outline) -> None:
    """Make links to headings, as Jupyter writes them, lead to the ids that these have here.

    Args:
        roots: all fragments of a page; they are changed.
        ids: what else on the page can be linked to.
        outline: the headings of the page.
    """
    roots = list(roots)
    known = {*ids, *(name for root in roots for name in _IDS(root))}
    for element in (element for root in roots for element in root.iter("a")):
        target = element.get("href", "")[1:]
        if not element.get("href", "").startswith("#") or not target or target in known:
            continue
        entry = outline.find(re.sub(r"^c\d+-", "", target))
        if entry is None:
            log.warning("A link to #%s leads nowhere in this report", target)
        element.set("href", f"#{entry.id if entry is not None else 'main'}")


def link_rows(roots: Iterable[HtmlElement], addresses: Mapping[str, str]) -> None:
    """Let each row heading whose words have an address in `addresses` lead there."""
    if not addresses:
        return
    for root in roots:
        for heading in root.iter("th"):
            address = addresses.get((heading.text or "").strip())
            if heading.get("scope") == "row" and not len(heading) and address is not None:
                etree.SubElement(heading, "a", {"href": address}).text = heading.text
                heading.text = None


def style_sheets(roots: Iterable[HtmlElement]) -> str:
    """The style sheets that cells brought, taken out of `roots` for the page's head, each once.

    HTML allows them there only; those inside of drawings stay where they are.
    """
    found: dict[str, None] = {}
    for root in roots:
        for sheet in list(root.iter("style")):
            if next(sheet.iterancestors("svg"), None) is None:
                found[(sheet.text or "").strip()] = None
                _take_out(sheet)
    return "\n".join(found)


def from_markdown(html: str, prefix: str) -> HtmlElement:
    """Pandoc's HTML with the ids of its footnotes made unique and its check boxes made inert."""
    root = read(html.replace("CELLPREFIX-", prefix))
    for box in root.iter("input"):
        if box.get("type") == "checkbox":
            box.set("disabled", "")
    return root


def spoken(element: HtmlElement) -> str:
    """The text inside an element, on one line."""
    return " ".join("".join(_SAID(element)).split())


def _hold(image: HtmlElement, attachments: Mapping[str, Any], folder: Path, label: str) -> None:
    """Make the image one that holds its data, or say in its place what is missing."""
    source, alt, given = image.get("src", ""), image.get("alt", ""), dict(image.attrib)
    if not source:
        image.drop_tree()
        return
    found = find(source, attachments, folder)
    if isinstance(found, Missing):
        log.warning("%s: image not shown, %s", label, found.reason)
        address = source if found.remote else ""
        _say_instead(image, address, f"Image {alt!r}" if alt else "Image")
        image.drop_tree()
        return
    if "alt" not in given or (not alt and given.get("title")):
        alt = given.get("title") or "Image without a description"
        log.warning("%s: an image has no alternative text", label)
    kept = {name: given[name] for name in _KEPT_OF_IMAGES if given.get(name)}
    image.attrib.clear()
    image.attrib.update({"src": found.data_uri, "alt": alt, **kept})


def _say_instead(element: HtmlElement, address: str, what: str) -> None:
    """A note before an element that is about to be left out."""
    note = Element("span", {"class": "not-shown"})
    if address.lower().startswith(("http:", "https:", "//")):
        note.text = f"[{what} not included, because this page fetches nothing: "
        link = etree.SubElement(note, "a", {"href": address})
        link.text, link.tail = address, "]"
    else:
        note.text = f"[{what} not available]"
    element.addprevious(note)


def _take_out(sheet: HtmlElement) -> None:
    sheet.tail = (sheet.tail or "").lstrip()
    sheet.drop_tree()


def _frame(element: HtmlElement, tag: str, *, class_: str, role: str, label: str) -> None:
    attributes = {"class": class_, "role": role}
    order = ("tabindex", "aria-label") if tag == "div" else ("aria-label", "tabindex")
    values = {"tabindex": "0", "aria-label": label}
    frame = Element(tag, {**attributes, **{name: values[name] for name in order}})
    frame.tail, element.tail = element.tail, None
    element.addprevious(frame)
    frame.append(element)


def _dataframe(table: HtmlElement) -> None:
    """Mark the figures of a pandas table as figures, and give its headers their scopes."""
    if table.get("border") == "1":
        del table.attrib["border"]
    body = [row for row in table.iter("tr") if row.getparent().tag in {"tbody", "tfoot"}]
    columns: dict[int, set[bool]] = {}
    for row in body:
        for index, cell in enumerate(row):
            if (text := spoken(cell)) not in _NO_FIGURE:
                columns.setdefault(index, set()).add(_FIGURE.fullmatch(text) is not None)
    plain = all(
        "rowspan" not in cell.attrib and "colspan" not in cell.attrib
        for cell in table.iter("td", "th")
    )
    figures = {index for index, kinds in columns.items() if kinds == {True}} if plain else set()
    for row in table.iter("tr"):
        row.attrib.clear()
        for index, cell in enumerate(row):
            text, header = spoken(cell), cell.tag == "th"
            alone = not plain and not header and _FIGURE.fullmatch(text) is not None
            if (index in figures or alone) and "class" not in cell.attrib:
                cell.set("class", "num")
            if header and not text:
                cell.tag = "td"
            elif header and "scope" not in cell.attrib:
                cell.set("scope", "row" if row in body else "col")
