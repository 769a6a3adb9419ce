"""A notebook as a tagged PDF, through pandoc and Typst.

Typst gets one file for each part of the notebook, one for each picture, and the design.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nbconvert.exporters.exporter import Exporter
from nbformat import NotebookNode
from traitlets import Bool, List, Unicode, default

from cvi_analysis.errors import BuildError
from cvi_analysis.export import pandoc_process
from cvi_analysis.export.headings import Outline, TitleBlock
from cvi_analysis.export.html_fragments import NO_ALT, log
from cvi_analysis.export.images import Missing, clean, find, picture
from cvi_analysis.export.notebook_parts import NotebookPart, ReportOptions, parts
from cvi_analysis.export.pandoc_process import (
    TOKEN_CLOSE,
    TOKEN_OPEN,
    ConvertedText,
    LinkedImage,
    PandocRequest,
)
from cvi_analysis.export.spoken_formulas import say
from cvi_analysis.export.typst_compiler import (
    AttachedFile,
    compact,
    compile_pdf,
    escape,
    printable,
    quote,
)

TEMPLATE = Path(__file__).parent / "templates" / "report.typ"
_TOKEN = re.compile(f"{TOKEN_OPEN}([A-Z])(\\d+){TOKEN_CLOSE}")
_ALONE = re.compile(f"^{TOKEN_OPEN}I(\\d+){TOKEN_CLOSE}$", re.M)
_HEADING_LINE = re.compile(f"^( *){TOKEN_OPEN}H(\\d+){TOKEN_CLOSE} (.*)$", re.M)
_LINK = re.compile(f"{TOKEN_OPEN}([^{TOKEN_CLOSE}]*){TOKEN_CLOSE}")
_TYPST_HEADING = re.compile(r"^(=+) +(.*?)( *<[\w:.-]+>)? *$")
_BODY_SECTIONS = 4  # with fewer sections than this, a list of contents is only in the way


class TaggedPdfExporter(ReportOptions, Exporter):
    """A PDF for readers and for record: PDF/UA-1 and PDF/A-3a, letter paper, bookmarks.

    Any executed notebook can be exported. Code is hidden unless `exclude_input` is set to False or
    a cell is tagged `show-input`; cells tagged `remove-cell` or `hide` are left out.
    """

    output_mimetype = "application/pdf"

    contents = Bool(
        True,
        help="A list of sections in a long report: below the title, or at the end of its summary.",
    ).tag(config=True)
    summary_heading = Unicode(
        "", help="A first section of this name is a page of its own, to be handed out alone."
    ).tag(config=True)
    fonts = List(Unicode(), ["DejaVu Sans"], help="Families for text, best first.").tag(config=True)
    font_folders = List(
        Unicode(), help="Folders with fonts, besides Typst's own and DejaVu Sans."
    ).tag(config=True)
    typst_library = Unicode(
        "", help="A Typst file with more functions for what cells give as text/x-typst."
    ).tag(config=True)

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: Any = None, **kw: Any
    ) -> tuple[bytes, Any]:
        """The PDF of `nb`, and nbconvert's resources.

        Raises:
            BuildError: pandoc or Typst refuse a part of the notebook; the message names its cell.
        """
        nb_copy, resources = super().from_notebook_node(nb, resources, **kw)
        return self.pdf(nb_copy, resources), resources

    def pdf(
        self,
        nb: NotebookNode,
        resources: Mapping[str, Any],
        attached: Sequence[AttachedFile] = (),
    ) -> bytes:
        """The PDF of a valid notebook as it stands: no preprocessor runs, nothing is copied.

        Args:
            nb: the notebook.
            resources: as nbconvert passes them.
            attached: files that the PDF carries inside.

        Raises:
            BuildError: as for `from_notebook_node`.
        """
        files, names = self.sources(nb, resources, attached)
        return compact(compile_pdf(files, names, self.font_folders))

    def sources(
        self,
        nb: NotebookNode,
        resources: Mapping[str, Any],
        attached: Sequence[AttachedFile] = (),
    ) -> tuple[dict[str, bytes], dict[str, str]]:
        """The Typst files of a notebook, with its pictures, and the cell that each comes from.

        Args:
            nb: as for `pdf`.
            resources: as for `pdf`.
            attached: as for `pdf`.

        Raises:
            BuildError: pandoc refuses a part of the notebook; the message names its cell.
        """
        metadata = resources.get("metadata", {})
        name = metadata.get("name") or "Notebook"
        who = TitleBlock.of(nb, name, self.metadata_key, self.author)
        book = _Book(Path(metadata.get("path") or "."), self.summary_heading)
        main = book.render(list(parts(nb, "pdf", self)))
        sections = sum(entry.level == 2 for entry in book.outline.entries)
        listed = self.contents and sections >= _BODY_SECTIONS
        if book.summary:
            after = f"#after-summary({'true' if listed else 'false'})"
            main = main.replace("#after-summary()", after)
        opening = self._opening(who, book.first_title, contents=listed and not book.summary)
        more = Path(self.typst_library).read_bytes() if self.typst_library else b""
        design = TEMPLATE.read_bytes() + more
        carried = "".join(file.markup() for file in attached)
        return {
            "main.typ": f"{opening}{carried}\n{main}".encode(),
            "report.typ": design,
            **book.files,
            **{file.path: file.listing for file in attached},
        }, book.names

    def _opening(self, who: TitleBlock, first_title: str, *, contents: bool) -> str:
        title = who.title or first_title or who.name
        kicker = who.kicker(title, first_title)
        lead, rest = who.lead(title)
        language, _, region = who.language.partition("-")
        head = who.running_head
        head_end = title if title not in head else kicker or who.subtitle
        if rest and head == lead:
            head_end = rest[0].upper() + rest[1:]
        fields = {
            "title": quote(title),
            "lead": quote(lead),
            "rest": quote(rest),
            "kicker": quote(kicker),
            "subtitle": quote(who.subtitle),
            "scenario": quote(who.scenario),
            "author": f"({quote(who.author)},)" if who.author else "()",
            "description": quote(who.description),
            "keywords": "(" + "".join(f"{quote(word)}, " for word in who.keywords) + ")",
            "lang": quote(language.lower()),
            "region": quote(region.upper() if len(region) == 2 else ""),
            "head": quote(_short(head or title, 60)),
            "head-end": quote(_short(head_end if head else "", 70)),
            "version": quote(f"Version {who.version}" if who.version else ""),
            "day": f"({who.date.year}, {who.date.month}, {who.date.day})",
            "fonts": "(" + "".join(f"{quote(font)}, " for font in self.fonts) + ")",
            "contents": "true" if contents else "false",
        }
        listed = "".join(f"  {key}: {value},\n" for key, value in fields.items())
        return f'#import "report.typ": *\n#show: report.with(\n{listed})\n'


class _Book:
    """The parts of one notebook as Typst files: `part-<cell>-<number>.typ` and pictures."""

    def __init__(self, folder: Path, summary_heading: str) -> None:
        self.folder = folder
        self.files: dict[str, bytes] = {}
        self.names: dict[str, str] = {}
        self.outline = Outline()
        self.first_title = ""
        self.summary = False
        self._summary_heading = summary_heading.lower()

    def render(self, found: list[NotebookPart]) -> str:
        # One batch, which pandoc keeps, for what is most likely shown. The next best forms wait
        # until a best one turns out to be empty: converting them too took as long as the layout.
        pandoc_process.shared.convert([request for part in found if (request := _request(part))])
        includes: list[str] = []
        for number, part in enumerate(found, start=1):
            try:
                text = self.part(part)
            except BuildError as error:
                raise BuildError(f"{part.label}: {error}") from error
            if text.strip():
                name = f"part-{part.cell}-{number}.typ"
                self.names[name] = part.label
                self.files[name] = text.encode()
                if not self.summary and self._summary_ends():
                    includes.append("#after-summary()")
                    self.summary = True
                includes.append(f'#include "{name}"')
        # Links can point forward, so they are resolved when all headings are known.
        for name in self.names:
            text = self._linked(self.files[name].decode())
            self.files[name] = f'#import "report.typ": *\n{text}\n'.encode()
        return "\n\n".join(includes)

    def _summary_ends(self) -> bool:
        """Whether the part just laid out begins the second section, and the first is a summary."""
        sections = [entry.text for entry in self.outline.entries if entry.level == 2]
        return len(sections) > 1 and sections[0].lower() == self._summary_heading

    def part(self, part: NotebookPart) -> str:
        match part.kind:
            case "markdown" | "html" | "latex":
                request = _request(part)
                assert request is not None
                text = self._filled(pandoc_process.shared.convert([request])[0], part)
                return text if text.strip() or not part.others else self.part(part.others[0])
            case "typst":
                return self._mended(printable(part.text))
            case "svg":
                drawing = clean(part.text)
                return self._figure(drawing, part) if drawing else self._next_form(part)
            case "image":
                found = picture(part.text, part.data)
                if isinstance(found, Missing):
                    return self._next_form(part)
                return self._figure(found.as_svg, part)
            case "code":
                language = quote(part.language)
                return f"#raw({quote(part.text)}, block: true, lang: {language})"
            case "stream":
                messages = "true" if part.language == "stderr" else "false"
                return f"#stream({quote(part.text)}, messages: {messages})"
            case "error":
                return f"#failed({quote(part.caption)}, {quote(part.text)})"
            case _:
                return f"#plain-output({quote(part.text)})"

    def _next_form(self, part: NotebookPart) -> str:
        return self.part(part.others[0]) if part.others else ""

    def _keep(self, source: str) -> str:
        """The name of a file that holds the picture, which is SVG whatever it was."""
        name = f"picture-{len(self.files) + 1}.svg"
        self.files[name] = printable(source).encode()
        return name

    def _figure(self, source: str, part: NotebookPart) -> str:
        alt = part.alt.strip()
        if not alt:
            log.warning("%s: a figure has no alternative text", part.label)
            alt = part.caption or NO_ALT
        caption = f", caption: [{escape(part.caption)}]" if part.caption else ""
        width = f", width: {part.width * 0.75:g}pt" if part.width else ""
        name = quote(self._keep(source))
        return f"#report-figure({name}, alt: {quote(alt)}{caption}{width})"

    def _filled(self, fragment: ConvertedText, part: NotebookPart) -> str:
        """Pandoc's Typst with its tokens replaced, but for links."""
        text = _ALONE.sub(
            lambda m: self._picture(fragment.images[int(m[1]) - 1], part, True), fragment.text
        )
        text = _HEADING_LINE.sub(lambda m: self._heading(m, fragment), text)

        def token(match: re.Match[str]) -> str:
            index = int(match[2]) - 1
            if match[1] == "M":
                return quote(say(fragment.math[index]))[1:-1]
            if match[1] == "I":
                return self._picture(fragment.images[index], part, False)
            if match[1] == "L":
                return f"{TOKEN_OPEN}{fragment.links[index]}{TOKEN_CLOSE}"
            return ""

        text = _TOKEN.sub(token, text)
        return text.replace("align(center)[#table(", "align(left)[#table(")

    def _heading(self, match: re.Match[str], fragment: ConvertedText) -> str:
        heading = fragment.headings[int(match[2]) - 1]
        if not match[3].strip():
            return ""
        if heading.level == 1 and not self.outline.entries and not self.first_title:
            self.first_title = " ".join(heading.text.split())
            return ""
        entry = self.outline.add(heading.level, heading.text)
        return f"\n{match[1]}{'=' * (entry.level - 1)} {match[3]} <{entry.id}>\n"

    def _mended(self, markup: str) -> str:
        """A cell's own Typst, with the levels of its headings as those of Markdown are mended."""
        lines, fenced = [], False
        for line in markup.split("\n"):
            fenced ^= line.lstrip().startswith("```")
            found = None if fenced else _TYPST_HEADING.match(line)
            if found is not None:
                entry = self.outline.add(len(found[1]) + 1, found[2])
                line = f"{'=' * (entry.level - 1)} {found[2]}{found[3] or f' <{entry.id}>'}"
            lines.append(line)
        return "\n".join(lines)

    def _picture(self, image: LinkedImage, part: NotebookPart, alone: bool) -> str:
        found = find(image.src, part.attachments, self.folder)
        if isinstance(found, Missing):
            log.warning("%s: image not shown, %s", part.label, found.reason)
            what = f"Image “{image.alt}”" if image.alt else "Image"
            if found.remote and image.src.lower().startswith(("http:", "https:")):
                note = f"{what} not included, because this report fetches nothing"
                return f"#not-shown({quote(note)}, address: {quote(image.src)})"
            return f"#not-shown({quote(what + ' not available')})"
        alt = image.alt.strip() or image.title.strip()
        if not alt:
            log.warning("%s: an image has no alternative text", part.label)
            alt = "Image without a description"
        name, width = self._keep(found.as_svg), _width(image.width)
        if alone:
            return f"#report-figure({quote(name)}, alt: {quote(alt)}{width})"
        return f"#box(image({quote(name)}, alt: {quote(alt)}{width}))"

    def _linked(self, text: str) -> str:
        def link(match: re.Match[str]) -> str:
            entry = self.outline.find(match[1])
            if entry is None:
                log.warning("A link to #%s leads nowhere in this report", match[1])
                return "#"
            return f"#link(<{entry.id}>)"

        return _LINK.sub(link, text)


def _request(part: NotebookPart) -> PandocRequest | None:
    """What pandoc is asked for the text of a part, or None where it is not asked."""
    match part.kind:
        case "markdown" | "html" | "latex":
            return PandocRequest(printable(part.text), part.kind, "typst")
        case _:
            return None


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _width(written: str) -> str:
    """`, width: …` for an HTML width: a number of pixels or a percentage."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(px|%)?\s*", written)
    if match is None or not float(match[1]):
        return ""
    amount = float(match[1])
    return f", width: {min(amount, 100):g}%" if match[2] == "%" else f", width: {amount * 0.75:g}pt"
