"""Make the reference document of the Word exporter: pandoc's own, in the look of the reports.

`python scripts/word_reference.py`: writes `cvi_analysis/export/templates/reference.docx` anew. Its
styles are what a document exported to Word has; whoever wants other ones can also change them in
Word, in a copy, and name that as the exporter's `reference_document`.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from cvi_analysis.export.pandoc_process import program
from cvi_analysis.export.word_file import packed

TARGET = Path(__file__).resolve().parent.parent / "cvi_analysis/export/templates/reference.docx"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
FONT, MONO = "Calibri", "Consolas"  # on every machine with Word; LibreOffice has one as wide
INK, MUTED, ACCENT, RULE, TINT = "17222C", "51606D", "14506B", "D3DCE2", "F1F5F7"
HIGH, WIDE = 15840, 12240  # a letter page and its margins, in twentieths of a point
MARGIN = 1440


@dataclass(frozen=True)
class Look:
    """A style: its name, what it is based on, and the contents of its `pPr` and `rPr`."""

    name: str
    paragraph: str = ""
    text: str = ""
    based_on: str = "BodyText"
    after: str = "BodyText"


def spacing(before: int, after: int, line: int = 0) -> str:
    """Room above and below in points, and between lines in percent."""
    between = f' w:line="{line * 240 // 100}" w:lineRule="auto"' if line else ""
    return f'<w:spacing w:before="{before * 20}" w:after="{after * 20}"{between}/>'


def font(points: float, color: str = INK, *, bold: bool = False) -> str:
    """Weight, color and size."""
    weight = "<w:b/><w:bCs/>" if bold else '<w:b w:val="0"/><w:i w:val="0"/>'
    size = round(points * 2)
    return f'{weight}<w:color w:val="{color}"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'


def heading(level: int, points: float, above: int, color: str = INK) -> Look:
    """A heading, which stays with what follows."""
    kept = f'<w:keepNext/><w:keepLines/>{spacing(above, 4)}<w:outlineLvl w:val="{level - 1}"/>'
    return Look(f"heading {level}", kept, font(points, color, bold=True), "Normal")


def edge(side: str, eighths: int, color: str, room: int = 0) -> str:
    """A line at one side of a paragraph or a cell."""
    return f'<w:{side} w:val="single" w:sz="{eighths}" w:space="{room}" w:color="{color}"/>'


_TIGHT = "<w:keepLines/>" + spacing(2, 2, 100)
LOOKS = {
    "BodyText": Look("Body Text", spacing(3, 4, 112), based_on="Normal"),
    "FirstParagraph": Look("First Paragraph"),
    "Compact": Look("Compact", spacing(0, 7) + "<w:contextualSpacing/>"),
    "Kicker": Look("Kicker", spacing(0, 2), font(10.5, ACCENT, bold=True), after="Title"),
    "Title": Look("Title", spacing(0, 4, 100), font(25, bold=True), "Normal"),
    "Subtitle": Look("Subtitle", spacing(0, 4), font(13, MUTED), "Normal"),
    "Scenario": Look(
        "Scenario", f"<w:pBdr>{edge('bottom', 24, ACCENT, 8)}</w:pBdr>{spacing(2, 14)}",
        font(10, MUTED),
    ),
    "Heading1": heading(1, 17, 22),
    "Heading2": heading(2, 13, 16),
    "Heading3": heading(3, 11, 12),
    "Heading4": heading(4, 10.5, 10, MUTED),
    "Heading5": heading(5, 10.5, 8, MUTED),
    "Heading6": heading(6, 10.5, 8, MUTED),
    "TableCaption": Look("Table Caption", "<w:keepNext/>" + spacing(12, 4), font(10.5, bold=True)),
    "ImageCaption": Look("Image Caption", spacing(0, 10), font(9, MUTED)),
    "CaptionedFigure": Look("Captioned Figure", "<w:keepNext/>" + spacing(8, 4)),
    "Figure": Look("Figure", spacing(8, 8)),
    "TableText": Look("Table Text", _TIGHT, font(9.5)),
    "TableSmall": Look("Table Small", spacing(1, 1, 100), font(8)),
    "TableHeading": Look("Table Heading", "<w:keepNext/>" + _TIGHT, font(9, bold=True)),
    "Note": Look("Note", spacing(3, 8), font(9, MUTED)),
    "Callout": Look(
        "Callout",
        f"<w:pBdr>{edge('left', 24, ACCENT, 8)}</w:pBdr>"
        f'<w:shd w:val="clear" w:color="auto" w:fill="{TINT}"/>{spacing(3, 4, 112)}'
        '<w:ind w:left="200" w:right="200"/>',
    ),
    "FigureLabel": Look(
        "Figure Label", "<w:keepNext/>" + spacing(8, 0), font(10, MUTED, bold=True)
    ),
    "FigureValue": Look("Figure Value", "<w:keepNext/>" + spacing(0, 0), font(18, bold=True)),
    "FigureNote": Look("Figure Note", spacing(0, 6), font(9.5, MUTED)),
    "SourceCode": Look(
        "Source Code", f'<w:shd w:val="clear" w:color="auto" w:fill="{TINT}"/>{spacing(0, 8, 100)}',
        f'<w:rFonts w:ascii="{MONO}" w:hAnsi="{MONO}" w:cs="{MONO}"/>' + font(8.5),
    ),
    "BlockText": Look("Block Text", spacing(4, 8) + '<w:ind w:left="300" w:right="300"/>'),
}  # fmt: skip
RULES = "".join(edge(side, 4, RULE) for side in ("bottom", "insideH"))
TABLE = f"""<w:style xmlns:w="{W}" w:type="table" w:default="1" w:styleId="Table">
<w:name w:val="Table"/><w:basedOn w:val="TableNormal"/><w:qFormat/>
<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblBorders>{RULES}</w:tblBorders>
<w:tblCellMar><w:top w:w="20" w:type="dxa"/><w:left w:w="70" w:type="dxa"/>
<w:bottom w:w="20" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr>
<w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders>{edge("bottom", 8, INK)}</w:tcBorders>
<w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr></w:style>"""
FOOTER = f"""<w:ftr xmlns:w="{W}"><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>
<w:r><w:t xml:space="preserve">FOOTER</w:t></w:r><w:r><w:tab/></w:r>
<w:r><w:t xml:space="preserve">Page </w:t></w:r>
<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>
<w:r><w:t xml:space="preserve"> of </w:t></w:r>
<w:fldSimple w:instr=" NUMPAGES "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p></w:ftr>"""
LOOKS["Footer"] = Look(
    "footer",
    f'<w:tabs><w:tab w:val="right" w:pos="{WIDE - 2 * MARGIN}"/></w:tabs>{spacing(0, 0)}',
    font(8.5, MUTED), "Normal", "Footer",
)  # fmt: skip


def main(target: Path = TARGET) -> int:
    """Write the document."""
    target.write_bytes(reference())
    return 0


def reference() -> bytes:
    """The document's bytes, the same each time for one pandoc."""
    command = [program(), "--print-default-data-file", "reference.docx"]
    found = subprocess.run(command, capture_output=True, check=True).stdout
    with zipfile.ZipFile(io.BytesIO(found)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["word/styles.xml"] = styles(parts["word/styles.xml"])
    theme = parts["word/theme/theme1.xml"].decode()
    for kind in ("major", "minor"):
        pattern = rf'(<a:{kind}Font>\s*<a:latin typeface=")[^"]*("[^>]*)'
        theme = re.sub(pattern, rf"\g<1>{FONT}\2", theme)
    parts["word/theme/theme1.xml"] = re.sub(
        r'(<a:latin typeface="Calibri") panose="[^"]*"', r"\1", theme
    ).encode()
    parts["word/document.xml"] = body()
    parts["word/footer1.xml"] = FOOTER.replace("\n", "").encode()
    added = (
        '<Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.wordprocessingml.footer+xml"/></Types>'
    )
    kinds = parts["[Content_Types].xml"].decode()
    parts["[Content_Types].xml"] = kinds.replace("</Types>", added).encode()
    links = parts["word/_rels/document.xml.rels"].decode()
    links = re.sub(r'<Relationship [^>]*TargetMode="External"[^>]*/>', "", links)
    added = f'<Relationship Type="{R}/footer" Id="rId90" Target="footer1.xml"/></Relationships>'
    parts["word/_rels/document.xml.rels"] = links.replace("</Relationships>", added).encode()
    return packed(parts)


def styles(source: bytes) -> bytes:
    """Pandoc's styles with ours in the place of those of the same name."""
    root = etree.fromstring(source, etree.XMLParser(remove_blank_text=True))
    known = {style.get(f"{{{W}}}styleId"): style for style in root.iter(f"{{{W}}}style")}
    for size in root.find(f".//{{{W}}}rPrDefault").iter(f"{{{W}}}sz", f"{{{W}}}szCs"):
        size.set(f"{{{W}}}val", "21")
    for name, look in LOOKS.items():
        style = known.get(name)
        if style is None:
            style = etree.SubElement(root, f"{{{W}}}style")
            style.set(f"{{{W}}}type", "paragraph")
            style.set(f"{{{W}}}customStyle", "1")
            style.set(f"{{{W}}}styleId", name)
            known[name] = style
        fill(style, look)
        # A style of characters that goes with it would have the old look.
        companion = known.pop(f"{name}Char", None)
        if companion is not None and name != "BodyText":
            root.remove(companion)
    table = known["Table"]
    root.replace(table, etree.fromstring(TABLE.replace("\n", "")))
    for size in known["VerbatimChar"].findall(f".//{{{W}}}sz"):
        size.getparent().remove(size)  # as large as the text that it stands in
    link = known["Hyperlink"].find(f"{{{W}}}rPr")
    link[:] = elements(f'<w:color w:val="{ACCENT}"/><w:u w:val="single"/>')
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True))


def fill(style: Any, look: Look) -> None:
    """Give a style its look and nothing else."""
    style[:] = elements(
        f'<w:name w:val="{look.name}"/><w:basedOn w:val="{look.based_on}"/>'
        f'<w:next w:val="{look.after}"/><w:qFormat/>'
        f"<w:pPr>{look.paragraph}</w:pPr><w:rPr>{look.text}</w:rPr>"
    )


def elements(inside: str) -> list[Any]:
    """Elements of a style, from their text."""
    return list(etree.fromstring(f'<x xmlns:w="{W}">{inside}</x>'))


def body() -> bytes:
    """A paragraph in each style, for whoever opens the document, and the page."""
    samples = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{name}"/></w:pPr><w:r><w:t>{look.name}</w:t></w:r></w:p>'
        for name, look in LOOKS.items()
        if name != "Footer"
    )
    page = (
        f'<w:sectPr><w:footerReference w:type="default" r:id="rId90"/>'
        f'<w:pgSz w:w="{WIDE}" w:h="{HIGH}"/><w:pgMar w:top="{MARGIN}" w:right="{MARGIN}" '
        f'w:bottom="{MARGIN - 144}" w:left="{MARGIN}" w:header="720" w:footer="620" w:gutter="0"/>'
        "</w:sectPr>"
    )
    text = f'<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{samples}{page}</w:body></w:document>'
    return ('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + text).encode()


if __name__ == "__main__":
    sys.exit(main())
