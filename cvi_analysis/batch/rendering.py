"""Executed notebooks as reports in our design, by exporters that a process keeps warm.

It takes seconds to import: only what renders does so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from cvi_analysis.batch.house_style import CviHtmlExporter, CviPdfExporter, CviWordExporter
from cvi_analysis.export.typst_compiler import AttachedFile


def render_html(
    notebook: Any,
    *,
    folder: Path | str = ".",
    name: str = "Notebook",
    links: Sequence[tuple[str, str]] = (),
    row_links: Mapping[str, str] | None = None,
    with_code: bool = True,
) -> bytes:
    """The page of an executed notebook, by an exporter that this process keeps warm.

    Args:
        notebook: a valid notebook node (`nbformat.read`); it is not changed.
        folder: where relative image addresses in Markdown start.
        name: the notebook's file name without its ending; a title of last resort.
        links: words and address of each page or file that the page leads to from its top.
        row_links: the address that a row of a table leads to, by the words of its heading.
        with_code: fold the code under what it shows, rather than leave it out.

    Raises:
        BuildError: a part of the notebook can not be converted; the message names its cell.
    """
    resources = _resources(folder, name)
    page = html_exporter().page(
        notebook, resources, links=links, row_links=row_links, fold_code=with_code
    )
    return page.encode("utf-8")


def render_pdf(
    notebook: Any,
    *,
    folder: Path | str = ".",
    name: str = "Notebook",
    attached: Sequence[AttachedFile] = (),
) -> bytes:
    """The PDF (PDF/UA-1 and PDF/A-3a) of an executed notebook.

    Args:
        notebook: as for `render_html`.
        folder: as for `render_html`.
        name: as for `render_html`.
        attached: files that it carries inside.

    Raises:
        BuildError: Typst or pandoc refuse a part of the notebook; the message names its cell.
    """
    return pdf_exporter().pdf(notebook, _resources(folder, name), attached)


def render_word(
    notebook: Any,
    *,
    folder: Path | str = ".",
    name: str = "Notebook",
    properties: Mapping[str, str] | None = None,
) -> bytes:
    """The Word document of an executed notebook.

    Args:
        notebook: as for `render_html`.
        folder: as for `render_html`.
        name: as for `render_html`.
        properties: texts that it carries under names, shown on no page.

    Raises:
        BuildError: Typst or pandoc refuse a part of the notebook; the message names its cell.
    """
    return word_exporter().document(notebook, _resources(folder, name), properties)


def prepare() -> None:
    """Import nbconvert and set up what renders pages and PDFs, so that the first takes no longer.

    Starts no thread and no process: a process that did this can be forked.
    """
    html_exporter()
    pdf_exporter()


def _resources(folder: Path | str, name: str) -> dict[str, Any]:
    return {"metadata": {"name": name, "path": str(folder)}}


@lru_cache  # Not `cache`, see `fresh_code.forget_files`: Jinja looks for changed templates itself.
def html_exporter() -> CviHtmlExporter:
    """This process's exporter of pages."""
    return CviHtmlExporter()  # type: ignore[no-untyped-call]


@lru_cache
def pdf_exporter() -> CviPdfExporter:
    """This process's exporter of PDFs."""
    return CviPdfExporter()  # type: ignore[no-untyped-call]


@lru_cache
def word_exporter() -> CviWordExporter:
    """This process's exporter of Word documents."""
    return CviWordExporter()  # type: ignore[no-untyped-call]
