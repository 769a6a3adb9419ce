"""`jupyter nbconvert --to cvi-html`: a notebook as one accessible page that fetches nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nbconvert.exporters.templateexporter import TemplateExporter
from nbformat import NotebookNode
from traitlets import Bool, Dict, List, Tuple, Unicode, default

from cvi_analysis.exporters.document import Show
from cvi_analysis.exporters.page import build_page
from cvi_analysis.exporters.policy import stated

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
