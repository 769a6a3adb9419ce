"""A notebook of one's own in place of the project's."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from cvi_analysis.batch.plan import read_notebook
from cvi_analysis.errors import InputError
from tests.checkout import ROOT, Checkout

from .test_saved_outputs import saved

NOTEBOOK = ROOT / "notebooks" / "city_profile.ipynb"
OURS = "Words of our own about this city."


def own(checkout: Checkout, folder: str = "mine") -> Path:
    """The project's notebook with a sentence more, in a folder beside the project's."""
    path = checkout.folder / folder / "my notebook.ipynb"
    path.parent.mkdir(exist_ok=True)
    made = nbformat.reads(NOTEBOOK.read_text(encoding="utf-8"), as_version=4)
    cells = (
        nbformat.v4.new_markdown_cell(f"## Our part\n\n{OURS}"),
        nbformat.v4.new_code_cell("print('read:', open('figures.txt').read())"),
    )
    made.cells[1:1] = []
    made.cells += cells
    (path.parent / "figures.txt").write_text("42 of our own", encoding="utf-8")
    nbformat.write(made, path)
    return path


@pytest.mark.slow
def test_it_is_run_in_place_of_the_projects(checkout):
    path = own(checkout)
    name = path.relative_to(checkout.folder).as_posix()
    both = ("--cities", "norfolk-va dayton-oh", "--formats", "html")
    assert checkout.built(*both) == {"norfolk-va", "dayton-oh"}
    result = checkout.invoke("report", "norfolk-va", "--notebook", name, "--formats", "html pdf")
    assert result.returncode == 0, result.stderr
    assert "Left out of the index" not in result.stderr
    folder = checkout.reports / "baseline"
    page = (folder / "norfolk-va.html").read_text(encoding="utf-8")
    assert OURS in page
    assert "read: 42 of our own" in page
    assert OURS not in (folder / "dayton-oh.html").read_text(encoding="utf-8")
    assert "Dayton" in (folder / "index.html").read_text(encoding="utf-8")
    manifest = (folder / "manifest.json").read_text(encoding="utf-8")
    assert name in json.loads(manifest)["inputs"]
    assert str(checkout.folder) not in manifest
    # Again: nothing to do, also after a run in JupyterLab; an edit is news.
    words = ("--cities", "norfolk-va", "--notebook", name, "--formats", "html pdf")
    assert "up to date" in checkout.invoke("reports", *words).stdout
    saved(path)
    assert "up to date" in checkout.invoke("reports", *words).stdout
    checkout.edit(name, OURS, "Other words.")
    assert checkout.built(*words) == {"norfolk-va"}
    # Without it the project's own is run again, and only where it has to be.
    assert checkout.built(*both) == {"norfolk-va"}
    assert "Other words." not in (folder / "norfolk-va.html").read_text(encoding="utf-8")


def test_a_failing_cell_is_named_with_its_file(checkout):
    path = own(checkout)
    made = nbformat.read(path, as_version=4)
    made.cells.append(nbformat.v4.new_code_cell("1 / 0"))
    nbformat.write(made, path)
    words = ("report", "norfolk-va", "--notebook", str(path), "--formats", "html")
    result = checkout.invoke(*words)
    assert result.returncode == 1
    assert f"my notebook.ipynb, cell {len(made.cells)}" in result.stderr
    assert "ZeroDivisionError" in result.stderr


def test_a_file_that_is_no_notebook_is_refused_with_its_name(checkout):
    (checkout.folder / "my.ipynb").write_text("{}", encoding="utf-8")
    for name in ("my.ipynb", "gone.ipynb"):
        result = checkout.invoke("reports", "--notebook", name)
        assert result.returncode == 2, result.stderr
        assert name in result.stderr
        assert "Traceback" not in result.stderr
    assert not checkout.reports.exists()
    with pytest.raises(InputError, match="no cells"):
        read_notebook(checkout.folder / "my.ipynb")
