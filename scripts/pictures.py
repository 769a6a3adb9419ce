"""The two pictures of the README, taken of the baseline's reports, with the figures that they show.

`.venv/bin/python -m scripts.pictures [reports/baseline]` after `make reports`; needs Chromium and
pdftoppm. The figures are kept inside the pictures, so that a test can tell when they are old.
"""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

from cvi_analysis import __version__
from cvi_analysis.model.sizing_case import HeadlineFigures
from cvi_analysis.report.library import Library
from scripts.bench.machine import chromium

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
CITY, FIRST_PAGE, INDEX = "norfolk-va", "norfolk-first-page.png", "index.png"
SHOWN = "Figures"
"""The text of a picture that says what it shows."""


def figures(library: Library) -> dict[str, str]:
    """What each picture shows by the model as it is now, by its file name."""
    dossiers = {slug: library.dossier(slug) for slug in library.params.cities}
    every = {slug: HeadlineFigures.of(one.profile) for slug, one in dossiers.items()}
    ranges = dossiers[CITY].ranges
    ends = [(one.low, one.high) for one in (ranges.people_at_risk, ranges.staff, ranges.total)]
    return {
        FIRST_PAGE: f"{__version__}: {every[CITY]}, {ends}",
        INDEX: f"{__version__}: {HeadlineFigures.together(every.values())} of {len(every)}",
    }


def main(folder: Path) -> None:
    """Take both pictures of the reports in a folder."""
    # Not for the test, which only asks for the figures.
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo
    from playwright.sync_api import sync_playwright

    pages = ["pdftoppm", "-png", "-f", "1", "-l", "1", "-scale-to-x", "800", "-scale-to-y", "-1"]
    taken = {
        FIRST_PAGE: subprocess.run(
            [*pages, folder / f"{CITY}.pdf"], check=True, capture_output=True
        ).stdout
    }
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        tab = browser.new_page(viewport={"width": 1280, "height": 1740})
        tab.goto((folder / "index.html").resolve().as_uri())
        taken[INDEX] = tab.screenshot()
        browser.close()
    shown = figures(Library.load())
    for name, content in taken.items():
        text = PngInfo()
        text.add_text(SHOWN, shown[name])
        picture = Image.open(io.BytesIO(content)).convert("RGB")
        picture.thumbnail((900, 1240))
        picture.quantize().save(IMAGES / name, optimize=True, pnginfo=text)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "reports" / "baseline")
