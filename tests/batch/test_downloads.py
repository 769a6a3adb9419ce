"""All workbooks in one file, and the page from which a scenario is chosen."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zipfile

import pytest

CITIES = "norfolk-va dayton-oh"
FORMATS = ("--formats", "xlsx")
BOTH = ("--cities", CITIES, *FORMATS)


@pytest.fixture(scope="module")
def built(shared):
    result = shared.invoke("reports", *BOTH)
    assert result.returncode == 0, result.stderr
    return shared


def test_the_archive_holds_every_workbook_of_the_index(built):
    folder = built.reports / "baseline"
    with zipfile.ZipFile(folder / "workbooks.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "cvi-workbooks-baseline/dayton-oh.xlsx",
            "cvi-workbooks-baseline/norfolk-va.xlsx",
        ]
        for slug in CITIES.split():
            member = f"cvi-workbooks-baseline/{slug}.xlsx"
            assert archive.read(member) == (folder / f"{slug}.xlsx").read_bytes()
    content = (folder / "workbooks.zip").read_bytes()
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert manifest["files"]["workbooks.zip"] == hashlib.sha256(content).hexdigest()
    assert 'href="workbooks.zip"' in (folder / "index.html").read_text(encoding="utf-8")


def test_the_archive_is_made_again_only_when_it_changes(built):
    path = built.reports / "baseline" / "workbooks.zip"
    before = path.read_bytes(), path.stat().st_mtime_ns
    assert "up to date" in built.invoke("reports", *BOTH).stdout
    assert built.built("--cities", "norfolk-va", "--force", *FORMATS) == {"norfolk-va"}
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    path.unlink()
    assert built.built(*BOTH) == set()
    assert path.read_bytes() == before[0]
    # And it goes with the workbooks that it holds.
    assert built.built("--cities", "dayton-oh", "--force", "--formats", "json") == {"dayton-oh"}
    assert not path.exists()
    assert built.built(*BOTH) == {"dayton-oh"}
    assert path.read_bytes() == before[0]


def test_a_report_alone_needs_no_archive(built, tmp_path):
    result = built.invoke("report", "norfolk-va", *FORMATS, "--out", str(tmp_path))
    assert result.returncode == 0, result.stderr
    assert not (tmp_path / "baseline" / "workbooks.zip").exists()
    assert ".zip" not in (tmp_path / "baseline" / "index.html").read_text(encoding="utf-8")


def leads_to(page: str) -> set[str]:
    return set(re.findall(r'href="([\w-]+)/index\.html"', page))


def test_a_scenario_changes_nothing_beside_it_and_all_are_listed(built):
    index = built.reports / "baseline" / "index.html"
    manifest = built.reports / "baseline" / "manifest.json"
    page = built.reports / "scenarios.html"
    before = index.read_bytes(), manifest.read_bytes()
    assert leads_to(page.read_text(encoding="utf-8")) == {"baseline"}
    for words in (["--scenario", "field-pay"], ["-P", "roles.mediator.caseload=12"]):
        result = built.invoke("report", "dayton-oh", *words, *FORMATS)
        assert result.returncode == 0, result.stderr
    text = page.read_text(encoding="utf-8")
    (changed,) = (path.name for path in built.reports.glob("baseline-with-*"))
    assert leads_to(text) == {"baseline", "field-pay", changed}
    assert "make reports SCENARIO=local-wages" in text
    assert "make reports SCENARIO=field-pay" not in text
    assert built.built(*BOTH, "--force") == set(CITIES.split())
    assert (index.read_bytes(), manifest.read_bytes()) == before
    linked = set(re.findall(r"\.\./scenarios\.html#([\w-]+)", index.read_text(encoding="utf-8")))
    assert linked
    assert all(f'id="{name}"' in text for name in linked)


def test_a_scenario_that_is_gone_leaves_the_list(built):
    assert built.invoke("report", "dayton-oh", "-s", "field-pay", *FORMATS).returncode == 0
    shutil.rmtree(built.reports / "field-pay")
    assert built.built(*BOTH) == set()
    page = (built.reports / "scenarios.html").read_text(encoding="utf-8")
    assert "field-pay" not in leads_to(page)
    assert "make reports SCENARIO=field-pay" in page
