"""A notebook as one accessible page that fetches nothing, through pandoc and a template."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from lxml.html import HtmlElement
from nbconvert.exporters.templateexporter import TemplateExporter
from nbformat import NotebookNode
from traitlets import Bool, Dict, List, Tuple, Unicode, default

from cvi_analysis.export import html_fragments
from cvi_analysis.export.folded_code import folded
from cvi_analysis.export.headings import ShownHeading, TitleBlock
from cvi_analysis.export.html_parts import HtmlParts
from cvi_analysis.export.images import Missing, inlined, picture
from cvi_analysis.export.notebook_parts import NotebookPart, ReportOptions, parts
from cvi_analysis.export.page_head import PLACEHOLDER, TEMPLATES, design, squeezed, stated


@dataclass
class Page:
    """What the template lays out. All is text to escape but `body`, `styles` and `design`."""

    about: TitleBlock
    title: str
    lead: str
    rest: str
    kicker: str
    language: str
    body: str
    styles: str
    design: str
    contents: list[ShownHeading]
    links: Sequence[tuple[str, str]]
    generator: str
    policy: str = PLACEHOLDER


class AccessiblePageExporter(ReportOptions, TemplateExporter):
    """A self-contained page: no script of its own, no address fetched, readable without sight.

    Any executed notebook can be exported. Code is hidden unless `exclude_input` is set to False or
    a cell is tagged `show-input`; with `fold_code` it can be opened under what it shows, unless
    the cell is tagged `remove-input`. Cells tagged `remove-cell` or `hide` are left out.
    """

    output_mimetype = "text/html"

    generator = Unicode("", help="What the page says that it was made with.").tag(config=True)
    fold_code = Bool(False, help="Fold hidden code under what it shows.").tag(config=True)
    style_sheets = List(Unicode(), help="Files with style sheets that follow the page's own.").tag(
        config=True
    )
    drawing_font = Unicode(
        "", help="SVG drawings in this font get the class `own`, for which style sheets set it."
    ).tag(config=True)
    links = List(
        Tuple(Unicode(), Unicode()),
        help="Words and address of each page or file that the page leads to from its top.",
    ).tag(config=True)
    row_links = Dict(
        key_trait=Unicode(),
        value_trait=Unicode(),
        help="The address that a row of a table leads to, by the words of its heading.",
    ).tag(config=True)

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    @default("template_name")
    def _template_name_default(self) -> str:
        return "report"

    @default("template_extension")
    def _template_extension_default(self) -> str:
        return ".html.j2"

    @default("extra_template_basedirs")
    def _own_templates_first(self) -> list[str]:
        return [str(TEMPLATES), str(Path.cwd())]

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: Any = None, **kw: Any
    ) -> tuple[str, Any]:
        """The page of `nb` as text, and nbconvert's resources.

        Raises:
            BuildError: a part of the notebook can not be converted; the message names its cell.
        """
        # The grandparent copies and preprocesses; TemplateExporter would then render the notebook
        # itself, where we render the page made of it.
        nb_copy, resources = super(TemplateExporter, self).from_notebook_node(nb, resources, **kw)
        return self.page(nb_copy, resources), resources

    def page(
        self,
        nb: NotebookNode,
        resources: Mapping[str, Any],
        *,
        links: Sequence[tuple[str, str]] | None = None,
        row_links: Mapping[str, str] | None = None,
        fold_code: bool | None = None,
    ) -> str:
        """The page of a valid notebook as it stands: no preprocessor runs, nothing is copied.

        Args:
            nb: the notebook.
            resources: nbconvert's, for the notebook's name and folder.
            links: for this page, in place of the option `links`.
            row_links: for this page, in place of the option `row_links`.
            fold_code: for this page, in place of the option `fold_code`.

        Raises:
            BuildError: as for `from_notebook_node`.
        """
        metadata = resources.get("metadata", {})
        name = metadata.get("name") or "Notebook"
        who = TitleBlock.of(nb, name, self.metadata_key, self.author)
        body = _Body(Path(metadata.get("path") or "."), self.drawing_font)
        fold = self.fold_code if fold_code is None else fold_code
        body.add(list(parts(nb, "html", self, fold=fold)))
        styles = squeezed(body.finished(self.row_links if row_links is None else row_links))
        title = who.title or body.first_title or who.name
        lead, rest = who.lead(title)
        page = Page(
            about=who,
            title=title,
            lead=lead,
            rest=rest,
            kicker=who.kicker(title, body.first_title),
            language=who.language,
            body=body.html(),
            styles=styles,
            design=design(*map(Path, self.style_sheets)),
            contents=[entry for entry in body.outline.entries if entry.level <= 3],
            links=self.links if links is None else links,
            generator=self.generator,
        )
        return stated(self.template.render(nb=nb, resources=resources, page=page))


_OPTIONAL_ENDS = re.compile(
    r"</td>(?=<t[dh]\b|</tr>)|</th>(?=<t[dh]\b|</tr>)"
    r"|</tr>\s*(?=<tr\b|</t(?:head|body)>)|</li>\s*(?=<li\b|</[ou]l>)"
)
"""End tags that HTML lets be left out, a fiftieth of a page with long tables."""


class _Body(HtmlParts):
    """The parts of one notebook, each in the division of its cell."""

    def __init__(self, folder: Path, drawing_font: str) -> None:
        super().__init__(folder)
        self._font = drawing_font
        self._cells: list[tuple[int, list[str | HtmlElement]]] = []
        self._figures = 0
        self._tables = itertools.count(1)
        self._charts = itertools.count(1)

    def add(self, found: list[NotebookPart]) -> None:
        self._ask(found)
        for number, group in itertools.groupby(found, key=lambda part: part.cell):
            self._cells.append((number, [self._named(part) for part in group]))

    def finished(self, row_links: Mapping[str, str]) -> str:
        """Resolve links, now that all headings are known; the style sheets taken out of cells."""
        pieces = [piece for _, inside in self._cells for piece in inside]
        trees = [piece for piece in pieces if not isinstance(piece, str)]
        numbers = [f"cell-{number}" for number, _ in self._cells]
        html_fragments.link(trees, [*numbers, "main", "title", "contents"], self.outline)
        html_fragments.link_rows(trees, row_links)
        return html_fragments.style_sheets(trees)

    def html(self) -> str:
        """The whole body as markup."""
        sections = []
        for number, pieces in self._cells:
            written = (
                p if isinstance(p, str) else _OPTIONAL_ENDS.sub("", html_fragments.written(p))
                for p in pieces
            )
            if inside := "\n".join(filter(None, written)):
                sections.append(f'<div class="cell" id="cell-{number}">\n{inside}\n</div>')
        return "\n".join(sections)

    def _part(self, part: NotebookPart) -> str | HtmlElement:
        text = escape(part.text, quote=False)
        match part.kind:
            case "markdown" | "latex":
                return self._flow(self._text(part), part)
            case "html":
                return self._flow(html_fragments.read(part.text), part)
            case "svg":
                name = f"fig-{self._figures + 1}"
                drawing, finding = inlined(part.text, name, _alt(part), self._font)
                self._figures += bool(drawing)
                return self._figure(part, drawing, finding) if drawing else self._next_form(part)
            case "image":
                found = picture(part.text, part.data)
                if isinstance(found, Missing):
                    return self._next_form(part)
                width = f' width="{part.width}"' if part.width else ""
                image = f'<img src="{found.data_uri}" alt="{escape(_alt(part))}"{width}>'
                return self._figure(part, image)
            case "code":
                return f'<pre class="code"><code>{text}</code></pre>'
            case "folded":
                return folded(part.text, part.caption, part.language, part.cell, part.uses)
            case "stream":
                messages = part.language == "stderr"
                name = '<p class="stream-name">Messages from the code</p>' if messages else ""
                kind = "stderr" if messages else "stdout"
                return f'<div class="stream {kind}">{name}<pre>{text}</pre></div>'
            case "error":
                return _error(part)
            case _:
                return f'<pre class="plain">{text}</pre>'

    def _figure(self, part: NotebookPart, content: str, finding: str = "") -> str:
        """A frame that scrolls where it is narrower than what it holds, by keyboard too."""
        if not part.alt.strip():
            html_fragments.log.warning("%s: a figure has no alternative text", part.label)
        # The text alternative begins with it, so it is not said twice.
        above = escape(finding, quote=False)
        above = f'<p class="finding" aria-hidden="true">{above}</p>\n' if finding else ""
        caption = escape(part.caption, quote=False)
        below = f"\n<figcaption>{caption}</figcaption>" if caption else ""
        frame = f'class="chart" tabindex="0" aria-label="Chart {next(self._charts)}"'
        return f"<figure {frame}>\n{above}{content}{below}\n</figure>"

    def _flow(self, root: HtmlElement, part: NotebookPart) -> HtmlElement:
        html_fragments.contain(root, part.attachments, self._folder, part.label)
        html_fragments.mend(root, self.outline, self._becomes_title)
        html_fragments.arrange(root, lambda: next(self._tables))
        return root


def _alt(part: NotebookPart) -> str:
    return part.alt if part.alt.strip() else part.caption or html_fragments.NO_ALT


def _error(part: NotebookPart) -> str:
    text, caption = escape(part.text, quote=False), escape(part.caption, quote=False)
    trace = f"<details><summary>Where it happened</summary><pre>{text}</pre></details>"
    return (
        '<div class="error"><p><strong>This cell stopped with an error.</strong> '
        f"<code>{caption}</code></p>{trace if text else ''}</div>"
    )
