"""Files that are pipes or devices, nest without end or are very large: no wait and no crash.

What is read of `params/` stands in `test_hostile_files.py`, a case in `tests/calculator/`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cvi_analysis.batch import manifest
from cvi_analysis.batch.fingerprint import file_sha256, fingerprint
from cvi_analysis.batch.plan import read_notebook
from cvi_analysis.batch.read_back import content_of
from cvi_analysis.errors import InputError
from cvi_analysis.params.scenarios import load_scenario
from tests.checkout import Checkout

DEEP = b"[" * 100_000


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(100_000_000)  # sparse: it takes no room


MAKE: dict[str, Callable[[Path], object]] = {
    "pipe": _pipe,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "large": _large,
    "deep": lambda path: path.write_bytes(DEEP),
    "deep metadata": lambda path: path.write_bytes(
        b'{"nbformat": 4, "cells": [], "metadata": ' + b'{"a": ' * 10_000 + b"1" + b"}" * 10_001
    ),
}
kinds = pytest.mark.parametrize("kind", MAKE)
pytestmark = pytest.mark.skipif(os.name == "nt", reason="pipes and devices as on Unix")


@kinds
def test_a_notebook(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "mine.ipynb"
    MAKE[kind](path)
    told = {"pipe": "it is not a file", "device": "it is not a file", "large": "larger than"}
    with pytest.raises(InputError, match=r"mine\.ipynb: this is not a notebook") as caught:
        read_notebook(path)
    assert told.get(kind, "recursion") in str(caught.value)
    if kind != "device":
        assert ("mine.ipynb" in fingerprint(notebook=path)) == (kind != "pipe")


@kinds
def test_a_picture_beside_a_notebook(tmp_path: Path, kind: str) -> None:
    if kind in ("pipe", "device"):
        MAKE[kind](tmp_path / "x.png")
        cell = {"cell_type": "markdown", "metadata": {}, "source": "![x](x.png)"}
        path = tmp_path / "mine.ipynb"
        path.write_text(json.dumps({"nbformat": 4, "metadata": {}, "cells": [cell]}))
        assert "attachments" not in read_notebook(path)


@kinds
def test_what_stands_in_the_reports_folder(tmp_path: Path, kind: str) -> None:
    """A manifest that cannot be read costs a rebuild, and the journal is begun anew."""
    MAKE[kind](tmp_path / manifest.NAME)
    MAKE[kind](tmp_path / manifest.JOURNAL)
    assert manifest.load(tmp_path, "baseline") == manifest.Manifest("baseline")
    if kind in ("pipe", "device"):
        assert file_sha256(tmp_path / manifest.NAME) is None
        entry = manifest.ReportEntry("norfolk-va", "k", {}, {})
        manifest.record(tmp_path, entry)
        assert manifest.load(tmp_path, "baseline").cities == {"norfolk-va": entry}


@pytest.mark.parametrize("ending", [".xlsx", ".pdf", ".html", ".docx", ".json"])
@pytest.mark.parametrize("kind", ["pipe", "device", "large"])
def test_a_report_to_be_checked_and_a_workbook_as_case(
    tmp_path: Path, kind: str, ending: str
) -> None:
    path = tmp_path / f"norfolk-va{ending}"
    MAKE[kind](path)
    with pytest.raises(InputError, match=r"this is not a file|at most 50,000,000 bytes"):
        content_of(path)


def _chain(folder: Path, length: int) -> None:
    folder.mkdir()
    for number in range(length):
        before = f"extends: s{number - 1}\n" if number else ""
        text = f"title: x\nreason: y\n{before}changes: {{roles.mediator.caseload: {number}}}\n"
        (folder / f"s{number}.yaml").write_text(text)


def test_scenarios_that_extend_each_other_1000_deep(tmp_path: Path) -> None:
    _chain(tmp_path / "scenarios", 1_000)
    found = load_scenario("s999", tmp_path / "scenarios")
    assert found.changes == {"roles.mediator.caseload": 999}


@pytest.mark.reliability
def test_a_notebook_of_10_000_cells(checkout: Checkout) -> None:
    notebook = json.loads((checkout.folder / "notebooks/city_profile.ipynb").read_bytes())
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    notebook["cells"] += [
        {**cell, "id": f"more-{number}", "source": f"x = {number}"} for number in range(10_000)
    ]
    notebook["cells"][-1]["source"] = 'print("the last of", x + 2)'
    own = checkout.folder / "long.ipynb"
    own.write_text(json.dumps(notebook), encoding="utf-8")
    result = checkout.run("report", "norfolk-va", "--notebook", str(own), "--formats", "json")
    assert result.returncode == 0, result.stderr
    page = (checkout.reports / "baseline/norfolk-va.html").read_text(encoding="utf-8")
    assert "the last of 10000" in page
