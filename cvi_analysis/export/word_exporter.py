"""A notebook as a Word document, through pandoc: styles, native tables, pictures with their texts.

Whoever has to write a memo of a report copies from this file. It has what the PDF has, in Word's
own headings and tables; charts are pictures, because Word draws no SVG before its version of 2019.
"""

from __future__ import annotations

import base64
import io
import re
import tempfile
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from lxml.html import HtmlElement
from nbconvert.exporters.exporter import Exporter
from nbformat import NotebookNode
from PIL import Image
from traitlets import List, Unicode, default

from cvi_analysis.export import html_fragments, pandoc_process, word_markup
from cvi_analysis.export.headings import TitleBlock
from cvi_analysis.export.html_parts import HtmlParts
from cvi_analysis.export.images import Missing, clean, find, picture
from cvi_analysis.export.notebook_parts import NotebookPart, ReportOptions, parts
from cvi_analysis.export.page_head import TEMPLATES
from cvi_analysis.export.typst_compiler import draw
from cvi_analysis.export.word_file import TableLook, finished

DOTS = 200
"""Dots an inch of drawings: sharp in print, and half a megabyte a report."""

_PAGE = 6.5  # inches between the margins
_DRAWING = re.compile(r"<svg\b.*?</svg>", re.S | re.I)
_LABEL = re.compile(r"""\baria-label=(["'])(.*?)\1""", re.S)
_KINDS = {"image/png": ".png", "image/jpeg": ".jpeg", "image/gif": ".gif"}


class WordDocumentExporter(ReportOptions, Exporter):
    """A Word document that can be edited, with headings, header rows and alternative texts.

    Any executed notebook can be exported. Code is hidden unless `exclude_input` is set to False or
    a cell is tagged `show-input`; cells tagged `remove-cell` or `hide` are left out.
    """

    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    reference_document = Unicode(
        str(TEMPLATES / "reference.docx"), help="A Word document whose styles and page are taken."
    ).tag(config=True)
    script_note = Unicode(
        "This part works in the web page of this report.",
        help="What is said in the place of what a script would show.",
    ).tag(config=True)
    font_folders = List(
        Unicode(), help="Folders with fonts for drawings, besides Typst's own and DejaVu Sans."
    ).tag(config=True)

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".docx"

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: Any = None, **kw: Any
    ) -> tuple[bytes, Any]:
        """The document of `nb`, and nbconvert's resources.

        Raises:
            BuildError: a part of the notebook can not be converted; the message names its cell.
        """
        nb_copy, resources = super().from_notebook_node(nb, resources, **kw)
        return self.document(nb_copy, resources), resources

    def document(
        self,
        nb: NotebookNode,
        resources: Mapping[str, Any],
        properties: Mapping[str, str] | None = None,
    ) -> bytes:
        """The document of a valid notebook as it stands: no preprocessor runs, nothing is copied.

        Args:
            nb: the notebook.
            resources: as nbconvert passes them.
            properties: texts that it carries under names, as properties of its own.

        Raises:
            BuildError: as for `from_notebook_node`.
        """
        metadata = resources.get("metadata", {})
        name = metadata.get("name") or "Notebook"
        who = TitleBlock.of(nb, name, self.metadata_key, self.author)
        text = _Text(Path(metadata.get("path") or "."), self.script_note)
        body = text.html(list(parts(nb, "docx", self)))
        title = who.title or text.first_title or who.name
        with tempfile.TemporaryDirectory(prefix="word-") as temporary:
            folder = Path(temporary)
            for file, content in text.files.items():
                (folder / file).write_bytes(content)
            for file, content in self._drawn(text):
                (folder / file).write_bytes(content)
            content = pandoc_process.document(
                f"{_opening(who, title, text.first_title)}\n{body}",
                [
                    "--to=docx",
                    f"--reference-doc={Path(self.reference_document).absolute()}",
                    f"--metadata=lang:{who.language}",
                    "--syntax-highlighting=none",
                ],
                folder,
            )
        return finished(content, who, title, text.tables, properties or {})

    def _drawn(self, text: _Text) -> list[tuple[str, bytes]]:
        """The drawings as pictures, by the names of their files."""
        names = {f"{name}.svg": label for name, (_, label) in text.drawings.items()}
        sources = [source for source, _ in text.drawings.values()]
        drawn = draw(sources, DOTS, names, self.font_folders)
        return list(zip(text.drawings, drawn, strict=True))


class _Text(HtmlParts):
    """The parts of one notebook as HTML for pandoc, and the files that it names."""

    def __init__(self, folder: Path, script_note: str) -> None:
        super().__init__(folder)
        self.files: dict[str, bytes] = {}
        self.drawings: dict[str, tuple[str, str]] = {}
        self.tables: list[TableLook] = []
        self._note = script_note
        self._label = ""

    def html(self, found: list[NotebookPart]) -> str:
        """All parts, one after the other."""
        self._ask(found)  # The page of the same notebook has asked for the same.
        trees = []
        for part in found:
            self._label = part.label
            trees.append(self._named(part))
        roots = [tree for tree in trees if not isinstance(tree, str)]
        html_fragments.link(roots, (), self.outline)
        for root in roots:
            for link in root.iter("a"):
                # What leads nowhere leads to the page's top; and a document is sent on alone, so
                # that a link to a file that lay beside it would lead nowhere too.
                address = link.get("href", "")
                if address == "#main" or not (address.startswith("#") or ":" in address):
                    link.attrib.pop("href", None)
            word_markup.lift(root)
        return "\n".join(t if isinstance(t, str) else html_fragments.written(t) for t in trees)

    def _part(self, part: NotebookPart) -> str | HtmlElement:
        text = escape(part.text, quote=False)
        match part.kind:
            case "markdown" | "latex":
                return self._flow(self._text(part), part)
            case "html":
                return self._flow(html_fragments.read(_apart(part.text)), part)
            case "svg":
                drawing = clean(part.text)
                return self._figure(part, self._draw(drawing)) if drawing else self._next_form(part)
            case "image":
                found = picture(part.text, part.data)
                if isinstance(found, Missing):
                    return self._next_form(part)
                return self._figure(part, self._keep(found.data_uri), part.width)
            case "code":
                return f"<pre><code>{text}</code></pre>"
            case "error":
                words = f"This cell stopped with an error. {part.caption}"
                return f'<div data-custom-style="Callout"><p>{escape(words)}</p></div>'
            case _:
                return f"<pre><code>{text}</code></pre>"

    def _flow(self, root: HtmlElement, part: NotebookPart) -> HtmlElement:
        html_fragments.contain(root, part.attachments, self._folder, part.label)
        word_markup.without_scripts(root, self._note)
        html_fragments.mend(root, self.outline, self._becomes_title)
        word_markup.unfold(root, self.outline)
        html_fragments.arrange(root, lambda: 0)
        word_markup.name_styles(root)
        self.tables += word_markup.tables(root)
        word_markup.pictures(root, self._keep)
        return root

    def _figure(
        self, part: NotebookPart, kept: tuple[str, float], pixels: int | None = None
    ) -> str:
        name, inches = kept
        alt = part.alt.strip()
        if not alt:
            html_fragments.log.warning("%s: a figure has no alternative text", part.label)
            alt = part.caption or html_fragments.NO_ALT
        width = min(_PAGE, pixels / 96) if pixels else inches
        image = f'<img src="{name}" alt="{escape(alt)}" width="{width:.3f}in">'
        if not part.caption:
            return f'<div data-custom-style="Figure"><p>{image}</p></div>'
        caption = escape(part.caption, quote=False)
        return f"<figure>{image}<figcaption>{caption}</figcaption></figure>"

    def _keep(self, address: str) -> tuple[str, float]:
        """The name of a file with the image that an address holds, and its width in inches."""
        found = find(address, {}, self._folder)
        if isinstance(found, Missing):
            return "", 0.0
        if found.mime == "image/svg+xml":
            return self._draw(clean(found.data.decode("utf-8", "replace")))
        data, ending = found.data, _KINDS.get(found.mime)
        if ending is None:  # such as WebP, which Word does not know
            target = io.BytesIO()
            with Image.open(io.BytesIO(data)) as image:
                image.save(target, "PNG")
            data, ending = target.getvalue(), ".png"
        name = f"picture-{len(self.files) + len(self.drawings) + 1}{ending}"
        self.files[name] = data
        return name, min(_PAGE, found.size[0] / 96)

    def _draw(self, drawing: str) -> tuple[str, float]:
        """The name that a drawing's picture will have, and its width in inches."""
        name = f"picture-{len(self.files) + len(self.drawings) + 1}.png"
        self.drawings[name] = (drawing, self._label)
        return name, _width(drawing)


def _opening(who: TitleBlock, title: str, first_title: str) -> str:
    lines = {
        "Kicker": who.kicker(title, first_title),
        "Title": title,
        "Subtitle": who.subtitle,
        "Scenario": f"Scenario: {who.scenario}" if who.scenario else "",
    }
    return "\n".join(
        f'<div data-custom-style="{style}"><p>{escape(text, quote=False)}</p></div>'
        for style, text in lines.items()
        if text
    )


def _apart(html: str) -> str:
    """HTML with its drawings as images: a parser of HTML would change the names in them."""

    def image(match: re.Match[str]) -> str:
        drawing = match[0]
        start = drawing[: drawing.index(">") + 1]
        label = _LABEL.search(start)
        if "xmlns=" not in start:
            drawing = drawing.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
        data = base64.b64encode(drawing.encode("utf-8", "replace")).decode("ascii")
        alt = f'alt="{label[2]}"' if label else 'alt=""'
        return f'<img src="data:image/svg+xml;base64,{data}" {alt}>'

    return _DRAWING.sub(image, html)


def _width(drawing: str) -> float:
    """Inches from margin to margin of a drawing at most, by the width that it names."""
    found = re.search(r"""<svg\b[^>]*?\swidth=["']([\d.]+)(pt|px|in|mm|cm)?["']""", drawing)
    if found is None:
        return _PAGE
    units = {"pt": 72, "px": 96, "in": 1, "mm": 25.4, "cm": 2.54}
    return min(_PAGE, float(found[1]) / units[found[2] or "px"]) or _PAGE
