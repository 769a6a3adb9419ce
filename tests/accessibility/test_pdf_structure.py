"""What PDF/UA-1 and PDF/A-3a ask of the structure, read back by a tool that did not write it.

Typst checks both standards when it writes; veraPDF comes with none of the package registries that
this project may use. These are the rules that a reader notices, on the files as they are shipped.
"""

from __future__ import annotations

import csv
import itertools
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

pytestmark = pytest.mark.slow
NAMES = ("norfolk-va", "louisville-ky", "los-angeles-ca", "mobile-al")


@pytest.fixture(scope="module")
def paths(reports: Path) -> list[Path]:
    found = sorted(reports.rglob("*.pdf"))
    assert {path.stem for path in found} >= {*NAMES, "comparison", "annex"}
    return found


def elements(node: object) -> Iterator[pikepdf.Dictionary]:
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from elements(child)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield node
        if "/K" in node:
            yield from elements(node.K)


def day(pdf: pikepdf.Pdf) -> datetime:
    """When the document says that it was made."""
    return datetime.strptime(str(pdf.docinfo["/CreationDate"])[2:10], "%Y%m%d").replace(tzinfo=UTC)


def standard(pdf: pikepdf.Pdf, tag: object) -> str:
    """The standard role of a tag."""
    roles = pdf.Root.StructTreeRoot.get("/RoleMap", {})
    return str(roles.get(str(tag), tag))


def test_catalog_and_metadata(paths):
    for path in paths:
        with pikepdf.open(path) as pdf:
            root = pdf.Root
            assert bool(root.MarkInfo.Marked), path
            assert str(root.Lang) == "en-US", path
            assert bool(root.ViewerPreferences.DisplayDocTitle), path
            assert "/Filter" not in root.Metadata, "PDF/A wants the XMP uncompressed"
            xmp = root.Metadata.read_raw_bytes().decode()
            assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
            assert "<pdfaid:part>3</pdfaid:part>" in xmp
            assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
            (intent,) = root.OutputIntents
            assert intent.S == "/GTS_PDFA1"
            assert "/DestOutputProfile" in intent
            assert not pdf.is_encrypted
            for number, page in enumerate(pdf.pages):
                assert page.get("/Tabs") == "/S", (path, number)
            with pdf.open_outline() as outline:
                assert len(outline.root) >= 2, path


def test_figures_tables_and_headings(paths):
    for path in paths:
        with pikepdf.open(path) as pdf:
            found = list(elements(pdf.Root.StructTreeRoot.K))
            count = Counter(standard(pdf, element.S) for element in found)
            for element in found:
                if standard(pdf, element.S) in {"/Figure", "/Formula"}:
                    assert str(element.get("/Alt", "")).strip(), path
            assert count["/Table"] >= 1, path
            tables = [element for element in found if standard(pdf, element.S) == "/Table"]
            for table in tables:
                inside = Counter(standard(pdf, element.S) for element in elements(table))
                assert inside["/TH"] >= 2, path
                assert inside["/TR"] >= 2, path
            levels = [
                int(str(standard(pdf, element.S))[2:])
                for element in found
                if str(standard(pdf, element.S))[:2] == "/H" and str(element.S)[2:].isdigit()
            ]
            assert levels, path
            for before, after in itertools.pairwise(levels):
                assert after <= before + 1, (path, before, after)


def test_links_say_where_they_lead_and_are_tagged(paths):
    for path in paths:
        with pikepdf.open(path) as pdf:
            links = 0
            for page in pdf.pages:
                for note in page.get("/Annots", []):
                    assert note.Subtype == "/Link", path
                    assert str(note.get("/Contents", "")).strip(), path
                    assert "/StructParent" in note, path
                    links += 1
            assert links >= 1 or "-vs-" in path.name, path


def test_every_font_is_embedded(paths):
    for path in paths:
        with pikepdf.open(path) as pdf:
            fonts = [
                thing
                for thing in pdf.objects
                if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor"
            ]
            assert fonts, path
            for font in fonts:
                assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(font.keys()), path


def test_first_page_stands_alone(paths):
    from pypdf import PdfReader

    for path in paths:
        if path.stem not in NAMES or path.parent.name != "baseline":
            continue
        text = " ".join(PdfReader(path).pages[0].extract_text().split())
        for wanted in ("How many people?", "How many staff?", "How much money?", "Range:",
                       "Meant for places of", "Page 1 of"):  # fmt: skip
            assert wanted in text, (path, wanted)


def test_the_same_document_gives_the_same_identifier(paths):
    from cvi_analysis.export.typst_compiler import compact

    data = paths[0].read_bytes()
    assert compact(data) == compact(data)


def test_a_citys_pdf_carries_its_numbers_as_they_lie_beside_it(paths):
    checked = 0
    for path in paths:
        with pikepdf.open(path) as pdf:
            carried = dict(pdf.attachments)
            if path.stem not in NAMES:
                assert not carried, "a page of all cities has no data of one"
                continue
            names = {f"{path.stem}.json", f"{path.stem}.xlsx", "staffing.csv"}
            assert set(carried) == names
            assert len(pdf.Root.AF) == 3, "PDF/A-3 wants them associated with the document"
            for name, file in carried.items():
                assert len(file.description) > 20, name
                relation = "/Supplement" if name.endswith(".xlsx") else "/Data"
                assert file.relationship == relation, name
                assert "/" in file.get_file().mime_type
                assert file.get_file().mod_date == day(pdf), name
            for name in names - {"staffing.csv"}:
                content = carried[name].get_file().read_bytes()
                assert content == path.with_name(name).read_bytes(), name
            table = carried["staffing.csv"].get_file().read_bytes().decode()
            rows = list(csv.DictReader(table.splitlines()))
            data = json.loads(path.with_suffix(".json").read_bytes())
            assert {row["slug"] for row in rows} == {path.stem}
            assert {row["scenario"] for row in rows} == {data["scenario"]}
            posts = {post["role"]: post["count"] for post in data["staffing"]}
            assert {row["role"]: int(row["count"]) for row in rows} == posts
            checked += 1
    assert checked == len(NAMES) + 1
