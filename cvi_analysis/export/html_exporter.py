"""`jupyter nbconvert --to cvi-html`: a notebook as one accessible page that fetches nothing."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from nbconvert.exporters.templateexporter import TemplateExporter
from nbformat import NotebookNode
from traitlets import Bool, Dict, List, Tuple, Unicode, default

from cvi_analysis import __version__
from cvi_analysis.errors import BuildError
from cvi_analysis.export import html_fragments, pandoc_process
from cvi_analysis.export.headings import About, Entry, Outline, about
from cvi_analysis.export.images import Picture, inlined, is_svg, picture
from cvi_analysis.export.notebook_parts import Part, Show, parts
from cvi_analysis.export.page_head import PLACEHOLDER, design, squeezed, stated


@dataclass
class Page:
    """What the template lays out. All is text to escape but `body` and the styles."""

    about: About
    title: str
    lead: str
    rest: str
    kicker: str
    language: str
    body: str
    styles: str
    design: str
    contents: list[Entry]
    links: Sequence[tuple[str, str]]
    policy: str = PLACEHOLDER
    generator: str = field(default=f"cvi-analysis {__version__}")


def build_page(
    notebook: Any,
    name: str,
    folder: Path,
    show: Show,
    *,
    links: Sequence[tuple[str, str]],
    row_links: Mapping[str, str],
) -> Page:
    """The page of `notebook`, ready for the template.

    Args:
        notebook: a notebook node or its JSON.
        name: the notebook's file name without its ending.
        folder: where relative image addresses start.
        show: what to leave out.
        links: words and address of each page or file that the page leads to from its top.
        row_links: the address that a row of a table leads to, by the words of its heading.
    """
    who = about(notebook, name)
    found = list(parts(notebook, "html", show))
    body = _Body(folder, who.title)
    html = body.render(found)
    html = html_fragments.linked(html, body.outline)
    html = html_fragments.rows_linked(html, row_links)
    html, styles = html_fragments.without_styles(html)
    title = who.title or body.first_title or who.name
    lead, rest = who.lead(title)
    return Page(
        about=who,
        title=title,
        lead=lead,
        rest=rest,
        kicker=who.kicker(title, body.first_title),
        language=who.language,
        body=html,
        styles=squeezed(styles),
        design=design(),
        contents=[entry for entry in body.outline.entries if entry.level <= 3],
        links=links,
    )


class _Body:
    def __init__(self, folder: Path, title: str) -> None:
        self.folder = folder
        self.outline = Outline()
        self.title = title
        self.first_title = ""
        self._figures = itertools.count(1)
        self._tables = itertools.count(1)
        self._converted: dict[pandoc_process.Request, str] = {}

    def render(self, found: list[Part]) -> str:
        wanted = [request for part in found for request in _requests(part)]
        answers = pandoc_process.shared.convert(wanted)
        self._converted = {
            request: answer.text for request, answer in zip(wanted, answers, strict=True)
        }
        sections = []
        for number, group in itertools.groupby(found, key=lambda part: part.cell):
            inside = "\n".join(filter(None, (self.part(part) for part in group)))
            if inside:
                sections.append(f'<div class="cell" id="cell-{number}">\n{inside}\n</div>')
        return "\n".join(sections)

    def part(self, part: Part) -> str:
        try:
            return self._part(part)
        except BuildError as error:
            raise BuildError(f"{part.label}: {error}") from error

    def _part(self, part: Part) -> str:
        match part.kind:
            case "markdown" | "latex":
                html = self._converted[_requests(part)[0]]
                return self._flow(html_fragments.from_markdown(html, f"c{part.cell}-"), part)
            case "html":
                return self._flow(part.text, part)
            case "svg":
                return self._svg(part)
            case "image":
                return self._image(part)
            case "code":
                return f'<pre class="code"><code>{escape(part.text, quote=False)}</code></pre>'
            case "stream":
                return _stream(part)
            case "error":
                return _error(part)
            case _:
                return f'<pre class="plain">{escape(part.text, quote=False)}</pre>'

    def _flow(self, html: str, part: Part) -> str:
        html = html_fragments.contained(html, part.attachments, self.folder, part.label)
        html = html_fragments.mended(html, self.outline, self._becomes_title)
        return html_fragments.tabled(html, lambda: next(self._tables)).strip()

    def _becomes_title(self, text: str) -> bool:
        if self.first_title:
            return False
        self.first_title = text
        return True

    def _svg(self, part: Part) -> str:
        if not is_svg(part.text):
            return self._next_form(part)
        drawing = inlined(part.text, f"fig-{next(self._figures)}", _alt(part))
        return _figure(drawing, part.caption)

    def _image(self, part: Part) -> str:
        found = picture(part.text, part.data)
        if not isinstance(found, Picture):
            return self._next_form(part)
        width = f' width="{part.width}"' if part.width else ""
        image = f'<img src="{found.data_uri}" alt="{escape(_alt(part))}"{width}>'
        return _figure(image, part.caption)

    def _next_form(self, part: Part) -> str:
        return self._part(part.others[0]) if part.others else ""


def _requests(part: Part) -> list[pandoc_process.Request]:
    if part.kind == "markdown":
        return [pandoc_process.Request(part.text, "markdown", "html")]
    return [pandoc_process.Request(part.text, "latex", "html")] if part.kind == "latex" else []


def _alt(part: Part) -> str:
    if part.alt.strip():
        return part.alt
    html_fragments.log.warning("%s: a figure has no alternative text", part.label)
    return part.caption or html_fragments.NO_ALT


def _figure(content: str, caption: str) -> str:
    below = f"\n<figcaption>{escape(caption, quote=False)}</figcaption>" if caption else ""
    return f'<figure class="chart" tabindex="0">\n{content}{below}\n</figure>'


def _stream(part: Part) -> str:
    text = escape(part.text, quote=False)
    kind = "stderr" if part.language == "stderr" else "stdout"
    name = '<p class="stream-name">Messages from the code</p>' if kind == "stderr" else ""
    return f'<div class="stream {kind}">{name}<pre>{text}</pre></div>'


def _error(part: Part) -> str:
    trace = (
        f"<details><summary>Where it happened</summary><pre>{escape(part.text, quote=False)}</pre>"
        "</details>"
        if part.text
        else ""
    )
    return (
        '<div class="error"><p><strong>This cell stopped with an error.</strong> '
        f"<code>{escape(part.caption, quote=False)}</code></p>{trace}</div>"
    )


TEMPLATES = Path(__file__).parent / "templates"


class CviHtmlExporter(TemplateExporter):
    """A self-contained page: no script of its own, no address fetched, readable without sight.

    Any executed notebook can be exported. Code is hidden unless `exclude_input` is set to False or
    a cell is tagged `show-input`; cells tagged `remove-cell` or `hide` are left out.
    """

    export_from_notebook = "CVI report (HTML)"
    output_mimetype = "text/html"

    exclude_input = Bool(True, help="Leave out the code of code cells.").tag(config=True)
    links = List(
        Tuple(Unicode(), Unicode()),
        help="Words and address of each page or file that the page leads to from its top.",
    ).tag(config=True)
    row_links = Dict(
        key_trait=Unicode(),
        value_trait=Unicode(),
        help="The address that a row of a table leads to, by the words of its heading.",
    ).tag(config=True)
    optimistic_validation = Bool(True).tag(config=True)

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    @default("template_name")
    def _template_name_default(self) -> str:
        return "cvi"

    @default("template_extension")
    def _template_extension_default(self) -> str:
        return ".html.j2"

    @default("template_paths")
    def _own_template_paths(self) -> list[str]:
        if self.template_name == "cvi":
            return [*self.extra_template_paths, str(TEMPLATES / "cvi")]
        return list(self._template_paths())

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
    ) -> str:
        """The page of a valid notebook as it stands: no preprocessor runs, nothing is copied.

        Args:
            nb: the notebook.
            resources: nbconvert's, for the notebook's name and folder.
            links: for this page, in place of the option `links`.
            row_links: for this page, in place of the option `row_links`.

        Raises:
            BuildError: as for `from_notebook_node`.
        """
        metadata = resources.get("metadata", {})
        folder = Path(metadata.get("path") or ".")
        page = build_page(
            nb,
            metadata.get("name") or "Notebook",
            folder,
            Show.of(self),
            links=self.links if links is None else links,
            row_links=self.row_links if row_links is None else row_links,
        )
        return stated(self.template.render(nb=nb, resources=resources, page=page))
