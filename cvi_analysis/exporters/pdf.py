"""`jupyter nbconvert --to cvi-pdf`: a notebook as a tagged PDF, through pandoc and Typst."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbconvert.exporters.exporter import Exporter
from nbformat import NotebookNode
from traitlets import Bool, default

from cvi_analysis.exporters import typst
from cvi_analysis.exporters.archive import compact
from cvi_analysis.exporters.book import build_files
from cvi_analysis.exporters.document import Show


class CviPdfExporter(Exporter):
    """A PDF for readers and for record: PDF/UA-1 and PDF/A-2a, letter paper, bookmarks.

    Any executed notebook can be exported. Code is hidden unless `exclude_input` is set to False or
    a cell is tagged `show-input`; cells tagged `remove-cell` or `hide` are left out.
    """

    export_from_notebook = "CVI report (PDF)"
    output_mimetype = "application/pdf"

    exclude_input = Bool(True, help="Leave out the code of code cells.").tag(config=True)
    exclude_output = Bool(False, help="Leave out the outputs of code cells.").tag(config=True)
    exclude_markdown = Bool(False, help="Leave out Markdown cells.").tag(config=True)
    exclude_code_cell = Bool(False, help="Leave out code cells.").tag(config=True)
    exclude_raw = Bool(False, help="Leave out raw cells.").tag(config=True)
    contents = Bool(True, help="A list of sections below the title of a long report.").tag(
        config=True
    )
    optimistic_validation = Bool(True).tag(config=True)

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

    def pdf(self, nb: NotebookNode, resources: Mapping[str, Any]) -> bytes:
        """The PDF of a valid notebook as it stands: no preprocessor runs, nothing is copied.

        Raises:
            BuildError: as for `from_notebook_node`.
        """
        metadata = resources.get("metadata", {})
        folder = Path(metadata.get("path") or ".")
        name = metadata.get("name") or "Notebook"
        files, names = build_files(nb, name, folder, Show.of(self), contents=self.contents)
        return compact(typst.compile_pdf(files, names))
