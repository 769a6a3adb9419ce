"""Building one page on many cities: execute its notebook, render it, hand back the bytes."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import nbformat

from cvi_analysis import paths
from cvi_analysis.batch import rendering
from cvi_analysis.batch.execution import run_notebook
from cvi_analysis.batch.normalize import normalize
from cvi_analysis.build.city import Stopwatch, attempt
from cvi_analysis.build.spec import CityResult, PageSpec
from cvi_analysis.compare.panel import PANELS_VARIABLE


def build_page(spec: PageSpec) -> CityResult:
    """The page as bytes by file name; see `city.attempt` for failures."""
    return attempt(spec, _build)


def _build(spec: PageSpec, watch: Stopwatch) -> dict[str, bytes]:
    with watch.stage("execute"):
        notebook = _execute(spec)
    notebook.metadata["cvi"] = dict(spec.metadata)
    with watch.stage("html"):
        page = rendering.render_html(notebook, links=spec.links, row_links=spec.row_links)
        files = {f"{spec.slug}.html": page}
    with watch.stage("pdf"):
        files[f"{spec.slug}.pdf"] = rendering.render_pdf(notebook)
    return files


def _execute(spec: PageSpec) -> nbformat.NotebookNode:
    folder = paths.notebooks()
    with tempfile.TemporaryDirectory(prefix="page-") as temporary:
        prepared = Path(temporary) / "panels.json"
        prepared.write_text(json.dumps(spec.panels), encoding="utf-8")
        executed = run_notebook(
            nbformat.reads(spec.notebook, as_version=4),  # type: ignore[no-untyped-call]
            spec.parameters,
            engine=spec.engine,
            timeout=spec.timeout,
            memory=spec.memory,
            env={PANELS_VARIABLE: os.fspath(prepared)},
            cwd=folder if folder.is_dir() else Path(temporary),
        )
    return normalize(executed.nb)
