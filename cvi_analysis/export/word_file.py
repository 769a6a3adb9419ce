"""A Word file as pandoc writes it, made fit: header cells and pictures said, the same bytes always.

A `.docx` is a zip of XML parts. What pandoc knows no way to ask for is changed in them here.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from lxml import etree

from cvi_analysis.errors import BuildError
from cvi_analysis.export.headings import TitleBlock

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_OWN = "{http://schemas.openxmlformats.org/officeDocument/2006/custom-properties}"
_OWN_KIND = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_TYPES = "{http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes}"
_TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip knows
FOOTER = "FOOTER"
"""What the reference document says where the running head goes."""


@dataclass(frozen=True, slots=True)
class TableLook:
    """What pandoc's Word does not know of a table: dense type, and whether rows have headings."""

    small: bool
    row_headings: bool


def finished(
    content: bytes,
    who: TitleBlock,
    title: str,
    tables: Sequence[TableLook],
    own: Mapping[str, str],
) -> bytes:
    """The document with its properties, and with what its tables and pictures lack.

    Args:
        content: the file that pandoc wrote.
        who: the report's title block.
        title: its title.
        tables: how each table of the document is to look, in order.
        own: texts that it carries under names.

    Raises:
        BuildError: pandoc wrote no such file, or other tables than it was given.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        document = etree.fromstring(parts["word/document.xml"])
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError) as error:
        raise BuildError(f"Pandoc wrote no Word document ({error}).") from error
    found = list(document.iter(f"{_W}tbl"))
    if len(found) != len(tables):
        raise BuildError(f"Pandoc wrote {len(found)} tables of {len(tables)} into the document.")
    line = _line(document)
    for table, look in zip(found, tables, strict=True):
        _arrange(table, look)
        _measure(table, line)
        _part(table)
    _name_pictures(document)
    parts["word/document.xml"] = _written(document)
    for name in list(parts):
        if name.startswith("word/footer"):
            said = escape(_footer(who, title), quote=False).encode()
            parts[name] = parts[name].replace(FOOTER.encode(), said)
    parts["docProps/core.xml"] = _properties(who, title)
    if own:
        parts["docProps/custom.xml"] = _own_properties(parts["docProps/custom.xml"], own)
    return packed(parts)


def packed(parts: Mapping[str, bytes]) -> bytes:
    """The parts as a file, without a time in it: the same parts give the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        # Readers look for the list of kinds first.
        for name in sorted(parts, key=lambda name: (name != "[Content_Types].xml", name)):
            if name.endswith("/"):
                continue
            entry = zipfile.ZipInfo(name, _TIME)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            packed_already = name.endswith((".png", ".jpeg", ".jpg", ".gif"))
            entry.compress_type = zipfile.ZIP_STORED if packed_already else zipfile.ZIP_DEFLATED
            archive.writestr(entry, parts[name])
    return target.getvalue()


def _arrange(table: Any, look: TableLook) -> None:
    """Give cells the styles of tables, say which cells are headings, and keep rows whole."""
    known = table.find(f"{_W}tblPr/{_W}tblLook")
    if known is not None:
        first = "1" if look.row_headings else "0"
        known.set(f"{_W}firstColumn", first)
        # The same in the form that older readers know: 0x20 the first row, 0x80 the first column.
        known.set(f"{_W}val", "00A0" if look.row_headings else "0020")
    columns = len(table.findall(f"{_W}tblGrid/{_W}gridCol"))
    for row in table.iterchildren(f"{_W}tr"):
        properties = row.find(f"{_W}trPr")
        heading = properties is not None and properties.find(f"{_W}tblHeader") is not None
        if properties is None:
            properties = etree.Element(f"{_W}trPr")
            row.insert(0, properties)
        properties.insert(0, etree.Element(f"{_W}cantSplit"))
        group = len(row.findall(f"{_W}tc")) == 1 < columns
        text = "TableHeading" if heading or group else "TableSmall" if look.small else "TableText"
        for style in row.iterfind(f"{_W}tc/{_W}p/{_W}pPr/{_W}pStyle"):
            if style.get(f"{_W}val") in {"Compact", "BodyText", "FirstParagraph"}:
                style.set(f"{_W}val", text)


def _line(document: Any) -> int:
    """The room between the margins, in twentieths of a point."""
    size, margins = (next(document.iter(f"{_W}{name}"), None) for name in ("pgSz", "pgMar"))
    if size is None or margins is None:
        return 9360  # six and a half inches
    sides = sum(int(margins.get(f"{_W}{side}", "0")) for side in ("left", "right"))
    return int(size.get(f"{_W}w", "12240")) - sides


def _measure(table: Any, line: int) -> None:
    """Say every width in points: pandoc's are shares, and of a line that is shorter than ours."""
    whole = table.find(f"{_W}tblPr/{_W}tblW")
    grid = table.findall(f"{_W}tblGrid/{_W}gridCol")
    if whole is None or whole.get(f"{_W}type") != "pct" or not grid:
        return
    target = line * int(whole.get(f"{_W}w")) / 5000
    told = [int(column.get(f"{_W}w")) for column in grid]
    widths = [round(width * target / sum(told)) for width in told]
    whole.set(f"{_W}type", "dxa")
    whole.set(f"{_W}w", str(sum(widths)))
    for column, width in zip(grid, widths, strict=True):
        column.set(f"{_W}w", str(width))
    for row in table.iterchildren(f"{_W}tr"):
        at = 0
        for cell in row.iterchildren(f"{_W}tc"):
            properties = cell.find(f"{_W}tcPr")
            span = properties.find(f"{_W}gridSpan")
            count = 1 if span is None else int(span.get(f"{_W}val"))
            width = etree.Element(f"{_W}tcW")
            width.set(f"{_W}w", str(sum(widths[at : at + count])))
            width.set(f"{_W}type", "dxa")
            properties.insert(0, width)
            at += count


def _part(table: Any) -> None:
    """Put a line between a table and one right before it: Word would make one table of both."""
    before = table.getprevious()
    if before is not None and before.tag == f"{_W}tbl":
        between = etree.Element(f"{_W}p")
        style = etree.SubElement(etree.SubElement(between, f"{_W}pPr"), f"{_W}pStyle")
        style.set(f"{_W}val", "TableSmall")
        table.addprevious(between)


def _name_pictures(document: Any) -> None:
    """Say of each picture what its alternative text is in both places that readers look at."""
    for number, place in enumerate(document.iter(f"{_DRAWING}inline"), start=1):
        shown = place.find(f"{_DRAWING}docPr")
        shown.set("name", f"Picture {number}")
        for side in "TBLR":  # without them LibreOffice keeps an eighth of an inch free
            place.set(f"dist{side}", "0")
        for inner in place.iter(f"{_PICTURE}cNvPr"):
            inner.set("descr", shown.get("descr", ""))
            inner.set("name", f"Picture {number}")


def _footer(who: TitleBlock, title: str) -> str:
    words = (who.running_head or title, f"version {who.version}" if who.version else "")
    return " · ".join(filter(None, words))


def _properties(who: TitleBlock, title: str) -> bytes:
    day = f"{who.date}T00:00:00Z"
    said = {
        "dc:title": title,
        "dc:subject": who.subtitle,
        "dc:creator": who.author,
        "cp:keywords": ", ".join(who.keywords),
        "dc:description": who.description,
        "cp:lastModifiedBy": who.author,
        "dc:language": who.language,
    }
    inside = "".join(f"<{key}>{escape(text, quote=False)}</{key}>" for key, text in said.items())
    times = "".join(
        f'<dcterms:{key} xsi:type="dcterms:W3CDTF">{day}</dcterms:{key}>'
        for key in ("created", "modified")
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties '
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{inside}{times}</cp:coreProperties>"
    ).encode()


def _own_properties(written: bytes, own: Mapping[str, str]) -> bytes:
    """Pandoc's list of a document's own properties, with these in it."""
    root = etree.fromstring(written)
    for number, (name, text) in enumerate(own.items(), start=2):  # 0 and 1 are taken
        entry = etree.SubElement(root, f"{_OWN}property", fmtid=_OWN_KIND, pid=str(number))
        entry.set("name", name)
        etree.SubElement(entry, f"{_TYPES}lpwstr").text = text
    return _written(root)


def _written(root: Any) -> bytes:
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True))
