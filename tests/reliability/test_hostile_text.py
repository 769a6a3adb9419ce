"""Whatever words stand in `params/` are shown as words, in every format, or refused with the line.

Nothing that they say is run, fetched, computed or written anywhere but in the reports' folder.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pikepdf
import pytest

from tests.accessibility.browser import chromium, watched
from tests.calculator.spreadsheet import Spreadsheet, recalculated
from tests.checkout import Checkout, copy_checkout
from tests.conftest import tool

from . import hostile

pytestmark = [pytest.mark.reliability, pytest.mark.slow]
DANGEROUS = re.compile(r"HYPERLINK|cmd\||WEBSERVICE|IMPORT|SUM\(1\+1\)", re.I)
FINDS_MARKUP = """() => [...document.querySelectorAll('*')].flatMap(element =>
  [...element.attributes]
    .filter(({name, value}) => /^on/i.test(name)
      || /^(href|src|action|data|formaction|xlink:href)$/i.test(name)
         && /^[\\s\\0]*(javascript|vbscript|file|https?:\\/\\/evil)/i.test(value))
    .map(({name, value}) => `${element.tagName} ${name}=${value}`))"""


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Checkout:
    """Nine cities, a comparison and an index, all of hostile words."""
    around = tmp_path_factory.mktemp("hostile")
    checkout = copy_checkout(around / "one" / "a project")
    slugs = hostile.poison(checkout.folder / "params")
    assert sorted(slugs) == sorted(hostile.CITIES)
    before = files_in(around)
    for words in (
        ("reports", "--scenario", "hostile"),
        ("compare", "baseline", "hostile"),
    ):
        result = checkout.invoke(*words, timeout=900)
        assert result.returncode == 0, result.stderr
        assert "Traceback" not in result.stderr
        assert "Warning" not in result.stderr
    after = files_in(around)
    assert {name: after[name] for name in before} == before
    written = {name.removeprefix("one/a project/") for name in after.keys() - before.keys()}
    names = [
        f"{slug}.{kind}" for slug in slugs for kind in ("html", "pdf", "json", "ipynb", "xlsx")
    ]
    names += ["index.html", "comparison.html", "comparison.pdf", "profiles.csv", "workbooks.zip"]
    names += ["annex.html", "annex.pdf", "profile.schema.json", "manifest.json"]
    assert {name for name in written if name.startswith("reports/hostile/")} == {
        f"reports/hostile/{name}" for name in names
    }
    assert {name.split("/")[0] for name in written} <= {"reports", ".cache"}
    return checkout


@pytest.fixture(scope="module")
def folder(built) -> Path:
    return built.reports / "hostile"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


def visible(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.chromium
def test_pages_show_the_words_and_run_and_fetch_nothing(built, folder, browser):
    pages = [*built.reports.glob("*.html"), *built.reports.glob("*/*.html")]
    assert len(pages) == len(hostile.CITIES) + 5
    assert all("default-src 'none'" in path.read_text(encoding="utf-8") for path in pages)
    for path in pages:
        tab, problems = watched(browser)
        tab.on(
            "dialog", lambda dialog, seen=problems: (seen.append(dialog.message), dialog.dismiss())
        )
        tab.goto(path.as_uri())
        for box in tab.locator("input[type=checkbox]:visible").all()[:4]:
            box.check()
        for details in tab.locator("details > summary").all():
            details.click()
        button = tab.locator("#compare")
        if button.count():
            button.click()
        assert tab.evaluate("window.owned") is None, path.name
        assert tab.evaluate(FINDS_MARKUP) == [], path.name
        assert problems == [], path.name
        if path.stem in hostile.CITIES:
            assert visible(hostile.CITIES[path.stem]) in visible(tab.locator("h1").text_content())
        if path.stem == "index":
            shown = visible(tab.locator("body").text_content())
            for name in (*hostile.CITIES.values(), *hostile.PAYLOADS):
                assert visible(name) in shown, name
        tab.close()


@pytest.mark.chromium
@pytest.mark.parametrize(
    "words",
    [
        "roles.mediator.caseload=<script>window.owned=1</script>",
        "roles.mediator.caseload=12&<img src=x onerror=window.owned=1>=3",
        "roles.mediator.caseload=%22%3E%3Cimg%20src%3Dx%20onerror%3Dwindow.owned%3D1%3E",
        "javascript:window.owned=1",
        "2:people_at_risk=<svg onload=window.owned=1>",
        "compare=<script>window.owned=1</script>,norfolk-va",
        "budget.training_share=constructor&__proto__.owned=1",
    ],
)
def test_a_link_carries_no_markup(folder, browser, words):
    for name in ("norfolk-va.html", "index.html"):
        tab, problems = watched(browser)
        tab.goto(f"{(folder / name).as_uri()}#{words}")
        assert tab.evaluate("window.owned") is None
        assert tab.evaluate("({}).owned") is None
        assert tab.evaluate(FINDS_MARKUP) == []
        assert tab.locator("img[src=x], svg[onload]").count() == 0
        assert problems == []
        tab.close()


def test_a_case_file_carries_no_markup(built, tmp_path):
    evil = f"{hostile.SCRIPT}{hostile.FORMULA}"
    for case in (
        {"city": evil, "changes": {}},
        {"city": "../../etc/passwd", "changes": {}},
        {"city": "norfolk-va", "scenario": "../../etc/passwd", "changes": {}},
        {"city": "norfolk-va", "changes": {evil: 1}},
        {"city": "norfolk-va", "changes": {"roles.mediator.caseload": evil}},
        {"city": "norfolk-va", "changes": {"population.dataset": evil}},
    ):
        path = tmp_path / "case.json"
        path.write_text(json.dumps(case), encoding="utf-8")
        result = built.invoke("report", "--params", str(path), "--out", str(tmp_path / "out"))
        assert result.returncode == 2, (case, result.stdout, result.stderr)
        assert result.stderr.startswith("cvi: ")
        assert "Traceback" not in result.stderr
        assert not (tmp_path / "out").exists()


def test_the_pdf_prints_the_words(folder):
    for slug, name in hostile.CITIES.items():
        text = subprocess.run(
            [tool("pdftotext"), str(folder / f"{slug}.pdf"), "-"],
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        # Where a line ends is the page's own matter. Fonts have no stacked accents and no emoji.
        plain = name if name.isascii() else "lgo"
        assert "".join(plain.split()) in "".join(text.split()), slug


def test_the_pdf_leads_to_web_pages_only_and_acts_on_nothing(folder):
    addresses: set[str] = set()
    kinds: set[str] = set()
    for path in folder.glob("*.pdf"):
        with pikepdf.open(path) as file:
            assert {"/OpenAction", "/AA"}.isdisjoint(file.Root.keys())
            assert "/JavaScript" not in file.Root.get("/Names", {})
            notes = [note for page in file.pages for note in page.get("/Annots", [])]
            for action in (note.get("/A") for note in notes):
                if action is not None:
                    kinds.add(str(action.get("/S")))
                    addresses.add(str(action.get("/URI", "")))
    assert kinds <= {"/URI", "/GoTo"}
    assert len(addresses) > 5
    assert all(re.match(r"https?://(?!evil)|$", address) for address in addresses)


def test_the_workbook_holds_words_as_words(folder, library):
    office = tool("localc", "soffice", "libreoffice")
    expected = {cell for slug in ("norfolk-va",) for cell in formulas(workbook_of(library, slug))}
    paths = sorted(folder.glob("*.xlsx"))
    sheets = [Spreadsheet(path.read_bytes()) for path in paths]
    after = recalculated(office, sheets, folder.parent / "recalculated")
    for path, sheet, computed in zip(paths, sheets, after, strict=True):
        for content in (sheet.content, computed.content):
            file = openpyxl.load_workbook(io.BytesIO(content))
            words = [cell for page in file for row in page for cell in row if cell.data_type == "s"]
            shown = [visible(str(cell.value)) for cell in words]
            name = visible(hostile.CITIES[path.stem])
            assert any(text.startswith(name) for text in shown), path.name
            assert any(text.startswith(hostile.COMMAND) for text in shown), path.name
            for page in file:
                for row in page:
                    for cell in row:
                        assert cell.hyperlink is None or "evil" not in str(cell.hyperlink.target)
                        if cell.data_type == "f":
                            assert not DANGEROUS.search(str(cell.value)), cell.coordinate
        assert formulas(sheet.content) == expected, path.name
        outside = [part for part in sheet.parts if "external" in part.lower() or "vba" in part]
        assert outside == []


def workbook_of(library, slug: str) -> bytes:
    from cvi_analysis.calculator.workbook import workbook
    from cvi_analysis.report.document import document

    dossier = library.dossier(slug)
    return workbook(dossier, document(dossier))


def formulas(content: bytes) -> set[tuple[str, str]]:
    """Sheet and text of each formula, without the rows' numbers."""
    file = openpyxl.load_workbook(io.BytesIO(content))
    return {
        (page.title, re.sub(r"\d+", "0", str(cell.value)))
        for page in file
        for row in page
        for cell in row
        if cell.data_type == "f"
    }


def test_no_cell_of_a_table_is_a_formula(built, folder):
    tables = [folder / "profiles.csv", *(built.reports / "compare").glob("*.csv")]
    assert len(tables) == 2
    for path in tables:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert {row["slug"] for row in rows} == set(hostile.CITIES)
        for row in rows:
            assert row["name"].removeprefix("'") == hostile.CITIES[row["slug"]]
            for cell in row.values():
                number = re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", cell)
                assert number or not cell.startswith(("=", "+", "-", "@", "\t", "\r")), cell


def test_json_and_notebook_carry_the_words_to_the_letter(folder):
    for slug, name in hostile.CITIES.items():
        document = json.loads((folder / f"{slug}.json").read_bytes())
        assert document["city"]["name"] == name
        json.loads((folder / f"{slug}.ipynb").read_bytes())
