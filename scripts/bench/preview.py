"""From a save to the new page in a real browser: `python -m scripts.bench.preview`.

It works on a copy of the project. Between two saves it waits, as somebody does who reads what has
changed, until the preview has made itself ready again.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer

from cvi_analysis import paths
from cvi_analysis.batch.commands import ended_by_signals
from scripts.bench.machine import chromium

CITY = "norfolk-va"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_CASELOAD = r"(roles\.mediator\.caseload:\n  title: [^\n]*\n  value: )\d+"
NUMBER = "document.documentElement.dataset.page"


def _sentence(folder: Path, number: int) -> None:
    path = folder / "notebooks/city_profile.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"][1:] if cell["cell_type"] == "markdown")
    told = "".join(cell["source"]).partition("\n\nSentence ")[0]
    cell["source"] = f"{told}\n\nSentence {number}."
    path.write_text(json.dumps(notebook), encoding="utf-8")


def _assumption(folder: Path, number: int) -> None:
    path = folder / "params/assumptions.yaml"
    text = path.read_text(encoding="utf-8")
    value = rf"\g<1>{11 + number % 5}"
    path.write_text(re.sub(_CASELOAD, value, text, count=1), encoding="utf-8")


def _style(folder: Path, number: int) -> None:
    path = folder / "cvi_analysis/batch/house.css"
    told = path.read_text(encoding="utf-8").partition("\nnav{order:")[0]
    path.write_text(f"{told}\nnav{{order:{number}}}\n", encoding="utf-8")


def _code(folder: Path, number: int) -> None:
    path = folder / "cvi_analysis/report/first_page.py"
    told = path.read_text(encoding="utf-8").partition("\n_MEASURED = ")[0]
    path.write_text(f"{told}\n_MEASURED = {number}\n", encoding="utf-8")


EDITS: dict[str, tuple[Callable[[Path, int], None], float]] = {
    "sentence": (_sentence, 1.0),
    "assumption": (_assumption, 1.0),
    "style": (_style, 1.0),
    "code": (_code, 12.0),
}
"""What is saved, and seconds before the next save of that kind."""


def measured(saves: int) -> dict[str, list[float]]:
    """Seconds from each of so many saves to the new page, by what is saved.

    Raises:
        SystemExit: the preview ended.
    """
    found: dict[str, list[float]] = {}
    signals, place = ended_by_signals(), tempfile.TemporaryDirectory(prefix="cvi-bench-")
    with signals, place as temporary:
        folder = Path(temporary) / "project"
        _copy(folder)
        with _preview(folder) as address, _tab(address) as tab:
            for name, (edit, pause) in EDITS.items():
                found[name] = []
                for number in range(saves):
                    time.sleep(pause)
                    before = tab.evaluate(NUMBER)
                    start = time.perf_counter()
                    edit(folder, number)
                    tab.wait_for_function(f"b => {NUMBER} !== b", arg=before, timeout=120_000)
                    found[name].append(round(time.perf_counter() - start, 3))
    return found


def bench(
    saves: Annotated[int, typer.Option(min=1, help="Saves of each kind.")] = 20,
) -> None:
    """Print seconds from save to page, median and all, as JSON."""
    found = measured(saves)
    shown = {name: {"median": median(taken), "seconds": taken} for name, taken in found.items()}
    typer.echo(json.dumps({"load": os.getloadavg()[0], **shown}, indent=1))


def _copy(folder: Path) -> None:
    unread = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for name in ("params", "data/processed", "notebooks"):
        shutil.copytree(paths.root() / name, folder / name, ignore=unread)
    shutil.copytree(paths.PACKAGE, folder / paths.PACKAGE.name, ignore=unread)


@contextmanager
def _preview(folder: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "cvi_analysis", "preview", CITY, "--no-browser"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CVI_")}
    with (folder.parent / "said").open("w+", encoding="utf-8") as said:
        run = subprocess.Popen(
            command,
            cwd=folder,
            env={**environment, "PYTHONPATH": str(folder)},
            stderr=said,
        )
        try:
            while "/\n" not in (text := Path(said.name).read_text(encoding="utf-8")):
                if run.poll() is not None:
                    raise SystemExit(f"The preview has ended: {text}")
                time.sleep(0.1)
            yield text.splitlines()[0].split()[-1]
        finally:
            run.terminate()
            run.wait()


@contextmanager
def _tab(address: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright  # start-up time: only where it is measured

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        tab = browser.new_page()
        tab.goto(address)
        tab.wait_for_selector("html[data-page]", timeout=120_000)
        time.sleep(12)  # Until the preview has made ready for an edit of code.
        yield tab
        browser.close()


if __name__ == "__main__":
    typer.run(bench)
