"""HTML fragments made fit for Word: what works by a script, what is folded, and tables.

Pandoc's Word has styles of paragraphs but no classes and no style sheets, so what a page says by
these is said in elements that pandoc knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from lxml import etree
from lxml.html import Element, HtmlElement

from cvi_analysis.export.headings import Outline
from cvi_analysis.export.html_fragments import spoken
from cvi_analysis.export.word_file import TableLook

STYLES = {
    "note": "Note", "callout": "Callout", "error": "Callout", "not-shown": "",
    "label": "Figure Label", "value": "Figure Value", "unit": "Figure Note", "range": "Figure Note",
}  # fmt: skip
"""Word's style for what has a class of `report.css`."""

_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_IDLE = ("script", "style", "button", "input", "select", "textarea", "template", "form")
_BLOCKS = {"p", "div", "aside", "section", "figure"}
_LINE = 104.0  # letters that stand side by side in the type of tables
_BESIDE = 2.5  # the room between columns, in letters
_LONGEST = 300  # letters after which a longer text asks for no more room
_RIGHT = "text-align: right"
_FIGURES = re.compile(r"\bn(\d+)\b")


def without_scripts(root: HtmlElement, note: str) -> None:
    """Show a fragment as it is where no script runs.

    What is hidden until a script shows it is left out, and `note` says so in its place.
    """
    live = root.find(".//script") is not None
    for hidden in list(root.iterfind(".//*[@hidden]")):
        if live and note:
            said = Element("p", {"class": "note"})
            said.text = note
            hidden.addprevious(said)
        hidden.drop_tree()
    for box in list(root.iter("input")):
        if box.get("type") == "checkbox":
            _replace_by_text(box, "☒ " if "checked" in box.attrib else "☐ ")
    for idle in list(root.iter(*_IDLE)):
        if idle.tag == "form":
            idle.drop_tag()
        else:
            idle.drop_tree()


def unfold(root: HtmlElement, outline: Outline) -> None:
    """Make of what a page folds a heading with its text; folded code is left out."""
    for folded in list(root.iter("details")):
        summary = folded.find("summary")
        if all(child.tag in {"summary", "pre"} for child in folded):
            folded.drop_tree()
            continue
        if summary is not None:
            heading = Element("p")
            heading.append(Element("strong"))
            heading[0].text = spoken(summary)
            above = _heading_above(folded, root)
            if above is not None or outline.entries:
                level = int(above.tag[1]) if above is not None else outline.entries[-1].level
                if above is None or above.get("data-unfolded") is None:
                    level += 1
                heading = Element(f"h{min(level, 6)}", {"data-unfolded": "1"})
                heading.text = spoken(summary)
            summary.getparent().replace(summary, heading)
        folded.drop_tag()


def lift(root: HtmlElement) -> None:
    """Raise headings by one: a document's title has a style of its own, so sections are first."""
    for heading in root.iter(*_HEADINGS):
        heading.tag = f"h{int(heading.tag[1]) - 1}"
        heading.attrib.pop("data-unfolded", None)


def name_styles(root: HtmlElement) -> None:
    """Give blocks the names of Word's styles by their classes."""
    for element in list(root.iter(*_BLOCKS)):
        found = (STYLES.get(name) for name in element.get("class", "").split())
        style = next(filter(None, found), "")
        if not style:
            continue
        if element.tag == "p":  # pandoc takes styles of blocks that hold paragraphs
            frame = Element("div")
            frame.tail, element.tail = element.tail, None
            element.addprevious(frame)
            frame.append(element)
            element = frame
        element.tag = "div"
        element.set("data-custom-style", style)


def tables(root: HtmlElement) -> list[TableLook]:
    """Align, weigh and measure the fragment's tables; how each is to look in Word, in order."""
    found = []
    for table in root.iter("table"):
        classes = table.get("class", "").split()
        rows = list(table.iter("tr"))
        if not any(len(row) for row in rows):
            continue
        _align(table, rows, classes)
        _widen(table, rows, whole="dataframe" not in classes)
        for row in rows:
            if "total" in row.get("class", "").split():
                for cell in row:
                    _strong(cell)
        body = [row for row in rows if row.getparent().tag != "thead" and len(row) > 1]
        headed = bool(body) and all(row[0].tag == "th" for row in body)
        found.append(TableLook("small" in classes, headed))
    return found


def pictures(root: HtmlElement, keep: Callable[[str], tuple[str, float]]) -> None:
    """Turn images that hold their data into files.

    Args:
        root: the fragment.
        keep: takes an image's address, gives the name of its file and its width in inches.
    """
    for image in root.iter("img"):
        name, inches = keep(image.get("src", ""))
        image.attrib.pop("style", None)
        image.attrib.pop("height", None)
        image.set("src", name)
        image.set("width", f"{inches:.3f}in")


def _replace_by_text(element: HtmlElement, text: str) -> None:
    element.tail = text + (element.tail or "")
    element.drop_tree()


def _heading_above(element: HtmlElement, root: HtmlElement) -> HtmlElement | None:
    found = None
    for other in root.iter():
        if other is element:
            return found
        if other.tag in _HEADINGS:
            found = other
    return found


def _align(table: HtmlElement, rows: Sequence[HtmlElement], classes: Sequence[str]) -> None:
    """Say of each cell with figures that it ends at the right."""
    right = {int(number) for name in classes for number in _FIGURES.findall(name)}
    for row in rows:
        column = 1
        for cell in row:
            span = _number(cell.get("colspan"))
            if (column in right and span == 1) or "num" in cell.get("class", "").split():
                cell.set("style", _RIGHT)
            column += span


def _widen(table: HtmlElement, rows: Sequence[HtmlElement], *, whole: bool) -> None:
    """Set the columns' shares of the line by their longest words and texts."""
    least: dict[int, float] = {}
    most: dict[int, float] = {}
    count = 0
    small = "small" in table.get("class", "").split()
    heading = 1.35 if small else 1.15  # their type is never small
    for row in rows:
        column = 0
        for cell in row:
            span = _number(cell.get("colspan"))
            if span == 1:
                text = spoken(cell)
                bold = heading if row.getparent().tag == "thead" else 1.0
                words = max(map(len, re.split(r"[\s–/-]", text)), default=0)
                least[column] = max(least.get(column, 0), min(words, 24) * bold)
                most[column] = max(most.get(column, 0), min(len(text), _LONGEST) * bold)
            column += span
        count = max(count, column)
    if not count or any(_number(cell.get("rowspan")) > 1 for row in rows for cell in row):
        return
    low = [least.get(i, 3) + _BESIDE for i in range(count)]
    high = [max(most.get(i, 3) + _BESIDE, low[i]) for i in range(count)]
    line = _LINE * (1.15 if small else 1.0)
    if sum(high) <= line:
        total = sum(high) if whole else line
        shares = [width / total for width in high]
    else:
        widths = _shared(line, low, high)
        shares = [width / sum(widths) for width in widths]
    for group in list(table.iterchildren("colgroup", "col")):
        group.drop_tree()
    group = Element("colgroup")
    for share in shares:
        etree.SubElement(group, "col", {"style": f"width: {100 * share:.2f}%"})
    caption = table.find("caption")
    table.insert(0 if caption is None else table.index(caption) + 1, group)


def _shared(line: float, low: Sequence[float], high: Sequence[float]) -> list[float]:
    """Widths between `low` and `high` that fill the line, the roots of what is missing by weight.

    A text twice as long then gets more room, but one of a few words has its own first.
    """
    widths = list(low)
    spare = line - sum(low)
    open_ = [i for i in range(len(low)) if high[i] > low[i]]
    while spare > 0.01 and open_:
        weights = {i: (high[i] - low[i]) ** 0.5 for i in open_}
        step = spare / sum(weights.values())
        step = min(step, *((high[i] - widths[i]) / weights[i] for i in open_))
        for i in open_:
            widths[i] += step * weights[i]
            spare -= step * weights[i]
        open_ = [i for i in open_ if high[i] - widths[i] > 0.01]
    return widths


def _strong(cell: HtmlElement) -> None:
    bold = Element("strong")
    bold.text, cell.text = cell.text, None
    for child in list(cell):
        bold.append(child)
    cell.append(bold)


def _number(written: str | None) -> int:
    return int(written) if written and written.isdigit() and 0 < int(written) < 1000 else 1
