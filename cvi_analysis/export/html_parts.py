"""The parts of a notebook as HTML: what the page and the Word document do alike."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

from lxml.html import HtmlElement

from cvi_analysis.errors import BuildError
from cvi_analysis.export import html_fragments, pandoc_process
from cvi_analysis.export.headings import Outline
from cvi_analysis.export.notebook_parts import NotebookPart


class HtmlParts(ABC):
    """Markup for each part of one notebook, and trees for what is still to be changed.

    Attributes:
        outline: the headings met so far.
        first_title: the first heading of the first level, which becomes the title; "" before it.
    """

    def __init__(self, folder: Path) -> None:
        self.outline = Outline()
        self.first_title = ""
        self._folder = folder

    @abstractmethod
    def _part(self, part: NotebookPart) -> str | HtmlElement:
        """One part laid out."""

    @staticmethod
    def _ask(found: Sequence[NotebookPart]) -> None:
        """Have pandoc convert all texts in one batch, which it keeps for `_text`."""
        requests = (_request(part) for part in found)
        pandoc_process.shared.convert([request for request in requests if request])

    def _named(self, part: NotebookPart) -> str | HtmlElement:
        """A part laid out; an error names its cell."""
        try:
            return self._part(part)
        except BuildError as error:
            raise BuildError(f"{part.label}: {error}") from error

    def _text(self, part: NotebookPart) -> HtmlElement:
        """A part of Markdown or LaTeX as a fragment."""
        request = _request(part)
        assert request is not None
        html = pandoc_process.shared.convert([request])[0].text
        return html_fragments.from_markdown(html, f"c{part.cell}-")

    def _next_form(self, part: NotebookPart) -> str | HtmlElement:
        """What stands in for a part that turned out to be empty."""
        return self._part(part.others[0]) if part.others else ""

    def _becomes_title(self, text: str) -> bool:
        if self.first_title:
            return False
        self.first_title = text
        return True


def _request(part: NotebookPart) -> pandoc_process.PandocRequest | None:
    """What pandoc is asked for the text of a part, or None where it is not asked."""
    if part.kind == "markdown" or part.kind == "latex":
        return pandoc_process.PandocRequest(part.text, part.kind, "html")
    return None
