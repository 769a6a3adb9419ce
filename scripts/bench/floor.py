"""The floor: the same charts drawn and the same pages compiled, by processes already warm.

No Jupyter, no HTML, no writing. First `prepare` takes from built reports what is to be drawn and
compiled, untimed; then `run` does it and checks that charts and PDFs are the reports' own, byte for
byte. Run as `python -m scripts.bench.floor`.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from pathlib import Path
from threading import Barrier
from typing import Any

import nbformat

from cvi_analysis.batch.attached_data import attached
from cvi_analysis.batch.rendering import pdf_exporter
from cvi_analysis.display.svg_chart import SVG, Chart
from cvi_analysis.errors import BuildError
from cvi_analysis.export.typst_compiler import compact, compile_pdf
from cvi_analysis.report.dossier import Dossier
from cvi_analysis.report.library import Library
from scripts.notebook_cells import Cells, compiled, sources


class Work:
    """What is to be drawn and compiled for one city.

    Args:
        slug: the city.
        data: as `prepare` made it.
    """

    def __init__(self, slug: str, data: dict[str, Any]) -> None:
        self.slug = slug
        self.files = {name: text.encode() for name, text in data["files"].items()}
        self.names: dict[str, str] = data["names"]
        self._drawing = Drawing(Dossier.model_validate_json(data["dossier"]))

    def draw(self) -> list[str]:
        """The SVG of all charts."""
        return self._drawing.again()

    def compile(self) -> bytes:
        """The PDF."""
        return compile_pdf(self.files, self.names, pdf_exporter().font_folders)


class Drawing:
    """The cells of the notebook that draw, ready to draw one city's charts as often as asked.

    All cells are run once, so that what the drawing ones need is there.
    """

    def __init__(self, dossier: Dossier) -> None:
        code = compiled(sources())
        self._cells = Cells(dossier)
        shown = self._cells.run_all(code)
        drawing = (name for name, blocks in shown.items() if any(map(_draws, blocks)))
        self._code = {name: code[name] for name in drawing}

    def again(self) -> list[str]:
        """Draw everything once more: the SVG of each chart."""
        shown = (self._cells.run(name, cell) for name, cell in self._code.items())
        return [block.svg() for blocks in shown for block in blocks if _draws(block)]


def _draws(block: Any) -> bool:
    return isinstance(block, Chart)


def prepare(folder: Path, target: Path) -> None:
    """Write to `target` what the reports in `folder` are drawn and compiled from.

    Raises:
        BuildError: the cells do not draw the charts that the reports show.
    """
    library = Library.load()
    found: dict[str, Any] = {}
    for path in sorted(folder.glob("*.ipynb")):
        dossier = library.dossier(path.stem)
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        shown = [
            output["data"][SVG]
            for cell in notebook.cells
            for output in cell.get("outputs", ())
            if SVG in output.get("data", ())
        ]
        if Drawing(dossier).again() != shown:
            raise BuildError(f"{path.stem}: the cells draw other charts than the report shows")
        (files, names), plain = _compiled(notebook, path.with_suffix(".pdf"))
        found[path.stem] = {
            "dossier": dossier.to_json(),
            "files": {name: content.decode() for name, content in files.items()},
            "names": names,
            "pdf": sha256(plain).hexdigest(),
        }
    target.write_text(json.dumps(found), encoding="utf-8")


def _compiled(notebook: Any, report: Path) -> tuple[tuple[Any, Any], bytes]:
    """What the PDF exporter gives to Typst for a notebook, and what Typst makes of it.

    Raises:
        BuildError: the exporter's PDF is not the report's.
    """
    beside = (report.with_suffix(ending) for ending in (".json", ".xlsx"))
    files = {path.name: path.read_bytes() for path in beside if path.is_file()}
    source = pdf_exporter().sources(notebook, {}, attached(report.stem, files))
    plain = compile_pdf(*source, pdf_exporter().font_folders)
    if compact(plain) != report.read_bytes():
        raise BuildError(f"{report.stem}: the PDF of its notebook is not the report's")
    return source, plain


_todo: dict[str, Work] = {}


def _begin(source: str, barrier: Barrier) -> None:
    """Read the work and do one city's, so that everything is loaded; then wait for the others."""
    try:
        data = json.loads(Path(source).read_text(encoding="utf-8"))
        first = next(iter(data))
        rehearsal = Work(first, data[first])
        rehearsal.draw()
        rehearsal.compile()
        _todo.update((slug, Work(slug, item)) for slug, item in data.items())
    except BaseException:
        barrier.abort()
        raise
    barrier.wait()


def _ready() -> None:
    """Started only when all workers have begun."""


def _city(slug: str) -> tuple[float, float, float, str]:
    """Wall seconds of drawing and of compiling, processor seconds of both, the PDF's hash."""
    work, cpu, start = _todo[slug], _cpu(), time.perf_counter()
    work.draw()
    middle = time.perf_counter()
    pdf = work.compile()
    end = time.perf_counter()
    return middle - start, end - middle, _cpu() - cpu, sha256(pdf).hexdigest()


def _cpu() -> float:
    times = os.times()
    return times.user + times.system


def run(source: Path, jobs: int) -> dict[str, Any]:
    """Draw and compile everything in `source` with `jobs` warm processes.

    Raises:
        BuildError: a PDF is not the one of the report.
    """
    wanted = {slug: item["pdf"] for slug, item in json.loads(source.read_text("utf-8")).items()}
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(jobs + 1)
    with ProcessPoolExecutor(
        jobs, mp_context=context, initializer=_begin, initargs=(str(source), barrier)
    ) as pool:
        waiting = [pool.submit(_ready) for _ in range(jobs)]
        barrier.wait(300)
        for future in waiting:
            future.result()
        start = time.perf_counter()
        done = list(pool.map(_city, wanted))
        seconds = time.perf_counter() - start
    for slug, city in zip(wanted, done, strict=True):
        if city[3] != wanted[slug]:
            raise BuildError(f"{slug}: the floor compiles another PDF than the report's exporter")
    return {
        "seconds": seconds,
        "cpu_seconds": sum(city[2] for city in done),
        "draw": [city[0] for city in done],
        "compile": [city[1] for city in done],
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """`prepare FOLDER FILE` or `run FILE TIMES`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("step", choices=("prepare", "run"))
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args(arguments)
    if options.step == "prepare":
        prepare(options.source, options.target)
    else:
        options.target.write_text(json.dumps(run(options.source, options.jobs)))


if __name__ == "__main__":
    main()
