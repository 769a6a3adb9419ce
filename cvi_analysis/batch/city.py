"""Building one city's report: execute the notebook, render it, hand back the bytes.

`build_city` is the unit of work of every executor. It reads nothing but its order and writes
nothing but a private temporary folder, so it can run in a worker process or on another machine.
"""

from __future__ import annotations

import os
import tempfile
import time
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

import nbformat

from cvi_analysis import __edition__, paths
from cvi_analysis.batch import installed, rendering
from cvi_analysis.batch.attached_data import attached
from cvi_analysis.batch.execution import NotebookError, run_notebook
from cvi_analysis.batch.fingerprint import code_sha256, sha256
from cvi_analysis.batch.normalize import normalize, to_bytes
from cvi_analysis.batch.orders import CityResult, CitySpec, PageSpec, noted
from cvi_analysis.calculator.case_file import properties
from cvi_analysis.calculator.workbook import workbook
from cvi_analysis.errors import BuildError, CviError
from cvi_analysis.files import refusal
from cvi_analysis.report.document import document
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.handover import (
    INPUTS_VARIABLE,
    annex_inputs,
    cities_inputs,
    city_inputs,
)

Spec = TypeVar("Spec", CitySpec, PageSpec)


@cache
def loaded_code() -> str:
    """Hash of the code that this process has loaded; read once, as the process imports it."""
    return code_sha256()


loaded_code()

INSTALLED = installed.here()
"""The versions that this process has loaded or will load."""


class Stopwatch:
    """Wall seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time spent inside to the stage `name`."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start


def build_city(
    spec: CitySpec,
    *,
    only: Collection[str] | None = None,
    made: Callable[[str, bytes], None] = lambda name, content: None,
) -> CityResult:
    """The report of one city as bytes by file name; see `attempt` for failures.

    Args:
        spec: the order.
        only: endings of those of its files to make, each as the whole order would have it; None
            for all. A PDF carries the data and the workbook, so they are to be among them.
        made: called with each file's name and content as soon as it is made.
    """
    return attempt(spec, partial(_build, only=only, made=made))


def unfit(code: str, versions: Mapping[str, str]) -> str | None:
    """Why this process must not do a sender's orders, or None.

    Args:
        code: `fingerprint.code_sha256()` of the sender.
        versions: `installed.versions()` of the sender.
    """
    if code != loaded_code():
        return (
            "this worker runs other code than the sender. "
            "Install the same version of the package on every machine."
        )
    if unlike := installed.unlike(versions, INSTALLED):
        named = ", ".join(unlike[:5]) + (", …" if len(unlike) > 5 else "")
        return (
            f"this worker has other versions than the sender ({named}). "
            "Install the same versions on every machine, from requirements.lock."
        )
    return None


def attempt(spec: Spec, work: Callable[[Spec, Stopwatch], dict[str, bytes]]) -> CityResult:
    """What `work` makes of an order; never raises for a failing report.

    A result with `error` says which cell failed and how. KeyboardInterrupt goes through.
    """
    watch = Stopwatch()
    try:
        if why := unfit(spec.code, spec.installed):
            raise BuildError(f"{spec.slug}: {why}")
        with noted() as notes:
            files = work(spec, watch)
    except CviError as error:
        return CityResult(
            spec.slug,
            error=str(error),
            detail=getattr(error, "detail", ""),
            executed=getattr(error, "executed", ""),
            seconds=watch.seconds,
        )
    except Exception as error:
        told = refusal(error) if isinstance(error, OSError) else None
        message = f"{spec.slug}: {told or f'{type(error).__name__}: {error}'}"
        return CityResult(
            spec.slug, error=message, detail=traceback.format_exc(), seconds=watch.seconds
        )
    digests = {name: sha256(content) for name, content in files.items()}
    return CityResult(
        spec.slug, files=files, digests=digests, notes=tuple(notes), seconds=watch.seconds
    )


def _build(
    spec: CitySpec,
    watch: Stopwatch,
    *,
    only: Collection[str] | None,
    made: Callable[[str, bytes], None],
) -> dict[str, bytes]:
    dossier = Dossier.model_validate_json(spec.dossier)
    with watch.stage("document"):
        result = document(dossier)
    with _of_file(spec), watch.stage("execute"):
        notebook = execute(spec, dossier)
    notebook.metadata["cvi"] = report_metadata(dossier)
    beside = links(spec.slug, spec.formats)
    page = partial(rendering.render_html, row_links=peer_links(dossier), with_code=spec.with_code)
    makers: dict[str, tuple[str, Callable[[], bytes]]] = {
        "ipynb": ("notebook", lambda: to_bytes(notebook)),
        "html": ("html", lambda: page(notebook, links=beside)),
        "docx": ("word", lambda: rendering.render_word(notebook, properties=properties(dossier))),
        "xlsx": ("workbook", lambda: workbook(dossier, result)),
        "json": ("document", result.to_bytes),
        # Last, because the PDF carries the data and the workbook.
        "pdf": (
            "pdf",
            lambda: rendering.render_pdf(notebook, attached=attached(spec.slug, files)),
        ),
    }
    files: dict[str, bytes] = {}
    for ending, (stage, make) in makers.items():
        if ending in spec.formats and (only is None or ending in only):
            name = f"{spec.slug}.{ending}"
            with _of_file(spec), watch.stage(stage):
                files[name] = make()
            made(name, files[name])
    return files


@contextmanager
def _of_file(spec: CitySpec) -> Iterator[None]:
    """Name the file of somebody's own notebook in a message on a cell of it."""
    try:
        yield
    except NotebookError as error:
        if spec.source is None:
            raise
        place = f"{spec.source.name}, {error.place}"
        raise NotebookError(place, error.reason, error.detail, error.executed) from error
    except BuildError as error:
        if spec.source is None:
            raise
        raise BuildError(f"{spec.source.name}, {error}") from error


def execute(spec: CitySpec, dossier: Dossier) -> nbformat.NotebookNode:
    """The executed, normalized notebook of an order.

    Raises:
        BuildError: a cell failed, ran too long or ended its kernel; the message names it.
    """
    parameters: dict[str, Any] = {"city": dossier.city.slug, "scenario": dossier.scenario.base}
    if dossier.scenario.overrides:
        parameters["assumptions"] = dict(dossier.scenario.overrides)
    return _run(spec, parameters, city_inputs(spec.dossier, dossier.ranges, spec.formats))


def _run(
    spec: CitySpec | PageSpec, parameters: Mapping[str, Any], inputs: str
) -> nbformat.NotebookNode:
    """The order's notebook, executed on these inputs (see `report.handover`) and normalized."""
    source = spec.source if isinstance(spec, CitySpec) else None
    folder = paths.notebooks() if source is None else source.parent
    with tempfile.TemporaryDirectory(prefix="inputs-") as temporary:
        file = Path(temporary) / "inputs.json"
        file.write_text(inputs, encoding="utf-8")
        executed = run_notebook(
            nbformat.reads(spec.notebook, as_version=4),  # type: ignore[no-untyped-call]
            parameters,
            engine=spec.run.engine,
            timeout=spec.run.timeout,
            memory=spec.run.memory,
            env={INPUTS_VARIABLE: os.fspath(file), **_root(source)},
            cwd=folder if folder.is_dir() else Path(temporary),
        )
    return normalize(executed.nb)


_FILES = {"pdf": "PDF", "docx": "Word", "xlsx": "Excel workbook", "json": "Data (JSON)"}


def _root(source: Path | None) -> dict[str, str]:
    """A notebook that lies elsewhere finds the project by this."""
    return {} if source is None else {"CVI_ROOT": os.fspath(paths.root())}


def links(slug: str, formats: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Where a city's page leads: words and address of what lies beside it in its folder.

    All of it is there whatever else was built, and was built from the same inputs. The page with
    all cities side by side need not be: the index knows, and leads on to it.
    """
    files = ((words, f"{slug}.{ending}") for ending, words in _FILES.items() if ending in formats)
    pages = ("All cities", "index.html"), ("Comparison", "index.html#all"), ("Annex", "annex.html")
    return (*pages, *files)


def peer_links(dossier: Dossier) -> dict[str, str]:
    """Where a city's page leads from other cities' names: through the index to their reports.

    The index knows which of them are there, and its script leads on.
    """
    return {f"{peer.name}, {peer.state}": f"index.html?city={peer.slug}" for peer in dossier.peers}


def report_metadata(dossier: Dossier) -> dict[str, Any]:
    """What the exporters put into titles, running heads and the PDF's metadata."""
    city, scenario = dossier.city, dossier.scenario
    place = f"{city.city}, {city.state}" if city.state else city.city
    return {
        "title": f"{place}: community violence intervention profile",
        "subtitle": "People at the highest risk, staff and annual budget",
        "city": city.city,
        "state": city.state,
        "slug": city.slug,
        "scenario": scenario.name,
        "scenario_title": scenario.title,
        "language": "en-US",
        "version": dossier.version,
        "date": __edition__,
        "keywords": ["community violence intervention", place, scenario.title],
        "running_head": place if scenario.name == "baseline" else f"{place} · {scenario.title}",
        "provenance": dossier.provenance,
    }


def build_page(spec: PageSpec) -> CityResult:
    """The page as bytes by file name; see `city.attempt` for failures."""
    return attempt(spec, _build_page)


def _build_page(spec: PageSpec, watch: Stopwatch) -> dict[str, bytes]:
    inputs = annex_inputs(spec.annex) if spec.annex else cities_inputs(spec.panels)
    with watch.stage("execute"):
        notebook = _run(spec, spec.parameters, inputs)
    notebook.metadata["cvi"] = dict(spec.metadata)
    with watch.stage("html"):
        page = rendering.render_html(
            notebook, links=spec.links, row_links=spec.row_links, with_code=spec.with_code
        )
        files = {f"{spec.slug}.html": page}
    with watch.stage("pdf"):
        files[f"{spec.slug}.pdf"] = rendering.render_pdf(notebook)
    return files
