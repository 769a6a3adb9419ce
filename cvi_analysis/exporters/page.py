"""A notebook as the content of one HTML page, ready for the template."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from cvi_analysis import __version__
from cvi_analysis.errors import BuildError
from cvi_analysis.exporters import markup, pandoc, svg
from cvi_analysis.exporters.document import About, Part, Show, about, parts
from cvi_analysis.exporters.images import Picture, picture
from cvi_analysis.exporters.outline import Entry, Outline
from cvi_analysis.exporters.policy import PLACEHOLDER


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
    html = markup.linked(html, body.outline)
    html = markup.rows_linked(html, row_links)
    html, styles = markup.without_styles(html)
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
        self._converted: dict[pandoc.Request, str] = {}

    def render(self, found: list[Part]) -> str:
        wanted = [request for part in found for request in _requests(part)]
        answers = pandoc.shared.convert(wanted)
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
                return self._flow(markup.from_markdown(html, f"c{part.cell}-"), part)
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
        html = markup.contained(html, part.attachments, self.folder, part.label)
        html = markup.mended(html, self.outline, self._becomes_title)
        return markup.tabled(html, lambda: next(self._tables)).strip()

    def _becomes_title(self, text: str) -> bool:
        if self.first_title:
            return False
        self.first_title = text
        return True

    def _svg(self, part: Part) -> str:
        if not svg.is_svg(part.text):
            return self._next_form(part)
        drawing = svg.inlined(part.text, f"fig-{next(self._figures)}", _alt(part))
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


def squeezed(sheet: str) -> str:
    """A style sheet without comments and the space that only its author needs."""
    sheet = re.sub(r"/\*.*?\*/", "", sheet, flags=re.S)
    return re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r"\s+", " ", sheet)).replace(";}", "}").strip()


@cache
def design() -> str:
    """The style sheet of every page, squeezed."""
    return squeezed((Path(__file__).parent / "templates/cvi/report.css").read_text("utf-8"))


def _requests(part: Part) -> list[pandoc.Request]:
    if part.kind == "markdown":
        return [pandoc.Request(part.text, "markdown", "html")]
    return [pandoc.Request(part.text, "latex", "html")] if part.kind == "latex" else []


def _alt(part: Part) -> str:
    if part.alt.strip():
        return part.alt
    markup.log.warning("%s: a figure has no alternative text", part.label)
    return part.caption or markup.NO_ALT


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
