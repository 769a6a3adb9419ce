"""All 50 reports, built once by the command a user types, against their own documents."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from .conftest import ROOT, tool
from .links import dead, links

SUFFIXES = (".html", ".pdf", ".json", ".ipynb")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The baseline reports of every listed city."""
    out = tmp_path_factory.mktemp("all cities")
    result = subprocess.run(
        [sys.executable, "-m", "cvi_analysis", "reports", "--out", os.fspath(out), "--quiet"],
        cwd=ROOT,
        env={**os.environ, "CVI_ROOT": os.fspath(ROOT)},
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-4000:]
    return out / "baseline"


@pytest.fixture(scope="module")
def slugs() -> list[str]:
    with (ROOT / "params" / "cities.csv").open(encoding="utf-8", newline="") as file:
        return [row["slug"] for row in csv.DictReader(file)]


def document(folder: Path, slug: str) -> dict[str, Any]:
    return json.loads((folder / f"{slug}.json").read_bytes())


def at(document: dict[str, Any], name: str) -> Any:
    """The value under a dotted name; staffing goes by role."""
    value: Any = document
    for part in name.split("."):
        if isinstance(value, list):
            value = next(one for one in value if part in (one.get("role"), one.get("method")))
        else:
            value = value[part]
    return value


class Outputs(HTMLParser):
    """Every `data-output` of a page with its `data-value`."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if "data-output" in named and named.get("data-value"):
            self.found.append((str(named["data-output"]), str(named["data-value"])))


def test_there_are_fifty_of_each(folder, slugs):
    assert len(slugs) == 50
    for suffix in SUFFIXES:
        assert {p.stem for p in folder.glob(f"*{suffix}")} >= set(slugs), suffix
    for slug in slugs:
        for suffix in SUFFIXES:
            assert (folder / f"{slug}{suffix}").stat().st_size > 2_000


def test_every_page_and_every_pdf_is_small(folder, slugs):
    pages = {path.name: path.stat().st_size for path in folder.glob("*.html")}
    assert len(pages) == len(slugs) + 3, "index, comparison and annex are pages too"
    assert {name: size for name, size in pages.items() if size > 240_000} == {}
    sizes = {path.name: path.stat().st_size for path in folder.glob("*.pdf")}
    assert {name: size for name, size in sizes.items() if size >= 400_000} == {}


def test_every_link_leads_somewhere(folder, slugs):
    assert dead(folder.parent) == []
    for name in ("index.html", "comparison.html"):
        leads = {to for _, to in links(folder / name).beside}
        assert leads >= {f"{slug}.html" for slug in slugs}


def test_pages_show_the_documents_values(folder, slugs):
    for slug in slugs:
        shown = Outputs()
        shown.feed((folder / f"{slug}.html").read_text(encoding="utf-8"))
        values = document(folder, slug)
        names = {name for name, _ in shown.found}
        assert {"budget.total", "people_at_risk.rounded", "population.value"} <= names
        for name, value in shown.found:
            try:
                expected = at(values, name)
            except (KeyError, StopIteration):
                continue  # The calculator's own outputs, which are no figure of the document.
            assert float(value) == pytest.approx(float(expected), rel=1e-12), (slug, name)


def printed(pdf: Path, form: str) -> str:
    """The words of a PDF, in a form that pdftotext has an option for."""
    words = [tool("pdftotext"), form, os.fspath(pdf), "-"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def test_every_report_is_a_brief_of_full_pages(folder, slugs):
    """At most 10 pages, and none but the last, and the first, with a quarter of it left blank."""
    for slug in slugs:
        pages = printed(folder / f"{slug}.pdf", "-bbox-layout").split("<page ")[1:]
        assert 5 <= len(pages) <= 10, (slug, len(pages))
        for number, page in enumerate(pages[1:-1], start=2):
            ends = sorted(float(end) for end in re.findall(r'<line [^>]*yMax="([\d.]+)"', page))
            foot = ends[-1]
            lowest = max(end for end in ends if end < foot - 12)
            assert lowest > 0.75 * 792, (slug, number, lowest)


def test_pdf_texts_hold_the_documents_numbers(folder, slugs):
    for slug in slugs:
        text = printed(folder / f"{slug}.pdf", "-layout")
        values = document(folder, slug)
        first = re.sub(r"\s+", " ", text.partition("\f")[0])
        for said in ("The answer by each way of counting people", "of the trials came out below",
                     "What programs report or plan.", "What already exists.", "dollars of 2025",
                     "neither made nor checked by it", "Meant for places of"):  # fmt: skip
            assert said in first, f"{slug}: the first page does not hold “{said}”"
        assert values["city"]["name"] in text
        assert f"{values['population']['value']:,}" in text
        assert f"{values['people_at_risk']['rounded']:,}" in text
        for line, dollars in values["budget"].items():
            if line not in ("staffing",):
                assert f"${dollars:,}" in text, (slug, line)
        flat = re.sub(r"\s+", " ", text)
        for post in values["staffing"]:
            if post["count"]:
                assert post["title"] in flat, (slug, post["role"])
        staff = sum(post["count"] for post in values["staffing"])
        assert re.search(rf"(?<![\d,]){staff:,}(?![\d,])", text), (slug, "staff")
        assert "nan" not in text.lower().split()
        assert "None" not in text


def test_every_pdf_declares_both_standards_and_is_tagged(folder, slugs):
    for slug in slugs:
        with pikepdf.open(folder / f"{slug}.pdf") as pdf:
            with pdf.open_metadata() as metadata:
                assert metadata["pdfuaid:part"] == "1", slug
                assert metadata["pdfaid:part"] == "3", slug
            assert pdf.Root.MarkInfo.Marked
            assert pdf.Root.StructTreeRoot.K is not None
            assert str(pdf.Root.Lang) == "en-US"
            assert document(folder, slug)["city"]["name"] in str(pdf.docinfo["/Title"])
            month = document(folder, slug)["edition"].replace("-", "")
            assert str(pdf.docinfo["/CreationDate"]).startswith(f"D:{month}01")


def test_executed_notebooks_hold_no_error_and_no_times(folder, slugs):
    for slug in slugs:
        notebook = json.loads((folder / f"{slug}.ipynb").read_bytes())
        outputs = [out for cell in notebook["cells"] for out in cell.get("outputs", [])]
        assert outputs
        assert not [out for out in outputs if out["output_type"] == "error"]
        text = json.dumps(notebook["metadata"])
        assert "start_time" not in text
        assert "/home" not in text
