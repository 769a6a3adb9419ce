"""Which files a report has: Word with one report, or by `--formats`; never a stale one."""

from __future__ import annotations

import json

import pytest

from cvi_analysis.batch.report_formats import FORMATS, USUAL, chosen
from cvi_analysis.errors import InputError
from tests.checkout import Checkout
from tests.export.test_word import NAMES, Word
from tests.links import dead, links

NORFOLK, DAYTON = "norfolk-va", "dayton-oh"


def endings(checkout: Checkout, slug: str) -> set[str]:
    return {path.suffix[1:] for path in (checkout.reports / "baseline").glob(f"{slug}.*")}


@pytest.fixture(scope="module")
def one(shared) -> Checkout:
    """A checkout with one report made by `cvi report`, and another by `cvi reports`."""
    for words in (("report", NORFOLK), ("reports", "--cities", f"{NORFOLK} {DAYTON}")):
        result = shared.invoke(*words)
        assert result.returncode == 0, result.stderr
    return shared


@pytest.fixture(scope="module")
def word(one) -> Word:
    return Word((one.reports / "baseline" / f"{NORFOLK}.docx").read_bytes())


@pytest.fixture(scope="module")
def data(one) -> dict:
    return json.loads((one.reports / "baseline" / f"{NORFOLK}.json").read_bytes())


def test_one_report_has_a_word_document_and_the_batch_none(one):
    assert endings(one, NORFOLK) == set(FORMATS)
    assert endings(one, DAYTON) == set(USUAL) == set(FORMATS) - {"docx"}
    folder = one.reports / "baseline"
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert f"{NORFOLK}.docx" in manifest["cities"][NORFOLK]["files"]
    assert dict(links(folder / f"{NORFOLK}.html").beside)["Word"] == f"{NORFOLK}.docx"
    assert "Word" not in dict(links(folder / f"{DAYTON}.html").beside)
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert f'href="{NORFOLK}.docx"' in page
    assert f'href="{DAYTON}.docx"' not in page
    assert dead(one.reports) == []


def test_the_document_says_what_the_report_says(word, data):
    assert word.paragraphs("Title") == ["Norfolk, VA: community violence intervention profile"]
    assert f"${data['budget']['total']:,}" in word.text
    for post in data["staffing"]:
        assert post["title"].lower() in word.text.lower(), post["title"]
    sections = word.paragraphs("Heading1")
    assert sections[0] == "At a glance"
    assert len(sections) >= 8
    assert "web page of this report" in word.text, "where the calculator is"


def test_its_tables_and_pictures_can_be_heard(word):
    tables = word.find("//w:tbl")
    assert len(tables) >= 10
    for table in tables:
        assert table.xpath("w:tr[1]/w:trPr/w:tblHeader", namespaces=NAMES)
        assert table.xpath("w:tblPr/w:tblCaption/@w:val", namespaces=NAMES)
        assert table.xpath("w:tblPr/w:tblLook/@w:firstColumn", namespaces=NAMES) == ["1"]
    alts = word.find("//wp:inline/wp:docPr/@descr")
    assert alts
    assert all(len(alt) > 40 for alt in alts)


def test_only_what_is_asked_for_and_no_word_of_the_rest(one, word, tmp_path):
    asked = ("--formats", "html pdf docx", "--cities", NORFOLK, "--out", str(tmp_path))
    result = one.invoke("reports", *asked)
    assert result.returncode == 0, result.stderr
    folder = tmp_path / "baseline"
    names = {path.suffix for path in folder.glob(f"{NORFOLK}.*")}
    assert names == {".html", ".pdf", ".docx", ".json"}
    narrow = Word((folder / f"{NORFOLK}.docx").read_bytes()).text
    clause = f"; {NORFOLK}.xlsx has the same model as formulas"
    assert word.text.count(clause) == 1
    assert narrow == word.text.replace(clause, "")
    assert dead(tmp_path) == []
    assert "up to date" in one.invoke("reports", *asked).stdout
    again = one.invoke("reports", *asked[2:])
    assert "1 built" in again.stderr, "the workbook was missing"
    for ending in ("pdf", "json"):
        name = f"{NORFOLK}.{ending}"
        before = one.reports / "baseline" / name
        assert (folder / name).read_bytes() == before.read_bytes(), name


def test_a_document_of_older_figures_does_not_stay_unless_it_was_edited(one):
    document = one.reports / "baseline" / f"{NORFOLK}.docx"
    assert "up to date" in one.invoke("reports", "--cities", NORFOLK).stdout
    assert document.exists()
    assert one.built("--cities", NORFOLK, "--force") == {NORFOLK}
    assert not document.exists()
    assert "Word" not in dict(links(document.with_suffix(".html")).beside)
    assert one.invoke("report", NORFOLK).returncode == 0
    document.write_bytes(b"a memo of ours")
    assert one.built("--cities", NORFOLK) == {NORFOLK}
    assert document.read_bytes() == b"a memo of ours"


def test_an_unknown_format_is_refused(one):
    result = one.invoke("reports", "--formats", "html odt")
    assert result.returncode == 2
    assert "--formats" in result.stderr
    assert "odt" in result.stderr
    with pytest.raises(InputError, match="docx"):
        chosen("word")
    assert chosen("PDF,docx") == ("html", "pdf", "docx", "json")
    assert chosen("") == USUAL
